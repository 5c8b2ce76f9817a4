package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files of the host that an emulator opens by name. Pure. */
final class NeededFiles {
    private static final Set<String> IMAGE_TYPES = Set.of("file", "block", "dir");
    private static final List<String> BOOT_FILES = List.of("kernel", "initrd", "dtb", "loader");
    private static final List<String> PORTS = List.of("serial", "console", "parallel", "channel");

    private NeededFiles() {}

    /**
     * A file.
     *
     * @param path where it is
     * @param what it is called in messages
     * @param writable whether it is written to as well
     * @param keepsOwner whether the definition says that its owner stays ({@code relabel='no'})
     */
    record Needed(Path path, String what, boolean writable, boolean keepsOwner) {}

    /** What a guest boots from and its disks, with all the images they are based on. */
    static List<Needed> images(DomainDefinition definition) {
        var needed = new ArrayList<Needed>();
        for (var disk : definition.devices("disk")) {
            boolean readOnly = disk.child("readonly").isPresent() || disk.has("device", "cdrom");
            named(disk).ifPresent(path -> needed.add(image(disk, path, !readOnly)));
            for (var layer = disk.child("backingStore");
                    layer.isPresent();
                    layer = layer.get().child("backingStore")) {
                var below = layer.get();
                named(below).ifPresent(path -> needed.add(image(below, path, false)));
            }
        }
        for (var part : BOOT_FILES) {
            definition
                    .root()
                    .at("os", part)
                    .map(Element::text)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> needed.add(new Needed(Path.of(text), part + " '" + text + "'", false, false)));
        }
        return needed;
    }

    /** The source, when it is opened by its name and not handed over open. */
    private static Optional<Path> named(Element owner) {
        return handedOver(owner) ? Optional.empty() : image(owner);
    }

    /** Whether an image is a client's open file, whatever name stands beside. */
    static boolean handedOver(Element owner) {
        return owner.child("source")
                .flatMap(source -> source.attribute("fdgroup"))
                .isPresent();
    }

    private static Needed image(Element owner, Path path, boolean writable) {
        boolean keeps = owner.child("source").stream().anyMatch(NeededFiles::keepsOwner);
        return new Needed(path, "storage file '" + path + "'", writable, keeps);
    }

    /** Files and pipes that serial ports and channels are connected to; a port and the console that shows it are one. */
    static List<Needed> ports(DomainDefinition definition) {
        var needed = new ArrayList<Needed>();
        for (var kind : PORTS) {
            for (var device : definition.devices(kind)) {
                boolean file = device.has("type", "file");
                if (file || device.has("type", "dev") || device.has("type", "pipe")) {
                    device.child("source")
                            .flatMap(source -> source.attribute("path"))
                            .filter(text -> text.startsWith("/"))
                            .map(Path::of)
                            .filter(path ->
                                    needed.stream().noneMatch(one -> one.path().equals(path)))
                            .ifPresent(path -> needed.add(new Needed(
                                    path,
                                    kind + " '" + path + "'",
                                    true,
                                    device.child("source").stream().anyMatch(NeededFiles::keepsOwner))));
                }
            }
        }
        return needed;
    }

    /** Whether a definition says that no file changes its owner for it. */
    static boolean keepsOwners(DomainDefinition definition) {
        return definition.root().children("seclabel").stream()
                .anyMatch(label -> (label.attribute("model").isEmpty() || label.has("model", "dac"))
                        && (label.has("type", "none") || label.has("relabel", "no")));
    }

    private static boolean keepsOwner(Element source) {
        return source.children("seclabel").stream()
                .anyMatch(label -> (label.attribute("model").isEmpty() || label.has("model", "dac"))
                        && label.has("relabel", "no"));
    }

    /** The source on this host of a disk or of an image below one, when it has one. */
    static Optional<Path> image(Element owner) {
        if (!IMAGE_TYPES.contains(owner.attribute("type", "file"))) {
            return Optional.empty();
        }
        return owner.child("source")
                .flatMap(source -> source.attribute("file")
                        .or(() -> source.attribute("dev"))
                        .or(() -> source.attribute("dir")))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }
}
