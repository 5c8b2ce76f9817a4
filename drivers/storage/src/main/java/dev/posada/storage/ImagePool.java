package dev.posada.storage;

import com.github.dockerjava.api.model.Image;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerengine.EngineException;
import dev.posada.dockerengine.ImageName;
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
import dev.posada.model.VolumeType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A started pool whose volumes are the images of an engine of containers. A volume is an image's name with its tag; one with
 * two names is two volumes of one key, one without a name goes by the beginning of its id. Nothing is kept here but the
 * volumes somebody has made to be filled: an image has no name before it has content.
 *
 * <p>Every call asks the engine anew: one that went away is a failure of that call, and none of the next when it is back.
 */
final class ImagePool implements LivePool {
    static final String FORMAT = "docker";
    private static final String NO_NAME = "<none>:<none>";
    private static final int SHORT_ID = 12;
    private static final String ID = "sha256:";

    /** What an engine takes for a name: parts in lower case, a registry with its port before them, a tag behind. */
    private static final Pattern REFERENCE = Pattern.compile(
            "(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
                    + "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?");

    private final DockerEngine engine;

    /** Volumes to be filled, by name: how large that is going to be. */
    private final Map<String, Long> awaited = new ConcurrentHashMap<>();

    /** What has arrived of images that are being fetched, by name and part. */
    private final Map<String, Map<String, Long>> arriving = new ConcurrentHashMap<>();

    ImagePool(DockerEngine engine) {
        this.engine = engine;
    }

    @Override
    public PoolContents look() {
        var images = images();
        var volumes = new ArrayList<VolumeEntry>();
        for (var image : images) {
            names(image).forEach(name -> volumes.add(new VolumeEntry(name, image.getId(), name, VolumeType.NETWORK)));
        }
        var known = volumes.stream().map(VolumeEntry::name).toList();
        awaited.keySet().removeAll(known);
        awaited.keySet().forEach(name -> volumes.add(awaited(name)));
        return new PoolContents(figures(images), volumes);
    }

    private List<Image> images() {
        return EngineFailures.told(() -> engine.images().all());
    }

    private static List<String> names(Image image) {
        var names = new ArrayList<String>();
        if (image.getRepoTags() != null) {
            for (var name : image.getRepoTags()) {
                if (!name.equals(NO_NAME)) {
                    names.add(ImageName.familiar(name));
                }
            }
        }
        return names.isEmpty() ? List.of(shortId(image.getId())) : names;
    }

    private static String shortId(String id) {
        var digits = id.startsWith(ID) ? id.substring(ID.length()) : id;
        return digits.substring(0, Math.min(SHORT_ID, digits.length()));
    }

    @Override
    public PoolFigures figures() {
        return figures(images());
    }

    /** The room is that of the file system the engine keeps its images on, where that is one of this host. */
    private PoolFigures figures(List<Image> images) {
        long taken = 0;
        for (var image : images) {
            taken += image.getSize() == null ? 0 : image.getSize();
        }
        var folder = EngineFailures.told(() -> engine.get("asking the engine where it keeps images", "/info"))
                .path("DockerRootDir")
                .asText("");
        if (!folder.isEmpty() && Files.isDirectory(Path.of(folder))) {
            try {
                var store = Files.getFileStore(Path.of(folder));
                return new PoolFigures(store.getTotalSpace(), taken, store.getUsableSpace(), Optional.empty());
            } catch (IOException e) {
                throw StorageErrors.failed("cannot statvfs path '" + folder + "'", e);
            }
        }
        return new PoolFigures(taken, taken, 0, Optional.empty());
    }

    /** Names come with images: what one is called changes others. */
    @Override
    public boolean rearranges() {
        return true;
    }

    @Override
    public void stop() {
        engine.close();
    }

    @Override
    public VolumeDefinition describe(VolumeEntry volume) {
        var promised = awaited.get(volume.name());
        if (promised != null) {
            return document(volume, promised, 0);
        }
        var image = EngineFailures.told(() -> engine.images().inspect(volume.path()));
        long bytes = image.getSize() == null ? 0 : image.getSize();
        return document(volume, bytes, bytes);
    }

    private static VolumeDefinition document(VolumeEntry volume, long capacityBytes, long allocationBytes) {
        return new VolumeDefinition(Element.of("volume", "type", volume.type().word())
                .plus(Element.text("name", volume.name()))
                .plus(Element.text("key", volume.key()))
                .plus(VolumeDocuments.size("capacity", capacityBytes))
                .plus(VolumeDocuments.size("allocation", allocationBytes))
                .plus(Element.of("target")
                        .plus(Element.text("path", volume.path()))
                        .plus(Element.of("format", "type", FORMAT))));
    }

