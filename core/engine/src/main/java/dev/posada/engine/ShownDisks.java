package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What clients are shown of a running domain's disks beyond what its driver was handed: the volume where the driver got a
 * path.
 *
 * @param disks by the name the guest has for the disk
 */
record ShownDisks(Map<String, Shown> disks) {
    static final ShownDisks NONE = new ShownDisks(Map.of());

    private static final String ELEMENT = "disks";

    /**
     * One disk.
     *
     * @param volume its {@code source} as a volume
     */
    record Shown(Element volume) {}

    ShownDisks {
        disks = Map.copyOf(disks);
    }

    /** A live definition as clients see it. */
    DomainDefinition in(DomainDefinition live) {
        if (disks.isEmpty()) {
            return live;
        }
        return new DomainDefinition(
                live.root().mapChildren(part -> part.name().equals("devices") ? part.mapChildren(this::device) : part));
    }

    /** With what a disk is shown as; empty for one that is shown as it is. */
    ShownDisks with(String target, Optional<Shown> shown) {
        var changed = new LinkedHashMap<>(disks);
        changed.remove(target);
        shown.ifPresent(one -> changed.put(target, one));
        return new ShownDisks(changed);
    }

    private Element device(Element device) {
        if (!device.name().equals("disk")) {
            return device;
        }
        var shown = disks.get(target(device));
        return shown == null || device.child("source").isEmpty() ? device : asVolume(device, shown.volume());
    }

    /** The name the guest has for a disk. */
    static String target(Element disk) {
        return disk.child("target").map(target -> target.attribute("dev", "")).orElse("");
    }

    private static Element asVolume(Element disk, Element volume) {
        var source = disk.child("source").orElse(volume);
        var attributes = new LinkedHashMap<>(volume.attributes());
        source.attribute("index").ifPresent(index -> attributes.put("index", index));
        return disk.with("type", "volume").withChild(source.withAttributes(attributes));
    }

    /** As it stands in the record of an instance; nothing when there is nothing to be said. */
    Optional<Element> toElement() {
        if (disks.isEmpty()) {
            return Optional.empty();
        }
        var entries = new ArrayList<Content>();
        disks.forEach((target, shown) ->
                entries.add(Element.of("disk", "target", target).plus(shown.volume())));
        return Optional.of(Element.of(ELEMENT).withContent(entries));
    }

    /** Reads what {@link #toElement} wrote, from the record it stands in. */
    static ShownDisks of(Element instance) {
        var disks = new LinkedHashMap<String, Shown>();
        for (var entry : instance.child(ELEMENT).map(Element::children).orElse(List.of())) {
            entry.child("source").ifPresent(source -> disks.put(entry.attribute("target", ""), new Shown(source)));
        }
        return new ShownDisks(disks);
    }
}
