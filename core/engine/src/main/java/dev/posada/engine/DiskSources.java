package dev.posada.engine;

import dev.posada.driver.ImageLink;
import dev.posada.driver.VolumeEntry;
import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the disks of a definition into what a driver can start: a volume becomes the path it has now. Looks what is below
 * each image, so that the driver is told the whole chain, and a chain that cannot be is refused before anything is started.
 */
final class DiskSources {
    /** Sources whose path is an attribute, by the type of disk. */
    private static final Map<String, String> PATHS = Map.of("file", "file", "block", "dev");

    private static final String RAW = "raw";

    private final Optional<PoolHost> pools;

    DiskSources(Optional<PoolHost> pools) {
        this.pools = pools;
    }

    /**
     * A definition without names.
     *
     * @param definition for the driver
     * @param shown what clients see instead
     */
    record Resolved(DomainDefinition definition, ShownDisks shown) {}

    /**
     * Resolves the disks of a definition.
     *
     * @throws PosadaException when there is no such pool or volume, the pool is not started, or the images below one
     *     cannot be used
     */
    Resolved resolve(DomainDefinition definition) {
        var shown = new LinkedHashMap<String, ShownDisks.Shown>();
        var root = definition
                .root()
                .mapChildren(part -> part.name().equals("devices")
                        ? part.mapChildren(device -> device.name().equals("disk") ? disk(device, shown) : device)
                        : part);
        return new Resolved(new DomainDefinition(root), new ShownDisks(shown));
    }

    /**
     * One disk without names.
     *
     * @param disk for the driver
     * @param shown what clients see instead; empty when they see the same
     */
    record ResolvedDisk(Element disk, Optional<ShownDisks.Shown> shown) {}

    /** Resolves one disk, as one that is plugged into a running domain. */
    ResolvedDisk resolve(Element disk) {
        var shown = new LinkedHashMap<String, ShownDisks.Shown>();
        var resolved = disk(disk, shown);
        return new ResolvedDisk(resolved, shown.values().stream().findFirst());
    }

    private Element disk(Element disk, Map<String, ShownDisks.Shown> shown) {
        var volume = disk.child("source").filter(_ -> disk.has("type", "volume"));
        volume.ifPresent(source -> shown.put(
                ShownDisks.target(disk),
                new ShownDisks.Shown(source.withContent(List.of()).without("index"))));
        var resolved = volume.map(source -> resolved(disk, source)).orElse(disk);
        return below(resolved).map(chain -> withBelow(resolved, chain)).orElse(resolved);
    }

    /** The images below stand behind the disk's own. */
    private static Element withBelow(Element disk, Element chain) {
        var content = new ArrayList<Content>();
        for (var child : disk.content()) {
            content.add(child);
            if (child instanceof Element element && element.name().equals("source")) {
                content.add(chain);
            }
        }
        return disk.withContent(content);
    }

    private Element resolved(Element disk, Element source) {
        var entry = volume(source.attribute("pool", ""), source.attribute("volume", ""));
        var type = switch (entry.type()) {
            case FILE -> "file";
            case BLOCK -> "block";
            case DIR, NETWORK, NETDIR, PLOOP ->
                throw new PosadaException(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        ErrorOrigin.STORAGE,
                        "volume '" + entry.path() + "' is of type "
                                + entry.type().word() + " and cannot be a disk: use a file or a block device");
        };
        var attributes = new LinkedHashMap<>(source.attributes());
        attributes.keySet().removeAll(List.of("pool", "volume", "mode"));
        attributes.put(PATHS.getOrDefault(type, "file"), entry.path());
        return disk.with("type", type).withChild(source.withAttributes(attributes));
    }

    private VolumeEntry volume(String pool, String name) {
        var host = pools.orElseThrow(() -> new PosadaException(
                ErrorCode.CONFIG_UNSUPPORTED,
                ErrorOrigin.STORAGE,
                "disk source of type 'volume' needs storage pools, which there are none of here"));
        var found = host.pool(pool);
        var live = found.view()
                .live()
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        ErrorOrigin.STORAGE,
                        "storage pool '" + pool + "' containing volume '" + name + "' is not active"));
        return live.volumes().made(name);
    }

    /** The images below a disk's own, to the end; a chain the user has spelled out is theirs, and raw has none. */
    private Optional<Element> below(Element disk) {
        var path = Optional.ofNullable(PATHS.get(disk.attribute("type", "file")))
                .flatMap(name -> disk.child("source").flatMap(source -> source.attribute(name)))
                .filter(text -> text.startsWith("/"));
        var format = disk.child("driver")
                .map(driver -> driver.attribute("type", RAW))
                .orElse(RAW);
        if (FileGroups.name(disk).isPresent()) {
            // Nobody looks into a client's open file; what is below it only the definition can tell.
            return disk.child("backingStore").isPresent() ? Optional.empty() : Optional.of(store(List.of(), 0));
        }
        if (pools.isEmpty()
                || path.isEmpty()
                || format.equals(RAW)
                || disk.child("backingStore").isPresent()) {
            return Optional.empty();
        }
        return Optional.of(store(pools.get().driver().chain(path.get(), format), 0));
    }

    private static Element store(List<ImageLink> chain, int at) {
        if (at == chain.size()) {
            return Element.of("backingStore");
        }
        var link = chain.get(at);
        return Element.of("backingStore", "type", link.device() ? "block" : "file")
                .plus(Element.of("format", "type", link.format()))
                .plus(Element.of("source", link.device() ? "dev" : "file", link.path()))
                .plus(store(chain, at + 1));
    }
}
