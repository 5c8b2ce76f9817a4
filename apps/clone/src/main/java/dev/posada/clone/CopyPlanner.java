package dev.posada.clone;

import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Decides how a copy comes about, and refuses early what could not be made. */
final class CopyPlanner {
    private static final long MIB = 1024 * 1024;
    private static final Set<String> BLOCK_POOLS = Set.of("disk", "logical", "scsi", "mpath", "zfs");
    private static final Set<String> NETWORK_POOLS = Set.of("gluster", "rbd", "iscsi", "sheepdog", "iscsi-direct");

    private final Storehouse storehouse;
    private final CloneOptions options;
    private final Checks checks;
    private final Notices notices;
    private final boolean held;

    /**
     * A planner.
     *
     * @param held whether the original's images are open in a machine that stands still
     */
    CopyPlanner(Storehouse storehouse, CloneOptions options, Checks checks, Notices notices, boolean held) {
        this.held = held;
        this.storehouse = storehouse;
        this.options = options;
        this.checks = checks;
        this.notices = notices;
    }

    /** What there is to know of the storage of a disk. */
    Original original(Element disk) {
        var source = disk.child("source").orElse(Element.of("source"));
        if (disk.has("type", "network")) {
            return new Original(
                    Optional.empty(), Optional.empty(), true, true, source.attribute("protocol", "unknown"));
        }
        if (source.attribute("volume").isPresent()) {
            var place = storehouse.byNames(source.attribute("pool", ""), source.attribute("volume", ""));
            return new Original(Optional.of(place.path()), place.volume(), true, false, "");
        }
        return CloneDocument.path(disk)
                .map(this::originalAt)
                .orElseGet(() -> new Original(Optional.empty(), Optional.empty(), true, false, ""));
    }

    /** What there is to know of storage at a path. */
    Original originalAt(String path) {
        var place = storehouse.find(path);
        return new Original(Optional.of(path), place.volume(), exists(place), false, "");
    }

    private boolean exists(Storehouse.Place place) {
        if (place.volume().isPresent() || (!storehouse.isRemote() && Files.exists(Path.of(place.path())))) {
            return true;
        }
        // Whether a device of another host is there cannot be known from here; the daemon will say.
        return place.pool().isEmpty() && storehouse.isRemote() && Storehouse.isKernels(place.path());
    }

    /**
     * The way to a copy at a path.
     *
     * @throws CloneException when there is none
     */
    CopyTarget target(DiskPlan plan, String path) {
        try {
            var place = storehouse.find(path);
            return plan.action() == DiskPlan.Action.PRESERVE ? existing(place) : copy(plan.original(), place);
        } catch (CloneException | PosadaException e) {
            throw new CloneException("Could not use path '" + path + "' for cloning: " + e.getMessage(), e);
        }
    }

    /** A copy of the file with the firmware's variables, when there is one to copy and nothing in its place. */
    Optional<CopyTarget> nvram(String from, String to) {
        var place = storehouse.find(to);
        var original = storehouse.find(from).volume();
        return original.isPresent() && place.pool().isPresent() && !exists(place)
                ? Optional.of(volumeCopy(original.get(), place, place.pool().get()))
                : Optional.empty();
    }

    private CopyTarget existing(Storehouse.Place place) {
        if (!exists(place)) {
            throw new CloneException(
                    "Must specify storage creation parameters for non-existent path '" + place.path() + "'.");
        }
        return new CopyTarget.Existing(place.path(), type(place));
    }

    private CopyTarget copy(Original original, Storehouse.Place place) {
        if (place.volume().isPresent() && !isDeviceHere(original, place)) {
            throw new CloneException(
                    "Clone onto existing storage volume is not currently supported: '" + place.path() + "'");
        }
        if (original.volume().isEmpty() || exists(place)) {
            return localCopy(original, place);
        }
        var pool = place.pool()
                .orElseThrow(() -> new CloneException("Don't know how to create storage for path '"
                        + Storehouse.fileName(place.path())
                        + "'. Use libvirt APIs to manage the parent directory as a pool first."));
        return options.linked()
                ? overlay(original.volume().get(), place, pool)
                : volumeCopy(original.volume().get(), place, pool);
    }

    /** Whether the copy is to go onto a device of this host, which we can write ourselves. */
    private boolean isDeviceHere(Original original, Storehouse.Place place) {
        return !storehouse.isRemote()
                && type(place).equals("block")
                && original.path().map(Path::of).filter(Files::isReadable).isPresent()
                && Files.isWritable(Path.of(place.path()));
    }

