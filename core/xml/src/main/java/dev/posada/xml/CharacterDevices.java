package dev.posada.xml;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Serial ports, consoles and their like.
 *
 * <p>Libvirt keeps an old promise here: the first console of a machine is its first serial port. Whoever asks for one
 * gets both, and both say the same.
 */
final class CharacterDevices {
    private static final Set<String> CONSOLE_PORTS = Set.of("", "isa-serial", "system-serial", "spapr-vio-serial");

    private CharacterDevices() {}

    /** A device with kind and source complete. */
    static Element fill(Element device) {
        var type = device.attribute("type", "pty");
        var filled = device.attributes().containsKey("type") ? device : device.with("type", type);
        var source = device.child("source").orElse(Element.of("source"));
        switch (type) {
            case "file", "pipe", "dev" -> need(source, "path", device);
            case "unix" -> {
                // A channel's socket may be left for the driver to place.
                if (!device.name().equals("channel")) {
                    need(source, "path", device);
                }
                filled = unix(filled, source);
            }
            case "tcp" -> {
                if (source.has("mode", "connect")) {
                    need(source, "host", device);
                }
                need(source, "service", device);
                if (device.child("protocol").isEmpty()) {
                    filled = filled.plus(Element.of("protocol", "type", "raw"));
                }
            }
            case "udp" -> {
                boolean given = device.children("source").stream()
                        .anyMatch(one ->
                                !one.has("mode", "bind") && one.attributes().containsKey("service"));
                if (!given) {
                    need(Element.of("source"), "service", device);
                }
            }
            case "spiceport", "dbus" -> {
                if (source.attribute("channel", "").isEmpty()) {
                    throw Invalid.unsupported(device, "Missing source channel attribute for char device");
                }
            }
            case "nmdm" -> {
                if (source.attributes().containsKey("master")
                        != source.attributes().containsKey("slave")) {
                    throw Invalid.internal(
                            device, "Should define both master and slave path attributes for nmdm device");
                }
            }
            default -> {}
        }
        return filled;
    }

    private static Element unix(Element device, Element source) {
        if (source.attribute("path", "").isEmpty()) {
            boolean bare = source.content().isEmpty();
            return bare ? device.withoutChildren(child -> child.name().equals("source")) : device;
        }
        return source.attributes().containsKey("mode")
                ? device
                : device.withChild(source.with("mode", device.name().equals("channel") ? "bind" : "connect"));
    }

    private static void need(Element source, String attribute, Element device) {
        if (source.attribute(attribute, "").isEmpty()) {
            throw Invalid.internal(
                    device,
                    "Missing source " + attribute + " attribute for char device: give the " + device.name()
                            + " a <source " + attribute + "='…'/>");
        }
    }

    /** Channels, each with a target that can be. */
    static Element fillChannel(Element channel) {
        var target = channel.child("target")
                .orElseThrow(() -> Invalid.xml(channel, "target type must be specified for channel device"));
        if (target.has("type", "guestfwd")) {
            if (target.attribute("address", "").isEmpty()) {
                throw Invalid.xml(target, "guestfwd channel does not define a target address");
            }
        }
        return fill(channel);
    }

    /** Devices with their ports numbered: one without number follows the largest one so far. */
    static List<Element> number(List<Element> devices) {
        var numbered = new ArrayList<Element>();
        for (var device : devices) {
            var target = device.child("target").orElse(Element.of("target"));
            if (!target.attributes().containsKey("port")) {
                int port = 0;
                for (var other : numbered) {
                    port = Math.max(port, port(other) + 1);
                }
                target = target.with("port", Integer.toString(port));
            }
            numbered.add(device.withChild(target));
        }
        return numbered;
    }

    private static int port(Element device) {
        return device.child("target")
                .map(target -> DeviceAddress.number(target, "port", -1))
                .orElse(-1);
    }

    /** Serial ports and consoles of a domain, paired. */
    record Paired(List<Element> serials, List<Element> consoles) {
        Paired {
            serials = List.copyOf(serials);
            consoles = List.copyOf(consoles);
        }
    }

    /**
     * Pairs the first console with the first serial port.
     *
     * @param machine whether the domain is a whole machine ({@code hvm}), which alone has serial ports
     */
    static Paired pair(List<Element> serials, List<Element> consoles, boolean machine) {
        var ports = new ArrayList<>(serials);
        var screens = new ArrayList<Element>();
        for (var console : consoles) {
            boolean serial = isSerial(console);
            if (serial && !screens.isEmpty()) {
                throw Invalid.unsupported(console, "Only the first console can be a serial port");
            }
            screens.add(serial ? targeted(console) : console);
        }
        if (machine) {
            if (ports.isEmpty() && !screens.isEmpty() && isSerial(screens.getFirst())) {
                ports.add(portOf(screens.getFirst()));
            }
            if (screens.isEmpty() && !ports.isEmpty() && CONSOLE_PORTS.contains(portType(ports.getFirst()))) {
                screens.add(Element.of("console"));
            }
        }
        var numberedPorts = number(ports);
        if (machine && !numberedPorts.isEmpty() && !screens.isEmpty() && isSerial(screens.getFirst())) {
            screens.set(0, mirror(numberedPorts.getFirst(), screens.getFirst()));
        }
        return new Paired(numberedPorts, number(screens));
    }

    private static boolean isSerial(Element console) {
        var target = console.child("target");
        return target.isEmpty() || target.get().attribute("type", "serial").equals("serial");
    }

    private static Element targeted(Element console) {
        var target = console.child("target").orElse(Element.of("target"));
        return console.withChild(target.with("type", "serial"));
    }

    private static String portType(Element serial) {
        return serial.child("target")
                .map(target -> target.attribute("type", ""))
                .orElse("");
    }

    private static Element portOf(Element console) {
        var serial = new Element("serial", console.attributes(), console.content(), console.line())
                .without("tty")
                .withoutChildren(child -> child.name().equals("target"));
        return fill(serial);
    }

    /** The console that says what a serial port says. */
    static Element mirror(Element serial, Element console) {
        var content = new ArrayList<Element>();
        for (var child : serial.children()) {
            content.add(
                    child.name().equals("target")
                            ? Element.of("target", "type", "serial", "port", child.attribute("port", "0"))
                            : child);
        }
        return new Element("console", serial.attributes(), List.copyOf(content), console.line());
    }
}
