package dev.posada.driver;

import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkIdentity;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Teaches the engine the virtual networks a host can have.
 *
 * <p>A driver keeps no registry: names, uniqueness, persistence, jobs, ports and access are the engine's. All methods may
 * be called from any thread; for one network the engine never has two changing calls under way. Whatever fails is a
 * {@link dev.posada.model.PosadaException} with libvirt's code and one line that names the network.
 */
public interface NetworkDriver extends AutoCloseable {
    /** Where this driver's errors say they come from. */
    ErrorOrigin origin();

    /**
     * Fills in what a user left out (the bridge's name and MAC address, defaults), and refuses what no network here can
     * be. The answer for a complete definition is equal to it. The host is not looked at beyond the names of its links.
     *
     * @param others the definitions of all other networks, whose bridges and names are taken
     */
    NetworkDefinition complete(NetworkDefinition definition, Collection<NetworkDefinition> others);

    /**
     * Starts a network; when this throws, nothing of it is left and nothing on the host was changed. Clashes with what the
     * host has (an address, a route, a bridge of another's) are found before anything is touched.
     */
    LiveNetwork start(NetworkDefinition definition);

    /**
     * The network as an earlier daemon left it, if it is still started. What is missing of it is put back: firewall rules
     * that somebody flushed, a DHCP server that died.
     */
    Optional<LiveNetwork> find(NetworkDefinition live);

    /**
     * Lets go of what a network keeps between one start and the next, such as the addresses it has given out: it is neither
     * started nor defined any more.
     */
    default void forget(NetworkIdentity network) {}

    /** Networks that are there from a host's first day: {@code default}, on a range of addresses that is free. */
    default List<NetworkDefinition> residents() {
        return List.of();
    }

    /** Lets go of everything; networks stay started. */
    @Override
    void close();
}
