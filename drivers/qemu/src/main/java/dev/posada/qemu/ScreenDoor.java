package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.OpenFile;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.UnixSockets;
import dev.posada.qmp.Json;
import java.util.function.Supplier;

/** Lets viewers in by a socket that is handed over, past every port. */
final class ScreenDoor implements Abilities.HandsOverScreens {
    /** The name of the socket on its way; one is on its way at a time, for each is a change of the domain. */
    private static final String SOCKET = "graphicsfd";

    private final Supplier<DomainDefinition> definition;
    private final Monitor monitor;

    ScreenDoor(Supplier<DomainDefinition> definition, Monitor monitor) {
        this.definition = definition;
        this.monitor = monitor;
    }

    @Override
    public void showScreen(int screen, OpenFile viewer, boolean trusted) {
        var protocol = protocol(screen);
        try (var socket = Descriptor.copyOf(viewer.number())) {
            show(protocol, socket, trusted);
        }
    }

    @Override
    public OpenFile openScreen(int screen, boolean trusted) {
        var protocol = protocol(screen);
        var ends = UnixSockets.pair();
        try (var _ = ends.second()) {
            show(protocol, ends.second(), trusted);
            return new HandedFile(ends.first());
        } catch (RuntimeException e) {
            ends.first().close();
            throw e;
        }
    }

    private String protocol(int screen) {
        var graphics = definition.get().devices("graphics");
        if (screen < 0 || screen >= graphics.size()) {
            throw refused("No graphics backend with index " + Integer.toUnsignedString(screen));
        }
        var type = graphics.get(screen).attribute("type").orElse("");
        return switch (type) {
            case "vnc", "spice" -> type;
            default -> throw refused("Can only open VNC or SPICE graphics backends, not " + type);
        };
    }

    private void show(String protocol, Descriptor socket, boolean trusted) {
        monitor.give(SOCKET, socket);
        try {
            monitor.execute(
                    "add_client",
                    Json.object()
                            .with("protocol", protocol)
                            .with("fdname", SOCKET)
                            .with("skipauth", trusted));
        } catch (PosadaException e) {
            // Taken or not when it failed: QEMU does not say. The socket must not stay open in there.
            monitor.ask("closefd", Json.object().with("fdname", SOCKET));
            throw e;
        }
    }

    private static PosadaException refused(String detail) {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.QEMU, detail);
    }
}
