package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.driver.VolumeReader;
import dev.posada.driver.VolumeWriter;
import dev.posada.driver.WipeAlgorithm;
import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeInfo;
import dev.posada.model.VolumeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A started pool whose volumes are the files of a folder. */
final class FolderPool implements LivePool {
    private final Path folder;
    private final Runnable stop;
    private final FolderListing listing;
    private final VolumeDocuments documents;
    private final VolumeMaker maker;

    /**
     * @param folder where the volumes are
     * @param stop what ends the pool, as taking a mount away
     */
    FolderPool(Path folder, Runnable stop) {
        this.folder = folder;
        this.stop = stop;
        this.listing = new FolderListing(folder);
        this.documents = new VolumeDocuments(folder);
        this.maker = new VolumeMaker(folder);
    }

    @Override
    public PoolContents look() {
        return new PoolContents(figures(), listing.volumes());
    }

    @Override
    public PoolFigures figures() {
        try {
            var permissions = Folders.permissions(folder);
            var store = Files.getFileStore(folder);
            long capacity = store.getTotalSpace();
            long available = store.getUnallocatedSpace();
            return new PoolFigures(capacity, capacity - available, available, Optional.of(permissions));
        } catch (IOException e) {
            throw StorageErrors.failed("cannot statvfs path '" + folder + "'", e);
        }
    }

    @Override
    public void stop() {
        stop.run();
    }

    @Override
    public VolumeDefinition describe(VolumeEntry volume) {
        return documents.describe(volume);
    }

    @Override
    public VolumeInfo info(VolumeEntry volume) {
        return documents.info(volume);
    }

    @Override
    public long madeBytes(VolumeEntry volume) {
        return maker.madeBytes(volume);
    }

    @Override
    public VolumeEntry place(VolumeDefinition definition) {
        VolumeNames.check(folder, definition.name());
        VolumeMaker.checkFormat(definition);
        var path = folder.resolve(definition.name()).toString();
        boolean directory = definition.format().filter("dir"::equals).isPresent();
        return new VolumeEntry(definition.name(), path, path, directory ? VolumeType.DIR : VolumeType.FILE);
    }

    @Override
    public void create(VolumeDefinition definition, VolumeEntry volume, Set<CreateOption> options) {
        maker.create(definition, volume, options);
    }

    @Override
    public void copy(
            VolumeDefinition definition,
            VolumeEntry volume,
            VolumeEntry source,
            VolumeDefinition sourceDefinition,
            Set<CreateOption> options) {
        maker.copy(definition, volume, source, sourceDefinition, options);
    }

    @Override
    public void delete(VolumeEntry volume, Set<DeleteOption> options) {
        VolumeRemoval.delete(volume, options);
    }

    @Override
    public void resize(VolumeEntry volume, long capacityBytes, Set<ResizeOption> options) {
        VolumeSizes.resize(volume, documents.describe(volume), capacityBytes, options);
    }

    @Override
    public void wipe(VolumeEntry volume, WipeAlgorithm algorithm) {
        Wiping.wipe(volume, algorithm);
    }

    @Override
    public VolumeReader read(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        return FileReader.open(volume, offsetBytes, lengthBytes);
    }

    @Override
    public VolumeWriter write(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        return FileWriter.open(volume, offsetBytes, lengthBytes);
    }
}
