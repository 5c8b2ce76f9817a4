package dev.posada.storage;

import dev.posada.driver.VolumeEntry;
import dev.posada.model.VolumeType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The disks behind a SCSI adapter of this host, as {@code /sys/bus/scsi} has them. */
final class ScsiUnits {
    private static final System.Logger LOG = System.getLogger("posada.storage");
    private static final Path DEV = Path.of("/dev");
    private static final int SECTOR_BYTES = 512;

    /** What a unit says it is ({@code type}): a disk, or a drive for optical ones. */
    private static final List<String> DISKS = List.of("0", "5");

    /** Host, bus, target and unit. */
    private static final Pattern ADDRESS = Pattern.compile("(\\d+):(\\d+):(\\d+):(\\d+)");

    private final Path sys;

    /** @param sys where the kernel's device files are, {@code /sys} */
    ScsiUnits(Path sys) {
        this.sys = sys;
    }

    /**
     * A disk.
     *
     * @param bytes its size
     */
    record Unit(VolumeEntry entry, long bytes) {}

    /**
     * The disks of an adapter that have a path in a folder.
     *
     * @param host the adapter's number
     * @throws dev.posada.model.PosadaException {@code SYSTEM_ERROR} when the folder cannot be read
     */
    List<Unit> of(int host, Path folder) {
        var paths = StablePaths.in(folder);
        var units = new ArrayList<Unit>();
        for (var device : SysFiles.entries(sys.resolve("bus/scsi/devices"), host + ":*")) {
            unit(device, paths).ifPresent(units::add);
        }
        return units;
    }

    private static Optional<Unit> unit(Path device, StablePaths paths) {
        var address = ADDRESS.matcher(SysFiles.name(device));
        boolean disk =
                SysFiles.text(device.resolve("type")).filter(DISKS::contains).isPresent();
        if (!address.matches() || !disk) {
            return Optional.empty();
        }
        var blocks = SysFiles.entries(device.resolve("block"), "*");
        if (blocks.isEmpty()) {
            return Optional.empty(); // no driver has taken it
        }
        var block = blocks.getFirst();
        var node = DEV.resolve(SysFiles.name(block));
        var path = paths.of(node);
        if (path.isEmpty()) {
            LOG.log(System.Logger.Level.DEBUG, "no path for " + node + ": it is no volume");
            return Optional.empty();
        }
        var name = "unit:" + address.group(2) + ":" + address.group(3) + ":" + address.group(4);
        var shown = path.get().toString();
        var key = SysFiles.text(device.resolve("wwid")).map(ScsiUnits::serial).orElse(shown);
        long bytes = SysFiles.number(block.resolve("size")).orElse(0L) * SECTOR_BYTES;
        return Optional.of(new Unit(new VolumeEntry(name, key, shown, VolumeType.BLOCK), bytes));
    }

    /** The serial as scsi_id(8) writes it: a digit for the kind of number, then the number. */
    private static String serial(String wwid) {
        int dot = wwid.indexOf('.');
        var number = wwid.substring(dot + 1).strip().replaceAll("\\s+", "_");
        return switch (dot < 0 ? "" : wwid.substring(0, dot)) {
            case "naa" -> "3" + number;
            case "eui" -> "2" + number;
            case "t10" -> "1" + number;
            default -> number;
        };
    }
}
