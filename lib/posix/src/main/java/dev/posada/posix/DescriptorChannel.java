package dev.posada.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads and writes the bytes of a descriptor that the JDK cannot open by itself: a received one, a pseudo-terminal, a FIFO.
 *
 * <p>A blocking read of a terminal or a FIFO holds the carrier of a virtual thread; so the descriptor is made non-blocking
 * (which everybody sees who shares the open file), and a thread that finds nothing waits by the {@link Poller}.
 *
 * <p>One thread may read while another one writes; further ones queue. Closing wakes all with
 * {@link AsynchronousCloseException}.
 */
public final class DescriptorChannel implements ByteChannel {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Descriptor descriptor;
    private final Poller poller;
    private final boolean terminal;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();

    /** Takes ownership of the descriptor: closing the channel closes it. The poller stays the caller's. */
    public DescriptorChannel(Descriptor descriptor, Poller poller) {
        this.descriptor = descriptor;
        this.poller = poller;
        int number = descriptor.acquire();
        try {
            FileCalls.makeNonBlocking(number);
            this.terminal = Terminal.isTerminal(descriptor);
        } finally {
            descriptor.done();
        }
    }

    /**
     * Opens a terminal, FIFO or device by its path. A terminal does not become the controlling terminal; a FIFO opened for
     * writing needs a reader (ENXIO otherwise).
     */
    public static DescriptorChannel open(Path path, OpenFlag access, Poller poller) {
        var opened = Descriptor.open(path, Set.of(access, OpenFlag.NON_BLOCKING, OpenFlag.NO_CONTROLLING_TERMINAL), 0);
        return new DescriptorChannel(opened, poller);
    }

    /** The descriptor, still owned by this channel. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /**
     * Waits until there is something and reads it.
     *
     * @return at least 1, or -1 at the end: the writers closed, or the terminal hung up; 0 only if the buffer is full
     */
    @Override
    public int read(ByteBuffer into) throws IOException {
        return read(into, FOR_EVER);
    }

    /**
     * Waits for at most the timeout until there is something and reads it.
     *
     * @return bytes read, -1 at the end, 0 when the time is over
     */
    public int read(ByteBuffer into, Duration timeout) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        reading.lock();
        try {
            long deadline = deadline(timeout);
            while (true) {
                int count = attempt(true, into);
                if (count > 0) {
                    return count;
                }
                // A terminal without its other side answers EIO for ever: that is its end of file.
                if (count == 0 || (count == -Errno.EIO && terminal)) {
                    return -1;
                }
                if (count != -Errno.EAGAIN) {
                    throw failure("read", -count);
                }
                if (!poller.await(descriptor, Readiness.READABLE, remaining(deadline))) {
                    return 0;
                }
            }
        } finally {
            reading.unlock();
        }
    }

    /** Writes all of the buffer, waiting as long as it takes. */
    @Override
    public int write(ByteBuffer from) throws IOException {
        return write(from, FOR_EVER);
    }

    /**
     * Writes what can be written within the timeout.
     *
     * @return bytes written; the buffer holds the rest if it is not all
     */
    public int write(ByteBuffer from, Duration timeout) throws IOException {
        writing.lock();
        try {
            long deadline = deadline(timeout);
            int start = from.position();
            while (from.hasRemaining()) {
                int count = attempt(false, from);
                if (count < 0 && count != -Errno.EAGAIN) {
                    throw failure("write", -count);
                }
                if (count == -Errno.EAGAIN && !poller.await(descriptor, Readiness.WRITABLE, remaining(deadline))) {
                    break;
                }
            }
            return from.position() - start;
        } finally {
            writing.unlock();
        }
    }

    private int attempt(boolean read, ByteBuffer buffer) throws ClosedChannelException {
        int number;
        try {
            number = descriptor.acquire();
        } catch (IllegalStateException closed) {
            throw new ClosedChannelException();
        }
        try {
            return read ? FileCalls.read(number, buffer) : FileCalls.write(number, buffer);
        } finally {
            descriptor.done();
        }
    }

    private IOException failure(String call, int errno) {
        var cause = new PosixException(call, descriptor.toString(), errno);
        return new IOException(cause.getMessage(), cause);
    }

    private static long deadline(Duration timeout) {
        return System.nanoTime() + Poller.saturatedNanos(timeout);
    }

    private static Duration remaining(long deadline) {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    @Override
    public boolean isOpen() {
        return descriptor.isOpen();
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