    private CopyTarget localCopy(Original original, Storehouse.Place place) {
        if (storehouse.isRemote()) {
            throw new CloneException("the daemon's storage does not know the original, and it is on another host");
        }
        if (options.linked()) {
            throw new CloneException("--linked makes volumes over volumes, which the original or the copy is not");
        }
        var from = Path.of(original.path().orElseThrow());
        try (var channel = Files.newByteChannel(from)) {
            // Of a device, only its end tells the size.
            return new CopyTarget.LocalCopy(place.path(), type(place), from, channel.size(), options.sparse());
        } catch (IOException e) {
            throw new CloneException("'" + from + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private CopyTarget volumeCopy(StorageVolume from, Storehouse.Place place, StoragePool pool) {
        var facts = VolumeFacts.of(from);
        var poolType = poolType(pool);
        refuseNetwork(poolType);
        boolean blocks = BLOCK_POOLS.contains(poolType);
        if (held
                && !blocks
                && !options.reflink()
                && !facts.format().orElse("raw").equals("raw")) {
            return sameFile(from, place, pool);
        }
        long allocation = options.sparse() ? facts.allocationBytes() : facts.capacityBytes();
        if (poolType.equals("logical") && allocation != facts.capacityBytes()) {
            notices.warn("Sparse logical volumes are not supported, setting allocation equal to capacity");
            allocation = facts.capacityBytes();
        }
        var volume = document(place, facts.capacityBytes(), allocation);
        if (!blocks) {
            volume = volume.plus(target(facts.format().orElse("raw")));
        }
        if (!options.reflink()) {
            checkSpace(pool, facts.capacityBytes(), allocation);
        }
        return new CopyTarget.CopiedVolume(
                place.path(),
                blocks ? "block" : "file",
                pool,
                volume,
                facts.capacityBytes(),
                from,
                options.reflink(),
                !blocks
                        && !options.sparse()
                        && facts.format().filter("qcow2"::equals).isPresent());
    }

    private CopyTarget sameFile(StorageVolume from, Storehouse.Place place, StoragePool pool) {
        var facts = VolumeFacts.of(from);
        // The image names what is below it, maybe by a path from where it is itself.
        if (facts.backingPath().isPresent()
                && !Storehouse.folder(facts.path()).equals(Storehouse.folder(place.path()))) {
            throw new CloneException(
                    "an image with another below it is copied into its own folder only, unless its domain is shut off");
        }
        var info = from.info();
        checkSpace(pool, info.physicalBytes(), info.allocationBytes());
        var volume = document(place, info.physicalBytes(), 0).plus(target("raw"));
        return new CopyTarget.SameFile(place.path(), "file", pool, volume, info.physicalBytes(), from);
    }

    private CopyTarget overlay(StorageVolume base, Storehouse.Place place, StoragePool pool) {
        var poolType = poolType(pool);
        refuseNetwork(poolType);
        if (BLOCK_POOLS.contains(poolType)) {
            throw new CloneException("--linked needs a pool of files; name another place with --file");
        }
        var facts = VolumeFacts.of(base);
        var backing = Element.of("backingStore")
                .plus(Element.text("path", facts.path()))
                .plus(Element.of("format", "type", facts.format().orElse("raw")));
        var volume =
                document(place, facts.capacityBytes(), 0).plus(target("qcow2")).plus(backing);
        return new CopyTarget.Overlay(place.path(), "file", pool, volume, facts.capacityBytes(), base);
    }

    private static Element document(Storehouse.Place place, long capacityBytes, long allocationBytes) {
        var name = Storehouse.fileName(place.path());
        if (name.indexOf(' ') >= 0) {
            throw new CloneException("Storage object name '" + name + "' can not contain ' ' character.");
        }
        return Element.of("volume")
                .plus(Element.text("name", name))
                .plus(Element.text("capacity", String.valueOf(capacityBytes)))
                .plus(Element.text("allocation", String.valueOf(allocationBytes)));
    }

    private static Element target(String format) {
        var target = Element.of("target").plus(Element.of("format", "type", format));
        return format.equals("qcow2") ? target.plus(Element.of("features").plus(Element.of("lazy_refcounts"))) : target;
    }

    private void checkSpace(StoragePool pool, long capacityBytes, long allocationBytes) {
        long available = pool.info().availableBytes();
        if (allocationBytes > available) {
            throw new CloneException("There is not enough free space on the storage pool to create the volume. ("
                    + allocationBytes / MIB + " M requested allocation > " + available / MIB + " M available)");
        }
        if (capacityBytes > available) {
            var complaint = "The requested volume capacity will exceed the available pool space when the volume is"
                    + " fully allocated. (" + capacityBytes / MIB + " M requested capacity > " + available / MIB
                    + " M available)";
            notices.warn(complaint);
            checks.refuse("disk_size", complaint, notices, false);
        }
    }

    private static void refuseNetwork(String poolType) {
        if (NETWORK_POOLS.contains(poolType)) {
            throw new CloneException("Disk network type '" + poolType + "' is not cloneable.");
        }
    }

    private static String poolType(StoragePool pool) {
        return Documents.parse(pool.xml()).attribute("type", "dir");
    }

    private String type(Storehouse.Place place) {
        if (place.volume().isPresent()) {
            return VolumeFacts.of(place.volume().get()).type();
        }
        var path = Path.of(place.path());
        if (storehouse.isRemote()) {
            return Storehouse.isKernels(place.path()) ? "block" : "file";
        }
        if (Files.isDirectory(path)) {
            return "dir";
        }
        return Files.exists(path) && !Files.isRegularFile(path) ? "block" : "file";
    }
}
