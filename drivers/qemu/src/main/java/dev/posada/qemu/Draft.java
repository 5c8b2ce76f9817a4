package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Predicate;

/**
 * A definition being completed: the root without its devices, and the devices by kind. Used by one thread.
 *
 * <p>What is added finds its place when the draft is {@linkplain #finish() finished}: children of the root and kinds of
 * devices stand in libvirt's order, what is of one kind in the order given.
 */
final class Draft {
    private static final Map<String, Integer> ROOT_PLACES = places(
            "name",
            "uuid",
            "genid",
            "title",
            "description",
            "metadata",
            "maxMemory",
            "memory",
            "currentMemory",
            "blkiotune",
            "memtune",
            "memoryBacking",
            "vcpu",
            "vcpus",
            "iothreads",
            "iothreadids",
            "defaultiothread",
            "cputune",
            "numatune",
            "resource",
            "sysinfo",
            "bootloader",
            "bootloader_args",
            "os",
            "idmap",
            "features",
            "cpu",
            "clock",
            "on_poweroff",
            "on_reboot",
            "on_crash",
            "on_lockfailure",
            "pm",
            "perf",
            "devices",
            "seclabel",
            "keywrap",
            "launchSecurity");

    private static final SequencedSet<String> DEVICE_KINDS = new LinkedHashSet<>(List.of(
            "emulator",
            "disk",
            "controller",
            "lease",
            "filesystem",
            "interface",
            "smartcard",
            "serial",
            "parallel",
            "console",
            "channel",
            "input",
            "tpm",
            "graphics",
            "sound",
            "audio",
            "video",
            "hostdev",
            "redirdev",
            "redirfilter",
            "hub",
            "watchdog",
            "memballoon",
            "rng",
            "nvram",
            "panic",
            "shmem",
            "memory",
            "iommu",
            "vsock",
            "crypto"));

    /** What stands at the end of every device, in this order. */
    private static final Map<String, Integer> TAIL_PLACES = places("boot", "alias", "master", "rom", "acpi", "address");

    private Element root;
    private final Map<String, List<Element>> devices = new LinkedHashMap<>();

    Draft(DomainDefinition definition) {
        this.root = definition.root().withoutChildren(child -> child.name().equals("devices"));
        for (var device : definition.devices()) {
            devices(device.name()).add(device);
        }
    }

    /** The root, without its devices. */
    Element root() {
        return root;
    }

    /** Replaces the root's child of this name, or adds it. */
    void put(Element child) {
        root = root.withChild(child);
    }

    /** A child of the root. */
    Optional<Element> child(String name) {
        return root.child(name);
    }

    /** The devices of one kind: the draft's own list, to be changed in place. */
    List<Element> devices(String kind) {
        return devices.computeIfAbsent(kind, _ -> new ArrayList<>());
    }

    /** Whether there is a device of this kind. */
    boolean has(String kind) {
        return !devices.getOrDefault(kind, List.of()).isEmpty();
    }

    /** Whether a device of this kind is as wanted. */
    boolean anyDevice(String kind, Predicate<Element> wanted) {
        for (var device : devices.getOrDefault(kind, List.of())) {
            if (wanted.test(device)) {
                return true;
            }
        }
        return false;
    }

    void add(Element device) {
        devices(device.name()).add(device);
    }

    /** The architecture as the definition names it at present; empty when it does not. */
    String architecture() {
        return child("os")
                .flatMap(os -> os.child("type"))
                .map(type -> type.attribute("arch", ""))
                .orElse("");
    }

    /** The machine as the definition names it at present; empty when it does not. */
    String machine() {
        return root.at("os", "type").map(type -> type.attribute("machine", "")).orElse("");
    }

    /** The definition with everything in its place. */
    DomainDefinition finish() {
        var ordered = new ArrayList<Content>();
        for (var kind : DEVICE_KINDS) {
            ordered.addAll(devices.getOrDefault(kind, List.of()));
        }
        devices.forEach((kind, list) -> {
            if (!DEVICE_KINDS.contains(kind)) {
                ordered.addAll(list);
            }
        });
        var whole = root.plus(Element.of("devices").withContent(ordered));
        var children = new ArrayList<>(whole.children());
        children.sort(Comparator.comparingInt(child -> ROOT_PLACES.getOrDefault(child.name(), ROOT_PLACES.size())));
        return new DomainDefinition(whole.withContent(children));
    }

    /** A device with a child set, in the place where libvirt writes it. */
    static Element with(Element device, Element child) {
        var children = new ArrayList<>(device.withChild(child).content());
        children.sort(Comparator.comparingInt(
                content -> content instanceof Element element ? TAIL_PLACES.getOrDefault(element.name(), -1) : -1));
        return device.withContent(children);
    }

    /** A device with a child set before all its other children. */
    static Element withFirst(Element device, Element child) {
        if (device.child(child.name()).isPresent()) {
            return device.withChild(child);
        }
        var children = new ArrayList<Content>();
        children.add(child);
        children.addAll(device.content());
        return device.withContent(children);
    }

    /** An element with a child added directly after the first one named {@code after}. */
    static Element withBehind(Element element, String after, Element child) {
        var children = new ArrayList<Content>();
        boolean placed = false;
        for (var content : element.content()) {
            children.add(content);
            if (!placed && content instanceof Element other && other.name().equals(after)) {
                children.add(child);
                placed = true;
            }
        }
        return placed ? element.withContent(children) : element.plus(child);
    }

    /** An element with an attribute set and standing directly after another one, when it was not there before. */
    static Element withAfter(Element element, String after, String attribute, String value) {
        if (element.attribute(attribute).isPresent()) {
            return element.with(attribute, value);
        }
        var attributes = new LinkedHashMap<String, String>();
        element.attributes().forEach((name, old) -> {
            attributes.put(name, old);
            if (name.equals(after)) {
                attributes.put(attribute, value);
            }
        });
        attributes.putIfAbsent(attribute, value);
        return element.withAttributes(attributes);
    }

    private static Map<String, Integer> places(String... names) {
        var places = new HashMap<String, Integer>();
        for (var name : names) {
            places.put(name, places.size());
        }
        return Map.copyOf(places);
    }
}
