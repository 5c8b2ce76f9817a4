package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * Completes {@code <serial>}, {@code <parallel>}, {@code <console>} and {@code <channel>}: ports, targets, and the
 * console that shows what the first serial port shows.
 */
final class CharacterDeviceDefaults {
    private static final String SERIAL_CONSOLE = "serial";

    private CharacterDeviceDefaults() {}

    static void complete(Draft draft) {
        for (var kind : List.of("serial", "parallel", "console", "channel", "redirdev", "smartcard")) {
            draft.devices(kind).replaceAll(CharacterDeviceDefaults::withProtocol);
        }
        numberPorts(draft.devices("parallel"));
        draft.devices("serial").replaceAll(CharacterDeviceDefaults::completeSerial);
        numberPorts(draft.devices("serial"));
        completeConsoles(draft);
        draft.devices("channel").replaceAll(CharacterDeviceDefaults::completeChannel);
    }

    /** A stream over TCP says what is spoken on it. */
    private static Element withProtocol(Element device) {
        if (!device.has("type", "tcp")
                || device.child("protocol").isPresent()
                || device.child("source").isEmpty()) {
            return device;
        }
        var children = new ArrayList<Content>();
        for (var content : device.content()) {
            children.add(content);
            if (content instanceof Element child && child.name().equals("source")) {
                children.add(Element.of("protocol", "type", "raw"));
            }
        }
        return device.withContent(children);
    }

    /** Each port without a number has the one after the highest so far. */
    private static void numberPorts(List<Element> devices) {
        int highest = -1;
        for (int i = 0; i < devices.size(); i++) {
            var device = devices.get(i);
            var target = device.child("target").orElseGet(() -> Element.of("target"));
            int port = Numbers.of(target, "port", highest + 1);
            highest = Math.max(highest, port);
            devices.set(i, withTarget(device, target.with("port", Integer.toString(port))));
        }
    }

    private static Element completeSerial(Element serial) {
        var target = serial.child("target").orElseGet(() -> Element.of("target"));
        var type = target.attribute("type").filter(word -> !word.isEmpty()).orElseGet(() -> serialType(serial));
        var attributes = Element.of("target", "type", type);
        for (var attribute : target.attributes().entrySet()) {
            attributes = attributes.with(attribute.getKey(), attribute.getValue());
        }
        var completed = attributes.with("type", type).withContent(target.content());
        if (completed.child("model").isEmpty()) {
            completed = Draft.withFirst(
                    completed, Element.of("model", "name", type.equals("isa-debug") ? "isa-debugcon" : type));
        }
        return withTarget(serial, completed);
    }

    private static String serialType(Element serial) {
        return switch (serial.child("address")
                .map(address -> address.attribute("type", ""))
                .orElse("")) {
            case "usb" -> "usb-serial";
            case "pci" -> "pci-serial";
            default -> "isa-serial";
        };
    }

    private static void completeConsoles(Draft draft) {
        var consoles = draft.devices("console");
        var serials = draft.devices("serial");
        for (int i = 0; i < consoles.size(); i++) {
            if (isSerialConsole(consoles.get(i))) {
                if (i > 0) {
                    throw Refusal.unsupported(consoles.get(i), "Only the first console can be a serial port");
                }
                if (serials.isEmpty()) {
                    var serial = consoles.getFirst();
                    serials.add(completeSerial(named(serial, "serial")
                            .without("tty")
                            .withoutChildren(child -> child.name().equals("target"))));
                    numberPorts(serials);
                }
            }
        }
        if (!serials.isEmpty()) {
            var first = serials.getFirst();
            boolean mirrored = !consoles.isEmpty() && isSerialConsole(consoles.getFirst());
            if (mirrored) {
                consoles.removeFirst();
            }
            if (mirrored || isPlatformPort(first)) {
                consoles.addFirst(mirror(first));
            }
        }
        for (int i = 0; i < consoles.size(); i++) {
            var console = consoles.get(i);
            if (!isSerialConsole(console)) {
                var target = console.child("target").orElseThrow();
                consoles.set(i, withTarget(console, target.with("port", Integer.toString(i))));
            }
        }
    }

    private static boolean isSerialConsole(Element console) {
        return console.child("target")
                .map(target -> target.attribute("type", SERIAL_CONSOLE).equals(SERIAL_CONSOLE))
                .orElse(true);
    }

    /** Whether a serial port belongs to the board and so is where its console is expected. */
    private static boolean isPlatformPort(Element serial) {
        return serial.child("target")
                .map(target -> target.has("type", "isa-serial"))
                .orElse(false);
    }

    /** The console that shows a serial port: the same source, and a target that names the port. */
    static Element mirror(Element serial) {
        var port = serial.child("target")
                .map(target -> target.attribute("port", "0"))
                .orElse("0");
        var console = named(serial, "console").withoutChildren(child -> switch (child.name()) {
            case "source", "protocol", "log" -> false;
            default -> true;
        });
        return console.plus(Element.of("target", "type", SERIAL_CONSOLE, "port", port));
    }

    private static Element named(Element element, String name) {
        return new Element(name, element.attributes(), element.content(), element.line());
    }

    /** Puts a target where libvirt writes it: after the source and its kin, before what all devices have. */
    private static Element withTarget(Element device, Element target) {
        if (device.child("target").isPresent()) {
            return device.withChild(target);
        }
        var children = new ArrayList<Content>(device.content());
        int at = 0;
        while (at < children.size()
                && children.get(at) instanceof Element child
                && List.of("source", "protocol", "log").contains(child.name())) {
            at++;
        }
        children.add(at, target);
        return device.withContent(children);
    }

    private static Element completeChannel(Element channel) {
        var source = channel.child("source");
        boolean isEmptySource = source.isPresent()
                && channel.has("type", "unix")
                && source.get().attribute("path", "").isEmpty();
        return isEmptySource ? channel.withoutChildren(child -> child.name().equals("source")) : channel;
    }
}
