package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Definitions of storage pools as text: reads what users write into canonical {@link PoolDefinition}s and writes them
 * again. Reading fills in what libvirt fills in: the uuid, formats, names and paths that follow from others. A definition
 * that has been read once reads the same again. What the format does not know stays in it. Safe for any thread.
 */
public final class PoolXml {
    private static final String NAME = "storage_pool_definition";

    /** Kinds of pools that other hosts serve. */
    private static final Set<String> HOSTED = Set.of("netfs", "iscsi", "iscsi-direct", "rbd", "sheepdog", "gluster");

    /** Kinds of pools that are made of a device. */
    private static final Set<String> DEVICES = Set.of("fs", "disk");

    /** Kinds of pools without a folder of their own. */
    private static final Set<String> REMOTE = Set.of("iscsi-direct", "rbd", "sheepdog", "gluster", "docker");

    /** Kinds of pools that are named after their source when they have no name. */
    private static final Set<String> NAMED_BY_SOURCE =
            Set.of("logical", "rbd", "sheepdog", "gluster", "zfs", "vstorage");

    /** The formats a source can have, the one it has when none is given first. */
    private static final Map<String, List<String>> FORMATS = Map.of(
            "fs",
            List.of(
                    "auto", "ext2", "ext3", "ext4", "ufs", "iso9660", "udf", "gfs", "gfs2", "vfat", "hfs+", "xfs",
                    "ocfs2", "vmfs"),
            "netfs",
            List.of("auto", "nfs", "glusterfs", "cifs"),
            "logical",
            List.of("lvm2", "unknown"),
            "disk",
            List.of("unknown", "dos", "dvh", "gpt", "mac", "bsd", "pc98", "sun", "lvm2"));

    private static final class Holder {
        static final Rule POOL = Outline.load("pool.outline");
    }

    private PoolXml() {}

    /**
     * Reads a definition that comes from outside.
     *
     * @param text one {@code pool} element
     * @param strict whether the document must match the documented format in every element and attribute
     * @throws PosadaException {@code XML_DETAIL} when the text is not well formed; {@code XML_ERROR} and its relatives
     *     when a definition says what none can say; {@code XML_INVALID_SCHEMA} when {@code strict} and something is
     *     unknown or out of place
     */
    public static PoolDefinition parse(String text, boolean strict) {
        return filled(StorageDocument.read(text, NAME, "pool", Holder.POOL, strict));
    }

    /**
     * Reads the source of a pool, as it is given to look for more of its kind.
     *
     * @param text one {@code source} element
     * @param type the kind of pool
     */
    public static Element source(String text, String type) {
        var source = StorageDocument.read(text, "storage_source", "source", Holder.POOL, false);
        var pool = Element.of("pool", "type", type).plus(source);
        return StorageDocument.canonical(pool, Holder.POOL).child("source").orElseThrow();
    }

    /** The formats the source of a kind of pool can have, the usual one first; none for kinds without formats. */
    public static List<String> sourceFormats(String type) {
        return FORMATS.getOrDefault(type, List.of());
    }

    /** Writes a definition as libvirt does. */
    public static String format(PoolDefinition definition) {
        return Documents.format(definition.root());
    }

    /** A definition with everything in the order libvirt writes, as after something was added. */
    public static PoolDefinition ordered(PoolDefinition definition) {
        return new PoolDefinition(new Canonical(false).element(definition.root(), Holder.POOL));
    }

    private static PoolDefinition filled(Element given) {
        // Figures are told, not defined: what a document says of them is what its pool had once.
        var root = Namespaces.normal(given)
                .withoutChildren(
                        child -> Set.of("capacity", "allocation", "available").contains(child.name()));
        var type = root.attribute("type")
                .orElseThrow(() -> StorageDocument.xml("Missing required attribute 'type' in element 'pool'"));
        root = source(named(root, type), type);
        root = identified(root);
        root = target(root, type);
        root = StorageDocument.canonical(root, Holder.POOL);
        checkSource(root.child("source").orElseThrow(), type);
        return new PoolDefinition(root);
    }

