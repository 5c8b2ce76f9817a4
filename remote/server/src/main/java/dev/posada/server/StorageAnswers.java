package dev.posada.server;

import dev.posada.engine.Pools;
import dev.posada.engine.Volumes;
import dev.posada.model.PoolIdentity;
import dev.posada.model.VolumeIdentity;
import dev.posada.model.VolumeInfo;
import dev.posada.protocol.RemoteConnectFindStoragePoolSourcesArgs;
import dev.posada.protocol.RemoteConnectFindStoragePoolSourcesRet;
import dev.posada.protocol.RemoteConnectGetStoragePoolCapabilitiesArgs;
import dev.posada.protocol.RemoteConnectGetStoragePoolCapabilitiesRet;
import dev.posada.protocol.RemoteConnectListAllStoragePoolsArgs;
import dev.posada.protocol.RemoteConnectListAllStoragePoolsRet;
import dev.posada.protocol.RemoteConnectListDefinedStoragePoolsArgs;
import dev.posada.protocol.RemoteConnectListDefinedStoragePoolsRet;
import dev.posada.protocol.RemoteConnectListStoragePoolsArgs;
import dev.posada.protocol.RemoteConnectListStoragePoolsRet;
import dev.posada.protocol.RemoteConnectNumOfDefinedStoragePoolsRet;
import dev.posada.protocol.RemoteConnectNumOfStoragePoolsRet;
import dev.posada.protocol.RemoteStoragePoolBuildArgs;
import dev.posada.protocol.RemoteStoragePoolCreateArgs;
import dev.posada.protocol.RemoteStoragePoolCreateXmlArgs;
import dev.posada.protocol.RemoteStoragePoolCreateXmlRet;
import dev.posada.protocol.RemoteStoragePoolDefineXmlArgs;
import dev.posada.protocol.RemoteStoragePoolDefineXmlRet;
import dev.posada.protocol.RemoteStoragePoolDeleteArgs;
import dev.posada.protocol.RemoteStoragePoolDestroyArgs;
import dev.posada.protocol.RemoteStoragePoolGetAutostartArgs;
import dev.posada.protocol.RemoteStoragePoolGetAutostartRet;
import dev.posada.protocol.RemoteStoragePoolGetInfoArgs;
import dev.posada.protocol.RemoteStoragePoolGetInfoRet;
import dev.posada.protocol.RemoteStoragePoolGetXmlDescArgs;
import dev.posada.protocol.RemoteStoragePoolGetXmlDescRet;
import dev.posada.protocol.RemoteStoragePoolIsActiveArgs;
import dev.posada.protocol.RemoteStoragePoolIsActiveRet;
import dev.posada.protocol.RemoteStoragePoolIsPersistentArgs;
import dev.posada.protocol.RemoteStoragePoolIsPersistentRet;
import dev.posada.protocol.RemoteStoragePoolListAllVolumesArgs;
import dev.posada.protocol.RemoteStoragePoolListAllVolumesRet;
import dev.posada.protocol.RemoteStoragePoolListVolumesArgs;
import dev.posada.protocol.RemoteStoragePoolListVolumesRet;
import dev.posada.protocol.RemoteStoragePoolLookupByNameArgs;
import dev.posada.protocol.RemoteStoragePoolLookupByNameRet;
import dev.posada.protocol.RemoteStoragePoolLookupByTargetPathArgs;
import dev.posada.protocol.RemoteStoragePoolLookupByTargetPathRet;
import dev.posada.protocol.RemoteStoragePoolLookupByUuidArgs;
import dev.posada.protocol.RemoteStoragePoolLookupByUuidRet;
import dev.posada.protocol.RemoteStoragePoolLookupByVolumeArgs;
import dev.posada.protocol.RemoteStoragePoolLookupByVolumeRet;
import dev.posada.protocol.RemoteStoragePoolNumOfVolumesArgs;
import dev.posada.protocol.RemoteStoragePoolNumOfVolumesRet;
import dev.posada.protocol.RemoteStoragePoolRefreshArgs;
import dev.posada.protocol.RemoteStoragePoolSetAutostartArgs;
import dev.posada.protocol.RemoteStoragePoolUndefineArgs;
import dev.posada.protocol.RemoteStorageVolCreateXmlArgs;
import dev.posada.protocol.RemoteStorageVolCreateXmlFromArgs;
import dev.posada.protocol.RemoteStorageVolCreateXmlFromRet;
import dev.posada.protocol.RemoteStorageVolCreateXmlRet;
import dev.posada.protocol.RemoteStorageVolDeleteArgs;
import dev.posada.protocol.RemoteStorageVolDownloadArgs;
import dev.posada.protocol.RemoteStorageVolGetInfoArgs;
import dev.posada.protocol.RemoteStorageVolGetInfoFlagsArgs;
import dev.posada.protocol.RemoteStorageVolGetInfoFlagsRet;
import dev.posada.protocol.RemoteStorageVolGetInfoRet;
import dev.posada.protocol.RemoteStorageVolGetPathArgs;
import dev.posada.protocol.RemoteStorageVolGetPathRet;
import dev.posada.protocol.RemoteStorageVolGetXmlDescArgs;
import dev.posada.protocol.RemoteStorageVolGetXmlDescRet;
import dev.posada.protocol.RemoteStorageVolLookupByKeyArgs;
import dev.posada.protocol.RemoteStorageVolLookupByKeyRet;
import dev.posada.protocol.RemoteStorageVolLookupByNameArgs;
import dev.posada.protocol.RemoteStorageVolLookupByNameRet;
import dev.posada.protocol.RemoteStorageVolLookupByPathArgs;
import dev.posada.protocol.RemoteStorageVolLookupByPathRet;
import dev.posada.protocol.RemoteStorageVolResizeArgs;
import dev.posada.protocol.RemoteStorageVolUploadArgs;
import dev.posada.protocol.RemoteStorageVolWipeArgs;
import dev.posada.protocol.RemoteStorageVolWipePatternArgs;
import dev.posada.protocol.StorageCalls;
import dev.posada.protocol.StoragePoolRef;
import dev.posada.protocol.StorageVolRef;
import java.util.List;

