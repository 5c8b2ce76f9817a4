package dev.posada.engine;

/** The bits of libvirt's flags that calls about pools and volumes take, one group per enumeration. */
final class PoolFlags {
    // virConnectListAllStoragePoolsFlags, which begin as KeptFilter says
    static final int LIST_FIRST_TYPE = 1 << 6;
    static final int LIST_ALL = (1 << 20) - 1;

    // virStorageXMLFlags
    static final int XML_INACTIVE = 1;

    // virStoragePoolDefineFlags
    static final int DEFINE_VALIDATE = 1;

    // virStoragePoolCreateFlags
    static final int CREATE_WITH_BUILD = 1;
    static final int CREATE_WITH_BUILD_OVERWRITE = 2;
    static final int CREATE_WITH_BUILD_NO_OVERWRITE = 4;
    static final int CREATE_VALIDATE = 8;

    // virStoragePoolBuildFlags
    static final int BUILD_REPAIR = 1;
    static final int BUILD_RESIZE = 2;
    static final int BUILD_NO_OVERWRITE = 4;
    static final int BUILD_OVERWRITE = 8;

    // virStoragePoolDeleteFlags
    static final int DELETE_ZEROED = 1;

    // virStorageVolCreateFlags
    static final int VOLUME_METADATA = 1;
    static final int VOLUME_REFLINK = 2;
    static final int VOLUME_VALIDATE = 4;

    // virStorageVolDeleteFlags
    static final int VOLUME_ZEROED = 1;
    static final int VOLUME_WITH_SNAPSHOTS = 2;

    // virStorageVolResizeFlags
    static final int RESIZE_ALLOCATE = 1;
    static final int RESIZE_DELTA = 2;
    static final int RESIZE_SHRINK = 4;

    // virStorageVolInfoFlags
    static final int INFO_PHYSICAL = 1;

    // virStorageVolDownloadFlags, virStorageVolUploadFlags
    static final int STREAM_SPARSE = 1;

    private PoolFlags() {}
}
