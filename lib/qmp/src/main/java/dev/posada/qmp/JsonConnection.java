package dev.posada.qmp;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorPassing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A byte channel that carries JSON both ways: one virtual thread reads and hands each value to the sink, another one writes
 * what callers queued.
 *
 * <p>Callers never write themselves: a peer that does not read would hold them beyond any timeout. A message that still
 * waits to be written can be withdrawn, and then never reaches the peer. The queue is bounded; who finds it full waits for
 * as long as it likes.
 *
 * <p>The connection ends once: by {@link #close}, by the peer, or by bytes that are not JSON. The sink hears of it after
 * everything else, from the reading thread.
 */
final class JsonConnection implements AutoCloseable {
    /** Messages that may wait for a peer that does not read. */
    private static final int QUEUE_LENGTH = 16;

    private static final Duration UNTIL_CLOSED = Duration.ofSeconds(Long.MAX_VALUE);

    private final ByteChannel channel;
    private final JsonReader reader;
    private final Sink sink;
    private final @Nullable DescriptorPassing passing;
    private final ArrayBlockingQueue<Outgoing> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    private final AtomicReference<@Nullable QmpException> end = new AtomicReference<>();
    private @Nullable Thread writer;

    /** Who is told of what comes; called by the reading thread, must not block. */
    interface Sink {
        void received(Json value);

        /** The peer sent its sentinel: what was begun before is void. */
        default void resynchronised() {}

        /** Called once, after everything else. */
        void ended(QmpException reason);
    }

    /** Bytes to be written, and descriptors to go along; these are closed here. */
    static final class Outgoing {
        private final byte[] bytes;
        private final List<Descriptor> descriptors;

        Outgoing(byte[] bytes, List<Descriptor> descriptors) {
            this.bytes = bytes;
            this.descriptors = List.copyOf(descriptors);
        }

        private void closeDescriptors() {
            descriptors.forEach(Descriptor::close);
        }
    }

    JsonConnection(ByteChannel channel, JsonReader reader, Sink sink, Optional<DescriptorPassing> passing) {
        this.channel = channel;
        this.reader = reader;
        this.sink = sink;
        this.passing = passing.orElse(null);
    }

    /** Starts both threads; called once. */
    void start(String name) {
        writer = Thread.ofVirtual().name(name + "-writer").start(this::write);
        Thread.ofVirtual().name(name + "-reader").start(this::read);
    }

    /**
     * Queues a message. Whether it will be written, and whether the connection still stands, is not known by then: an end
     * comes through the sink, behind all replies.
     *
     * @return false when the queue stayed full for that long; the descriptors are then closed
     */
    boolean send(Outgoing message, long timeoutNanos) throws InterruptedException {
        boolean queued = false;
        try {
            queued = queue.offer(message, Math.max(0, timeoutNanos), TimeUnit.NANOSECONDS);
        } finally {
            if (!queued) {
                message.closeDescriptors();
            }
        }
        return queued;
    }

    /** Takes back a message that nothing has been written of yet. */
    void withdraw(Outgoing message) {
        if (queue.remove(message)) {
            message.closeDescriptors();
        }
    }

    private void read() {
        try {
            end(readUntilTheEnd());
        } catch (QmpException malformed) {
            end(malformed);
        } catch (IOException e) {
            end(QmpException.disconnected("the connection broke: " + e.getMessage(), e));
        }
        var reason = end.get();
        if (reason != null) {
            sink.ended(reason);
        }
    }

    private QmpException readUntilTheEnd() throws IOException {
        while (true) {
            try {
                var value = reader.next();
                if (value.isEmpty()) {
                    return QmpException.disconnected("the peer closed the connection", null);
                }
                sink.received(value.get());
            } catch (JsonReader.SentinelException e) {
                sink.resynchronised();
            } catch (QmpException malformed) {
                if (!reader.recovers()) {
                    throw malformed;
                }
                if (!reader.skipPastSentinel()) {
                    return QmpException.disconnected("the peer closed the connection", null);
                }
                sink.resynchronised();
            }
        }
    }

    private void write() {
        try {
            while (end.get() == null) {
                var message = queue.take();
                try {
                    write(message);
                } finally {
                    message.closeDescriptors();
                }
            }
        } catch (InterruptedException closed) {
            // Interrupted by end(), which is how this thread ends.
        } catch (IOException e) {
            end(QmpException.disconnected("the connection broke: " + e.getMessage(), e));
        } finally {
            for (var left = queue.poll(); left != null; left = queue.poll()) {
                left.closeDescriptors();
            }
        }
    }

    private void write(Outgoing message) throws IOException {
        var bytes = ByteBuffer.wrap(message.bytes);
        if (!message.descriptors.isEmpty()) {
            if (passing == null || !(channel instanceof SocketChannel socket)) {
                throw new IOException("descriptors can only be sent over a unix socket");
            }
            passing.send(socket, bytes, message.descriptors, UNTIL_CLOSED);
        }
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Whether no reason to end has come up yet. */
    boolean isOpen() {
        return end.get() == null;
    }

    /** Whether {@link Outgoing#descriptors} can be sent. */
    boolean passesDescriptors() {
        return passing != null && channel instanceof SocketChannel;
    }

    private void end(QmpException reason) {
        // The first reason is the cause of all that follow.
        if (!end.compareAndSet(null, reason)) {
            return;
        }
        var thread = writer;
        if (thread != null) {
            thread.interrupt();
        }
        try {
            channel.close();
        } catch (IOException ignored) {
            // It is gone either way, and the reason is already known.
        }
    }

    /** Ends the connection; the sink hears of it from the reading thread. A second call does nothing. */
    @Override
    public void close() {
        end(QmpException.disconnected("the connection was closed", null));
    }
}
