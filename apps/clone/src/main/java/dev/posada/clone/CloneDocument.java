package dev.posada.clone;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What changes in a definition when it becomes another domain's; pure functions on documents. */
final class CloneDocument {
    /** The attributes that say where a disk's bytes are, and the element that names hosts. */
    private static final Set<String> PLACE = Set.of("file", "dev", "dir", "volume", "pool", "name", "protocol");

    private CloneDocument() {}

    /**
     * The definition without what belongs to one domain alone: its title, uuid, generation, addresses of its interfaces,
     * links on the host, fixed ports and sockets.
     *
     * @param identity what the clone is called
     * @param notices are told of what could surprise
     */
    static Element renewed(Element original, NewIdentity identity, Notices notices) {
        return original.without("id")
                .withoutChildren(child -> child.name().equals("title"))
                .withChild(Element.text("name", identity.name()))
                .withChild(Element.text("uuid", identity.uuid()))
                .mapChildren(child -> switch (child.name()) {
                    // Guests that look at it know by a new one that there may be another of them.
                    case "genid" -> child.text().isEmpty() ? child : child.withText(identity.generation());
                    case "sysinfo" -> renewedSystem(child, identity.uuid());
                    case "devices" -> child.mapChildren(device -> renewedDevice(device, identity.macs(), notices));
                    default -> child;
                });
    }

    /** A daemon takes no definition whose firmware tables name another uuid than it has. */
    private static Element renewedSystem(Element sysinfo, String uuid) {
        return sysinfo.mapChildren(table -> table.name().equals("system")
                ? table.mapChildren(entry -> entry.has("name", "uuid") ? entry.withText(uuid) : entry)
                : table);
    }

    private static Element renewedDevice(Element device, Supplier<String> macs, Notices notices) {
        return switch (device.name()) {
            case "graphics" -> renewedGraphics(device, notices);
            case "interface" -> renewedInterface(device, macs.get());
            case "channel" -> renewedChannel(device);
            default -> device;
        };
    }

    private static Element renewedGraphics(Element graphics, Notices notices) {
        var port = graphics.attribute("port", "0");
        if (port.equals("0") || port.equals("-1")) {
            return graphics;
        }
        notices.warn("Setting the graphics device port to autoport, in order to avoid conflicting.");
        return graphics.with("port", "-1").without("autoport");
    }

    private static Element renewedInterface(Element nic, String mac) {
        var target = nic.child("target").map(element -> element.without("dev"));
        var without = target.isPresent() ? put(nic, target.get()) : nic;
        return withMac(without, mac);
    }

    private static Element withMac(Element nic, String mac) {
        var old = nic.child("mac").orElse(Element.of("mac"));
        return nic.withChild(old.with("address", mac));
    }

    /** Puts an element back; one that has become empty is left out. */
    private static Element put(Element parent, Element child) {
        return child.attributes().isEmpty() && child.content().isEmpty()
                ? parent.withoutChildren(other -> other.name().equals(child.name()))
                : parent.withChild(child);
    }

    /** The daemon makes a socket of the clone's own where the path has the channel's name in it. */
    private static Element renewedChannel(Element channel) {
        var name = channel.child("target").flatMap(target -> target.attribute("name"));
        var source = channel.child("source");
        var path = source.flatMap(element -> element.attribute("path"));
        boolean generated = channel.has("type", "unix")
                && name.isPresent()
                && !name.get().isEmpty()
                && path.isPresent()
                && path.get().contains(name.get());
        return generated ? put(channel, source.orElseThrow().without("path")) : channel;
    }

    /** The same with other addresses for its first interfaces; {@code RANDOM} leaves one as it is. */
    static Element withMacs(Element domain, List<String> macs) {
        var left = new ArrayList<>(macs);
        return domain.mapChildren(child -> !child.name().equals("devices")
                ? child
                : child.mapChildren(device -> {
                    if (!device.name().equals("interface") || left.isEmpty()) {
                        return device;
                    }
                    var mac = left.removeFirst();
                    return mac.equals("RANDOM") ? device : withMac(device, mac);
                }));
    }

    /** The disks of a domain. */
    static List<Element> disks(Element domain) {
        return domain.child("devices").map(devices -> devices.children("disk")).orElse(List.of());
    }

    /** The guest's name for a disk, such as {@code vda}. */
    static String target(Element disk) {
        return disk.child("target").map(target -> target.attribute("dev", "")).orElse("");
    }

    /** Where a disk's bytes are on its host; empty for an empty drive and for what is no path. */
    static Optional<String> path(Element disk) {
        return disk.child("source")
                .flatMap(source -> source.attribute("file")
                        .or(() -> source.attribute("dev"))
                        .or(() -> source.attribute("dir")));
    }

    /**
     * The same with one disk elsewhere.
     *
     * @param type {@code file}, {@code block} or {@code dir}
     * @param format of the new image, when it is not the old one's
     */
    static Element withDisk(Element domain, String target, String type, String path, Optional<String> format) {
        return domain.mapChildren(child -> child.name().equals("devices")
                ? child.mapChildren(
                        device -> device.name().equals("disk") && target(device).equals(target)
                                ? moved(device, type, path, format)
                                : device)
                : child);
    }

    private static Element moved(Element disk, String type, String path, Optional<String> format) {
        var attribute = switch (type) {
            case "block" -> "dev";
            case "dir" -> "dir";
            default -> "file";
        };
        var source = disk.child("source").orElse(Element.of("source"));
        for (var name : PLACE) {
            if (!name.equals(attribute)) {
                source = source.without(name);
            }
        }
        source = source.with(attribute, path)
                .withoutChildren(child -> child.name().equals("host"));
        // What was below the original is not below the copy, which has its whole content or says itself what is below.
        var moved = disk.with("type", type)
                .withChild(source)
                .withoutChildren(child -> child.name().equals("backingStore"));
        if (format.isPresent()) {
            var driver = moved.child("driver").orElse(Element.of("driver", "name", "qemu"));
            moved = moved.withChild(driver.with("type", format.get()));
        }
        return moved;
    }

    /** Where the firmware keeps its variables; empty when it keeps none, or not in a file. */
    static Optional<String> nvram(Element domain) {
        return domain.at("os", "nvram")
                .flatMap(nvram -> nvram.child("source")
                        .flatMap(source -> source.attribute("file"))
                        .or(() -> Optional.of(nvram.text())))
                .filter(path -> !path.isEmpty());
    }

    /** The same with the firmware's variables elsewhere. */
    static Element withNvram(Element domain, String path) {
        return domain.mapChildren(child -> child.name().equals("os")
                ? child.mapChildren(part -> part.name().equals("nvram") ? movedNvram(part, path) : part)
                : child);
    }

    private static Element movedNvram(Element nvram, String path) {
        return nvram.child("source")
                .map(source -> nvram.withChild(source.withAttributes(Map.of("file", path))))
                .orElseGet(() -> nvram.withText(path));
    }
}
