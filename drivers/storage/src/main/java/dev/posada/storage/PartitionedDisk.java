package dev.posada.storage;

import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeType;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.storage.Partition.Role;
import dev.posada.storage.PartitionTable.Stretch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The partitions of a disk. The table is read here and changed by parted(8); changes go one after the other, because each
 * decides by the table where the next can be.
 */
final class PartitionedDisk implements DeviceSource {
    private static final System.Logger LOG = System.getLogger("posada.storage");
    private static final String PACKAGE = "parted";
    private static final Path BLOCK_DEVICES = Path.of("/sys/class/block");
    private static final int SECTOR_BYTES = 512;
    private static final int MAX_SECTOR_BYTES = 1 << 16;
    private static final String NONE = "none";
    private static final String EXTENDED = "extended";

    /** What parted calls the formats volumes can have; of those that it only marks, the mark. */
    private static final Map<String, String> FILE_SYSTEMS =
            Map.of("linux", "ext2", "fat16", "fat16", "fat32", "fat32", "linux-swap", "linux-swap");

    private static final Map<String, String> MARKS = Map.of("linux-lvm", "lvm", "linux-raid", "raid");

    private final PoolDefinition definition;
    private final Path folder;
    private final Path disk;
    private final HostTools tools;
    private final DeviceNodes nodes;
    private final ReentrantLock changing = new ReentrantLock();

    /** What the last look found, by name. */
    private volatile Map<String, Found> found = Map.of();

    /** A partition and the table it was in. */
    private record Found(VolumeEntry entry, Partition partition, DeviceDetails details) {}

    PartitionedDisk(PoolDefinition definition, HostTools tools) {
        this.definition = definition;
        this.folder = Path.of(definition.targetPath());
        this.disk = disk(definition);
        this.tools = tools;
        this.nodes = new DeviceNodes(tools);
    }

    /**
     * The disk itself, whatever links lead to it.
     *
     * @throws PosadaException {@code INVALID_ARG} when there is none
     */
    static Path disk(PoolDefinition definition) {
        var given = definition.sourceDevices().getFirst();
        try {
            return Path.of(given).toRealPath();
        } catch (IOException missing) {
            throw StorageErrors.of(ErrorCode.INVALID_ARG, "device path '" + given + "' doesn't exist");
        }
    }

    /** The name of the device of a partition: a number follows a number after a letter. */
    static String name(Path disk, int number) {
        var name = String.valueOf(disk.getFileName());
        return Character.isDigit(name.charAt(name.length() - 1)) ? name + "p" + number : name + number;
    }

    /** The disk's table as it is now. */
    PartitionTable table() {
        var what = "cannot read the partitions of '" + disk + "'";
        try (var channel = FileChannel.open(disk, StandardOpenOption.READ)) {
            return PartitionTableReader.read(channel, sectorBytes())
                    .orElseThrow(() -> StorageErrors.of(
                            ErrorCode.STORAGE_PROBE_FAILED,
                            "Device '" + disk + "' is unrecognized, requires build: its table is neither gpt nor dos"));
        } catch (IOException e) {
            throw StorageErrors.failed(what, e);
        }
    }

    private int sectorBytes() throws IOException {
        var file = BLOCK_DEVICES.resolve(disk.getFileName()).resolve("queue/logical_block_size");
        int bytes = Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : SECTOR_BYTES;
        if (bytes < SECTOR_BYTES || bytes > MAX_SECTOR_BYTES) {
            throw new IOException("its sectors have " + bytes + " bytes");
        }
        return bytes;
    }

    @Override
    public PoolContents look() {
        var table = table();
        var paths = StablePaths.in(folder);
        var now = new LinkedHashMap<String, Found>();
        for (var partition : table.partitions()) {
            var name = name(disk, partition.number());
            var path = paths.of(disk.resolveSibling(name));
            if (path.isEmpty()) {
                LOG.log(System.Logger.Level.WARNING, "partition " + name + " has no device in " + folder);
            } else {
                var shown = path.get().toString();
                var entry = new VolumeEntry(name, shown, shown, VolumeType.BLOCK);
                now.put(name, new Found(entry, partition, details(table, partition)));
            }
        }
        found = now;
        return new PoolContents(
                figures(table), now.values().stream().map(Found::entry).toList());
    }

