package dev.posada.engine;

import dev.posada.driver.DriverProvider;
import dev.posada.driver.HostDriver;
import dev.posada.model.Caller;
import java.util.List;

/** Everything of the daemon but the wire. */
public final class Engine implements AutoCloseable {
    /**
     * Makes an engine; nothing on the host is touched yet.
     *
     * @param providers the drivers it may use, each with a scheme of its own
     * @param host the machine it runs on
     */
    public Engine(EngineSettings settings, List<DriverProvider> providers, HostDriver host) {}

    /**
     * Brings back what earlier daemons left: definitions are loaded, running instances found again, and what starts by
     * itself is started, in this order. Opens only drivers that have something on disk; a driver that cannot work on this
     * host is reported in the log and left out.
     */
    public void start() {
        Pending.body();
    }

    /** The canonical URI of the default driver, as {@code qemu:///system}. */
    public String defaultUri() {
        return Pending.body();
    }

    /**
     * Opens a connection. {@code test:///default} gives a fresh simulator that belongs to this connection alone; all
     * others share one registry per driver.
     *
     * @param uri a driver's URI without transport; empty for {@link #defaultUri}
     * @throws dev.posada.model.PosadaException {@code NO_CONNECT} when no driver answers the URI
     */
    public Connection open(String uri, Caller caller) {
        return Pending.body();
    }

    /** Lets go of everything; running domains stay. Connections still open answer no further calls. */
    @Override
    public void close() {}
}