/** Storage pools and their volumes. */
final class StorageAnswers implements StorageCalls<Call> {
    /** {@code VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE}. */
    private static final int LIST_INACTIVE = 1;

    /** {@code VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE}. */
    private static final int LIST_ACTIVE = 2;

    /** {@code VIR_STORAGE_VOL_GET_PHYSICAL}. */
    private static final int GET_PHYSICAL = 1;

    /** {@code VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM} and {@code VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM}. */
    private static final int SPARSE_STREAM = 1;

    /** {@code VIR_STORAGE_VOL_WIPE_ALG_ZERO}. */
    private static final int WIPE_ZERO = 0;

    @Override
    public RemoteConnectNumOfStoragePoolsRet connectNumOfStoragePools(Call call) {
        return new RemoteConnectNumOfStoragePoolsRet(
                pools(call).list(LIST_ACTIVE).size());
    }

    @Override
    public RemoteConnectListStoragePoolsRet connectListStoragePools(Call call, RemoteConnectListStoragePoolsArgs args) {
        return new RemoteConnectListStoragePoolsRet(names(pools(call).list(LIST_ACTIVE), args.maxnames()));
    }

    @Override
    public RemoteConnectNumOfDefinedStoragePoolsRet connectNumOfDefinedStoragePools(Call call) {
        return new RemoteConnectNumOfDefinedStoragePoolsRet(
                pools(call).list(LIST_INACTIVE).size());
    }

    @Override
    public RemoteConnectListDefinedStoragePoolsRet connectListDefinedStoragePools(
            Call call, RemoteConnectListDefinedStoragePoolsArgs args) {
        return new RemoteConnectListDefinedStoragePoolsRet(names(pools(call).list(LIST_INACTIVE), args.maxnames()));
    }