    private DeviceDetails details(PartitionTable table, Partition partition) {
        var source = Element.of("source")
                .plus(Element.of("device", "path", disk.toString())
                        .plus(DeviceDetails.extent(partition.startBytes(), partition.endBytes())));
        long allocation = partition.role() == Role.EXTENDED ? logicalBytes(table) : partition.lengthBytes();
        return new DeviceDetails(
                Optional.of(source),
                OptionalLong.of(partition.lengthBytes()),
                OptionalLong.of(allocation),
                Optional.of(partition.format()),
                Optional.empty());
    }

    private static long logicalBytes(PartitionTable table) {
        return table.partitions().stream()
                .filter(one -> one.role() == Role.LOGICAL)
                .mapToLong(Partition::lengthBytes)
                .sum();
    }

    @Override
    public PoolFigures figures() {
        return figures(table());
    }

    private PoolFigures figures(PartitionTable table) {
        var free = new ArrayList<>(table.freeOutside());
        free.addAll(table.freeInside());
        long available = free.stream().mapToLong(Stretch::lengthBytes).sum();
        long allocation = table.partitions().stream()
                .filter(one -> one.role() != Role.EXTENDED)
                .mapToLong(Partition::lengthBytes)
                .sum();
        return new PoolFigures(
                table.endBytes(), allocation, available, Optional.empty(), Optional.of(source(table.freeOutside())));
    }

    private Element source(List<Stretch> free) {
        return definition.source().mapChildren(child -> {
            var device = child;
            if (child.name().equals("device")) {
                for (var stretch : free) {
                    device = device.plus(Element.of(
                            "freeExtent",
                            "start",
                            Long.toString(stretch.startBytes()),
                            "end",
                            Long.toString(stretch.endBytes())));
                }
            }
            return device;
        });
    }

    @Override
    public void stop() {
        // The disk stays as it is.
    }

    @Override
    public DeviceDetails details(VolumeEntry volume) {
        return Optional.ofNullable(found.get(volume.name())).map(Found::details).orElse(DeviceDetails.NONE);
    }

    @Override
    public boolean makes() {
        return true;
    }

    @Override
    public VolumeEntry place(VolumeDefinition definition) {
        var format = format(definition);
        if (definition.backingPath().isPresent()) {
            throw StorageErrors.of(ErrorCode.NO_SUPPORT, "backing storage not supported for partitions");
        }
        var table = table();
        var expected = name(disk, table.nextNumber(role(table, format)));
        if (!definition.name().equals(expected)) {
            throw StorageErrors.of(
                    ErrorCode.INVALID_ARG,
                    "invalid partition name '" + definition.name().replaceAll("\\p{Cntrl}", "?") + "', expected '"
                            + expected + "'");
        }
        var path = folder.resolve(expected).toString();
        return new VolumeEntry(expected, path, path, VolumeType.BLOCK);
    }

    private static String format(VolumeDefinition definition) {
        var format = definition.format().orElse(NONE);
        boolean known = format.equals(NONE)
                || format.equals(EXTENDED)
                || FILE_SYSTEMS.containsKey(format)
                || MARKS.containsKey(format);
        if (!known) {
            throw StorageErrors.of(ErrorCode.CONFIG_UNSUPPORTED, "unknown volume format type " + format);
        }
        return format;
    }

