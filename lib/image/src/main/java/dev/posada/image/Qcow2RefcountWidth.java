package dev.posada.image;

import java.nio.ByteBuffer;

/**
 * Reads and writes the counts in a refcount block, which are 1, 2, 4, 8, 16, 32 or 64 bits wide. Narrow ones fill a byte from
 * its least significant bit on; wide ones are big-endian.
 *
 * @param order log2 of the width, 0 to 6
 */
record Qcow2RefcountWidth(int order) {
    private static final int BYTE_ORDER = 3;

    /** The greatest count; of 64 bits, half of what fits, so that sums stay positive. */
    long max() {
        return order == 6 ? Long.MAX_VALUE : (1L << (1 << order)) - 1;
    }

    /** The count at an index; a 64-bit count beyond {@link #max} comes out negative. */
    long get(ByteBuffer block, int index) {
        return switch (order) {
            case 3 -> Byte.toUnsignedLong(block.get(index));
            case 4 -> Short.toUnsignedLong(block.getShort(index << 1));
            case 5 -> Integer.toUnsignedLong(block.getInt(index << 2));
            case 6 -> block.getLong(index << 3);
            default -> {
                int perByte = BYTE_ORDER - order;
                int shift = (index & (1 << perByte) - 1) << order;
                yield block.get(index >> perByte) >> shift & max();
            }
        };
    }

    void put(ByteBuffer block, int index, long count) {
        switch (order) {
            case 3 -> block.put(index, (byte) count);
            case 4 -> block.putShort(index << 1, (short) count);
            case 5 -> block.putInt(index << 2, (int) count);
            case 6 -> block.putLong(index << 3, count);
            default -> {
                int perByte = BYTE_ORDER - order;
                int shift = (index & (1 << perByte) - 1) << order;
                int at = index >> perByte;
                block.put(at, (byte) ((block.get(at) & ~(max() << shift)) | (count << shift)));
            }
        }
    }

    /** The byte of the block in which the count at an index begins. */
    int byteOf(int index) {
        return order >= BYTE_ORDER ? index << (order - BYTE_ORDER) : index >> (BYTE_ORDER - order);
    }

    /** The first index from the given one on whose count is zero, or the limit. */
    int firstZero(ByteBuffer block, int from, int limit) {
        int index = from;
        while (index < limit && get(block, index) != 0) {
            index++;
        }
        return index;
    }

    /** The first index from the given one on whose count is not zero, or the limit. */
    int firstUsed(ByteBuffer block, int from, int limit) {
        int index = from;
        int perWord = 1 << (6 - order);
        while (index < limit) {
            if ((index & perWord - 1) == 0 && index + perWord <= limit && block.getLong(byteOf(index)) == 0) {
                index += perWord;
            } else if (get(block, index) == 0) {
                index++;
            } else {
                return index;
            }
        }
        return limit;
    }
}
