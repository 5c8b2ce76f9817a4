package dev.posada.engine;

import dev.posada.model.PoolDefinition;
import java.util.List;

/**
 * Which pools a list is to hold.
 *
 * @param flags {@code virConnectListAllStoragePoolsFlags}
 */
record PoolFilter(int flags) {
    /** The kinds in the order of their bits. */
    private static final List<String> TYPES = List.of(
            "dir",
            "fs",
            "netfs",
            "logical",
            "disk",
            "iscsi",
            "scsi",
            "mpath",
            "rbd",
            "sheepdog",
            "gluster",
            "zfs",
            "vstorage",
            "iscsi-direct");

    private static final int TYPE_BITS = PoolFlags.LIST_ALL & -PoolFlags.LIST_FIRST_TYPE;

    boolean admits(KeptView<?, PoolDefinition, ?> view) {
        return new KeptFilter(flags).admits(view) && type(view.definition().type());
    }

    private boolean type(String type) {
        int place = TYPES.indexOf(type);
        return (flags & TYPE_BITS) == 0 || (place >= 0 && (flags & (PoolFlags.LIST_FIRST_TYPE << place)) != 0);
    }
}
