package dev.posada.engine;

import dev.posada.driver.LivePool.CreateOption;
import dev.posada.driver.LivePool.DeleteOption;
import dev.posada.driver.LivePool.ResizeOption;
import dev.posada.driver.Undo;
import dev.posada.driver.VolumeEntry;
import dev.posada.driver.VolumeReader;
import dev.posada.driver.VolumeWriter;
import dev.posada.driver.WipeAlgorithm;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeIdentity;
import dev.posada.model.VolumeInfo;
import dev.posada.xml.VolumeXml;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The storage volumes of a connection. Flags and errors are libvirt's. A volume is its pool's name and its own; what a
 * client says of its key is passed over, as in libvirt.
 */
public final class Volumes {
    private final PoolHost host;
    private final Access access;
    private final PoolLife life;

    Volumes(PoolHost host, Access access) {
        this.host = host;
        this.access = access;
        this.life = new PoolLife(host);
    }

    /** The volumes of a started pool, by name; {@code flags} must be 0. */
    public List<VolumeIdentity> list(UUID pool, int flags) {
        var api = "virStoragePoolListAllVolumes";
        access.query(api);
        host.checkFlags(flags, 0, api);
        var found = host.pool(pool);
        return host.live(found).volumes().entries().stream()
                .map(entry -> identity(found, entry))
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    /** The volume of this name; {@code NO_STORAGE_VOL} when there is none. */
    public VolumeIdentity byName(UUID pool, String name) {
        access.query("virStorageVolLookupByName");
        var found = host.pool(pool);
        var volumes = host.live(found).volumes();
        return identity(found, volumes.find(name).orElseThrow(() -> volumes.noVolume(name)));
    }

    /** The volume of this key in any started pool; {@code NO_STORAGE_VOL} when there is none. */
    public VolumeIdentity byKey(String key) {
        access.query("virStorageVolLookupByKey");
        return anywhere(volumes -> volumes.withKey(key))
                .orElseThrow(() -> noVolume("no storage vol with matching key " + key));
    }

    /** The volume of this path in any started pool; {@code NO_STORAGE_VOL} when there is none. */
    public VolumeIdentity byPath(String path) {
        access.query("virStorageVolLookupByPath");
        var plain = path.replaceAll("/+", "/");
        return anywhere(volumes -> volumes.withPath(plain))
                .orElseThrow(() -> noVolume("no storage vol with matching path '" + path + "'"));
    }

    private Optional<VolumeIdentity> anywhere(Function<VolumeTable, Optional<VolumeEntry>> look) {
        for (var pool : host.registry().all()) {
            var entry = pool.view().live().map(StartedPool::volumes).flatMap(look);
            if (entry.isPresent()) {
                return Optional.of(identity(pool, entry.get()));
            }
        }
        return Optional.empty();
    }

    /** The pool of a volume. */
    public PoolIdentity pool(VolumeIdentity volume) {
        access.query("virStoragePoolLookupByVolume");
        return host.pool(volume.pool()).view().identity();
    }

    /** The path of a volume. */
    public String path(VolumeIdentity volume) {
        access.query("virStorageVolGetPath");
        return entry(volume).path();
    }

    /** Type and sizes ({@code virStorageVolGetInfoFlags}): with the flag 1, the physical size where the allocation is. */
    public VolumeInfo info(VolumeIdentity volume, int flags) {
        var api = "virStorageVolGetInfoFlags";
        access.query(api);
        host.checkFlags(flags, PoolFlags.INFO_PHYSICAL, api);
        var entry = entry(volume);
        var live = live(volume);
        return live.volumes()
                .making(entry.name())
                .map(making -> new VolumeInfo(
                        entry.type(),
                        making.capacityBytes().orElse(0),
                        live.pool().madeBytes(entry),
                        0))
                .orElseGet(() -> live.pool().info(entry));
    }

    /** What a volume is, as text; {@code flags} must be 0. */
    public String xml(VolumeIdentity volume, int flags) {
        var api = "virStorageVolGetXMLDesc";
        access.query(api);
        host.checkFlags(flags, 0, api);
        return VolumeXml.format(describe(live(volume), entry(volume)));
    }

    /** What a volume is now; of one that is being made, what it is to be and the room it has taken so far. */
    private static VolumeDefinition describe(StartedPool live, VolumeEntry entry) {
        var making = live.volumes().making(entry.name());
        if (making.isEmpty()) {
            return live.pool().describe(entry);
        }
        var root = making.get().root();
        long capacity = making.get().capacityBytes().orElse(0);
        return VolumeXml.ordered(new VolumeDefinition(
                root.with("type", entry.type().word())
                        .withChild(Element.text("key", entry.key()))
                        .withChild(size("capacity", capacity))
                        .withChild(size("allocation", live.pool().madeBytes(entry)))
                        .withChild(root.child("target")
                                .orElse(Element.of("target"))
                                .withChild(Element.text("path", entry.path())))));
    }

    private static Element size(String name, long bytes) {
        return Element.text(name, Long.toString(bytes)).with("unit", "bytes");
    }

    /** Makes a volume; flags are {@code virStorageVolCreateFlags}. */
    public VolumeIdentity create(UUID pool, String xml, int flags) {
        var api = "virStorageVolCreateXML";
        access.change(api);
        host.checkFlags(flags, PoolFlags.VOLUME_METADATA | PoolFlags.VOLUME_VALIDATE, api);
        var found = host.pool(pool);
        var live = host.live(found);
        var definition = VolumeXml.parse(xml, false, Flags.has(flags, PoolFlags.VOLUME_VALIDATE));
        VolumeEntry made;
        try (var use = live.volumes().reserve(live.pool().place(definition), definition)) {
            live.pool().create(definition, use.entry(), createOptions(flags));
            use.made();
            made = use.entry();
        }
        return settled(found, live, made);
    }

    /** A volume that was just made, as it is told of. */
    private VolumeIdentity settled(Pool pool, StartedPool live, VolumeEntry made) {
        changed(pool, live);
        return identity(pool, live.volumes().find(made.name()).orElse(made));
    }

    /** Volumes came or went. */
    private void changed(Pool pool, StartedPool live) {
        if (live.pool().rearranges()) {
            life.lookAgain(pool, live);
        } else {
            life.measure(pool, live.pool());
        }
    }

    /** Makes a volume with the content of another one; flags are {@code virStorageVolCreateFlags}. */
    public VolumeIdentity createFrom(UUID pool, String xml, VolumeIdentity from, int flags) {
        var api = "virStorageVolCreateXMLFrom";
        access.change(api);
        host.checkFlags(flags, PoolFlags.VOLUME_METADATA | PoolFlags.VOLUME_REFLINK | PoolFlags.VOLUME_VALIDATE, api);
        var found = host.pool(pool);
        var live = host.live(found);
        var sourceLive = host.live(host.pool(from.pool()));
        try (var source = sourceLive.volumes().read(from.name())) {
            var described = sourceLive.pool().describe(source.entry());
            var definition = atLeast(
                    VolumeXml.parse(xml, true, Flags.has(flags, PoolFlags.VOLUME_VALIDATE)),
                    described.capacityBytes().orElse(0));
            var place = live.pool().place(definition);
            mustBeFree(live, place);
            try (var use = live.volumes().reserve(place, definition)) {
                live.pool().copy(definition, use.entry(), source.entry(), described, createOptions(flags));
                use.made();
            }
            return settled(found, live, place);
        }
    }

    private void mustBeFree(StartedPool live, VolumeEntry place) {
        if (live.volumes().find(place.name()).isPresent()) {
            throw host.error(ErrorCode.INTERNAL_ERROR, "storage volume name '" + place.name() + "' already in use.");
        }
    }

    /** A copy is as big as its source at least. */
    private static VolumeDefinition atLeast(VolumeDefinition definition, long capacityBytes) {
        return definition.capacityBytes().orElse(0) >= capacityBytes
                ? definition
                : new VolumeDefinition(definition.root().withChild(size("capacity", capacityBytes)));
    }

    private static EnumSet<CreateOption> createOptions(int flags) {
        var options = EnumSet.noneOf(CreateOption.class);
        if (Flags.has(flags, PoolFlags.VOLUME_METADATA)) {
            options.add(CreateOption.METADATA);
        }
        if (Flags.has(flags, PoolFlags.VOLUME_REFLINK)) {
            options.add(CreateOption.SHARE_BLOCKS);
        }
        return options;
    }

    /** Deletes a volume; flags are {@code virStorageVolDeleteFlags}. */
    public void delete(VolumeIdentity volume, int flags) {
        var api = "virStorageVolDelete";
        access.change(api);
        host.checkFlags(flags, PoolFlags.VOLUME_ZEROED | PoolFlags.VOLUME_WITH_SNAPSHOTS, api);
        var options = EnumSet.noneOf(DeleteOption.class);
        if (Flags.has(flags, PoolFlags.VOLUME_ZEROED)) {
            options.add(DeleteOption.ZEROED);
        }
        if (Flags.has(flags, PoolFlags.VOLUME_WITH_SNAPSHOTS)) {
            options.add(DeleteOption.WITH_SNAPSHOTS);
        }
        var pool = host.pool(volume.pool());
        var live = host.live(pool);
        try (var use = live.volumes().change(volume.name())) {
            live.pool().delete(use.entry(), options);
            use.gone();
        }
        changed(pool, live);
    }

    /**
     * Changes what a guest can keep on a volume; flags are {@code virStorageVolResizeFlags}.
     *
     * @param capacityBytes the new capacity, or by how much it changes
     */
    public void resize(VolumeIdentity volume, long capacityBytes, int flags) {
        var api = "virStorageVolResize";
        access.change(api);
        host.checkFlags(flags, PoolFlags.RESIZE_ALLOCATE | PoolFlags.RESIZE_DELTA | PoolFlags.RESIZE_SHRINK, api);
        var pool = host.pool(volume.pool());
        var live = host.live(pool);
        try (var use = live.volumes().change(volume.name())) {
            var now = live.pool().describe(use.entry());
            long wanted = wanted(now.capacityBytes().orElse(0), capacityBytes, flags);
            checkSize(now, wanted, flags, live);
            var options = EnumSet.noneOf(ResizeOption.class);
            if (Flags.has(flags, PoolFlags.RESIZE_ALLOCATE)) {
                options.add(ResizeOption.ALLOCATE);
            }
            if (Flags.has(flags, PoolFlags.RESIZE_SHRINK)) {
                options.add(ResizeOption.SHRINK);
            }
            live.pool().resize(use.entry(), wanted, options);
        }
        life.measure(pool, live.pool());
    }

    private long wanted(long now, long capacityBytes, int flags) {
        if (!Flags.has(flags, PoolFlags.RESIZE_DELTA)) {
            return positive(capacityBytes);
        }
        if (Flags.has(flags, PoolFlags.RESIZE_SHRINK)) {
            return now - Math.min(positive(capacityBytes), now);
        }
        return positive(now + positive(capacityBytes));
    }

    private long positive(long bytes) {
        if (bytes < 0) {
            throw host.error(ErrorCode.OVERFLOW, "value too large: " + Long.toUnsignedString(bytes));
        }
        return bytes;
    }

    /** How much at most; the number has no sign on the wire, and virsh takes -1 for as much as there can be. */
    private static long limit(long lengthBytes) {
        return lengthBytes < 0 ? Long.MAX_VALUE : lengthBytes;
    }

    private void checkSize(VolumeDefinition now, long wanted, int flags, StartedPool live) {
        // Even one that may shrink keeps what it holds.
        if (wanted < now.allocationBytes().orElse(0)) {
            throw host.error(ErrorCode.INVALID_ARG, "can't shrink capacity below existing allocation");
        }
        if (wanted < now.capacityBytes().orElse(0) && !Flags.has(flags, PoolFlags.RESIZE_SHRINK)) {
            throw host.error(
                    ErrorCode.INVALID_ARG,
                    "Can't shrink capacity below current capacity unless shrink flag explicitly specified");
        }
        long more = wanted - now.capacityBytes().orElse(0);
        if (Flags.has(flags, PoolFlags.RESIZE_ALLOCATE) && more > live.figures().availableBytes()) {
            throw host.error(ErrorCode.OPERATION_FAILED, "Not enough space left in storage pool");
        }
    }

    /**
     * Overwrites what a volume holds.
     *
     * @param algorithm {@code virStorageVolWipeAlgorithm}
     * @param flags must be 0
     */
    public void wipe(VolumeIdentity volume, int algorithm, int flags) {
        var api = "virStorageVolWipePattern";
        access.change(api);
        host.checkFlags(flags, 0, api);
        var how = WipeAlgorithm.of(algorithm)
                .orElseThrow(() -> host.error(
                        ErrorCode.INVALID_ARG, "wiping algorithm " + algorithm + " not supported: 0 to 9 are known"));
        var pool = host.pool(volume.pool());
        var live = host.live(pool);
        try (var use = live.volumes().change(volume.name())) {
            live.pool().wipe(use.entry(), how);
        }
        life.measure(pool, live.pool());
    }

    /**
     * Opens the bytes of a volume's file for reading; nobody changes the volume until that is closed.
     *
     * @param lengthBytes how much at most; 0 for all
     * @param flags {@code virStorageVolDownloadFlags}; whether holes are told is the reader's choice
     */
    public VolumeReader download(VolumeIdentity volume, long offsetBytes, long lengthBytes, int flags) {
        var api = "virStorageVolDownload";
        access.change(api);
        host.checkFlags(flags, PoolFlags.STREAM_SPARSE, api);
        var live = live(volume);
        var use = live.volumes().read(volume.name());
        try (var undo = new Undo()) {
            undo.add(use::close);
            var reader = live.pool().read(use.entry(), positive(offsetBytes), limit(lengthBytes));
            undo.done();
            return new UsedReader(reader, use);
        }
    }

    /**
     * Opens the bytes of a volume's file for writing; nobody else uses the volume until that is closed.
     *
     * @param lengthBytes how much will come at most; 0 for no limit
     * @param flags {@code virStorageVolUploadFlags}
     */
    public VolumeWriter upload(VolumeIdentity volume, long offsetBytes, long lengthBytes, int flags) {
        var api = "virStorageVolUpload";
        access.change(api);
        host.checkFlags(flags, PoolFlags.STREAM_SPARSE, api);
        var pool = host.pool(volume.pool());
        var live = host.live(pool);
        var use = live.volumes().change(volume.name());
        try (var undo = new Undo()) {
            undo.add(use::close);
            var writer = live.pool().write(use.entry(), positive(offsetBytes), limit(lengthBytes));
            undo.done();
            return new UsedWriter(writer, use, () -> changed(pool, live));
        }
    }

    private StartedPool live(VolumeIdentity volume) {
        return host.live(host.pool(volume.pool()));
    }

    private VolumeEntry entry(VolumeIdentity volume) {
        var volumes = live(volume).volumes();
        return volumes.find(volume.name()).orElseThrow(() -> volumes.noVolume(volume.name()));
    }

    private static VolumeIdentity identity(Pool pool, VolumeEntry entry) {
        return new VolumeIdentity(pool.name(), entry.name(), entry.key());
    }

    private PosadaException noVolume(String detail) {
        return host.error(ErrorCode.NO_STORAGE_VOL, detail);
    }
}
