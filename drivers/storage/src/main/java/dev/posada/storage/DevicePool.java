package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.driver.VolumeReader;
import dev.posada.driver.VolumeWriter;
import dev.posada.driver.WipeAlgorithm;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import dev.posada.posix.FileStatus;
import dev.posada.posix.FileStatus.Kind;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A started pool whose volumes are block devices. Their paths may be links; what is opened is what they lead to. */
final class DevicePool implements LivePool {
    private static final System.Logger LOG = System.getLogger("posada.storage");

    private final DeviceSource source;

    DevicePool(DeviceSource source) {
        this.source = source;
    }

    @Override
    public PoolContents look() {
        return source.look();
    }

    @Override
    public PoolFigures figures() {
        return source.figures();
    }

    @Override
    public boolean rearranges() {
        return source.makes();
    }

    @Override
    public void stop() {
        source.stop();
    }

    @Override
    public VolumeDefinition describe(VolumeEntry volume) {
        var path = Path.of(volume.path());
        FileStatus status;
        try {
            status = FileStatus.of(path);
        } catch (PosixException e) {
            throw StorageErrors.failed("cannot stat volume '" + path + "'", e);
        }
        if (status.kind() != Kind.BLOCK_DEVICE) {
            throw StorageErrors.invalid("volume '" + path + "' is no device any more: refresh the pool");
        }
        var details = source.details(volume);
        long length = length(real(volume));
        long capacity = details.capacityBytes().orElse(length);
        var document = Element.of("volume", "type", volume.type().word())
                .plus(Element.text("name", volume.name()))
                .plus(Element.text("key", volume.key()));
        document = details.source().map(document::plus).orElse(document);
        document = document.plus(VolumeDocuments.size("capacity", capacity))
                .plus(VolumeDocuments.size(
                        "allocation", details.allocationBytes().orElse(capacity)))
                .plus(VolumeDocuments.size("physical", length))
                .plus(VolumeDocuments.target(path, details.format(), status));
        return new VolumeDefinition(details.backingPath()
                .map(DevicePool::backing)
                .map(document::plus)
                .orElse(document));
    }

    private static Element backing(String path) {
        return VolumeDocuments.withStatus(Element.of("backingStore").plus(Element.text("path", path)), Path.of(path));
    }

    private static long length(VolumeEntry real) {
        try (var file = VolumeFile.open(Path.of(real.path()), false)) {
            return file.length();
        } catch (IOException e) {
            throw StorageErrors.failed("cannot find the size of volume '" + real.path() + "'", e);
        }
    }

    /** The volume under the path its links lead to. */
    private static VolumeEntry real(VolumeEntry volume) {
        try {
            var path = Path.of(volume.path()).toRealPath();
            return new VolumeEntry(volume.name(), volume.key(), path.toString(), volume.type());
        } catch (IOException e) {
            throw StorageErrors.failed("cannot open volume '" + volume.path() + "'", e);
        }
    }

    @Override
    public VolumeEntry place(VolumeDefinition definition) {
        if (source.makes()) {
            if (definition.encryption().isPresent()) {
                throw StorageErrors.of(ErrorCode.CONFIG_UNSUPPORTED, "storage pool does not support encrypted volumes");
            }
            if (definition.capacityBytes().orElse(0) <= 0) {
                throw StorageErrors.of(ErrorCode.NO_SUPPORT, "volume capacity required for this storage pool");
            }
        }
        return source.place(definition);
    }

    @Override
    public void create(VolumeDefinition definition, VolumeEntry volume, Set<CreateOption> options) {
        source.create(definition, volume);
    }

    @Override
    public void copy(
            VolumeDefinition definition,
            VolumeEntry volume,
            VolumeEntry from,
            VolumeDefinition fromDefinition,
            Set<CreateOption> options) {
        if (options.contains(CreateOption.SHARE_BLOCKS)) {
            throw StorageErrors.of(
                    ErrorCode.ARGUMENT_UNSUPPORTED, "volume '" + volume.name() + "' is a device: it shares no blocks");
        }
        source.create(definition, volume);
        try {
            DeviceCopy.copy(from, fromDefinition, real(volume));
        } catch (PosadaException e) {
            deleteQuietly(volume);
            throw e;
        }
    }

    private void deleteQuietly(VolumeEntry volume) {
        try {
            source.delete(volume);
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, "volume '" + volume.path() + "' is left over: " + e.getMessage());
        }
    }

    @Override
    public void delete(VolumeEntry volume, Set<DeleteOption> options) {
        if (options.contains(DeleteOption.ZEROED) && source.makes()) {
            Wiping.wipe(real(volume), WipeAlgorithm.ZERO);
        }
        source.delete(volume);
    }

    @Override
    public void resize(VolumeEntry volume, long capacityBytes, Set<ResizeOption> options) {
        throw StorageErrors.of(ErrorCode.NO_SUPPORT, "storage pool does not support changing of volume capacity");
    }

    @Override
    public void wipe(VolumeEntry volume, WipeAlgorithm algorithm) {
        Wiping.wipe(real(volume), algorithm);
    }

    @Override
    public VolumeReader read(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        return FileReader.open(real(volume), offsetBytes, lengthBytes);
    }

    @Override
    public VolumeWriter write(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        return FileWriter.open(real(volume), offsetBytes, lengthBytes);
    }
}
