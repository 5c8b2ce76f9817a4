package dev.posada.clone;

import dev.posada.client.Connection;
import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what the daemon's storage knows of paths.
 *
 * <p>The folder of a path that no pool covers becomes a pool, as virt-clone has it: volumes are made through pools, and
 * their sizes are known by them.
 */
final class Storehouse {
    /** Folders of the kernel's, which are never made pools. */
    private static final List<String> KERNEL = List.of("/dev", "/sys", "/proc");

    private final Connection connection;
    private final Notices notices;
    private final List<StoragePool> made = new ArrayList<>();
    private final Set<StoragePool> refreshed = new HashSet<>();

    Storehouse(Connection connection, Notices notices) {
        this.connection = connection;
        this.notices = notices;
    }

    /**
     * What stands behind a path.
     *
     * @param path absolute
     * @param volume its volume
     * @param pool the pool of the volume, or of the folder it would be in
     */
    record Place(String path, Optional<StorageVolume> volume, Optional<StoragePool> pool) {}

    /** Whether the daemon is on another machine, so that files here are not its files. */
    boolean isRemote() {
        return !connection.uri().host().isEmpty();
    }

    /** The pools that were made because a folder had none. */
    List<StoragePool> made() {
        return List.copyOf(made);
    }

    /** Finds a path, and makes its folder a pool when it has none. */
    Place find(String given) {
        var path = Path.of(given).toAbsolutePath().normalize().toString();
        var place = lookUp(path);
        if (place.volume().isPresent() || place.pool().isPresent() || isKernels(path)) {
            return place;
        }
        var pool = makePool(folder(path));
        return new Place(path, pool.volume(fileName(path)), Optional.of(pool));
    }

    /** Whether a path exists for certain; no when that cannot be known from here. */
    boolean exists(String path) {
        return lookUp(path).volume().isPresent() || (!isRemote() && Files.exists(Path.of(path)));
    }

    /** The volume of a pool by their names. */
    Place byNames(String pool, String volume) {
        var storage = connection.storage();
        var found = storage.poolByName(pool)
                .orElseThrow(() -> new CloneException(
                        "Storage pool not found: no storage pool with matching name '" + pool + "'"));
        var there = found.volume(volume)
                .orElseThrow(() -> new CloneException(
                        "Storage volume not found: no storage vol with matching name '" + volume + "'"));
        return new Place(there.path(), Optional.of(there), Optional.of(found));
    }

    /** Every volume of every running pool whose image has another below it. */
    List<VolumeFacts> overlays() {
        var overlays = new ArrayList<VolumeFacts>();
        for (var pool : connection.storage().pools()) {
            try {
                pool.volumes().stream()
                        .map(VolumeFacts::of)
                        .filter(volume -> volume.backingPath().isPresent())
                        .forEach(overlays::add);
            } catch (PosadaException gone) {
                notices.debug("pool " + pool.name() + ": " + gone.getMessage());
            }
        }
        return overlays;
    }

    static boolean isKernels(String path) {
        return KERNEL.stream().anyMatch(folder -> path.equals(folder) || path.startsWith(folder + "/"));
    }

    static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    private Place lookUp(String path) {
        var storage = connection.storage();
        var volume = storage.volumeByPath(path);
        if (volume.isPresent()) {
            return new Place(path, volume, Optional.of(volume.get().pool()));
        }
        var pool = poolOf(folder(path));
        if (pool.isEmpty()) {
            return new Place(path, Optional.empty(), Optional.empty());
        }
        // A pool may be stopped, or not have looked since the file was made.
        if (refreshed.add(pool.get())) {
            startIfNeeded(pool.get());
            pool.get().refresh();
        }
        return new Place(path, storage.volumeByPath(path).or(() -> pool.get().volume(fileName(path))), pool);
    }

    private Optional<StoragePool> poolOf(String folder) {
        for (var pool : connection.storage().pools()) {
            var target = Documents.parse(pool.xml()).at("target", "path").map(Element::text);
            if (target.isPresent()
                    && Path.of(target.get()).normalize().toString().equals(folder)) {
                return Optional.of(pool);
            }
        }
        return Optional.empty();
    }

    private static void startIfNeeded(StoragePool pool) {
        if (!pool.isActive()) {
            pool.start();
        }
    }

    private StoragePool makePool(String folder) {
        var base = fileName(folder).replace(' ', '_');
        var name = CloneNames.free(
                base.isEmpty() ? "dirpool" : base,
                "-",
                "",
                false,
                1,
                taken -> connection.storage().poolByName(taken).isPresent());
        notices.debug("making a pool '" + name + "' of " + folder);
        var document = Element.of("pool", "type", "dir")
                .plus(Element.text("name", name))
                .plus(Element.of("target").plus(Element.text("path", folder)));
        StoragePool pool;
        try {
            pool = connection.storage().define(Documents.format(document));
        } catch (PosadaException e) {
            throw new CloneException("Could not define storage pool: " + e.getMessage(), e);
        }
        try {
            pool.start();
        } catch (PosadaException e) {
            undefine(pool);
            throw new CloneException("Could not start storage pool: " + e.getMessage(), e);
        }
        made.add(pool);
        try {
            pool.setAutostart(true);
        } catch (PosadaException e) {
            throw new CloneException("Could not set pool autostart flag: " + e.getMessage(), e);
        }
        return pool;
    }

    private void undefine(StoragePool pool) {
        try {
            pool.undefine();
        } catch (PosadaException left) {
            notices.debug("pool " + pool.name() + " is left behind: " + left.getMessage());
        }
    }
}
