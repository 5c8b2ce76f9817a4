package dev.posada.server;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.StreamHole;
import dev.posada.protocol.WireErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One stream of one client.
 *
 * <p>To the client a pump carries data as long as the client takes it: it waits while more than {@value #WINDOW_BYTES}
 * bytes are queued for the connection, so a guest that prints fast is slowed down by whoever reads it, and other
 * messages are never far behind. From the client data goes through a queue to a worker, because the end it goes to may
 * be slow while the connection's reader has other messages to read. When the queue is full the reader waits; when
 * nothing moves for {@link #PATIENCE} the stream, not the connection, is given up.
 *
 * <p>The life of a stream ends once: by the client's finish or abort, by an error here, or with the connection.
 *
 * <p>{@code lock} guards the queue and the state, and is not held while reading, writing or sending.
 */
final class ClientStream {
    /** Bytes queued for the connection above which no more data is added. */
    static final int WINDOW_BYTES = 512 << 10;

    /** Bytes from the client that wait for a slow end; also the largest packet. Clients send a quarter of that. */
    static final int QUEUE_BYTES_MAX = 1 << 20;

    /** How long the connection's reader waits for a slow end to take anything. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int ERRNO_EIO = 5;

    /** What waits for the worker. */
    private sealed interface Item {}

    private record Data(ByteBuffer bytes) implements Item {}

    private record Hole(long bytes) implements Item {}

    private record Finish() implements Item {}

    private final MessageHeader opening;
    private final StreamPlan plan;
    private final Outbound outbound;
    private final Consumer<ClientStream> onEnd;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean working;
    private boolean ended;

    /**
     * A stream that is not yet under way.
     *
     * @param opening the header of the call that opened it
     * @param onEnd called once when the stream is over
     */
    ClientStream(MessageHeader opening, StreamPlan plan, Outbound outbound, Consumer<ClientStream> onEnd) {
        this.opening = opening;
        this.plan = plan;
        this.outbound = outbound;
        this.onEnd = onEnd;
    }

    /** Begins to send, when there is something to send. To be called when the call's reply is on its way. */
    void start() {
        if (plan.source().isPresent() && !hasEnded()) {
            Thread.ofVirtual().name("posada-stream").start(this::pump);
        }
    }

    /** The serial of the call that opened the stream. */
    int serial() {
        return opening.serial();
    }

    /** Whether a packet with this header belongs here. */
    boolean owns(MessageHeader header) {
        return header.serial() == opening.serial()
                && header.program() == opening.program()
                && header.procedure() == opening.procedure();
    }

    /** Takes data from the client; empty data is harmless. */
    void data(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return;
        }
        if (plan.sink().isEmpty()) {
            fail(failure("the client sent data on a stream that only goes to it"));
            return;
        }
        if (bytes.remaining() > QUEUE_BYTES_MAX) {
            fail(failure("a packet of " + bytes.remaining() + " bytes; send at most " + QUEUE_BYTES_MAX + " at once"));
            return;
        }
        enqueue(new Data(bytes), bytes.remaining());
    }

    /**
     * Takes a hole from the client.
     *
     * @throws BrokenConnectionException when the client has not asked for holes in the beginning
     */
    void hole(long bytes) throws BrokenConnectionException {
        if (!plan.sparse() || plan.sink().isEmpty() || bytes < 0) {
            throw new BrokenConnectionException("a hole came on a stream that was not opened for holes");
        }
        enqueue(new Hole(bytes), Long.BYTES);
    }

    /** The client has sent, or received, all it wants. */
    void finish() {
        if (plan.sink().isPresent()) {
            enqueue(new Finish(), 0);
        } else if (end()) {
            send(MessageStatus.OK);
        }
    }

    /** The client gives up; there is nothing that could keep it from that. */
    void abort() {
        if (end()) {
            send(MessageStatus.OK);
        }
    }

    /** The connection is gone. */
    void abandon() {
        end();
    }

    private void fail(PosadaException failure) {
        if (end()) {
            var header = opening.answer(MessageType.STREAM, MessageStatus.ERROR);
            outbound.put(Frame.encode(header, WireErrors.encode(failure)));
        }
    }

    /** Marks the end and lets go of everything; true for whoever is first. */
    private boolean end() {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            ended = true;
            queue.clear();
            queuedBytes = 0;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        plan.close();
        onEnd.accept(this);
        return true;
    }

    private boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private void send(MessageStatus status) {
        outbound.put(Frame.encode(opening.answer(MessageType.STREAM, status), NoPayload.INSTANCE));
    }

    private void pump() {
        var source = plan.source().orElseThrow();
        var buffer = ByteBuffer.allocate(plan.packetBytes());
        var header = opening.answer(MessageType.STREAM, MessageStatus.CONTINUE);
        try {
            while (outbound.awaitBacklogBelow(WINDOW_BYTES)) {
                var part = source.read(buffer.clear());
                if (hasEnded()) {
                    return;
                }
                switch (part) {
                    case DATA -> {
                        if (buffer.flip().hasRemaining()) {
                            outbound.put(Frame.encodeData(header, buffer));
                        }
                    }
                    case HOLE -> sendHole(source.holeBytes());
                    case END -> {
                        outbound.put(Frame.encode(header, NoPayload.INSTANCE));
                        return;
                    }
                }
            }
        } catch (ClosedChannelException e) {
            // Whoever took the other end away has ended what there was to read.
            if (!hasEnded()) {
                outbound.put(Frame.encode(header, NoPayload.INSTANCE));
            }
        } catch (IOException e) {
            fail(failure("cannot read from stream: " + e.getMessage()));
        } catch (PosadaException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(Failures.unexpected("a stream's source", e));
        }
    }

    private void sendHole(long bytes) {
        var header = opening.answer(MessageType.STREAM_HOLE, MessageStatus.CONTINUE);
        outbound.put(Frame.encode(header, new StreamHole(bytes, 0)));
    }

    private void enqueue(Item item, int bytes) {
        boolean stuck;
        lock.lock();
        try {
            stuck = !awaitRoom(bytes);
            if (ended) {
                return;
            }
            if (!stuck) {
                queue.add(item);
                queuedBytes += bytes;
                if (!working) {
                    working = true;
                    Thread.ofVirtual().name("posada-stream").start(this::work);
                }
            }
        } finally {
            lock.unlock();
        }
        if (stuck) {
            fail(failure("the other end has taken nothing for " + PATIENCE.toSeconds() + " seconds"));
        }
    }

    /** Waits until the queue has room; false when nothing moves for too long. */
    private boolean awaitRoom(int bytes) {
        long leftNanos = PATIENCE.toNanos();
        while (!ended && queuedBytes > 0 && queuedBytes + bytes > QUEUE_BYTES_MAX) {
            long before = queuedBytes;
            try {
                leftNanos = moved.awaitNanos(leftNanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            if (queuedBytes != before) {
                leftNanos = PATIENCE.toNanos();
            } else if (leftNanos <= 0) {
                return false;
            }
        }
        return true;
    }

    private void work() {
        var sink = plan.sink().orElseThrow();
        try {
            while (true) {
                Item item;
                lock.lock();
                try {
                    if (ended || queue.isEmpty()) {
                        working = false;
                        return;
                    }
                    item = queue.remove();
                } finally {
                    lock.unlock();
                }
                switch (item) {
                    case Data(ByteBuffer bytes) -> {
                        int size = bytes.remaining();
                        sink.write(bytes);
                        taken(size);
                    }
                    case Hole(long bytes) -> {
                        sink.hole(bytes);
                        taken(Long.BYTES);
                    }
                    case Finish() -> {
                        sink.finish();
                        abort();
                    }
                }
            }
        } catch (ClosedChannelException e) {
            fail(failure("cannot write to stream: the other end is closed"));
        } catch (IOException e) {
            fail(failure("cannot write to stream: " + e.getMessage()));
        } catch (PosadaException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(Failures.unexpected("a stream's sink", e));
        }
    }

    private void taken(int bytes) {
        lock.lock();
        try {
            queuedBytes = Math.max(0, queuedBytes - bytes);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static PosadaException failure(String detail) {
        return PosadaException.system(ErrorOrigin.STREAMS, ERRNO_EIO, detail);
    }

    /** Refuses one stream too many. */
    static PosadaException tooMany(int most) {
        return new PosadaException(
                ErrorCode.RPC, ErrorOrigin.RPC, "a client can have " + most + " streams at a time; end one first");
    }
}
