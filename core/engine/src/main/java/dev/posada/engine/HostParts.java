package dev.posada.engine;

import java.util.Optional;

/**
 * What the domains of a host, or of one connection, share.
 *
 * @param pools its storage; empty where there is none
 */
record HostParts(Optional<PoolHost> pools) implements AutoCloseable {
    static final HostParts NONE = new HostParts(Optional.empty());

    /** Lets go of everything; what is started stays so. */
    @Override
    public void close() {
        pools.ifPresent(PoolHost::close);
    }
}
