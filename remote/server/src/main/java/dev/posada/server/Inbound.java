package dev.posada.server;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorPassing;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.WireLimits;
import dev.posada.xdr.XdrReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads a client's messages, one at a time.
 *
 * <p>Never a byte is read beyond the end of a message: descriptors travel with the bytes behind it, and whoever reads
 * such a byte in the ordinary way loses its descriptor. The first read asks for a whole header, which is the smallest
 * message there is, so that a call without arguments costs one read. Memory for a payload is taken as it arrives, not
 * as it is announced.
 *
 * <p>One thread reads; the times may be looked at by others.
 */
final class Inbound {
    /** Bytes asked for at once; the JDK keeps a native copy of that size. */
    private static final int READ_BYTES_MAX = 128 << 10;

    private static final int GROWTH = 4;

    private final SocketChannel channel;
    private final DescriptorPassing passing;
    private final boolean takesDescriptors;
    private final PayloadBudget budget;
    private final Duration stall;
    private final LongAdder bytesIn;
    private final ByteBuffer head = ByteBuffer.allocate(WireLimits.HEADER_BYTES);

    private volatile long heardNanos = System.nanoTime();
    private volatile boolean listening;
    private volatile boolean insideMessage;

    /**
     * A message as it came.
     *
     * @param frame header and payload, the payload behind the descriptor count if there is one
     * @param descriptors what came with it, to be closed by whoever takes the message
     * @param share what the payload takes of the budget, to be given back when it is no longer needed
     */
    record Message(Frame frame, List<Descriptor> descriptors, PayloadBudget.Share share) {}

    /**
     * Prepares to read.
     *
     * @param takesDescriptors whether the transport can carry descriptors
     * @param stall how long the client may be silent within a message
     */
    Inbound(
            SocketChannel channel,
            DescriptorPassing passing,
            boolean takesDescriptors,
            PayloadBudget budget,
            Duration stall,
            LongAdder bytesIn) {
        this.channel = channel;
        this.passing = passing;
        this.takesDescriptors = takesDescriptors;
        this.budget = budget;
        this.stall = stall;
        this.bytesIn = bytesIn;
    }

    /** When something came last; the given time while nobody listens, because then silence is not the client's. */
    long heardNanos(long nowNanos) {
        return listening ? heardNanos : nowNanos;
    }

    /** For how long the client has been silent within a message, in nanoseconds. */
    long stalledNanos(long nowNanos) {
        return listening && insideMessage ? Math.max(0, nowNanos - heardNanos) : 0;
    }

    /**
     * Waits for a message.
     *
     * @return nothing when the client has closed between two messages
     * @throws BrokenConnectionException when what comes is no message
     * @throws EOFException when the client has closed within a message
     */
    Optional<Message> next() throws IOException {
        head.clear().limit(WireLimits.HEADER_BYTES);
        if (!fill(head, WireLimits.LENGTH_BYTES)) {
            return Optional.empty();
        }
        // Judged as soon as it is there: after a wrong length the rest of a header may never come.
        int length = head.getInt(0);
        if (length < WireLimits.HEADER_BYTES || length > WireLimits.MAX_MESSAGE_BYTES) {
            throw new BrokenConnectionException(
                    "a message cannot be " + Integer.toUnsignedString(length) + " bytes long");
        }
        fill(head, WireLimits.HEADER_BYTES);
        var header = MessageHeader.decode(
                XdrReader.of(head.array(), WireLimits.LENGTH_BYTES, WireLimits.HEADER_BYTES - WireLimits.LENGTH_BYTES));
        int payloadBytes = length - WireLimits.HEADER_BYTES;
        var share = budget.share(payloadBytes);
        try {
            var payload = ByteBuffer.wrap(payload(payloadBytes, share));
            bytesIn.add(length);
            var descriptors = withDescriptors(header) ? descriptors(payload) : List.<Descriptor>of();
            insideMessage = false;
            return Optional.of(new Message(new Frame(header, payload), descriptors, share));
        } catch (IOException | RuntimeException e) {
            share.giveBack();
            throw e;
        }
    }

    private static boolean withDescriptors(MessageHeader header) {
        return header.typeNumber() == MessageType.CALL_WITH_FDS.number()
                || header.typeNumber() == MessageType.REPLY_WITH_FDS.number();
    }

    private byte[] payload(int length, PayloadBudget.Share share) throws IOException {
        var bytes = new byte[Math.min(length, PayloadBudget.FREE_BYTES)];
        long deadline = System.nanoTime() + stall.toNanos();
        int filled = 0;
        while (filled < length) {
            if (filled == bytes.length) {
                int larger = (int) Math.min(length, (long) bytes.length * GROWTH);
                if (!share.cover(larger, stall.toNanos())) {
                    throw new BrokenConnectionException("no memory for a message of " + length + " bytes");
                }
                bytes = Arrays.copyOf(bytes, larger);
            }
            int end = Math.min(bytes.length, filled + READ_BYTES_MAX);
            fill(ByteBuffer.wrap(bytes, filled, end - filled), end);
            filled = end;
            if (filled > PayloadBudget.MIDDLE_BYTES && System.nanoTime() - deadline > 0) {
                throw new BrokenConnectionException(
                        "a message of " + length + " bytes is not there after " + stall.toSeconds() + " seconds");
            }
        }
        return bytes;
    }

    /** Reads until the buffer's position is there; false when the client has closed before a message began. */
    private boolean fill(ByteBuffer target, int position) throws IOException {
        listening = true;
        heardNanos = System.nanoTime();
        try {
            while (target.position() < position) {
                if (channel.read(target) < 0) {
                    if (!insideMessage) {
                        return false;
                    }
                    throw new EOFException("the client closed within a message");
                }
                heardNanos = System.nanoTime();
                insideMessage = true;
            }
            return true;
        } finally {
            listening = false;
        }
    }

    private List<Descriptor> descriptors(ByteBuffer payload) throws IOException {
        if (payload.remaining() < Integer.BYTES) {
            throw new BrokenConnectionException("a message with descriptors does not say how many");
        }
        int count = payload.getInt();
        if (count < 0 || count > WireLimits.MAX_DESCRIPTORS) {
            throw new BrokenConnectionException(Integer.toUnsignedString(count)
                    + " descriptors with one message; at most " + WireLimits.MAX_DESCRIPTORS + " are allowed");
        }
        if (count > 0 && !takesDescriptors) {
            throw new BrokenConnectionException("descriptors cannot travel over this transport");
        }
        var descriptors = new ArrayList<Descriptor>();
        try {
            for (int i = 0; i < count; i++) {
                descriptors.add(descriptor());
            }
            return descriptors;
        } catch (IOException | RuntimeException e) {
            descriptors.forEach(Descriptor::close);
            throw e;
        }
    }

    private Descriptor descriptor() throws IOException {
        var received = passing.receive(channel, ByteBuffer.allocate(1), 1, stall);
        if (received.descriptors().isEmpty()) {
            throw new BrokenConnectionException("a descriptor was announced and did not come");
        }
        return received.descriptors().getFirst();
    }
}
