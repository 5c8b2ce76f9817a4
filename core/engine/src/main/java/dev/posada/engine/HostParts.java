package dev.posada.engine;

import java.util.Optional;

/**
 * What the domains of a host, or of one connection, share.
 *
 * @param pools its storage; empty where there is none
 * @param networks its virtual networks; empty where there are none
 * @param objects what it has besides
 */
record HostParts(Optional<PoolHost> pools, Optional<NetworkHost> networks, HostObjects objects)
        implements AutoCloseable {
    static final HostParts NONE = new HostParts(Optional.empty(), Optional.empty(), HostObjects.NONE);

    /** Lets go of everything; what is started stays so. */
    @Override
    public void close() {
        try {
            networks.ifPresent(NetworkHost::close);
        } finally {
            try {
                pools.ifPresent(PoolHost::close);
            } finally {
                objects.close();
            }
        }
    }
}
