package dev.posada.storage;

import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The disks behind one SCSI adapter. They come and go on the other side: nothing is made or taken away here. */
final class ScsiAdapter implements DeviceSource {
    /** How a source finds what is new, and how it is let go. */
    interface Link {
        /** The adapter's number, once what is new on the other side has been looked for. */
        int refreshed();

        /** Lets go. */
        void end();
    }

    private final ScsiUnits units;
    private final Link link;
    private final Path folder;
    private final Optional<Element> source;
    private volatile List<ScsiUnits.Unit> found = List.of();

    /**
     * @param folder where the volumes' paths are
     * @param source what is told of the source besides what was defined
     */
    ScsiAdapter(ScsiUnits units, Link link, Path folder, Optional<Element> source) {
        this.units = units;
        this.link = link;
        this.folder = folder;
        this.source = source;
    }

    @Override
    public PoolContents look() {
        found = units.of(link.refreshed(), folder);
        return new PoolContents(
                figures(), found.stream().map(ScsiUnits.Unit::entry).toList());
    }

    @Override
    public PoolFigures figures() {
        long bytes = found.stream().mapToLong(ScsiUnits.Unit::bytes).sum();
        return new PoolFigures(bytes, bytes, 0, Optional.empty(), source);
    }

    @Override
    public void stop() {
        link.end();
    }

    @Override
    public DeviceDetails details(VolumeEntry volume) {
        return DeviceDetails.NONE;
    }
}
