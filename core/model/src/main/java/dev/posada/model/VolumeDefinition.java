package dev.posada.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a storage volume is or is to be, as a document in canonical form with named access.
 *
 * <p>Canonical means: the root is {@code volume}; sizes are in bytes; elements stand in the order libvirt writes them.
 *
 * @param root the {@code volume} element
 */
public record VolumeDefinition(Element root) {

    public VolumeDefinition {
        if (!root.name().equals("volume")) {
            throw new IllegalArgumentException("a volume's definition begins with <volume>, not <" + root.name() + ">");
        }
    }

    public String name() {
        return root.childText("name").orElse("");
    }

    /** What a guest can keep on it; nothing when that is left to the backing image. */
    public OptionalLong capacityBytes() {
        return size("capacity");
    }

    /** What it is to take of its pool at once; nothing when that is left to the format. */
    public OptionalLong allocationBytes() {
        return size("allocation");
    }

    /** How long its file or device is, where that is known. */
    public OptionalLong physicalBytes() {
        return size("physical");
    }

    /** The format of its bytes, when one is given. */
    public Optional<String> format() {
        return target("format").flatMap(format -> format.attribute("type"));
    }

    /** The version of the format, as {@code 1.1}. */
    public Optional<String> compat() {
        return target("compat").map(Element::text).filter(text -> !text.isEmpty());
    }

    /** The size of its clusters, when one is given. */
    public OptionalLong clusterBytes() {
        return number(target("clusterSize"));
    }

    /** Whether a feature of the format is wanted, as {@code lazy_refcounts}. */
    public boolean feature(String name) {
        return target("features").flatMap(features -> features.child(name)).isPresent();
    }

    /** Who may do what with it: mode, owner, group, label. */
    public Optional<Element> permissions() {
        return target("permissions");
    }

    /** How its content is encrypted. */
    public Optional<Element> encryption() {
        return target("encryption");
    }

    /** The path of the image it is an overlay of. */
    public Optional<String> backingPath() {
        return root.at("backingStore", "path").map(Element::text).filter(text -> !text.isEmpty());
    }

    /** The format of the image it is an overlay of. */
    public Optional<String> backingFormat() {
        return root.at("backingStore", "format").flatMap(format -> format.attribute("type"));
    }

    private Optional<Element> target(String child) {
        return root.at("target", child);
    }

    private OptionalLong size(String child) {
        return number(root.child(child));
    }

    private static OptionalLong number(Optional<Element> element) {
        var text = element.map(Element::text).orElse("");
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
