package dev.posada.image;

/**
 * How far we follow what images say.
 *
 * @param chainLength most images of a backing chain, the top one counted
 * @param tableBytes most memory that one image's tables may demand when it is opened
 * @param cacheBytes memory that an open image may use to remember tables
 */
public record Bounds(int chainLength, long tableBytes, long cacheBytes) {
    /** As long a chain as libvirt follows, tables as large as QEMU accepts, and 16 MiB to remember them. */
    public static final Bounds DEFAULT = new Bounds(200, 64L << 20, 16L << 20);

    public Bounds {
        if (chainLength < 1 || tableBytes < 1 || cacheBytes < 1) {
            throw new IllegalArgumentException(
                    "bounds are positive: " + chainLength + ", " + tableBytes + ", " + cacheBytes);
        }
    }
}
