package dev.posada.storage;

/**
 * One partition of a disk.
 *
 * @param number as the kernel counts, from 1
 * @param role what part it has in its table
 * @param startBytes where it begins
 * @param endBytes where it ends; the first byte that is not its own
 * @param format what it is to hold, in libvirt's words, as {@code linux-swap}; {@code none} when the table does not say
 */
record Partition(int number, Role role, long startBytes, long endBytes, String format) {
    /** What part a partition has in its table. */
    enum Role {
        PRIMARY,
        /** It holds the logical ones and nothing of its own. */
        EXTENDED,
        LOGICAL
    }

    long lengthBytes() {
        return endBytes - startBytes;
    }
}
