package dev.posada.server;

import dev.posada.engine.Connection;
import dev.posada.engine.Engine;
import dev.posada.model.Caller;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client has said so far: who it is, and which connection it has opened.
 *
 * <p>Changed by the client's reader, which runs the calls that change it itself and in order; looked at by all threads
 * that run the client's calls.
 */
final class Session implements AutoCloseable {
    private final Engine engine;
    private final Authentication authentication;
    private final Registrations registrations;

    private volatile Caller caller;
    private volatile @Nullable Connection connection;

    /**
     * A session nothing was said in.
     *
     * @param caller who the transport says the client is
     * @param authentication what the client must do to prove it
     */
    Session(Engine engine, Caller caller, Authentication authentication, Registrations registrations) {
        this.engine = engine;
        this.caller = caller;
        this.authentication = authentication;
        this.registrations = registrations;
    }

    /** What the client must do to prove who it is. */
    Authentication authentication() {
        return authentication;
    }

    /** Whether calls other than those that prove who the client is are answered. */
    boolean authenticated() {
        return authentication == Authentication.NONE;
    }

    /** Who makes the calls. */
    Caller caller() {
        return caller;
    }

    /** What the client wants to hear of. */
    Registrations registrations() {
        return registrations;
    }

    /**
     * Opens the connection.
     *
     * @param uri a driver's URI, empty for the default
     * @param readOnly whether the client wants to be kept from changing anything
     * @throws dev.posada.model.PosadaException when there is one already, or the URI has no driver
     */
    void open(String uri, boolean readOnly) {
        if (connection != null) {
            throw Failures.internal("connection already open");
        }
        var asCaller = readOnly ? caller.asReadOnly() : caller;
        connection = engine.open(uri, asCaller);
        caller = asCaller;
    }

    /**
     * The connection.
     *
     * @throws dev.posada.model.PosadaException when none was opened
     */
    Connection connection() {
        var opened = connection;
        if (opened == null) {
            throw Failures.notOpen();
        }
        return opened;
    }

    /** The connection, if one was opened. */
    Optional<Connection> opened() {
        return Optional.ofNullable(connection);
    }

    /** Ends what the client wanted to hear of and lets go of the connection. */
    @Override
    public void close() {
        registrations.close();
        opened().ifPresent(Connection::close);
    }
}
