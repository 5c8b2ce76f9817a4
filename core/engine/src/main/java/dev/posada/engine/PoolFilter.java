package dev.posada.engine;

import dev.posada.model.PoolDefinition;
import dev.posada.model.PoolIdentity;
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

    boolean admits(KeptView<PoolIdentity, PoolDefinition, StartedPool> view) {
        return either(PoolFlags.LIST_ACTIVE, PoolFlags.LIST_INACTIVE, view.active())
                && either(PoolFlags.LIST_PERSISTENT, PoolFlags.LIST_TRANSIENT, view.persistent())
                && either(PoolFlags.LIST_AUTOSTART, PoolFlags.LIST_NO_AUTOSTART, view.autostart())
                && type(view.definition().type());
    }

    private boolean either(int yes, int no, boolean is) {
        return (flags & (yes | no)) == 0 || (flags & (is ? yes : no)) != 0;
    }

    private boolean type(String type) {
        int place = TYPES.indexOf(type);
        return (flags & TYPE_BITS) == 0 || (place >= 0 && (flags & (PoolFlags.LIST_FIRST_TYPE << place)) != 0);
    }
}
