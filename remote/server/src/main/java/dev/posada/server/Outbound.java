package dev.posada.server;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorPassing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What goes out to one client, in order.
 *
 * <p>There is no writer thread: whoever brings a message while nobody writes becomes the writer and stays it until the
 * queue is empty, so that a reply usually leaves on the thread that made it, and what others bring meanwhile leaves
 * with it in one call of the kernel. Those who must not wait for a slow client ({@link #offer}) hand the writing to a
 * fresh virtual thread instead.
 *
 * <p>{@code lock} guards the queue and the writer's role and is not held while writing. The queue is bounded in bytes:
 * {@link #put} waits for room, {@link #offer} says no. A message already accepted may be as long as the protocol
 * allows, so the queue holds at most {@value #ROOM_BYTES} bytes and one message of each thread that brought one.
 *
 * <p>Safe for use by several threads.
 */
final class Outbound implements AutoCloseable {
    /** Bytes above which nothing more is accepted until the client has read some. */
    static final int ROOM_BYTES = 4 << 20;

    /** Bytes given to the kernel at once; the JDK keeps a native copy of that size. */
    private static final int WRITE_BYTES_MAX = 128 << 10;

    /** Messages given to the kernel at once. */
    private static final int GATHER_MAX = 64;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** A message with the descriptors that follow it. */
    private record Outgoing(ByteBuffer bytes, List<Descriptor> descriptors) {}

    private final SocketChannel channel;
    private final DescriptorPassing passing;
    private final Duration stall;
    private final Backlog backlog;
    private final LongAdder bytesOut;
    private final Runnable onFailure;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long announcedBytes;
    private boolean writing;
    private boolean closed;

    /** What is being written; the writer's own. */
    private ByteBuffer[] batch = new ByteBuffer[1];

    /** When the writer last made progress on what it is writing; 0 when nobody writes. */
    private volatile long writingSinceNanos;

    /**
     * Prepares to write.
     *
     * @param stall how long one descriptor may wait for a client that does not read
     * @param backlog counts what waits, together with that of other clients
     * @param bytesOut counts what has gone out
     * @param onFailure called once by the thread whose writing failed; it should close the connection
     */
    Outbound(
            SocketChannel channel,
            DescriptorPassing passing,
            Duration stall,
            Backlog backlog,
            LongAdder bytesOut,
            Runnable onFailure) {
        this.channel = channel;
        this.passing = passing;
        this.stall = stall;
        this.backlog = backlog;
        this.bytesOut = bytesOut;
        this.onFailure = onFailure;
    }

    /** Sends a message, waiting for room if need be; false when the connection is closed. */
    boolean put(ByteBuffer message) {
        return put(message, List.of());
    }

    /** Sends a message with descriptors, which are closed when they are sent or cannot be. */
    boolean put(ByteBuffer message, List<Descriptor> descriptors) {
        int bytes = message.remaining();
        backlog.add(bytes);
        lock.lock();
        try {
            announcedBytes += bytes;
            while (!closed && queuedBytes > ROOM_BYTES) {
                room.awaitUninterruptibly();
            }
            announcedBytes -= bytes;
            if (closed) {
                backlog.remove(bytes);
                descriptors.forEach(Descriptor::close);
                return false;
            }
            enqueue(new Outgoing(message, descriptors));
            if (writing) {
                return true;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        drain();
        return true;
    }

    /**
     * Sends a message without ever waiting.
     *
     * @return false when there is no room, or the connection is closed
     */
    boolean offer(ByteBuffer message) {
        int bytes = message.remaining();
        backlog.add(bytes);
        lock.lock();
        try {
            if (closed || queuedBytes > ROOM_BYTES) {
                backlog.remove(bytes);
                return false;
            }
            enqueue(new Outgoing(message, List.of()));
            if (writing) {
                return true;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("posada-writer").start(this::drain);
        return true;
    }

    /** Waits until at most this many bytes are queued; false when the connection is closed. */
    boolean awaitBacklogBelow(int bytes) {
        lock.lock();
        try {
            while (!closed && queuedBytes > bytes) {
                room.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all that was accepted has been given to the kernel, or the connection is closed. */
    void flush() {
        lock.lock();
        try {
            while (!closed && writing) {
                room.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** For how long the writer has waited for the client to read, in nanoseconds; 0 when it does not. */
    long stalledNanos(long nowNanos) {
        long since = writingSinceNanos;
        return since == 0 ? 0 : Math.max(0, nowNanos - since);
    }

    /** The bytes that wait for the client: queued, or held by threads that wait to queue them. */
    long waitingBytes() {
        lock.lock();
        try {
            return queuedBytes + announcedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what is queued and lets everybody who waits go. The channel is the owner's to close. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (var outgoing : queue) {
                outgoing.descriptors.forEach(Descriptor::close);
            }
            queue.clear();
            backlog.remove(queuedBytes);
            queuedBytes = 0;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(Outgoing outgoing) {
        queue.add(outgoing);
        queuedBytes += outgoing.bytes.remaining();
    }

    private void drain() {
        try {
            while (true) {
                int count = take();
                if (count == 0) {
                    return;
                }
                if (count > 0) {
                    write(batch, count);
                } else {
                    writeWithDescriptors();
                }
            }
        } catch (IOException e) {
            writingSinceNanos = 0;
            close();
            onFailure.run();
        }
    }

    /**
     * Moves messages without descriptors into the batch.
     *
     * @return how many; 0 when there is nothing left and the role of writer is given up; -1 when the next message has
     *     descriptors
     */
    private int take() {
        lock.lock();
        try {
            if (queue.isEmpty()) {
                writing = false;
                writingSinceNanos = 0;
                room.signalAll();
                return 0;
            }
            if (batch.length == 1 && queue.size() > 1) {
                // Most connections never have two messages waiting.
                batch = new ByteBuffer[GATHER_MAX];
            }
            int count = 0;
            while (count < batch.length
                    && !queue.isEmpty()
                    && queue.peek().descriptors.isEmpty()) {
                batch[count++] = queue.remove().bytes;
            }
            return count == 0 ? -1 : count;
        } finally {
            lock.unlock();
        }
    }

    private void write(ByteBuffer[] messages, int count) throws IOException {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += messages[i].remaining();
        }
        long left = bytes;
        int first = 0;
        while (left > 0) {
            while (!messages[first].hasRemaining()) {
                messages[first++] = NOTHING;
            }
            left -= writeSome(messages, first, count);
        }
        Arrays.fill(messages, 0, count, NOTHING);
        sent(bytes);
    }

    private long writeSome(ByteBuffer[] batch, int first, int count) throws IOException {
        writingSinceNanos = System.nanoTime() | 1;
        var head = batch[first];
        int remaining = head.remaining();
        if (remaining > WRITE_BYTES_MAX) {
            int limit = head.limit();
            try {
                return channel.write(head.limit(head.position() + WRITE_BYTES_MAX));
            } finally {
                head.limit(limit);
            }
        }
        int end = first + 1;
        long bytes = remaining;
        while (end < count && bytes + batch[end].remaining() <= WRITE_BYTES_MAX) {
            bytes += batch[end++].remaining();
        }
        return end == first + 1 ? channel.write(head) : channel.write(batch, first, end - first);
    }

    private void writeWithDescriptors() throws IOException {
        Outgoing outgoing;
        lock.lock();
        try {
            var next = queue.poll();
            if (next == null) {
                return;
            }
            outgoing = next;
        } finally {
            lock.unlock();
        }
        try {
            write(new ByteBuffer[] {outgoing.bytes}, 1);
            for (var descriptor : outgoing.descriptors) {
                writingSinceNanos = System.nanoTime() | 1;
                // Each travels with a byte of its own behind the message; that byte is not counted in its length.
                passing.send(channel, ByteBuffer.wrap(new byte[1]), List.of(descriptor), stall);
            }
        } finally {
            outgoing.descriptors.forEach(Descriptor::close);
        }
    }

    private void sent(long bytes) throws IOException {
        bytesOut.add(bytes);
        lock.lock();
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            queuedBytes -= bytes;
            backlog.remove(bytes);
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
