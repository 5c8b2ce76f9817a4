package dev.posada.driver;

import dev.posada.model.DhcpLease;
import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A started virtual network. */
public interface LiveNetwork {
    /** The definition as it runs: bridge, its MAC address and addresses filled in. */
    NetworkDefinition definition();

    /** Stops the network and takes away all that was made for it; doing so twice does nothing. */
    void stop();

    /**
     * Makes the running network follow a changed definition without cutting off its guests: DHCP hosts and ranges, DNS
     * names, forwarding, port groups, the bridge's bandwidth.
     *
     * @throws dev.posada.model.PosadaException {@code OPERATION_UNSUPPORTED} for a change that only a restart can make;
     *     nothing is changed then
     */
    void update(NetworkDefinition changed);

    /** The addresses its DHCP server has given out and that have not expired; an empty list when it has none. */
    List<DhcpLease> leases();

    /**
     * Gives a guest's interface a place in the network.
     *
     * @param port its uuid, lasting as long as the interface is plugged in
     * @param wanted the domain's {@code interface} element, port group already applied
     * @param portGroup the port group that was applied
     * @return what the interface is, in terms of the host: an element {@code plug} as in libvirt's port documents
     *     ({@code type='bridge' bridge=…}, {@code type='direct' dev=… mode=…}, {@code type='hostdev-pci'} with an
     *     {@code address})
     */
    Element plug(UUID port, Element wanted, Optional<String> portGroup);

    /**
     * A port that an earlier daemon's {@link #plug} gave and that is still in use; called for each after the network was
     * found again, and before anything else is plugged in.
     *
     * @param plug what was answered then
     */
    default void replug(UUID port, Element plug) {}

    /** Takes back what {@link #plug} gave; a port nobody knows is passed over. */
    void unplug(UUID port);

    /** Lets go of the network without stopping it: the daemon stops and the network stays. */
    void release();
}
