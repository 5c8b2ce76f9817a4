package dev.posada.image;

import java.nio.ByteBuffer;

/** Fetches compressed clusters, and keeps the last one at hand. For one thread at a time. */
final class Qcow2Decompressor implements AutoCloseable {
    private final Qcow2Image image;
    private final ClusterCodec codec;
    private final ByteBuffer compressed;
    private final ByteBuffer cluster;

    /** The descriptor of the cluster at hand; 0 when there is none. */
    private long atHand;

    Qcow2Decompressor(Qcow2Image image) {
        this.image = image;
        this.codec = ClusterCodec.of(image.header().compression());
        // As many sectors as a descriptor can name, which is up to twice the cluster.
        this.compressed = ByteBuffer.allocate(2 * image.clusterBytes() + Qcow2Entry.SECTOR_BYTES);
        this.cluster = ByteBuffer.allocate(image.clusterBytes());
    }

    boolean has(long entry) {
        return atHand == entry;
    }

    /** To be called when clusters are written: another one could come to lie where the one at hand was. */
    void forget() {
        atHand = 0;
    }

    /**
     * The bytes of a cluster, from position 0 to its limit; good until the next call.
     *
     * @throws ImageException CORRUPT when they are damaged
     */
    ByteBuffer cluster(long entry) {
        if (has(entry)) {
            return cluster;
        }
        forget();
        int bits = image.clusterBits();
        compressed.clear().limit(Qcow2Entry.compressedBytes(entry, bits));
        // The last sector may be cut off by the end of the file.
        image.store().readAvailable(Qcow2Entry.compressedOffset(entry, bits), compressed);
        if (!codec.decompress(compressed.flip(), cluster.clear())) {
            throw image.corrupt("the compressed cluster at " + Qcow2Entry.compressedOffset(entry, bits)
                    + " of the file is damaged, or the file is truncated");
        }
        atHand = entry;
        return cluster.clear();
    }

    @Override
    public void close() {
        codec.close();
    }
}
