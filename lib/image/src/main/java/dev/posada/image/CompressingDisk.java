package dev.posada.image;

import java.nio.ByteBuffer;

/**
 * A disk that can keep whole clusters compressed. Compressing is work for many threads and needs nothing of the disk; writing is
 * for one.
 */
interface CompressingDisk extends Disk {
    /** Unit that is compressed as one. */
    int clusterBytes();

    /** How clusters are to be compressed, for {@link ClusterCodec#of}. */
    Compression compression();

    /**
     * Writes one cluster that is already compressed. What was in its place before is given back.
     *
     * @param position a multiple of the cluster size
     * @param compressed what {@link ClusterCodec#compress} made of the cluster, all of it shorter than the cluster; of the last
     *     cluster of a disk, which may be cut off, made of all the cluster with zeroes behind the disk's end
     */
    void writeCompressed(long position, ByteBuffer compressed);
}