    private static Element named(Element root, String type) {
        var name = StorageDocument.textOf(root, "name")
                .or(() -> root.child("source")
                        .filter(_ -> NAMED_BY_SOURCE.contains(type))
                        .flatMap(source -> StorageDocument.textOf(source, "name")))
                .orElseThrow(() -> StorageDocument.xml("missing pool source name element"));
        if (name.indexOf('/') >= 0) {
            throw StorageDocument.xml("name " + Invalid.shown(name) + " cannot contain '/'");
        }
        if (name.indexOf('\n') >= 0) {
            throw StorageDocument.xml("name " + Invalid.shown(name) + " cannot contain a line break");
        }
        return root.withChild(Element.text("name", name));
    }

    private static Element identified(Element root) {
        var given = StorageDocument.textOf(root, "uuid");
        if (given.isEmpty()) {
            return root.withChild(Element.text("uuid", UUID.randomUUID().toString()));
        }
        var uuid = Addresses.uuid(given.get()).orElseThrow(() -> StorageDocument.xml("malformed uuid element"));
        return root.withChild(Element.text("uuid", uuid));
    }

    private static Element source(Element root, String type) {
        var source = root.child("source").orElse(Element.of("source"));
        if (type.equals("logical") && StorageDocument.textOf(source, "name").isEmpty()) {
            source = source.withChild(
                    Element.text("name", StorageDocument.textOf(root, "name").orElse("")));
        }
        var known = sourceFormats(type);
        if (!known.isEmpty()) {
            var format = source.child("format").orElse(Element.of("format"));
            var word = format.attribute("type").orElse(known.getFirst());
            if (!known.contains(word)) {
                throw StorageDocument.error(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "unknown pool format type " + Invalid.shown(word) + ": use one of " + String.join(", ", known));
            }
            source = source.withChild(format.with("type", word));
        }
        source = StorageDocument.changed(
                source, "adapter", adapter -> adapter.with("type", adapter.attribute("type", "scsi_host")));
        return root.withChild(source);
    }

    private static void checkSource(Element source, String type) {
        if (HOSTED.contains(type) && source.child("host").isEmpty()) {
            throw StorageDocument.xml("missing storage pool source host name");
        }
        if (DEVICES.contains(type) && source.child("device").isEmpty()) {
            throw StorageDocument.xml("missing storage pool source device name");
        }
        if (type.equals("netfs") && source.child("dir").isEmpty()) {
            throw StorageDocument.xml("missing storage pool source path");
        }
        if (type.equals("scsi") && source.child("adapter").isEmpty()) {
            throw StorageDocument.xml("missing storage pool source adapter");
        }
    }

    private static Element target(Element root, String type) {
        if (REMOTE.contains(type)) {
            return root;
        }
        var target = root.child("target").orElse(Element.of("target"));
        var sourceName = root.child("source").flatMap(source -> source.childText("name"));
        var path = StorageDocument.textOf(target, "path")
                .or(() -> switch (type) {
                    case "logical" -> sourceName.map(name -> "/dev/" + name);
                    case "zfs" -> sourceName.map(name -> "/dev/zvol/" + name);
                    default -> Optional.empty();
                })
                .orElseThrow(() -> StorageDocument.xml("missing storage pool target path"));
        target = target.withChild(Element.text("path", StorageDocument.plainPath(path)));
        target = StorageDocument.changed(target, "permissions", StorageDocument::permissions);
        target = target.withoutChildren(
                child -> child.name().equals("permissions") && child.children().isEmpty());
        return root.withChild(target);
    }

    /** The figures of a pool, as they stand in its document. */
    public static PoolDefinition withFigures(
            PoolDefinition definition, long capacityBytes, long allocationBytes, long availableBytes) {
        var root = definition
                .root()
                .withChild(size("capacity", capacityBytes))
                .withChild(size("allocation", allocationBytes))
                .withChild(size("available", availableBytes));
        return ordered(new PoolDefinition(root));
    }

    private static Element size(String name, long bytes) {
        return Element.text(name, Long.toUnsignedString(bytes)).with("unit", "bytes");
    }

    /** The elements a list of pool sources is made of, as a document. */
    public static Element sources(List<Element> sources) {
        return Element.of("sources").withContent(new ArrayList<>(sources));
    }
}
