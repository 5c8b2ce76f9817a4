package dev.posada.client;

import dev.posada.model.VolumeInfo;
import dev.posada.model.VolumeType;
import dev.posada.protocol.RemoteStoragePoolLookupByVolumeArgs;
import dev.posada.protocol.RemoteStorageVolDeleteArgs;
import dev.posada.protocol.RemoteStorageVolDownloadArgs;
import dev.posada.protocol.RemoteStorageVolGetInfoArgs;
import dev.posada.protocol.RemoteStorageVolGetInfoFlagsArgs;
import dev.posada.protocol.RemoteStorageVolGetPathArgs;
import dev.posada.protocol.RemoteStorageVolGetXmlDescArgs;
import dev.posada.protocol.RemoteStorageVolResizeArgs;
import dev.posada.protocol.RemoteStorageVolUploadArgs;
import dev.posada.protocol.RemoteStorageVolWipePatternArgs;
import dev.posada.protocol.StorageStub;
import dev.posada.protocol.StorageVolRef;

/** A storage volume of a {@link Connection}: a handle that asks the daemon for everything but its names. */
public final class StorageVolume {
    private static final int GET_PHYSICAL = 1;

    private final Connection connection;
    private final StorageVolRef ref;

    StorageVolume(Connection connection, StorageVolRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    StorageVolRef ref() {
        return ref;
    }

    public String name() {
        return ref.name();
    }

    /** What tells it from all others on its host; for files their path. */
    public String key() {
        return ref.key();
    }

    /** The name of its pool. */
    public String poolName() {
        return ref.pool();
    }

    /** Its pool. */
    public StoragePool pool() {
        return new StoragePool(
                connection,
                calls().storagePoolLookupByVolume(new RemoteStoragePoolLookupByVolumeArgs(ref))
                        .pool());
    }

    /** Where its bytes are on the daemon's host. */
    public String path() {
        return calls().storageVolGetPath(new RemoteStorageVolGetPathArgs(ref)).name();
    }

    /** Type and sizes; asks twice, for the daemon tells the physical size in place of the allocation. */
    public VolumeInfo info() {
        var info = calls().storageVolGetInfo(new RemoteStorageVolGetInfoArgs(ref));
        var physical = calls().storageVolGetInfoFlags(new RemoteStorageVolGetInfoFlagsArgs(ref, GET_PHYSICAL));
        return new VolumeInfo(VolumeType.of(info.type()), info.capacity(), info.allocation(), physical.allocation());
    }

    /**
     * Type and sizes, asking once.
     *
     * @param physical whether the daemon tells how many bytes its file has in place of the allocation
     */
    public VolumeInfo info(boolean physical) {
        if (physical) {
            var info = calls().storageVolGetInfoFlags(new RemoteStorageVolGetInfoFlagsArgs(ref, GET_PHYSICAL));
            return new VolumeInfo(VolumeType.of(info.type()), info.capacity(), info.allocation(), info.allocation());
        }
        var info = calls().storageVolGetInfo(new RemoteStorageVolGetInfoArgs(ref));
        return new VolumeInfo(VolumeType.of(info.type()), info.capacity(), info.allocation(), info.allocation());
    }

    /** What it is, as an XML document. */
    public String xml() {
        return calls().storageVolGetXmlDesc(new RemoteStorageVolGetXmlDescArgs(ref, 0))
                .xml();
    }

    public void delete(Flag.VolumeDelete... flags) {
        calls().storageVolDelete(new RemoteStorageVolDeleteArgs(ref, Flag.bits(flags)));
    }

    /** Changes its capacity, in bytes; by so many bytes with {@link Flag.VolumeResize#DELTA}. */
    public void resize(long capacityBytes, Flag.VolumeResize... flags) {
        calls().storageVolResize(new RemoteStorageVolResizeArgs(ref, capacityBytes, Flag.bits(flags)));
    }

    /**
     * Overwrites what it holds.
     *
     * @param algorithm a {@code virStorageVolWipeAlgorithm}; 0 writes zeroes
     */
    public void wipe(int algorithm) {
        calls().storageVolWipePattern(new RemoteStorageVolWipePatternArgs(ref, algorithm, 0));
    }

    /**
     * Writes the bytes of its file; finish the stream when all are written.
     *
     * @param lengthBytes how many will come at most; 0 for no limit
     */
    public DataStream upload(long offsetBytes, long lengthBytes, Flag.Transfer... flags) {
        return calls().storageVolUpload(
                        new RemoteStorageVolUploadArgs(ref, offsetBytes, lengthBytes, Flag.bits(flags)));
    }

    /**
     * Reads the bytes of its file.
     *
     * @param lengthBytes how many at most; 0 for all
     */
    public DataStream download(long offsetBytes, long lengthBytes, Flag.Transfer... flags) {
        return calls().storageVolDownload(
                        new RemoteStorageVolDownloadArgs(ref, offsetBytes, lengthBytes, Flag.bits(flags)));
    }

    private StorageStub<DataStream> calls() {
        return connection.remote().storage();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StorageVolume volume && volume.ref.equals(ref) && volume.connection == connection;
    }

    @Override
    public int hashCode() {
        return ref.hashCode();
    }

    @Override
    public String toString() {
        return "storage volume '" + name() + "' of pool '" + poolName() + "'";
    }
}
