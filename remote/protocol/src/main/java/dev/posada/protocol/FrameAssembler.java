package dev.posada.protocol;

import dev.posada.xdr.XdrReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a flow of bytes into messages, whatever pieces it arrives in.
 *
 * <p>The receiver reads into {@link #space()} and then takes messages with {@link #next()} until there is none:
 *
 * {@snippet :
 * while (channel.read(assembler.space()) >= 0) {
 *     for (var frame = assembler.next(); frame.isPresent(); frame = assembler.next()) {
 *         receive(frame.get());
 *     }
 * }
 * }
 *
 * <p>The buffer starts small and grows only as bytes really arrive, so that a peer who merely announces a large
 * message costs nothing; after a large message it shrinks again. Where descriptors may follow a message the receiver
 * must not read beyond its end: it limits each read to {@link #missingBytes()}.
 *
 * <p>Not safe for use by several threads.
 */
public final class FrameAssembler {

    private static final int INITIAL_BYTES = 4096;
    private static final int GROWTH = 4;

    private byte[] bytes = new byte[INITIAL_BYTES];

    /** What {@link #space()} handed out last; its position tells how much was read into it. */
    private ByteBuffer space = ByteBuffer.wrap(bytes);

    private int taken;

    /** Where to read the next bytes into; never without room. Valid until the next call of this object. */
    public ByteBuffer space() {
        space.limit(space.capacity());
        if (!space.hasRemaining()) {
            makeRoom();
        }
        return space;
    }

    /**
     * How many bytes may be read without reading past the end of the message; at least 1, and 0 only when {@link #next()}
     * has a message. That is a whole header while the length is not known, because no message is shorter.
     *
     * @throws FramingException when the length word is out of bounds
     */
    public int missingBytes() {
        int available = space.position() - taken;
        if (available < WireLimits.LENGTH_BYTES) {
            return WireLimits.HEADER_BYTES - available;
        }
        return Math.max(0, length() - available);
    }

    /** Whether a message has begun to arrive and is not complete. */
    public boolean midMessage() {
        return space.position() > taken;
    }

    /**
     * Takes the next message, if it is complete.
     *
     * @throws FramingException when the length word is out of bounds
     */
    public Optional<Frame> next() {
        int available = space.position() - taken;
        if (available < WireLimits.LENGTH_BYTES || available < length()) {
            return Optional.empty();
        }
        int length = length();
        XdrReader header =
                XdrReader.of(bytes, taken + WireLimits.LENGTH_BYTES, WireLimits.HEADER_BYTES - WireLimits.LENGTH_BYTES);
        // A copy of its own size: the payload may be kept while this buffer is filled again.
        byte[] payload = Arrays.copyOfRange(bytes, taken + WireLimits.HEADER_BYTES, taken + length);
        taken += length;
        if (taken == space.position()) {
            reset();
        }
        return Optional.of(new Frame(MessageHeader.decode(header), ByteBuffer.wrap(payload)));
    }

    /**
     * Where to read the next bytes into, with no more room than the message has; valid until the next call of this object.
     *
     * @throws FramingException when the length word is out of bounds
     */
    public ByteBuffer exactSpace() {
        int missing = missingBytes();
        var room = space();
        return room.limit(room.position() + Math.min(room.remaining(), missing));
    }

    private int length() {
        int length = ByteBuffer.wrap(bytes).getInt(taken);
        if (length < WireLimits.HEADER_BYTES || length > WireLimits.MAX_MESSAGE_BYTES) {
            throw new FramingException("message length of " + Integer.toUnsignedString(length) + " is not between "
                    + WireLimits.HEADER_BYTES + " and " + WireLimits.MAX_MESSAGE_BYTES);
        }
        return length;
    }

    private void makeRoom() {
        int kept = space.position() - taken;
        if (taken > 0) {
            System.arraycopy(bytes, taken, bytes, 0, kept);
        } else {
            // Full of the beginning of one message, whose length was checked and bounds this growth.
            bytes = Arrays.copyOf(bytes, Math.min(bytes.length * GROWTH, WireLimits.MAX_MESSAGE_BYTES));
        }
        taken = 0;
        space = ByteBuffer.wrap(bytes).position(kept);
    }

    private void reset() {
        if (bytes.length > INITIAL_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        taken = 0;
        space = ByteBuffer.wrap(bytes);
    }
}
