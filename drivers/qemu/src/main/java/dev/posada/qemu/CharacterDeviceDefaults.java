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

    static void complete(Draft draft, Board board) {
        for (var kind : List.of("serial", "parallel", "console", "channel", "redirdev", "smartcard")) {
            draft.devices(kind).replaceAll(CharacterDeviceDefaults::withProtocol);
        }
        numberPorts(draft.devices("parallel"));
        draft.devices("serial").replaceAll(serial -> completeSerial(serial, board));
        numberPorts(draft.devices("serial"));
        completeConsoles(draft, board);
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

    private static Element completeSerial(Element serial, Board board) {
        var target = serial.child("target").orElseGet(() -> Element.of("target"));
        var type = target.attribute("type").filter(word -> !word.isEmpty()).orElseGet(() -> serialType(serial, board));
        if (type.equals("isa-serial") && !board.isPc() && !board.serialType().isEmpty()) {
            // libvirt's oldest name for a port, from when all machines were PCs.
            type = board.serialType();
        }
        if (type.isEmpty() || (type.equals("isa-serial") && !board.isPc())) {
            return type.isEmpty() ? serial : withTarget(serial, target.without("type"));
        }
        check(target, type, board);
        var attributes = Element.of("target", "type", type);
        for (var attribute : target.attributes().entrySet()) {
            attributes = attributes.with(attribute.getKey(), attribute.getValue());
        }
        var completed = attributes.with("type", type).withContent(target.content());
        boolean named = !type.equals("system-serial") || board.serialType().equals(type);
        if (completed.child("model").isEmpty() && named) {
            completed = Draft.withFirst(completed, Element.of("model", "name", modelName(type, board)));
        }
        return withTarget(serial, completed);
    }

    private static String serialType(Element serial, Board board) {
        return switch (serial.child("address")
                .map(address -> address.attribute("type", ""))
                .orElse("")) {
            case "usb" -> "usb-serial";
            case "pci" -> "pci-serial";
            case "spapr-vio" -> "spapr-vio-serial";
            default -> board.serialType();
        };
    }

    private static void completeConsoles(Draft draft, Board board) {
        var consoles = draft.devices("console");
        var serials = draft.devices("serial");
        for (int i = 0; i < consoles.size(); i++) {
            if (isSerialConsole(consoles.get(i))) {
                if (i > 0) {
                    throw Refusal.unsupported(consoles.get(i), "Only the first console can be a serial port");
                }
                if (serials.isEmpty()) {
                    var serial = consoles.getFirst();
                    serials.add(completeSerial(
                            named(serial, "serial")
                                    .without("tty")
                                    .withoutChildren(child -> child.name().equals("target")),
                            board));
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

    static boolean isSerialConsole(Element console) {
        return console.child("target")
                .map(target -> target.attribute("type", SERIAL_CONSOLE).equals(SERIAL_CONSOLE))
                .orElse(true);
    }

    /** Whether a serial port belongs to the board and so is where its console is expected. */
    private static boolean isPlatformPort(Element serial) {
        return serial.child("target")
                .map(target -> !List.of("pci-serial", "usb-serial", "isa-debug").contains(target.attribute("type", "")))
                .orElse(false);
    }

    /** What QEMU or the board calls a kind of port. */
    private static String modelName(String type, Board board) {
        return switch (type) {
            case "isa-debug" -> "isa-debugcon";
            case "system-serial" -> board == Board.RISCV_VIRT ? "16550a" : "pl011";
            case "spapr-vio-serial" -> "spapr-vty";
            case "sclp-serial" -> "sclpconsole";
            default -> type;
        };
    }

    /** A kind of port that belongs to a board is on no other. */
    private static void check(Element target, String type, Board board) {
        boolean fits = switch (type) {
            case "spapr-vio-serial" -> board == Board.PSERIES;
            case "sclp-serial" -> board == Board.S390;
            default -> true;
        };
        if (!fits) {
            throw Refusal.unsupported(
                    target,
                    "Serial device with target type '" + type + "' and target model '" + modelName(type, board)
                            + "' not compatible with guest architecture or machine type");
        }
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
