package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The change of a disk of a running domain. The medium can change, where there is one, and what is to be done when it is
 * missing; anything else is refused with the name of the part.
 */
final class DiskEdit {
    /** What a medium brings along. */
    private static final Set<String> MEDIUM = Set.of("source", "backingStore", "encryption");

    /** Parts that are compared, in this order; those a running machine gave out only when they are said. */
    private static final List<String> FIXED = List.of(
            "geometry",
            "blockio",
            "wwn",
            "serial",
            "vendor",
            "product",
            "iotune",
            "transient",
            "shareable",
            "boot",
            "alias",
            "address",
            "mirror");

    private static final Set<String> GIVEN_OUT = Set.of("boot", "alias", "address", "iotune", "mirror");

    private final Hypervisor hypervisor;
    private final Element before;
    private final Element wanted;

    /**
     * @param before as clients see it
     * @param wanted canonical
     */
    DiskEdit(Hypervisor hypervisor, Element before, Element wanted) {
        this.hypervisor = hypervisor;
        this.before = before;
        this.wanted = wanted;
    }

    /** Refuses a change that cannot be. */
    void check() {
        same("device", before.attribute("device", "disk"), wanted.attribute("device", "disk"));
        same("bus", target(before, "bus"), wanted.child("target").isEmpty() ? "" : target(wanted, "bus"));
        for (var name : FIXED) {
            var own = before.child(name);
            var given = wanted.child(name);
            boolean agree = given.isPresent()
                    ? own.filter(one -> alike(one, given.get())).isPresent()
                    : own.isEmpty() || GIVEN_OUT.contains(name);
            if (!agree) {
                throw cannot(name);
            }
        }
        checkDriver();
    }

    private void checkDriver() {
        var own = driver(before);
        driver(wanted).forEach((name, value) -> {
            if (!value.equals(own.get(name))) {
                throw cannot(name);
            }
        });
        for (var name : own.keySet()) {
            if (!driver(wanted).containsKey(name)) {
                throw cannot(name);
            }
        }
    }

    /** How a disk is driven, without what belongs to the medium. */
    private static Map<String, String> driver(Element disk) {
        var said = new HashMap<>(disk.child("driver")
                .<Map<String, String>>map(Element::attributes)
                .orElse(Map.of()));
        said.remove("name");
        said.remove("type");
        return said;
    }

    private static boolean alike(Element own, Element given) {
        return given.text().strip().equals(own.text().strip())
                && given.attributes().entrySet().stream()
                        .allMatch(one -> own.attribute(one.getKey()).isEmpty() || own.has(one.getKey(), one.getValue()))
                && given.children().equals(own.children());
    }

    private void same(String field, String own, String given) {
        if (!given.isEmpty() && !own.equals(given)) {
            throw cannot(field);
        }
    }

    private static String target(Element disk, String attribute) {
        return disk.child("target")
                .map(target -> target.attribute(attribute, ""))
                .orElse("");
    }

    /** Whether there is to be another medium, or none where there was one. */
    boolean moves() {
        return !place(before).equals(place(wanted));
    }

    /** Where the medium is; what is said of a source besides does not matter. */
    private static Map<String, String> place(Element disk) {
        var place = new HashMap<>(disk.child("source")
                .<Map<String, String>>map(Element::attributes)
                .orElse(Map.of()));
        place.keySet().removeAll(Set.of("index", "startupPolicy", "mode"));
        if (!place.isEmpty()) {
            place.put("type", disk.attribute("type", "file"));
        }
        return place;
    }

    /** A disk with what is to be done when its medium is missing. */
    Element noted(Element disk) {
        var policy = wanted.child("source").flatMap(source -> source.attribute("startupPolicy"));
        return disk.child("source")
                .map(source -> disk.withChild(policy.map(word -> source.with("startupPolicy", word))
                        .orElseGet(() -> source.without("startupPolicy"))))
                .orElse(disk);
    }

    /** A drive with the medium of another disk. */
    static Element withMedium(Element drive, Element other) {
        var medium = new ArrayList<Content>();
        var source = other.child("source").filter(one -> !one.attributes().isEmpty());
        source.ifPresent(medium::add);
        other.child("backingStore").filter(_ -> source.isPresent()).ifPresent(medium::add);
        other.child("encryption").filter(_ -> source.isPresent()).ifPresent(medium::add);
        var format = other.child("driver")
                .flatMap(driver -> driver.attribute("type"))
                .orElse("raw");
        var content = new ArrayList<Content>();
        for (var part : drive.content()) {
            if (part instanceof Element child && MEDIUM.contains(child.name())) {
                continue;
            }
            boolean driver = part instanceof Element child && child.name().equals("driver");
            content.add(driver && part instanceof Element child ? child.with("type", format) : part);
            if (driver) {
                content.addAll(medium);
            }
        }
        return drive.with("type", other.attribute("type", "file")).withContent(content);
    }

    private RuntimeException cannot(String field) {
        return hypervisor.error(
                ErrorCode.OPERATION_UNSUPPORTED, "cannot modify field '" + field + "' (or it's parts) of the disk");
    }
}
