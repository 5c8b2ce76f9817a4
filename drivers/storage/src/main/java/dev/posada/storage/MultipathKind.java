package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.model.PoolDefinition;
import dev.posada.model.VolumeType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pool of type {@code mpath}: the disks of this host that are reached on more than one way. There is one such pool on a
 * host; the disks are those that multipathd(8) has put together, which the kernel lists.
 */
final class MultipathKind implements FoundKind {
    private final Path sys;

    /** @param sys where the kernel's device files are, {@code /sys} */
    MultipathKind(Path sys) {
        this.sys = sys;
    }

    @Override
    public String word() {
        return "mpath";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        return Set.of("multipath devices");
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        return new DevicePool(new Devices(sys));
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return Optional.of(start(definition));
    }

    /** The devices themselves: those of device-mapper whose uuid is one of multipath's. */
    private static final class Devices implements DeviceSource {
        private static final Path DEV = Path.of("/dev");
        private static final String MARK = "mpath-";
        private static final int SECTOR_BYTES = 512;

        private final Path sys;
        private volatile PoolFigures figures = new PoolFigures(0, 0, 0, Optional.empty());

        Devices(Path sys) {
            this.sys = sys;
        }

        @Override
        public PoolContents look() {
            var volumes = new ArrayList<VolumeEntry>();
            long bytes = 0;
            for (var device : SysFiles.entries(sys.resolve("block"), "dm-*")) {
                var uuid = SysFiles.text(device.resolve("dm/uuid")).filter(text -> text.startsWith(MARK));
                if (uuid.isPresent()) {
                    var path = DEV.resolve(SysFiles.name(device)).toString();
                    // What follows the mark is the serial of the disk.
                    var key = uuid.get().substring(MARK.length());
                    volumes.add(new VolumeEntry(SysFiles.name(device), key, path, VolumeType.BLOCK));
                    bytes += SysFiles.number(device.resolve("size")).orElse(0L) * SECTOR_BYTES;
                }
            }
            figures = new PoolFigures(bytes, bytes, 0, Optional.empty());
            return new PoolContents(figures, List.copyOf(volumes));
        }

        @Override
        public PoolFigures figures() {
            return figures;
        }

        @Override
        public void stop() {
            // The devices stay.
        }

        @Override
        public DeviceDetails details(VolumeEntry volume) {
            return DeviceDetails.NONE;
        }
    }
}
