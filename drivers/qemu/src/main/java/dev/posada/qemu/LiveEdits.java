package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes that a running instance makes to its live definition. Pure. */
final class LiveEdits {
    private LiveEdits() {}

    /** The definition with each device changed that matches. */
    static DomainDefinition devices(
            DomainDefinition definition, Predicate<Element> matching, UnaryOperator<Element> change) {
        return new DomainDefinition(definition
                .root()
                .mapChildren(child -> child.name().equals("devices")
                        ? child.mapChildren(device -> matching.test(device) ? change.apply(device) : device)
                        : child));
    }

    /** The definition with one more device, behind those of its kind; a controller, behind those of its type. */
    static DomainDefinition withDevice(DomainDefinition definition, Element device) {
        return new DomainDefinition(definition.root().mapChildren(child -> {
            if (!child.name().equals("devices")) {
                return child;
            }
            var content = new ArrayList<Content>(child.content());
            int last = content.size();
            boolean sameType = false;
            for (int i = 0; i < content.size(); i++) {
                if (content.get(i) instanceof Element other && other.name().equals(device.name())) {
                    boolean same = other.attribute("type").equals(device.attribute("type"));
                    last = same || !sameType || !device.name().equals("controller") ? i + 1 : last;
                    sameType |= same;
                }
            }
            content.add(last, device);
            return child.withContent(content);
        }));
    }

    /** The definition with one more disk, among those of its bus in the order of their names. */
    static DomainDefinition withDisk(DomainDefinition definition, Element disk) {
        var disks = new ArrayList<>(definition.devices("disk"));
        DiskDefaults.insert(disks, disk);
        var content = new ArrayList<Content>();
        return new DomainDefinition(definition.root().mapChildren(child -> {
            if (!child.name().equals("devices")) {
                return child;
            }
            int first = 0;
            for (var part : child.content()) {
                if (part instanceof Element device && device.name().equals("disk")) {
                    continue;
                }
                content.add(part);
                if (part instanceof Element device && device.name().equals("emulator")) {
                    first = content.size();
                }
            }
            content.addAll(first, disks);
            return child.withContent(content);
        }));
    }

    /** The definition without a device. */
    static DomainDefinition withoutDevice(DomainDefinition definition, String kind, String alias) {
        return new DomainDefinition(definition
                .root()
                .mapChildren(child -> child.name().equals("devices")
                        ? child.withoutChildren(device -> device.name().equals(kind) && hasAlias(device, alias))
                        : child));
    }

    /** Whether a device has this alias. */
    static boolean hasAlias(Element device, String alias) {
        return alias(device).equals(alias);
    }

    /** A device's alias; empty when it has none. */
    static String alias(Element device) {
        return device.child("alias").map(alias -> alias.attribute("name", "")).orElse("");
    }

    /**
     * The definition with the terminals that QEMU opened for its character devices.
     *
     * @param terminals path by the device's alias
     */
    static DomainDefinition withTerminals(DomainDefinition definition, Map<String, String> terminals) {
        return devices(
                definition,
                device -> device.has("type", "pty") && terminals.containsKey(aliasOfPort(definition, device)),
                device -> withTerminal(device, terminals.getOrDefault(aliasOfPort(definition, device), "")));
    }

    /**
     * The alias of the port behind a character device: the first console is the first serial port seen again, and has
     * its terminal.
     */
    private static String aliasOfPort(DomainDefinition definition, Element device) {
        return device.name().equals("console")
                        && device.child("target")
                                .filter(target -> target.has("type", "serial"))
                                .isPresent()
                ? definition.devices("serial").stream()
                        .findFirst()
                        .map(LiveEdits::alias)
                        .orElseGet(() -> alias(device))
                : alias(device);
    }

    private static Element withTerminal(Element device, String path) {
        var source = device.child("source").orElseGet(() -> Element.of("source"));
        var changed = source.with("path", path);
        var withSource = device.child("source").isPresent()
                ? device.withChild(changed)
                : device.withContent(prepended(device, changed));
        return device.name().equals("console") ? withSource.with("tty", path) : withSource;
    }

    private static List<Content> prepended(Element device, Element first) {
        var content = new ArrayList<Content>();
        content.add(first);
        content.addAll(device.content());
        return content;
    }

    /** The definition with a channel's port open or closed in the guest. */
    static DomainDefinition withPortState(DomainDefinition definition, String alias, boolean open) {
        return devices(
                definition,
                device -> device.name().equals("channel") && hasAlias(device, alias),
                channel -> channel.child("target")
                        .map(target -> channel.withChild(target.with("state", open ? "connected" : "disconnected")))
                        .orElse(channel));
    }

    /** The definition with a removable disk's tray open or closed, which goes without saying. */
    static DomainDefinition withTray(DomainDefinition definition, String alias, boolean open) {
        return devices(
                definition,
                device -> device.name().equals("disk") && hasAlias(device, alias),
                disk -> disk.child("target")
                        .map(target -> disk.withChild(open ? target.with("tray", "open") : target.without("tray")))
                        .orElse(disk));
    }

    /** The definition after the guest set its clock, {@code offsetSeconds} from where it stood at the start. */
    static DomainDefinition withClock(DomainDefinition definition, long atStartSeconds, long offsetSeconds) {
        return definition
                .root()
                .child("clock")
                .filter(clock -> clock.has("offset", "variable"))
                .map(clock ->
                        definition.withChild(clock.with("adjustment", Long.toString(atStartSeconds + offsetSeconds))))
                .orElse(definition);
    }

    /** What a definition adds to the host's clock, in seconds. */
    static long clockAdjustment(DomainDefinition definition) {
        return definition
                .root()
                .child("clock")
                .filter(clock -> clock.has("offset", "variable"))
                .flatMap(clock -> clock.attribute("adjustment"))
                .map(text -> {
                    try {
                        return Long.parseLong(text);
                    } catch (NumberFormatException reset) {
                        return 0L;
                    }
                })
                .orElse(0L);
    }
}
