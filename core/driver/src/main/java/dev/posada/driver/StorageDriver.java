package dev.posada.driver;

import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PoolDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Teaches the engine the kinds of storage pools a host can have.
 *
 * <p>A driver keeps no registry: names, uniqueness, persistence, jobs and access are the engine's. All methods may be
 * called from any thread; for one pool the engine never has two changing calls under way. Whatever fails is a {@link
 * dev.posada.model.PosadaException} with libvirt's code and one line that names the pool or path.
 */
public interface StorageDriver extends AutoCloseable {
    /** What {@link #build} is to do with what is there already. */
    enum BuildOption {
        /** Refuse when there is something. */
        NO_OVERWRITE,
        /** Replace whatever is there. */
        OVERWRITE
    }

    /** Where this driver's errors say they come from. */
    ErrorOrigin origin();

    /**
     * The document of the kinds of pools there are and what they can ({@code storagepoolCapabilities}).
     *
     * @throws dev.posada.model.PosadaException {@code NO_SUPPORT} when there is none
     */
    Element capabilities();

    /**
     * Fills in what a user left out, and refuses what no pool here can be. The answer for a complete definition is equal
     * to it.
     */
    PoolDefinition complete(PoolDefinition definition);

    /** What the pool takes for itself, as a folder or device: two pools that share one of these are in each other's way. */
    Set<String> places(PoolDefinition definition);

    /**
     * Looks on the host, or on others, for pools of a kind; the answer is one element with a {@code source} for each.
     *
     * @param type the kind
     * @param where where to look, a {@code source} element
     */
    Element sources(String type, Optional<Element> where);

    /** Makes what a pool needs to be started: its folder, a file system, a volume group. The pool is not started. */
    void build(PoolDefinition definition, Set<BuildOption> options);

    /**
     * Takes away what {@link #build} made. The pool is not started. A folder that holds anything is not taken away; a
     * volume group or a table of partitions goes with what is in it.
     *
     * @param zeroed whether what was written there is to be overwritten
     */
    void delete(PoolDefinition definition, boolean zeroed);

    /** Starts a pool; when this throws, nothing of it is left. */
    LivePool start(PoolDefinition definition);

    /** The pool as an earlier daemon left it, if it is still started. */
    Optional<LivePool> find(PoolDefinition definition);

    /**
     * The images below one, the nearest first; nothing when it is no image that has any. Only headers are read.
     *
     * @param image its path
     * @param format the format it has; content does not decide
     * @throws dev.posada.model.PosadaException when an image below cannot be used: it is missing, has no declared format,
     *     or the chain has no end
     */
    default List<ImageLink> chain(String image, String format) {
        return List.of();
    }

    /** Pools that are there and started from the beginning. */
    default List<PoolDefinition> residents() {
        return List.of();
    }

    /** Lets go of everything; what is mounted stays so. */
    @Override
    void close();
}
