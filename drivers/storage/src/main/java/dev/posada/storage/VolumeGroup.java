package dev.posada.storage;

import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The volumes of a volume group of lvm2, made and taken away by its tools, which lock the group among themselves. */
final class VolumeGroup implements DeviceSource {
    private static final System.Logger LOG = System.getLogger("posada.storage");
    private static final String PACKAGE = "lvm2";

    /** What lvm2 takes for a name; the rest it says itself. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9+_.][A-Za-z0-9+_.-]*");

    private static final int MODE = 0600;
    private static final int KIB = 1 << 10;

    private final String pool;
    private final String group;
    private final String folder;
    private final HostTools tools;
    private final DeviceNodes nodes;

    /** What the last look found. */
    private volatile Map<String, VolumeGroupReport.Volume> found = Map.of();

    VolumeGroup(PoolDefinition definition, HostTools tools) {
        this.pool = definition.name();
        this.group = name(definition);
        this.folder = definition.targetPath().isEmpty() ? "/dev/" + group : definition.targetPath();
        this.tools = tools;
        this.nodes = new DeviceNodes(tools);
    }

    /**
     * The name of the group a pool is made of.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} when no group can have it
     */
    static String name(PoolDefinition definition) {
        return definition
                .sourceName()
                .filter(name -> NAME.matcher(name).matches())
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "the source name of pool '" + definition.name()
                                + "' is no name of a volume group: use letters, digits and +_.-"));
    }

    @Override
    public PoolContents look() {
        var printed = tools.run(
                "looking for volumes of group '" + group + "'",
                PACKAGE,
                command("lvs", VolumeGroupReport.VOLUME_FIELDS, group));
        found = VolumeGroupReport.volumes(printed, folder);
        return new PoolContents(
                figures(),
                found.values().stream().map(VolumeGroupReport.Volume::entry).toList());
    }

    static List<String> command(String program, String fields, String... which) {
        var command = new ArrayList<>(List.of(
                program,
                "--noheadings",
                "--separator",
                VolumeGroupReport.SEPARATOR,
                "--units",
                "b",
                "--nosuffix",
                "-o",
                fields));
        command.addAll(List.of(which));
        return command;
    }

    @Override
    public PoolFigures figures() {
        return VolumeGroupReport.figures(tools.run(
                "looking at volume group '" + group + "'",
                PACKAGE,
                command("vgs", VolumeGroupReport.GROUP_FIELDS, group)));
    }

    @Override
    public void stop() {
        var what = "stopping volume group '" + group + "'";
        try {
            tools.change(what, PACKAGE, List.of("vgchange", "-aln", group));
        } catch (PosadaException e) {
            // It stops at the first volume that is in use; those before it are to be there again.
            tools.attempt(what, PACKAGE, List.of("vgchange", "-aly", group));
            throw e;
        }
    }

    @Override
    public DeviceDetails details(VolumeEntry volume) {
        return Optional.ofNullable(found.get(volume.name()))
                .map(VolumeGroupReport.Volume::details)
                .orElse(DeviceDetails.NONE);
    }

    @Override
    public boolean makes() {
        return true;
    }

    @Override
    public VolumeEntry place(VolumeDefinition definition) {
        var name = definition.name();
        if (!NAME.matcher(name).matches()) {
            throw StorageErrors.invalid("volume name '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "' cannot be used in volume group '" + group + "': use letters, digits and +_.-");
        }
        var path = folder + "/" + name;
        return new VolumeEntry(name, path, path, VolumeType.BLOCK);
    }

    @Override
    public void create(VolumeDefinition definition, VolumeEntry volume) {
        tools.change("making volume '" + volume.name() + "' in group '" + group + "'", PACKAGE, making(definition));
        try {
            nodes.await(Path.of(volume.path()));
            Permissions.of(definition.permissions(), MODE).applyThroughLinks(Path.of(volume.path()));
        } catch (PosadaException e) {
            removeQuietly(volume);
            throw e;
        }
    }

    private List<String> making(VolumeDefinition definition) {
        long capacity = definition.capacityBytes().orElse(0);
        long allocation = definition.allocationBytes().orElse(capacity);
        var command = new ArrayList<>(List.of("lvcreate", "--yes", "--name", definition.name()));
        var origin = definition.backingPath().map(this::origin);
        if (origin.isPresent()) {
            command.add("--snapshot");
            if (thin(origin.get())) {
                // Room comes from the thin pool; without the flag it would not be there for use.
                command.addAll(List.of("--setactivationskip", "n", group + "/" + origin.get()));
                return command;
            }
            command.addAll(List.of("--size", kib(capacity), group + "/" + origin.get()));
            return command;
        }
        command.addAll(List.of("--size", kib(allocation == capacity ? capacity : Math.max(allocation, 1))));
        if (allocation != capacity) {
            command.addAll(List.of("--type", "snapshot", "--virtualsize", kib(capacity)));
        }
        command.add(group);
        return command;
    }

    private boolean thin(String volume) {
        return Optional.ofNullable(found.get(volume))
                .map(VolumeGroupReport.Volume::thin)
                .orElse(false);
    }

    /** The volume of this group that has a path. */
    private String origin(String path) {
        return found.values().stream()
                .map(VolumeGroupReport.Volume::entry)
                .filter(entry -> entry.path().equals(path))
                .map(VolumeEntry::name)
                .findFirst()
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "backing store '" + path + "' is no volume of pool '" + pool
                                + "': a snapshot stays in its volume group"));
    }

    private static String kib(long bytes) {
        return Math.ceilDiv(bytes, KIB) + "K";
    }

    private void removeQuietly(VolumeEntry volume) {
        try {
            delete(volume);
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, "volume '" + volume.path() + "' is left over: " + e.getMessage());
        }
    }

    /** Takes a volume away; lvm2 refuses while somebody has it open, and takes its snapshots with it. */
    @Override
    public void delete(VolumeEntry volume) {
        tools.change(
                "deleting volume '" + volume.name() + "' of group '" + group + "'",
                PACKAGE,
                List.of("lvremove", "--force", group + "/" + volume.name()));
    }
}
