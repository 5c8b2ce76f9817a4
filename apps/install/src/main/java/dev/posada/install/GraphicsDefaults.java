package dev.posada.install;

import dev.posada.model.Element;
import java.util.List;
import java.util.Optional;

/** What a guest's screen is and how it is reached. */
final class GraphicsDefaults {
    private static final int FIRST_PORT = 5900;
    private static final String AUTOMATIC = "-1";

    private final Guest guest;
    private final Host host;

    GraphicsDefaults(Guest guest) {
        this.guest = guest;
        host = guest.host();
    }

    void decide(Draft screen) {
        if (!screen.has("@type")) {
            boolean spice = !host.isXen() && guest.abilities().supportsSpice(host);
            screen.set("@type", spice ? "spice" : "vnc");
        }
        if (screen.is("@type", "sdl")) {
            screen.setIfAbsent("@xauth", System.getProperty("user.home") + "/.Xauthority");
            if (!screen.has("@display")) {
                screen.put("@display", Optional.ofNullable(System.getenv("DISPLAY")));
            }
        }
        boolean port = needsPort(screen);
        if (!screen.has("@port")) {
            setPort(screen, "@port", port && !isOther(screen) ? Optional.of(AUTOMATIC) : Optional.empty());
        }
        if (!screen.has("@tlsPort")) {
            setPort(
                    screen,
                    "@tlsPort",
                    port && screen.is("@type", "spice") ? Optional.of(AUTOMATIC) : Optional.empty());
        }
        if (!screen.has("@autoport")) {
            screen.put("@autoport", automatic(screen));
        }
        if (!screen.has("image/@compression")) {
            boolean local = screen.is("@type", "spice") && !host.isRemote();
            screen.put("image/@compression", local ? Optional.of("off") : Optional.empty());
        }
        if (screen.is("@type", "spice") && screen.is("gl/@enable", "yes") && !screen.has("gl/@rendernode")) {
            renderNode().ifPresent(node -> screen.set("gl/@rendernode", node));
        }
    }

    private static boolean isOther(Draft screen) {
        return !screen.is("@type", "vnc") && !screen.is("@type", "spice");
    }

    private static boolean needsPort(Draft screen) {
        var listens = screen.all("listen");
        return listens.isEmpty()
                || listens.getFirst()
                        .get("@type")
                        .filter(type -> !type.equals("address") && !type.equals("network"))
                        .isEmpty();
    }

    /** Sets a port, and with it whether ports are chosen by the hypervisor, as it looks before. */
    static void setPort(Draft screen, String path, Optional<String> port) {
        screen.put("@autoport", automatic(screen));
        screen.put(path, port);
    }

    private static Optional<String> automatic(Draft screen) {
        return screen.is("@type", "spice") && screen.is("@port", AUTOMATIC) && screen.is("@tlsPort", AUTOMATIC)
                ? Optional.of("yes")
                : Optional.empty();
    }

    /**
     * Checks a port that was asked for.
     *
     * @param what the word for it in the message
     */
    static Optional<String> checkedPort(String what, Optional<String> value) {
        return value.map(text -> {
            long port = Values.integer(text);
            if (port < FIRST_PORT && port != -1) {
                throw new InstallException(what + " must be above 5900, or -1 for auto allocation");
            }
            return Long.toString(port);
        });
    }

    /** Sets where a screen listens; {@code none} and {@code socket} mean no address. */
    static void setListen(Draft screen, Optional<String> where) {
        screen.all("listen").forEach(each -> screen.remove("listen", each));
        switch (where.orElse("")) {
            case "none" -> {
                screen.unset("@listen");
                List.of("@port", "@tlsPort").forEach(path -> setPort(screen, path, Optional.empty()));
                screen.unset("@autoport");
                screen.unset("@socket");
                screen.add("listen").set("@type", "none");
            }
            case "socket" -> screen.add("listen").set("@type", "socket");
            default -> screen.put("@listen", where);
        }
    }

    private Optional<String> renderNode() {
        return host.devices().stream()
                .filter(device -> device.child("capability")
                        .filter(each -> each.has("type", "drm"))
                        .flatMap(each -> each.childText("type"))
                        .filter("render"::equals)
                        .isPresent())
                .findFirst()
                .flatMap(device -> {
                    var nodes = device.children("devnode");
                    return nodes.stream()
                            .map(Element::text)
                            .filter(path -> path.contains("/by-path/"))
                            .findFirst()
                            .or(() -> nodes.stream().map(Element::text).findFirst());
                });
    }
}
