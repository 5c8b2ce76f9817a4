package dev.posada.host;

import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whole disks and drives, by {@code /sys/class/block}. Parts of disks and disks made of files or memory are left out. */
final class StorageKind implements DeviceKind {
    private static final int SECTOR_BYTES = 512;

    /** What a device is that tells nobody: by how the kernel names it. */
    private static final Map<String, String> TYPE_BY_NAME = Map.of(
            "vd", "disk", "xvd", "disk", "nvme", "disk", "mmcblk", "sd", "dasd", "dasd", "pmem", "disk", "fd",
            "floppy");

    private final Path root;

    StorageKind(Path root) {
        this.root = root;
    }

    @Override
    public List<SysNode> nodes() {
        return SysNode.in(root, "sys/class/block");
    }

    @Override
    public Optional<Described> describe(SysNode node) {
        if (node.has("partition")) {
            return Optional.empty();
        }
        var record = node.value("dev")
                .map(number -> UdevRecord.of(root, 'b', number))
                .orElse(UdevRecord.NONE);
        var type = record.property("ID_TYPE")
                .filter(told -> !told.equals("generic"))
                .or(() -> node.link("device").flatMap(ScsiKind::type))
                .or(() -> TYPE_BY_NAME.entrySet().stream()
                        .filter(entry -> node.name().startsWith(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst());
        if (type.isEmpty()) {
            return Optional.empty();
        }
        var devnode = "/dev/" + node.name().replace('!', '/');
        var serial = record.property("ID_SERIAL");
        return Optional.of(new Described(
                serial.isPresent()
                        ? DeviceKind.name("block", node.name(), serial.get())
                        : DeviceKind.name("block", node.name()),
                Optional.of(devnode),
                record.links(),
                capability(node, record, devnode, type.get())));
    }

    private static Element capability(SysNode node, UdevRecord record, String devnode, String type) {
        var capability = Element.of("capability", "type", "storage").plus(Element.text("block", devnode));
        var bus = record.property("ID_BUS");
        if (bus.isPresent()) {
            capability = capability.plus(Element.text("bus", bus.get()));
        }
        capability = capability.plus(Element.text("drive_type", type));
        for (var told : List.of("model", "vendor")) {
            var text = node.value("device/" + told);
            if (text.isPresent()) {
                capability = capability.plus(Element.text(told, text.get()));
            }
        }
        var serial = record.property("ID_SERIAL");
        if (serial.isPresent()) {
            capability = capability.plus(Element.text("serial", serial.get()));
        }
        boolean removable = node.has("removable") && node.number("removable").orElse(0L) == 1;
        if (type.equals("cdrom") || type.equals("floppy") || removable) {
            return capability.plus(medium(node, record, type));
        }
        long bytes = node.number("size").orElse(0L) * SECTOR_BYTES;
        capability = capability.plus(Element.text("size", Long.toString(bytes)));
        long block = node.number("queue/logical_block_size").orElse(0L);
        return block <= 0
                ? capability
                : capability
                        .plus(Element.text("logical_block_size", Long.toString(block)))
                        .plus(Element.text("num_blocks", Long.toString(bytes / block)));
    }

    private static Element medium(SysNode node, UdevRecord record, String type) {
        long bytes = node.number("size").orElse(0L) * SECTOR_BYTES;
        boolean there = type.equals("cdrom")
                ? record.property("ID_CDROM_MEDIA").filter("1"::equals).isPresent()
                : bytes > 0;
        var medium = Element.of("capability", "type", "removable")
                .plus(Element.text("media_available", there ? "1" : "0"))
                .plus(Element.text("media_size", there ? Long.toString(bytes) : "0"));
        var label = record.property("ID_FS_LABEL");
        if (label.isPresent()) {
            medium = medium.plus(Element.text("media_label", label.get()));
        }
        long block = node.number("queue/logical_block_size").orElse(0L);
        return !there || block <= 0
                ? medium
                : medium.plus(Element.text("logical_block_size", Long.toString(block)))
                        .plus(Element.text("num_blocks", Long.toString(bytes / block)));
    }
}
