package dev.posada.xml;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Graphics and video devices: what libvirt fills in whatever the hypervisor, and what it refuses. */
final class Displays {
    private static final String QXL_RAM = "65536";
    private static final String VRAM = "16384";

    private Displays() {}

    /** A graphics device with ports and listening places complete. */
    static Element graphics(Element given) {
        return switch (given.attribute("type", "")) {
            case "vnc" -> vnc(given);
            case "spice" -> spice(given);
            case "rdp" ->
                listening(
                        given.attributes().containsKey("port")
                                ? given
                                : given.with("port", "0").with("autoport", "yes"));
            default -> given;
        };
    }

    private static Element vnc(Element given) {
        var filled = listening(given);
        var first = filled.child("listen")
                .map(listen -> listen.attribute("type", ""))
                .orElse("");
        if (first.equals("socket") || first.equals("none")) {
            return filled.without("port").without("autoport");
        }
        boolean automatic = filled.has("autoport", "yes")
                || filled.has("port", "-1")
                || (!filled.attributes().containsKey("port") && !filled.has("autoport", "no"));
        if (automatic) {
            var port = filled.has("autoport", "yes") ? filled.attribute("port", "-1") : "-1";
            return filled.with("port", port).with("autoport", "yes");
        }
        return filled.attributes().containsKey("port") ? filled.with("autoport", "no") : filled;
    }

    private static Element spice(Element given) {
        var filled = given;
        if (given.has("port", "-1")) {
            filled = filled.without("port").with("autoport", "yes");
        }
        if (given.has("tlsPort", "-1")) {
            filled = filled.without("tlsPort").with("autoport", "yes");
        }
        boolean ports =
                filled.attributes().containsKey("port") || filled.attributes().containsKey("tlsPort");
        if (!ports && !filled.has("autoport", "yes") && filled.child("listen").isEmpty()) {
            // Nothing to listen on: the display is handed over by descriptor.
            return filled.without("autoport").plus(Element.of("listen", "type", "none"));
        }
        filled = listening(filled);
        return ports && !filled.attributes().containsKey("autoport") ? filled.with("autoport", "no") : filled;
    }

    /** Makes the {@code listen} attribute and the first {@code listen} element say the same. */
    private static Element listening(Element given) {
        var address = given.attribute("listen", "");
        var socket = given.attribute("socket", "");
        var first = given.child("listen");
        if (first.isEmpty()) {
            if (!socket.isEmpty()) {
                return given.plus(Element.of("listen", "type", "socket", "socket", socket));
            }
            var listen = Element.of("listen", "type", "address");
            return given.plus(address.isEmpty() ? listen : listen.with("address", address));
        }
        var found = first.get().attribute("address", "");
        if (first.get().has("type", "address") && !address.isEmpty()) {
            if (found.isEmpty()) {
                return given.withChild(first.get().with("address", address));
            }
            if (!found.equals(address)) {
                throw Invalid.unsupported(
                        given,
                        "graphics 'listen' attribute '" + address
                                + "' must match 'address' attribute of first listen element (found '" + found + "')");
            }
        }
        if (first.get().has("type", "network")
                && first.get().attribute("network", "").isEmpty()) {
            throw Invalid.xml(first.get(), "'network' attribute is required for listen type 'network'");
        }
        if (first.get().has("type", "socket") && given.has("type", "vnc")) {
            var path = first.get().attribute("socket", "");
            return path.isEmpty() ? given.without("socket") : given.with("socket", path);
        }
        return found.isEmpty() || !first.get().has("type", "address") ? given : given.with("listen", found);
    }

    /** The video devices, each with memory and screens complete, the primary one first. */
    static List<Element> videos(List<Element> given) {
        var filled = new ArrayList<Element>();
        int primary = 0;
        int primaries = 0;
        for (int i = 0; i < given.size(); i++) {
            if (model(given.get(i)).has("primary", "yes")) {
                primary = i;
                primaries++;
            }
        }
        if (primaries > 1) {
            throw Invalid.unsupported(given.get(primary), "Only one primary video device is supported");
        }
        for (int i = 0; i < given.size(); i++) {
            var video = given.get(i);
            if (given.size() > 1 && model(video).has("type", "none")) {
                throw Invalid.unsupported(
                        video, "a 'none' video type must be the only video device defined for the domain");
            }
            filled.add(i == primary ? 0 : filled.size(), video(video, i == primary));
        }
        return filled;
    }

    private static Element video(Element given, boolean primary) {
        var model = model(given);
        var type = model.attribute("type", "");
        if (type.isEmpty() || type.equals("none")) {
            return given;
        }
        var attributes = new LinkedHashMap<>(model.attributes());
        if (type.equals("qxl")) {
            attributes.putIfAbsent("ram", QXL_RAM);
            attributes.putIfAbsent("vram", QXL_RAM);
        } else if (Set.of("vga", "cirrus", "vmvga", "bochs").contains(type)) {
            attributes.putIfAbsent("vram", VRAM);
        }
        attributes.putIfAbsent("heads", "1");
        attributes.remove("primary");
        if (primary) {
            attributes.put("primary", "yes");
        }
        return given.withChild(model.withAttributes(attributes));
    }

    private static Element model(Element video) {
        return video.child("model").orElse(Element.of("model"));
    }
}
