package dev.posada.simulator;

import dev.posada.driver.LivePool;
import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.driver.VolumeReader;
import dev.posada.driver.VolumeWriter;
import dev.posada.driver.WipeAlgorithm;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A pool that only says it holds volumes. All methods are synchronized; none takes time. */
final class SimulatedPool implements LivePool {
    private static final long CAPACITY_BYTES = 100L << 30;

    private final String path;
    private final Map<String, Made> volumes = new LinkedHashMap<>();

    private record Made(VolumeEntry entry, VolumeDefinition definition) {}

    SimulatedPool(String path) {
        this.path = path;
    }

    @Override
    public synchronized PoolContents look() {
        return new PoolContents(
                figures(), volumes.values().stream().map(Made::entry).toList());
    }

    @Override
    public synchronized PoolFigures figures() {
        long taken = 0;
        for (var volume : volumes.values()) {
            taken += volume.definition().allocationBytes().orElse(0);
        }
        return new PoolFigures(CAPACITY_BYTES, taken, CAPACITY_BYTES - taken, Optional.empty());
    }

    @Override
    public void stop() {
        // What was made stays for the next start.
    }

    @Override
    public synchronized VolumeDefinition describe(VolumeEntry volume) {
        var made = volumes.get(volume.name());
        if (made == null) {
            throw new PosadaException(
                    ErrorCode.NO_STORAGE_VOL,
                    ErrorOrigin.TEST,
                    "no storage vol with matching name '" + volume.name() + "'");
        }
        return made.definition();
    }

    @Override
    public VolumeEntry place(VolumeDefinition definition) {
        var place = path + "/" + definition.name();
        return new VolumeEntry(definition.name(), place, place, VolumeType.FILE);
    }

    @Override
    public synchronized void create(VolumeDefinition definition, VolumeEntry volume, Set<CreateOption> options) {
        long capacity = definition.capacityBytes().orElse(0);
        long allocation = definition.allocationBytes().orElse(capacity);
        if (Math.max(capacity, allocation) > figures().availableBytes()) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.TEST,
                    "Not enough free space in pool for volume '" + volume.name() + "'");
        }
        var document = Element.of("volume", "type", "file")
                .plus(Element.text("name", volume.name()))
                .plus(Element.text("key", volume.key()))
                .plus(size("capacity", capacity))
                .plus(size("allocation", allocation))
                .plus(Element.of("target")
                        .plus(Element.text("path", volume.path()))
                        .plus(Element.of("format", "type", definition.format().orElse("raw"))));
        volumes.put(volume.name(), new Made(volume, new VolumeDefinition(document)));
    }

    private static Element size(String name, long bytes) {
        return Element.text(name, Long.toString(bytes)).with("unit", "bytes");
    }

    @Override
    public void copy(
            VolumeDefinition definition,
            VolumeEntry volume,
            VolumeEntry source,
            VolumeDefinition sourceDefinition,
            Set<CreateOption> options) {
        create(definition, volume, options);
    }

    @Override
    public synchronized void delete(VolumeEntry volume, Set<DeleteOption> options) {
        volumes.remove(volume.name());
    }

    @Override
    public void resize(VolumeEntry volume, long capacityBytes, Set<ResizeOption> options) {
        throw unsupported("virStorageVolResize");
    }

    @Override
    public void wipe(VolumeEntry volume, WipeAlgorithm algorithm) {
        throw unsupported("virStorageVolWipe");
    }

    @Override
    public VolumeReader read(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        throw unsupported("virStorageVolDownload");
    }

    @Override
    public VolumeWriter write(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        throw unsupported("virStorageVolUpload");
    }

    private static PosadaException unsupported(String api) {
        return PosadaException.unsupportedCall(ErrorOrigin.TEST, api);
    }
}
