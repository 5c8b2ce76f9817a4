package dev.posada.storage;

import dev.posada.model.Element;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The document that says which kinds of pools there are and what formats they know, all of libvirt's in its order. */
final class CapabilitiesDocument {
    /** Every kind of pool libvirt knows, and ours. */
    static final List<String> TYPES = List.of(
            "dir",
            "fs",
            "netfs",
            "logical",
            "disk",
            "iscsi",
            "iscsi-direct",
            "scsi",
            "mpath",
            "rbd",
            "sheepdog",
            "gluster",
            "zfs",
            "vstorage",
            // Ours, behind all of libvirt's.
            "docker");

    /** The formats a file that is a volume can have. */
    static final List<String> VOLUME_FORMATS = List.of(
            "none", "raw", "dir", "bochs", "cloop", "dmg", "iso", "vpc", "vdi", "fat", "vhd", "ploop", "cow", "qcow",
            "qcow2", "qed", "vmdk");

    private static final List<String> FILE_SYSTEMS = List.of(
            "auto", "ext2", "ext3", "ext4", "ufs", "iso9660", "udf", "gfs", "gfs2", "vfat", "hfs+", "xfs", "ocfs2",
            "vmfs");
    private static final List<String> NET_FILE_SYSTEMS = List.of("auto", "nfs", "glusterfs", "cifs");
    private static final List<String> LOGICAL = List.of("unknown", "lvm2");
    private static final List<String> TABLES =
            List.of("unknown", "dos", "dvh", "gpt", "mac", "bsd", "pc98", "sun", "lvm2");
    private static final List<String> PARTITIONS =
            List.of("none", "linux", "fat16", "fat32", "linux-swap", "linux-lvm", "linux-raid", "extended");

    private CapabilitiesDocument() {}

    static Element of(Collection<String> supported) {
        var document = Element.of("storagepoolCapabilities");
        for (var type : TYPES) {
            document = document.plus(pool(type, supported.contains(type)));
        }
        return document;
    }

    private static Element pool(String type, boolean supported) {
        var pool = Element.of("pool", "type", type, "supported", supported ? "yes" : "no");
        var sources = switch (type) {
            case "fs" -> Optional.of(options("poolOptions", "auto", "sourceFormatType", FILE_SYSTEMS));
            case "netfs" -> Optional.of(options("poolOptions", "auto", "sourceFormatType", NET_FILE_SYSTEMS));
            case "logical" -> Optional.of(options("poolOptions", "lvm2", "sourceFormatType", LOGICAL));
            case "disk" -> Optional.of(options("poolOptions", "unknown", "sourceFormatType", TABLES));
            default -> Optional.<Element>empty();
        };
        var volumes = switch (type) {
            case "dir", "fs", "netfs", "gluster", "vstorage" ->
                Optional.of(options("volOptions", "raw", "targetFormatType", VOLUME_FORMATS));
            case "disk" -> Optional.of(options("volOptions", "none", "targetFormatType", PARTITIONS));
            case "docker" -> Optional.of(options("volOptions", "docker", "targetFormatType", List.of("docker")));
            case "rbd" -> Optional.of(options("volOptions", "raw", "targetFormatType", List.of()));
            default -> Optional.<Element>empty();
        };
        var withSources = sources.map(pool::plus).orElse(pool);
        return volumes.map(withSources::plus).orElse(withSources);
    }

    private static Element options(String name, String usual, String enumeration, List<String> values) {
        var list = Element.of("enum", "name", enumeration);
        for (var value : values) {
            list = list.plus(Element.text("value", value));
        }
        return Element.of(name).plus(Element.of("defaultFormat", "type", usual)).plus(list);
    }
}
