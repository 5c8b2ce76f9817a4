package dev.posada.install;

import dev.posada.client.Flag;
import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.List;
import java.util.Optional;

/**
 * Finds the volume or the pool that a path belongs to.
 *
 * <p>A folder that belongs to no pool becomes one: then the daemon says whether a file is there, and may make it, wherever
 * the tool runs.
 */
final class StoragePaths {
    private static final List<String> NEVER_POOLS = List.of("/dev", "/sys", "/proc");
    private static final String DEFAULT = "default";

    private StoragePaths() {}

    static InstallException noVolume(String name) {
        return new InstallException("Storage volume not found: no storage vol with matching name '" + name + "'");
    }

    /** Whether the folder of a path may be made a pool. */
    static boolean mayBecomePool(String path) {
        return !Values.isUrl(path)
                && NEVER_POOLS.stream().noneMatch(each -> path.equals(each) || path.startsWith(each + "/"));
    }

    /** What is at a path. */
    static DiskStorage.Present manage(Host host, Optional<String> given) {
        if (given.isEmpty()) {
            return DiskStorage.empty(host);
        }
        boolean network = Values.isUrl(given.get()) || isNetworkVolume(host, given.get());
        var path = network ? given.get() : Values.absolute(given.get());
        var known = known(host, path);
        if (known.isPresent()) {
            return known.get();
        }
        if (!mayBecomePool(path)) {
            return new DiskStorage.Present(
                    Optional.of(path), Optional.empty(), Optional.empty(), host.isRemote(), Optional.empty());
        }
        var folder = Values.folder(path);
        var base = Values.baseName(folder).replace(' ', '_');
        var name = FreeNames.of(base.isEmpty() ? "dirpool" : base, "", host.pools()::containsKey);
        var pool = makePool(host, name, folder, false);
        return inPool(host, path, pool, byName(pool, path));
    }

    private static boolean isNetworkVolume(Host host, String path) {
        return host.volumes(pool -> DiskStorage.poolType(pool).equals("network")).stream()
                .anyMatch(volume -> volume.has("type", "network")
                        && volume.at("target", "path")
                                .map(Element::text)
                                .filter(path::equals)
                                .isPresent());
    }

    private static Optional<DiskStorage.Present> known(Host host, String path) {
        var storage = host.connection().storage();
        var volume = storage.volumeByPath(path);
        if (volume.isPresent()) {
            return Optional.of(inPool(host, path, volume.get().pool(), volume));
        }
        var folder = Values.folder(path);
        var name = host.pools().entrySet().stream()
                .filter(pool -> pool.getValue()
                        .at("target", "path")
                        .map(target -> Values.absolute(target.text()))
                        .filter(folder::equals)
                        .isPresent())
                .map(java.util.Map.Entry::getKey)
                .findFirst();
        return name.map(found -> {
            var pool = host.pool(found);
            ensureRunning(pool);
            pool.refresh();
            return inPool(host, path, pool, storage.volumeByPath(path).or(() -> byName(pool, path)));
        });
    }

    private static Optional<StorageVolume> byName(StoragePool pool, String path) {
        return pool.volume(Values.baseName(path));
    }

    private static DiskStorage.Present inPool(
            Host host, String path, StoragePool pool, Optional<StorageVolume> volume) {
        var document = Documents.parse(pool.xml());
        return volume.map(found -> DiskStorage.ofVolume(host, document, Documents.parse(found.xml())))
                .orElseGet(() -> new DiskStorage.Present(
                        Optional.of(path), Optional.empty(), Optional.of(document), host.isRemote(), Optional.empty()));
    }

    static void ensureRunning(StoragePool pool) {
        if (!pool.isActive()) {
            pool.start();
        }
    }

    private static StoragePool makePool(Host host, String name, String folder, boolean build) {
        var xml = Documents.format(Element.of("pool", "type", "dir")
                .plus(Element.text("name", name))
                .plus(Element.of("target").plus(Element.text("path", folder))));
        host.trace().tell("storage", () -> "Creating storage pool '" + name + "' with xml:\n" + xml);
        var pool = host.connection().storage().define(xml);
        try {
            if (build) {
                pool.build();
            }
            pool.start();
            pool.setAutostart(true);
        } catch (dev.posada.model.PosadaException e) {
            pool.undefine();
            throw new InstallException("Could not start storage pool: " + e.getMessage(), e);
        }
        host.remember(pool);
        return pool;
    }

    /** The name of the pool for disks that nobody named one for; it is made when it is missing. */
    static String defaultPool(Host host) {
        if (host.pools().containsKey(DEFAULT)) {
            return DEFAULT;
        }
        var path = host.defaultPoolPath();
        var there = host.pools().entrySet().stream()
                .filter(pool -> pool.getValue()
                        .at("target", "path")
                        .filter(target -> Values.absolute(target.text()).equals(path))
                        .isPresent())
                .map(java.util.Map.Entry::getKey)
                .findFirst();
        return there.orElseGet(() -> {
            try {
                return makePool(host, DEFAULT, path, true).name();
            } catch (dev.posada.model.PosadaException | InstallException e) {
                throw new InstallException("Couldn't create default storage pool '" + path + "': " + e.getMessage(), e);
            }
        });
    }

    /** Makes a volume. */
    static void make(Host host, PlannedVolume volume) {
        host.trace()
                .tell("storage", () -> "Creating storage volume '" + volume.name() + "' with xml:\n" + volume.xml());
        try {
            host.pool(volume.pool())
                    .createVolume(
                            volume.xml(),
                            volume.preallocateMetadata()
                                    ? new Flag.VolumeCreate[] {Flag.VolumeCreate.METADATA}
                                    : new Flag.VolumeCreate[0]);
        } catch (dev.posada.model.PosadaException e) {
            throw new InstallException(
                    "Couldn't create storage volume '" + volume.name() + "': '" + e.getMessage() + "'", e);
        }
    }
}
