package dev.posada.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Accepts connections and hands each on, without ever waiting for a client. When the host has no descriptors left it
 * tries again after a moment, since some client will leave.
 */
final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.server");
    private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

    private final Door door;
    private final ServerSocketChannel channel;
    private final AutoCloseable owner;
    private final Consumer<SocketChannel> onAccept;

    /**
     * A listener that does not accept yet.
     *
     * @param owner what is closed with the listener: the channel, or the file it belongs to
     * @param onAccept takes a connection; must not block
     */
    Listener(Door door, ServerSocketChannel channel, AutoCloseable owner, Consumer<SocketChannel> onAccept) {
        this.door = door;
        this.channel = channel;
        this.owner = owner;
        this.onAccept = onAccept;
    }

    void start() {
        Thread.ofVirtual().name("posada-listener " + door.name()).start(this::accept);
    }

    private void accept() {
        while (channel.isOpen()) {
            try {
                onAccept.accept(channel.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot accept a connection on " + door.name() + ": " + e.getMessage());
                LockSupport.parkNanos(AFTER_FAILURE.toNanos());
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a connection on " + door.name() + " failed before it began", e);
            }
        }
    }

    /** Accepts no more. */
    @Override
    public void close() {
        try {
            owner.close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "closing the listener on " + door.name() + ": " + e.getMessage());
        }
    }
}
