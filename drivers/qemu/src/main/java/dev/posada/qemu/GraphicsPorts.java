package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;

/** Which free ports a definition's displays want from the host. */
final class GraphicsPorts {
    private GraphicsPorts() {}

    /** From where a port is taken: each kind has its own range in {@code qemu.conf}. */
    enum Kind {
        VNC,
        VNC_WEBSOCKET,
        SPICE,
        SPICE_TLS
    }

    /** The ports to find, in the order in which {@link LaunchFacts#graphicsPorts} gives them. */
    static List<Kind> wanted(DomainDefinition definition) {
        var wanted = new ArrayList<Kind>();
        definition.devices("graphics").forEach(graphics -> wanted.addAll(wanted(graphics)));
        return wanted;
    }

    /** The ports one display wants. */
    static List<Kind> wanted(Element graphics) {
        var wanted = new ArrayList<Kind>();
        boolean automatic = graphics.has("autoport", "yes") && listensOnNetwork(graphics);
        switch (graphics.attribute("type", "")) {
            case "vnc" -> {
                if (automatic && graphics.attribute("socket").isEmpty()) {
                    wanted.add(Kind.VNC);
                }
                if (graphics.has("websocket", "-1")) {
                    wanted.add(Kind.VNC_WEBSOCKET);
                }
            }
            case "spice" -> {
                if (automatic) {
                    wanted.add(Kind.SPICE);
                }
            }
            default -> {}
        }
        return wanted;
    }

    private static boolean listensOnNetwork(Element graphics) {
        return graphics.child("listen")
                .map(listen -> !listen.has("type", "socket") && !listen.has("type", "none"))
                .orElse(true);
    }
}