    @Override
    public long madeBytes(VolumeEntry volume) {
        return arriving.getOrDefault(volume.name(), Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @Override
    public VolumeEntry place(VolumeDefinition definition) {
        var name = definition.name();
        if (!REFERENCE.matcher(name).matches()) {
            throw StorageErrors.of(
                    ErrorCode.XML_ERROR,
                    "volume name '" + name.replaceAll("\\p{Cntrl}", "?")
                            + "' cannot be an image's: use one as busybox:latest or registry.example.org/team/image:1");
        }
        var format = definition.format().orElse(FORMAT);
        if (!format.equals(FORMAT) && !format.equals("raw")) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "volume '" + name + "': images of an engine have the format '" + FORMAT + "', not '" + format
                            + "'");
        }
        if (definition.encryption().isPresent() || definition.backingPath().isPresent()) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "volume '" + name
                            + "': an image of an engine is neither encrypted nor made on top of another here");
        }
        return awaited(ImageName.parse(name).toString());
    }

    private static VolumeEntry awaited(String name) {
        return new VolumeEntry(name, name, name, VolumeType.NETWORK);
    }

    /** One of a size waits for what is uploaded; one of none is fetched from its registry. */
    @Override
    public void create(VolumeDefinition definition, VolumeEntry volume, Set<CreateOption> options) {
        mustBeFree(volume);
        long capacity = definition.capacityBytes().orElse(0);
        if (capacity > 0) {
            awaited.put(volume.name(), capacity);
            return;
        }
        var parts = new ConcurrentHashMap<String, Long>();
        arriving.put(volume.name(), parts);
        try {
            EngineFailures.told(() -> engine.images().pull(volume.name(), progress -> {
                if (progress.done() > 0 && parts.size() < 1000) {
                    parts.merge(progress.layer(), progress.done(), Math::max);
                }
            }));
        } finally {
            arriving.remove(volume.name());
        }
    }

    private void mustBeFree(VolumeEntry volume) {
        if (EngineFailures.told(() -> engine.images().find(volume.name())).isPresent()) {
            throw StorageErrors.invalid("image '" + volume.name() + "' is there already: refresh the pool to see it");
        }
    }

    /** Of an image of this engine a copy is another name; of a file with an archive it is what the archive holds. */
    @Override
    public void copy(
            VolumeDefinition definition,
            VolumeEntry volume,
            VolumeEntry source,
            VolumeDefinition sourceDefinition,
            Set<CreateOption> options) {
        mustBeFree(volume);
        if (source.type() == VolumeType.FILE) {
            try (var file = FileChannel.open(Path.of(source.path()), StandardOpenOption.READ);
                    var upload = new ImageUpload(engine, volume.name())) {
                upload.copy(file);
                upload.finish();
            } catch (IOException e) {
                throw StorageErrors.of(ErrorCode.OPERATION_FAILED, String.valueOf(e.getMessage()));
            }
            return;
        }
        if (!source.key().startsWith(ID)) {
            throw StorageErrors.of(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    "volume '" + source.name()
                            + "' holds no image: an image is copied from one, or from an archive in a file");
        }
        var name = ImageName.parse(volume.name());
        EngineFailures.told(() -> engine.images().tag(source.key(), name.repository(), name.tag()));
    }

    @Override
    public void delete(VolumeEntry volume, Set<DeleteOption> options) {
        if (options.contains(DeleteOption.ZEROED)) {
            throw unsupported("volume '" + volume.name() + "': the engine overwrites nothing");
        }
        if (awaited.remove(volume.name()) == null) {
            EngineFailures.told(() -> engine.images().remove(volume.path(), false));
        }
    }

    @Override
    public void resize(VolumeEntry volume, long capacityBytes, Set<ResizeOption> options) {
        throw unsupported("storage pool does not support changing of volume capacity");
    }

    @Override
    public void wipe(VolumeEntry volume, WipeAlgorithm algorithm) {
        throw unsupported("storage pool doesn't support volume wiping: an image shares its layers with others");
    }

    private static PosadaException unsupported(String why) {
        return StorageErrors.of(ErrorCode.NO_SUPPORT, why);
    }

    @Override
    public VolumeReader read(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        if (awaited.containsKey(volume.name())) {
            throw StorageErrors.invalid("volume '" + volume.name() + "' is empty: upload an archive to it first");
        }
        try {
            return new ImageDownload(engine.images().save(volume.path()), offsetBytes, lengthBytes);
        } catch (EngineException e) {
            throw EngineFailures.of(e);
        } catch (IOException e) {
            throw StorageErrors.failed("cannot read image '" + volume.name() + "'", e);
        }
    }

    @Override
    public VolumeWriter write(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        if (offsetBytes > 0) {
            throw StorageErrors.of(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    "volume '" + volume.name()
                            + "': an archive becomes an image as a whole: upload it from its beginning");
        }
        if (!REFERENCE.matcher(volume.name()).matches() || volume.name().indexOf(':') < 0) {
            throw StorageErrors.invalid(
                    "volume '" + volume.name() + "' has no name an image could be given: clone it first");
        }
        return new ImageUpload(engine, volume.name());
    }
}