    private static List<String> names(List<PoolIdentity> pools, int most) {
        return pools.stream().limit(Math.max(0, most)).map(PoolIdentity::name).toList();
    }

    @Override
    public RemoteConnectListAllStoragePoolsRet connectListAllStoragePools(
            Call call, RemoteConnectListAllStoragePoolsArgs args) {
        var all = pools(call).list(args.flags());
        return new RemoteConnectListAllStoragePoolsRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(StorageAnswers::ref).toList(),
                all.size());
    }

    @Override
    public RemoteConnectFindStoragePoolSourcesRet connectFindStoragePoolSources(
            Call call, RemoteConnectFindStoragePoolSourcesArgs args) {
        return new RemoteConnectFindStoragePoolSourcesRet(
                pools(call).sources(args.type(), Conversions.orEmpty(args.srcSpec()), args.flags()));
    }

    @Override
    public RemoteConnectGetStoragePoolCapabilitiesRet connectGetStoragePoolCapabilities(
            Call call, RemoteConnectGetStoragePoolCapabilitiesArgs args) {
        return new RemoteConnectGetStoragePoolCapabilitiesRet(pools(call).capabilities(args.flags()));
    }

    @Override
    public RemoteStoragePoolLookupByNameRet storagePoolLookupByName(Call call, RemoteStoragePoolLookupByNameArgs args) {
        return new RemoteStoragePoolLookupByNameRet(ref(pools(call).byName(args.name())));
    }

    @Override
    public RemoteStoragePoolLookupByUuidRet storagePoolLookupByUuid(Call call, RemoteStoragePoolLookupByUuidArgs args) {
        return new RemoteStoragePoolLookupByUuidRet(ref(pools(call).byUuid(args.uuid())));
    }

    @Override
    public RemoteStoragePoolLookupByTargetPathRet storagePoolLookupByTargetPath(
            Call call, RemoteStoragePoolLookupByTargetPathArgs args) {
        return new RemoteStoragePoolLookupByTargetPathRet(ref(pools(call).byTargetPath(args.path())));
    }

    @Override
    public RemoteStoragePoolLookupByVolumeRet storagePoolLookupByVolume(
            Call call, RemoteStoragePoolLookupByVolumeArgs args) {
        return new RemoteStoragePoolLookupByVolumeRet(ref(volumes(call).pool(volume(args.vol()))));
    }

    @Override
    public RemoteStoragePoolDefineXmlRet storagePoolDefineXml(Call call, RemoteStoragePoolDefineXmlArgs args) {
        return new RemoteStoragePoolDefineXmlRet(ref(pools(call).define(args.xml(), args.flags())));
    }

    @Override
    public RemoteStoragePoolCreateXmlRet storagePoolCreateXml(Call call, RemoteStoragePoolCreateXmlArgs args) {
        return new RemoteStoragePoolCreateXmlRet(ref(pools(call).create(args.xml(), args.flags())));
    }

    @Override
    public void storagePoolCreate(Call call, RemoteStoragePoolCreateArgs args) {
        pools(call).start(args.pool().uuid(), args.flags());
    }

    @Override
    public void storagePoolBuild(Call call, RemoteStoragePoolBuildArgs args) {
        pools(call).build(args.pool().uuid(), args.flags());
    }

    @Override
    public void storagePoolDestroy(Call call, RemoteStoragePoolDestroyArgs args) {
        pools(call).destroy(args.pool().uuid());
    }

    @Override
    public void storagePoolDelete(Call call, RemoteStoragePoolDeleteArgs args) {
        pools(call).delete(args.pool().uuid(), args.flags());
    }

    @Override
    public void storagePoolUndefine(Call call, RemoteStoragePoolUndefineArgs args) {
        pools(call).undefine(args.pool().uuid());
    }

    @Override
    public void storagePoolRefresh(Call call, RemoteStoragePoolRefreshArgs args) {
        pools(call).refresh(args.pool().uuid(), args.flags());
    }

    @Override
    public RemoteStoragePoolGetInfoRet storagePoolGetInfo(Call call, RemoteStoragePoolGetInfoArgs args) {
        var info = pools(call).info(args.pool().uuid());
        return new RemoteStoragePoolGetInfoRet(
                info.state().number(), info.capacityBytes(), info.allocationBytes(), info.availableBytes());
    }

    @Override
    public RemoteStoragePoolGetXmlDescRet storagePoolGetXmlDesc(Call call, RemoteStoragePoolGetXmlDescArgs args) {
        return new RemoteStoragePoolGetXmlDescRet(pools(call).xml(args.pool().uuid(), args.flags()));
    }

    @Override
    public RemoteStoragePoolGetAutostartRet storagePoolGetAutostart(Call call, RemoteStoragePoolGetAutostartArgs args) {
        return new RemoteStoragePoolGetAutostartRet(
                Conversions.flag(pools(call).autostart(args.pool().uuid())));
    }

    @Override
    public void storagePoolSetAutostart(Call call, RemoteStoragePoolSetAutostartArgs args) {
        pools(call).setAutostart(args.pool().uuid(), args.autostart() != 0);
    }

    @Override
    public RemoteStoragePoolIsActiveRet storagePoolIsActive(Call call, RemoteStoragePoolIsActiveArgs args) {
        return new RemoteStoragePoolIsActiveRet(
                Conversions.flag(pools(call).isActive(args.pool().uuid())));
    }

    @Override
    public RemoteStoragePoolIsPersistentRet storagePoolIsPersistent(Call call, RemoteStoragePoolIsPersistentArgs args) {
        return new RemoteStoragePoolIsPersistentRet(
                Conversions.flag(pools(call).isPersistent(args.pool().uuid())));
    }

    @Override
    public RemoteStoragePoolNumOfVolumesRet storagePoolNumOfVolumes(Call call, RemoteStoragePoolNumOfVolumesArgs args) {
        return new RemoteStoragePoolNumOfVolumesRet(
                volumes(call).list(args.pool().uuid(), 0).size());
    }

    @Override
    public RemoteStoragePoolListVolumesRet storagePoolListVolumes(Call call, RemoteStoragePoolListVolumesArgs args) {
        return new RemoteStoragePoolListVolumesRet(
                volumes(call).list(args.pool().uuid(), 0).stream()
                        .limit(Math.max(0, args.maxnames()))
                        .map(VolumeIdentity::name)
                        .toList());
    }

    @Override
    public RemoteStoragePoolListAllVolumesRet storagePoolListAllVolumes(
            Call call, RemoteStoragePoolListAllVolumesArgs args) {
        var all = volumes(call).list(args.pool().uuid(), args.flags());
        return new RemoteStoragePoolListAllVolumesRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(StorageAnswers::ref).toList(),
                all.size());
    }

    @Override
    public RemoteStorageVolLookupByNameRet storageVolLookupByName(Call call, RemoteStorageVolLookupByNameArgs args) {
        return new RemoteStorageVolLookupByNameRet(
                ref(volumes(call).byName(args.pool().uuid(), args.name())));
    }

    @Override
    public RemoteStorageVolLookupByKeyRet storageVolLookupByKey(Call call, RemoteStorageVolLookupByKeyArgs args) {
        return new RemoteStorageVolLookupByKeyRet(ref(volumes(call).byKey(args.key())));
    }

    @Override
    public RemoteStorageVolLookupByPathRet storageVolLookupByPath(Call call, RemoteStorageVolLookupByPathArgs args) {
        return new RemoteStorageVolLookupByPathRet(ref(volumes(call).byPath(args.path())));
    }

    @Override
    public RemoteStorageVolGetInfoRet storageVolGetInfo(Call call, RemoteStorageVolGetInfoArgs args) {
        var info = volumes(call).info(volume(args.vol()), 0);
        return new RemoteStorageVolGetInfoRet(info.type().number(), info.capacityBytes(), info.allocationBytes());
    }

    @Override
    public RemoteStorageVolGetInfoFlagsRet storageVolGetInfoFlags(Call call, RemoteStorageVolGetInfoFlagsArgs args) {
        var info = volumes(call).info(volume(args.vol()), args.flags());
        return new RemoteStorageVolGetInfoFlagsRet(
                info.type().number(), info.capacityBytes(), taken(info, args.flags()));
    }

    private static long taken(VolumeInfo info, int flags) {
        return (flags & GET_PHYSICAL) != 0 ? info.physicalBytes() : info.allocationBytes();
    }

    @Override
    public RemoteStorageVolGetXmlDescRet storageVolGetXmlDesc(Call call, RemoteStorageVolGetXmlDescArgs args) {
        return new RemoteStorageVolGetXmlDescRet(volumes(call).xml(volume(args.vol()), args.flags()));
    }

    @Override
    public RemoteStorageVolGetPathRet storageVolGetPath(Call call, RemoteStorageVolGetPathArgs args) {
        return new RemoteStorageVolGetPathRet(volumes(call).path(volume(args.vol())));
    }

    @Override
    public RemoteStorageVolCreateXmlRet storageVolCreateXml(Call call, RemoteStorageVolCreateXmlArgs args) {
        return new RemoteStorageVolCreateXmlRet(
                ref(volumes(call).create(args.pool().uuid(), args.xml(), args.flags())));
    }

    @Override
    public RemoteStorageVolCreateXmlFromRet storageVolCreateXmlFrom(Call call, RemoteStorageVolCreateXmlFromArgs args) {
        return new RemoteStorageVolCreateXmlFromRet(
                ref(volumes(call).createFrom(args.pool().uuid(), args.xml(), volume(args.clonevol()), args.flags())));
    }

    @Override
    public void storageVolDelete(Call call, RemoteStorageVolDeleteArgs args) {
        volumes(call).delete(volume(args.vol()), args.flags());
    }

    @Override
    public void storageVolResize(Call call, RemoteStorageVolResizeArgs args) {
        volumes(call).resize(volume(args.vol()), args.capacity(), args.flags());
    }

    @Override
    public void storageVolWipe(Call call, RemoteStorageVolWipeArgs args) {
        volumes(call).wipe(volume(args.vol()), WIPE_ZERO, args.flags());
    }

    @Override
    public void storageVolWipePattern(Call call, RemoteStorageVolWipePatternArgs args) {
        volumes(call).wipe(volume(args.vol()), args.algorithm(), args.flags());
    }

    @Override
    public void storageVolUpload(Call call, RemoteStorageVolUploadArgs args) {
        call.requireStreamRoom();
        var writer = volumes(call).upload(volume(args.vol()), args.offset(), args.length(), args.flags());
        call.openStream(StreamPlan.upload(writer, (args.flags() & SPARSE_STREAM) != 0));
    }

    @Override
    public void storageVolDownload(Call call, RemoteStorageVolDownloadArgs args) {
        call.requireStreamRoom();
        var reader = volumes(call).download(volume(args.vol()), args.offset(), args.length(), args.flags());
        call.openStream(StreamPlan.download(reader, (args.flags() & SPARSE_STREAM) != 0));
    }

    private static Pools pools(Call call) {
        return call.connection().pools();
    }

    private static Volumes volumes(Call call) {
        return call.connection().volumes();
    }

    private static StoragePoolRef ref(PoolIdentity pool) {
        return new StoragePoolRef(pool.name(), pool.uuid());
    }

    private static StorageVolRef ref(VolumeIdentity volume) {
        return new StorageVolRef(volume.pool(), volume.name(), volume.key());
    }

    private static VolumeIdentity volume(StorageVolRef ref) {
        return new VolumeIdentity(ref.pool(), ref.name(), ref.key());
    }
}
