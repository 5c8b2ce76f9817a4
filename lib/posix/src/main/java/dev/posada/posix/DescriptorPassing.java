package dev.posada.posix;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives open descriptors together with bytes over unix sockets (SCM_RIGHTS, unix(7)).
 *
 * <p>Rules for a channel of the JDK:
 * <ul>
 *   <li>Descriptors travel with a byte. Whoever reads that byte by {@link SocketChannel#read} loses them: the kernel closes
 *       them. So a protocol must say where they come, and its reader must not read ahead of that place.
 *   <li>The channel knows nothing of these calls. The caller sees to it that at most one thread reads (by whatever
 *       means) at a time, and one writes.
 *   <li>Each call works on a duplicate of the channel's descriptor, never blocks in the kernel (also on a blocking channel) and
 *       waits by the {@link Poller}. A channel closed meanwhile is noticed within {@value #CLOSE_CHECK_MILLIS} ms; until
 *       then the peer does not see the end.
 * </ul>
 *
 * <p>Safe for use by several threads, on different sockets.
 */
public final class DescriptorPassing {
    /** Most descriptors that fit one message. */
    public static final int DESCRIPTORS_MAX = SocketCalls.DESCRIPTORS_PER_MESSAGE_MAX;

    private static final long CLOSE_CHECK_MILLIS = 100;

    private final Poller poller;

    /** The poller stays the caller's. */
    public DescriptorPassing(Poller poller) {
        this.poller = poller;
    }

    /**
     * What came.
     *
     * @param byteCount bytes put into the buffer, at least 1
     * @param descriptors now the caller's to close; often none
     */
    public record Received(int byteCount, List<Descriptor> descriptors) {
        public Received {
            descriptors = List.copyOf(descriptors);
        }
    }

    /**
     * Sends all of the buffer, the descriptors with its first byte. They stay the caller's and may be closed afterwards.
     *
     * @throws IllegalArgumentException when the buffer is empty or there are more than {@link #DESCRIPTORS_MAX}
     * @throws SocketTimeoutException when the peer does not take it in time; part may have gone
     * @throws AsynchronousCloseException when the channel is closed meanwhile
     */
    public void send(SocketChannel channel, ByteBuffer bytes, List<Descriptor> descriptors, Duration timeout)
            throws IOException {
        try (var socket = ChannelDescriptors.duplicate(channel)) {
            send(new Socket(socket, channel), bytes, descriptors, timeout);
        }
    }

    /** As {@link #send(SocketChannel, ByteBuffer, List, Duration)}, on a socket that is not the JDK's. */
    public void send(Descriptor socket, ByteBuffer bytes, List<Descriptor> descriptors, Duration timeout)
            throws IOException {
        send(new Socket(socket, null), bytes, descriptors, timeout);
    }

    /**
     * Receives at least one byte, and the descriptors that came with it.
     *
     * @param descriptorsMax 0 to {@link #DESCRIPTORS_MAX}
     * @throws EOFException when the peer has closed
     * @throws IOException when more descriptors came than allowed; all are closed
     * @throws SocketTimeoutException when nothing comes in time
     * @throws AsynchronousCloseException when the channel is closed meanwhile
     */
    public Received receive(SocketChannel channel, ByteBuffer into, int descriptorsMax, Duration timeout)
            throws IOException {
        try (var socket = ChannelDescriptors.duplicate(channel)) {
            return receive(new Socket(socket, channel), into, descriptorsMax, timeout);
        }
    }

    /** As {@link #receive(SocketChannel, ByteBuffer, int, Duration)}, on a socket that is not the JDK's. */
    public Received receive(Descriptor socket, ByteBuffer into, int descriptorsMax, Duration timeout)
            throws IOException {
        return receive(new Socket(socket, null), into, descriptorsMax, timeout);
    }

    private void send(Socket socket, ByteBuffer bytes, List<Descriptor> descriptors, Duration timeout)
            throws IOException {
        if (!bytes.hasRemaining()) {
            throw new IllegalArgumentException("descriptors travel with at least one byte");
        }
        if (descriptors.size() > DESCRIPTORS_MAX) {
            throw new IllegalArgumentException(
                    descriptors.size() + " descriptors in one message; at most " + DESCRIPTORS_MAX + " fit");
        }
        var acquired = new ArrayList<Descriptor>();
        try {
            var numbers = new int[descriptors.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = descriptors.get(i).acquire();
                acquired.add(descriptors.get(i));
            }
            sendAll(socket, bytes, numbers, timeout);
        } finally {
            acquired.forEach(Descriptor::done);
        }
    }

    private void sendAll(Socket socket, ByteBuffer bytes, int[] numbers, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + Poller.saturatedNanos(timeout);
        int[] unsent = numbers;
        while (bytes.hasRemaining()) {
            int result = socket.send(bytes, unsent);
            if (result > 0) {
                unsent = new int[0];
            } else if (result == -Errno.EAGAIN) {
                awaitReady(socket, Readiness.WRITABLE, deadline);
            } else {
                throw failure("sendmsg", -result);
            }
        }
    }

    private Received receive(Socket socket, ByteBuffer into, int descriptorsMax, Duration timeout) throws IOException {
        if (!into.hasRemaining() || descriptorsMax < 0 || descriptorsMax > DESCRIPTORS_MAX) {
            throw new IllegalArgumentException("room for at least one byte and 0 to " + DESCRIPTORS_MAX
                    + " descriptors is needed, not " + descriptorsMax);
        }
        long deadline = System.nanoTime() + Poller.saturatedNanos(timeout);
        while (true) {
            var message = socket.receive(into, descriptorsMax);
            if (message.truncated() || message.descriptors().size() > descriptorsMax) {
                message.descriptors().forEach(Descriptor::close);
                throw new IOException("the peer sent more than " + descriptorsMax + " descriptors in one message");
            }
            if (message.result() > 0) {
                return new Received(message.result(), message.descriptors());
            }
            if (message.result() == 0) {
                throw new EOFException("the peer closed the socket");
            }
            if (message.result() != -Errno.EAGAIN) {
                throw failure("recvmsg", -message.result());
            }
            awaitReady(socket, Readiness.READABLE, deadline);
        }
    }

    private void awaitReady(Socket socket, Readiness readiness, long deadline) throws IOException {
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("the peer is not ready to exchange descriptors");
            }
            var slice = Duration.ofNanos(Math.min(left, CLOSE_CHECK_MILLIS * 1_000_000));
            boolean ready = poller.await(socket.descriptor, readiness, slice);
            socket.requireOpen();
            if (ready) {
                return;
            }
        }
    }

    private static IOException failure(String call, int errno) {
        var cause = new PosixException(call, "", errno);
        return new IOException(cause.getMessage(), cause);
    }

    /** A socket to use, and the channel that may be closed behind our back. */
    private static final class Socket {
        private final Descriptor descriptor;
        private final @Nullable SocketChannel channel;

        private Socket(Descriptor descriptor, @Nullable SocketChannel channel) {
            this.descriptor = descriptor;
            this.channel = channel;
        }

        private int send(ByteBuffer bytes, int[] numbers) {
            int number = descriptor.acquire();
            try {
                return SocketCalls.send(number, bytes, numbers);
            } finally {
                descriptor.done();
            }
        }

        private SocketCalls.Message receive(ByteBuffer into, int descriptorsMax) {
            int number = descriptor.acquire();
            try {
                return SocketCalls.receive(number, into, descriptorsMax);
            } finally {
                descriptor.done();
            }
        }

        private void requireOpen() throws AsynchronousCloseException {
            if (channel != null && !channel.isOpen()) {
                throw new AsynchronousCloseException();
            }
        }
    }
}
