package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import java.util.Set;

/**
 * Storage volumes as text: reads what users want into canonical {@link VolumeDefinition}s and writes what is there. What
 * the format does not know stays in a definition. Safe for any thread.
 */
public final class VolumeXml {
    private static final String NAME = "storage_volume_definition";
    private static final Set<String> SIZES = Set.of("capacity", "allocation", "physical");
    private static final Set<String> FEATURES = Set.of("lazy_refcounts", "extended_l2");

    private static final class Holder {
        static final Rule VOLUME = Outline.load("volume.outline");
    }

    private VolumeXml() {}

    /**
     * Reads a definition that comes from outside.
     *
     * @param text one {@code volume} element
     * @param sizeMayBeMissing whether the capacity can be found out otherwise, as from the volume it is a copy of; it also
     *     may when there is a backing image
     * @param strict whether the document must match the documented format in every element and attribute
     * @throws PosadaException {@code XML_DETAIL} when the text is not well formed; {@code XML_ERROR} and its relatives
     *     when a definition says what none can say; {@code XML_INVALID_SCHEMA} when {@code strict} and something is
     *     unknown or out of place
     */
    public static VolumeDefinition parse(String text, boolean sizeMayBeMissing, boolean strict) {
        var root = StorageDocument.read(text, NAME, "volume", Holder.VOLUME, strict);
        if (StorageDocument.textOf(root, "name").isEmpty()) {
            throw StorageDocument.xml("missing volume name element");
        }
        boolean backed = root.at("backingStore", "path")
                .filter(path -> !path.text().isEmpty())
                .isPresent();
        root = root.withoutChildren(child -> child.name().equals("backingStore")
                && StorageDocument.textOf(child, "path").isEmpty());
        root = sizes(root);
        if (root.child("capacity").isEmpty() && !sizeMayBeMissing && !backed) {
            throw StorageDocument.xml("missing capacity element");
        }
        root = StorageDocument.changed(root, "target", VolumeXml::target);
        root = StorageDocument.changed(root, "backingStore", VolumeXml::backing);
        return new VolumeDefinition(StorageDocument.canonical(root, Holder.VOLUME));
    }

    /** Writes a definition as libvirt does. */
    public static String format(VolumeDefinition definition) {
        return Documents.format(definition.root());
    }

    /** A definition with everything in the order libvirt writes, as after something was added. */
    public static VolumeDefinition ordered(VolumeDefinition definition) {
        return new VolumeDefinition(new Canonical(false).element(definition.root(), Holder.VOLUME));
    }

    private static Element sizes(Element root) {
        return root.withoutChildren(
                        child -> SIZES.contains(child.name()) && child.text().isEmpty())
                .mapChildren(child ->
                        SIZES.contains(child.name()) ? StorageDocument.bytes(child, child.name(), "bytes") : child);
    }

    private static Element target(Element target) {
        var compat = target.childText("compat").orElse("");
        if (!compat.isEmpty() && !compat.chars().allMatch(c -> c == '.' || Character.isDigit(c))) {
            throw StorageDocument.xml("forbidden characters in 'compat' attribute");
        }
        target.child("features").ifPresent(VolumeXml::checkFeatures);
        var changed =
                StorageDocument.changed(target, "clusterSize", size -> StorageDocument.bytes(size, "clusterSize", "B"));
        return backing(changed);
    }

    private static void checkFeatures(Element features) {
        for (var feature : features.children()) {
            if (!FEATURES.contains(feature.name())) {
                throw StorageDocument.error(
                        ErrorCode.CONFIG_UNSUPPORTED, "unsupported feature " + Invalid.shown(feature.name()));
            }
        }
    }

    private static Element backing(Element target) {
        var changed = StorageDocument.changed(target, "permissions", StorageDocument::permissions);
        return changed.withoutChildren(
                child -> child.name().equals("permissions") && child.children().isEmpty());
    }
}
