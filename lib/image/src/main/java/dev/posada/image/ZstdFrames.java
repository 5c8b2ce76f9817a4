package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a zstd frame ends, for decompressors that want to be given a frame and nothing else.
 *
 * <pre>
 * magic 0xfd2fb528 · descriptor (1) · window (1, unless single segment) · dictionary id (0 1 2 4) · content size (0 1 2 4 8)
 * block header (3): bit 0 last, bits 1-2 kind, bits 3-23 size · block: size bytes; of kind 1, a repeated byte, one
 * checksum (4, if the descriptor says so)
 *
 * descriptor: bits 0-1 size of the dictionary id, 2 checksum, 5 single segment, 6-7 size of the content size
 * </pre>
 *
 * All little-endian; RFC 8878.
 */
final class ZstdFrames {
    private static final int MAGIC = 0xfd2fb528;
    private static final int MAGIC_BYTES = 4;
    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int CHECKSUM_BYTES = 4;
    private static final int REPEATED = 1;
    private static final int RESERVED = 3;

    private ZstdFrames() {}

    /** Length of the frame at the buffer's position; 0 when there is none or the buffer ends before. */
    static int length(ByteBuffer buffer) {
        var from = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (from.limit() <= MAGIC_BYTES || from.getInt(0) != MAGIC) {
            return 0;
        }
        int descriptor = from.get(MAGIC_BYTES);
        boolean singleSegment = (descriptor & 1 << 5) != 0;
        int dictionary = new int[] {0, 1, 2, 4}[descriptor & 3];
        int contentSize = new int[] {singleSegment ? 1 : 0, 2, 4, 8}[descriptor >> 6 & 3];
        int at = MAGIC_BYTES + 1 + (singleSegment ? 0 : 1) + dictionary + contentSize;
        boolean last = false;
        while (!last) {
            if (at > from.limit() - BLOCK_HEADER_BYTES) {
                return 0;
            }
            int header = Short.toUnsignedInt(from.getShort(at)) | Byte.toUnsignedInt(from.get(at + 2)) << 16;
            last = (header & 1) != 0;
            int kind = header >> 1 & 3;
            if (kind == RESERVED) {
                return 0;
            }
            at += BLOCK_HEADER_BYTES + (kind == REPEATED ? 1 : header >> 3);
        }
        if ((descriptor & 1 << 2) != 0) {
            at += CHECKSUM_BYTES;
        }
        return at <= from.limit() ? at : 0;
    }
}
