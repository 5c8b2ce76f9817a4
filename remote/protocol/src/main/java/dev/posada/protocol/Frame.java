package dev.posada.protocol;

import dev.posada.xdr.XdrReader;
import dev.posada.xdr.XdrWriter;
import java.nio.ByteBuffer;

/**
 * A whole message.
 *
 * @param header its header
 * @param payload what follows the header, from position to limit; nobody else uses the buffer
 */
public record Frame(MessageHeader header, ByteBuffer payload) {

    /** Reads the payload's values from their beginning. */
    public XdrReader reader() {
        return XdrReader.of(payload);
    }

    /**
     * The bytes of a message, ready to be sent.
     *
     * @throws dev.posada.xdr.XdrException when the payload exceeds a limit of the protocol
     */
    public static ByteBuffer encode(MessageHeader header, XdrMessage payload) {
        XdrWriter out = begin(header);
        payload.encode(out);
        return finish(out);
    }

    /**
     * The bytes of a message that descriptors accompany. The header must be of such a type; the descriptors
     * themselves follow the last byte, each with a byte of its own that {@code length} does not count.
     *
     * @param descriptorCount how many, at most {@link WireLimits#MAX_DESCRIPTORS}
     */
    public static ByteBuffer encodeWithDescriptors(MessageHeader header, int descriptorCount, XdrMessage payload) {
        XdrWriter out = begin(header);
        out.count(descriptorCount, WireLimits.MAX_DESCRIPTORS);
        payload.encode(out);
        return finish(out);
    }

    /**
     * The bytes of a stream's data packet.
     *
     * @param data at most {@link WireLimits#MAX_STREAM_DATA_BYTES}, from position to limit, which stay as they are
     */
    public static ByteBuffer encodeData(MessageHeader header, ByteBuffer data) {
        if (data.remaining() > WireLimits.MAX_STREAM_DATA_BYTES) {
            throw new IllegalArgumentException(
                    data.remaining() + " bytes exceed the " + WireLimits.MAX_STREAM_DATA_BYTES + " of a stream packet");
        }
        var out = new XdrWriter(WireLimits.HEADER_BYTES + data.remaining());
        out.int32(0);
        header.encode(out);
        out.raw(data);
        return finish(out);
    }

    private static XdrWriter begin(MessageHeader header) {
        var out = new XdrWriter(WireLimits.MAX_MESSAGE_BYTES);
        out.int32(0);
        header.encode(out);
        return out;
    }

    private static ByteBuffer finish(XdrWriter out) {
        out.int32At(0, out.size());
        return out.written();
    }
}
