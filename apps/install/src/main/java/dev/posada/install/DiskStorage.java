package dev.posada.install;

import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is behind a disk: something that is there, or that will be made. */
sealed interface DiskStorage {

    /** A disk of a document that was read; nothing was asked about it. */
    record Untouched(Optional<String> path) implements DiskStorage {}

    /**
     * Something there, or perhaps not.
     *
     * @param path empty for an empty drive
     * @param volume the document of the volume it is
     * @param pool the document of the pool it is in, or could be made in
     * @param problem why it could not be looked up
     */
    record Present(
            Optional<String> path,
            Optional<Element> volume,
            Optional<Element> pool,
            boolean remote,
            Optional<String> problem)
            implements DiskStorage {
        private String presentType() {
            var named = volume.flatMap(each -> each.attribute("type"));
            if (named.isPresent()) {
                return named.get();
            }
            var ofPool = pool.map(DiskStorage::poolType).filter(type -> !type.equals("file"));
            if (ofPool.isPresent()) {
                return ofPool.get();
            }
            if (path.isEmpty()) {
                return "file";
            }
            if (Values.isUrl(path.get())) {
                return "network";
            }
            if (remote) {
                return StoragePaths.mayBecomePool(path.get()) ? "file" : "block";
            }
            if (Files.isDirectory(Path.of(path.get()))) {
                return "dir";
            }
            return isBlockDevice(Path.of(path.get())) ? "block" : "file";
        }

        private boolean isThere() {
            if (volume.isPresent() || path.isEmpty()) {
                return true;
            }
            boolean network = presentType().equals("network");
            if (!network && !remote && Files.exists(Path.of(path.get()))) {
                return true;
            }
            // What is no file here, and in no pool, only the hypervisor can know about.
            return pool.isEmpty() && (network || (remote && !StoragePaths.mayBecomePool(path.get())));
        }
    }

    /**
     * A volume that will be made.
     *
     * @param pool the document of its pool
     * @param format the format of the volume; empty when its pool has none
     * @param sparse whether it takes no space at first
     */
    record Planned(PlannedVolume volume, Element pool, Optional<String> format, boolean sparse)
            implements DiskStorage {}

    /** A drive with nothing in it. */
    static Present empty(Host host) {
        return new Present(Optional.empty(), Optional.empty(), Optional.empty(), host.isRemote(), Optional.empty());
    }

    /** What a disk's document says. */
    static DiskStorage read(Host host, Draft disk) {
        var path = localPath(disk);
        if (path.isPresent() && disk.node().isPresent()) {
            return new Untouched(path);
        }
        if (disk.has("source>@pool") || disk.has("source>@volume")) {
            var volume = ofVolume(host, disk.get("source>@pool", ""), disk.get("source>@volume", ""));
            if (volume.problem().isEmpty() || path.isEmpty()) {
                return volume;
            }
        }
        if (disk.is("@type", "network") || (!disk.has("@type") && disk.has("source>@protocol"))) {
            return StoragePaths.manage(host, Optional.of(NetworkSource.url(disk)));
        }
        if (path.isEmpty()) {
            return empty(host);
        }
        var managed = StoragePaths.manage(host, path);
        // A path that stands in a document already is left as it was written.
        return managed.volume().isPresent()
                ? managed
                : new Present(path, managed.volume(), managed.pool(), managed.remote(), managed.problem());
    }

    private static Optional<String> localPath(Draft disk) {
        return disk.get("source>@file").or(() -> disk.get("source>@dev")).or(() -> disk.get("source>@dir"));
    }

    private static Present ofVolume(Host host, String pool, String volume) {
        try {
            var found = host.pool(pool);
            return ofVolume(
                    host,
                    Documents.parse(found.xml()),
                    found.volume(volume)
                            .map(each -> Documents.parse(each.xml()))
                            .orElseThrow(() -> StoragePaths.noVolume(volume)));
        } catch (InstallException | PosadaException e) {
            return new Present(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    host.isRemote(),
                    Optional.ofNullable(e.getMessage()));
        }
    }

    static Present ofVolume(Host host, Element pool, Element volume) {
        return new Present(
                volume.at("target", "path").map(Element::text),
                Optional.of(volume),
                Optional.of(pool),
                host.isRemote(),
                Optional.empty());
    }

    /** The path, or the address in the network. */
    default Optional<String> path() {
        return switch (this) {
            case Untouched(var path) -> path;
            case Present present -> present.path;
            case Planned planned ->
                planned.type().equals("network")
                        ? Optional.of(planned.volume.name())
                        : planned.pool
                                .at("target", "path")
                                .map(folder -> folder.text()
                                        + (folder.text().endsWith("/") ? "" : "/")
                                        + planned.volume.name());
        };
    }

    /** The type of a disk with this behind it: file, block, dir or network. */
    default String type() {
        return switch (this) {
            case Untouched _ -> "file";
            case Present present -> present.presentType();
            case Planned planned -> poolType(planned.pool);
        };
    }

    /** The format that a disk's driver is told; empty when it has to find out. */
    default Optional<String> format() {
        return switch (this) {
            case Untouched _ -> Optional.empty();
            case Present present ->
                present.volume.flatMap(volume -> present.presentType().equals("file")
                        ? volume.at("target", "format").flatMap(format -> format.attribute("type"))
                        : Optional.of("raw"));
            case Planned planned -> planned.format.or(() -> Optional.of("raw"));
        };
    }

    /** Whether it is there, as far as can be told from here. */
    default boolean exists() {
        return switch (this) {
            case Untouched _ -> true;
            case Present present -> present.isThere();
            case Planned _ -> false;
        };
    }

    /** What kind of disk a pool's volumes are. */
    static String poolType(Element pool) {
        return switch (pool.attribute("type", "")) {
            case "disk", "logical", "scsi", "mpath", "zfs" -> "block";
            case "gluster", "rbd", "iscsi", "sheepdog" -> "network";
            default -> "file";
        };
    }

    private static boolean isBlockDevice(Path path) {
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & 0xF000) == 0x6000;
        } catch (java.io.IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** The kinds of drive that may be empty. */
    static boolean mayBeEmpty(Draft disk) {
        return disk.is("@device", "floppy")
                || disk.is("@device", "cdrom")
                || !List.of("file", "block", "dir", "volume", "network").contains(disk.get("@type", "file"));
    }
}
