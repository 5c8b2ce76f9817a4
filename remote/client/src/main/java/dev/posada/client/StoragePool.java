package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.PoolInfo;
import dev.posada.model.PoolState;
import dev.posada.protocol.RemoteStoragePoolBuildArgs;
import dev.posada.protocol.RemoteStoragePoolCreateArgs;
import dev.posada.protocol.RemoteStoragePoolDeleteArgs;
import dev.posada.protocol.RemoteStoragePoolDestroyArgs;
import dev.posada.protocol.RemoteStoragePoolGetAutostartArgs;
import dev.posada.protocol.RemoteStoragePoolGetInfoArgs;
import dev.posada.protocol.RemoteStoragePoolGetXmlDescArgs;
import dev.posada.protocol.RemoteStoragePoolIsActiveArgs;
import dev.posada.protocol.RemoteStoragePoolIsPersistentArgs;
import dev.posada.protocol.RemoteStoragePoolListAllVolumesArgs;
import dev.posada.protocol.RemoteStoragePoolRefreshArgs;
import dev.posada.protocol.RemoteStoragePoolSetAutostartArgs;
import dev.posada.protocol.RemoteStoragePoolUndefineArgs;
import dev.posada.protocol.RemoteStorageVolCreateXmlArgs;
import dev.posada.protocol.RemoteStorageVolCreateXmlFromArgs;
import dev.posada.protocol.RemoteStorageVolLookupByNameArgs;
import dev.posada.protocol.StoragePoolRef;
import dev.posada.protocol.StorageStub;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A storage pool of a {@link Connection}: a handle that asks the daemon for everything but its name and uuid. */
public final class StoragePool {
    private static final int NEED_RESULTS = 1;

    private final Connection connection;
    private final StoragePoolRef ref;

    StoragePool(Connection connection, StoragePoolRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    public String name() {
        return ref.name();
    }

    /** What names it for good. */
    public UUID uuid() {
        return ref.uuid();
    }

    /** State and sizes. */
    public PoolInfo info() {
        var info = calls().storagePoolGetInfo(new RemoteStoragePoolGetInfoArgs(ref));
        return new PoolInfo(PoolState.of(info.state()), info.capacity(), info.allocation(), info.available());
    }

    /** The definition with its figures, as an XML document. */
    public String xml(Flag.PoolXml... flags) {
        return calls().storagePoolGetXmlDesc(new RemoteStoragePoolGetXmlDescArgs(ref, Flag.bits(flags)))
                .xml();
    }

    /** Whether it is started. */
    public boolean isActive() {
        return calls().storagePoolIsActive(new RemoteStoragePoolIsActiveArgs(ref))
                        .active()
                != 0;
    }

    /** Whether its definition is kept. */
    public boolean isPersistent() {
        return calls().storagePoolIsPersistent(new RemoteStoragePoolIsPersistentArgs(ref))
                        .persistent()
                != 0;
    }

    /** Whether it starts with the host. */
    public boolean autostart() {
        return calls().storagePoolGetAutostart(new RemoteStoragePoolGetAutostartArgs(ref))
                        .autostart()
                != 0;
    }

    /** Says whether it starts with the host. */
    public void setAutostart(boolean autostart) {
        calls().storagePoolSetAutostart(new RemoteStoragePoolSetAutostartArgs(ref, autostart ? 1 : 0));
    }

    /** Makes what it needs to be started. */
    public void build(Flag.PoolBuild... flags) {
        calls().storagePoolBuild(new RemoteStoragePoolBuildArgs(ref, Flag.bits(flags)));
    }

    public void start(Flag.PoolStart... flags) {
        calls().storagePoolCreate(new RemoteStoragePoolCreateArgs(ref, Flag.bits(flags)));
    }

    /** Looks again at what it holds. */
    public void refresh() {
        calls().storagePoolRefresh(new RemoteStoragePoolRefreshArgs(ref, 0));
    }

    /** Stops it; what it holds stays. */
    public void destroy() {
        calls().storagePoolDestroy(new RemoteStoragePoolDestroyArgs(ref));
    }

    /** Takes away what building made, if that holds nothing any more. */
    public void delete() {
        calls().storagePoolDelete(new RemoteStoragePoolDeleteArgs(ref, 0));
    }

    /** Forgets its definition. */
    public void undefine() {
        calls().storagePoolUndefine(new RemoteStoragePoolUndefineArgs(ref));
    }

    /** Its volumes. */
    public List<StorageVolume> volumes() {
        return calls()
                .storagePoolListAllVolumes(new RemoteStoragePoolListAllVolumesArgs(ref, NEED_RESULTS, 0))
                .vols()
                .stream()
                .map(volume -> new StorageVolume(connection, volume))
                .toList();
    }

    /** The volume of this name; empty when there is none. */
    public Optional<StorageVolume> volume(String name) {
        return Storage.found(
                ErrorCode.NO_STORAGE_VOL,
                () -> new StorageVolume(
                        connection,
                        calls().storageVolLookupByName(new RemoteStorageVolLookupByNameArgs(ref, name))
                                .vol()));
    }

    /** Makes a volume. */
    public StorageVolume createVolume(String xml, Flag.VolumeCreate... flags) {
        return new StorageVolume(
                connection,
                calls().storageVolCreateXml(new RemoteStorageVolCreateXmlArgs(ref, xml, Flag.bits(flags)))
                        .vol());
    }

    /** Makes a volume with the content of another one, converted where formats differ. */
    public StorageVolume createVolume(String xml, StorageVolume from, Flag.VolumeCreate... flags) {
        return new StorageVolume(
                connection,
                calls().storageVolCreateXmlFrom(
                                new RemoteStorageVolCreateXmlFromArgs(ref, xml, from.ref(), Flag.bits(flags)))
                        .vol());
    }

    private StorageStub<DataStream> calls() {
        return connection.remote().storage();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoragePool pool && pool.uuid().equals(uuid()) && pool.connection == connection;
    }

    @Override
    public int hashCode() {
        return uuid().hashCode();
    }

    @Override
    public String toString() {
        return "storage pool '" + name() + "'";
    }
}
