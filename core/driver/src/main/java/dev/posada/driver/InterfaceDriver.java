package dev.posada.driver;

import dev.posada.model.Element;
import dev.posada.model.HostInterface;
import java.util.List;

/**
 * Shows the network links of a host and makes them be what a definition says.
 *
 * <p>A driver keeps no definitions: those, and the order of changes, are the engine's. All methods may be called from any
 * thread; the engine never has two changing calls under way. Whatever fails is a {@link
 * dev.posada.model.PosadaException} with libvirt's code and one line that names the link.
 */
public interface InterfaceDriver extends AutoCloseable {
    /** The links there are, by name. */
    List<HostInterface> interfaces();

    /**
     * Brings a link up as its definition says: a bridge, bond or VLAN is made when it is not there, what is to be in it is
     * put there, addresses are given.
     *
     * @param definition the {@code interface} element, canonical
     */
    void up(Element definition);

    /** Takes a link down; one that {@link #up} makes is removed, and what was in it let go of. */
    void down(Element definition);

    /** Definitions that are there from the beginning. */
    default List<Element> residents() {
        return List.of();
    }

    /** Lets go of everything; links stay as they are. */
    @Override
    void close();
}