    private Role role(PartitionTable table, String format) {
        if (format.equals(EXTENDED) && !table.dos()) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED, "a gpt table has no extended partitions: '" + disk + "'");
        }
        boolean extended = format.equals(EXTENDED);
        return table.nextRole(extended)
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.INTERNAL_ERROR,
                        extended && table.extended().isPresent()
                                ? "extended partition already exists"
                                : "no extended partition found and no primary partition available"));
    }

    @Override
    public void create(VolumeDefinition definition, VolumeEntry volume) {
        changing.lock();
        try {
            var table = table();
            var format = format(definition);
            var role = role(table, format);
            if (!name(disk, table.nextNumber(role)).equals(volume.name())) {
                throw StorageErrors.of(ErrorCode.STORAGE_VOL_EXIST, "'" + volume.name() + "'");
            }
            long wanted = Math.max(
                    definition.capacityBytes().orElse(0),
                    definition.allocationBytes().orElse(0));
            var room = table.room(role, wanted)
                    .orElseThrow(() -> StorageErrors.of(ErrorCode.INTERNAL_ERROR, "no large enough free extent"));
            make(table, role, format, room);
            finish(definition, volume, room);
        } finally {
            changing.unlock();
        }
    }

    private void make(PartitionTable table, Role role, String format, Stretch room) {
        var command = command();
        command.addAll(List.of("unit", "s", "mkpart"));
        command.add(
                switch (role) {
                    case PRIMARY -> "primary";
                    case EXTENDED -> "extended";
                    case LOGICAL -> "logical";
                });
        Optional.ofNullable(FILE_SYSTEMS.get(format)).ifPresent(command::add);
        command.add(room.startBytes() / table.sectorBytes() + "s");
        command.add(room.endBytes() / table.sectorBytes() - 1 + "s");
        Optional.ofNullable(MARKS.get(format))
                .ifPresent(
                        mark -> command.addAll(List.of("set", Integer.toString(table.nextNumber(role)), mark, "on")));
        tools.change("making a partition on '" + disk + "'", PACKAGE, command);
    }

    private List<String> command() {
        return new ArrayList<>(List.of("parted", "--script", "--align", "none", disk.toString()));
    }

    /** Looks whether the partition came to be as it was meant; takes it away again if its device did not. */
    private void finish(VolumeDefinition definition, VolumeEntry volume, Stretch room) {
        var made = table().partitions().stream()
                .filter(one -> one.startBytes() == room.startBytes())
                .findFirst()
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.INTERNAL_ERROR,
                        "parted made no partition on '" + disk + "' where it was told to: another program changes it"));
        try {
            var node = disk.resolveSibling(name(disk, made.number()));
            nodes.await(node);
            if (definition.permissions().isPresent()) {
                Permissions.of(definition.permissions(), Permissions.UNCHANGED).applyThroughLinks(node);
            }
        } catch (PosadaException e) {
            remove(made.number(), volume.name());
            throw e;
        }
    }

    @Override
    public void delete(VolumeEntry volume) {
        changing.lock();
        try {
            var number = table().partitions().stream()
                    .map(Partition::number)
                    .filter(one -> name(disk, one).equals(volume.name()))
                    .findFirst();
            if (number.isPresent()) {
                refuseUsed(disk.resolveSibling(volume.name()));
                remove(number.get(), volume.name());
                nodes.settle();
            }
        } finally {
            changing.unlock();
        }
    }

    private void remove(int number, String name) {
        var command = command();
        command.addAll(List.of("rm", Integer.toString(number)));
        tools.change("removing partition '" + name + "' of '" + disk + "'", PACKAGE, command);
    }

    /** parted would take a partition out of the table that a guest has open, or that is mounted, and then complain. */
    private static void refuseUsed(Path device) {
        GuestLock.take(device).close();
        try {
            Descriptor.open(device, Set.of(OpenFlag.READ, OpenFlag.EXCLUSIVE), 0)
                    .close();
        } catch (PosixException e) {
            if (e.errno() == Errno.EBUSY) {
                throw StorageErrors.of(
                        ErrorCode.RESOURCE_BUSY, "partition '" + device + "' is in use on this host: unmount it first");
            }
            throw StorageErrors.failed("cannot open volume '" + device + "'", e);
        }
    }
}
