package dev.posada.qemu;

import dev.posada.driver.DriverContext;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code qemu.conf} says, with the defaults of what it leaves out.
 *
 * @param displayPorts where VNC and SPICE take their ports from
 * @param websocketPorts where VNC's websockets take theirs from
 * @param vncListen where VNC listens when a definition does not say
 * @param spiceListen where SPICE listens when a definition does not say
 * @param vncPassword the password of VNC displays that have none of their own
 * @param spicePassword the password of SPICE displays that have none of their own
 * @param user whom emulators run as; the daemon's own user when not given
 * @param group which group emulators run in; the daemon's own when not given
 * @param dynamicOwnership whether files are given to that user while a guest uses them
 * @param rememberOwner whether they go back to their owners afterwards, rather than to root
 * @param dumpDirectory where memory images of crashed guests go
 * @param bridgeHelper QEMU's own helper that makes taps for daemons that may not
 * @param monitorTimeout how long a monitor may take to answer
 */
record QemuSettings(
        PortRange displayPorts,
        PortRange websocketPorts,
        String vncListen,
        String spiceListen,
        Optional<String> vncPassword,
        Optional<String> spicePassword,
        Optional<String> user,
        Optional<String> group,
        boolean dynamicOwnership,
        boolean rememberOwner,
        Path dumpDirectory,
        Path bridgeHelper,
        Duration monitorTimeout) {
    private static final int PORT_MAX = 65535;
    private static final Path BRIDGE_HELPER = Path.of("/usr/lib/qemu/qemu-bridge-helper");
    private static final int DISPLAY_PORT_MIN = 5900;
    private static final int WEBSOCKET_PORT_MIN = 5700;
    private static final int MONITOR_TIMEOUT_SECONDS = 30;
    private static final int MONITOR_TIMEOUT_SECONDS_MAX = 3600;

    /** Ports from the first to the last, both included. */
    record PortRange(int first, int last) {}

    static QemuSettings of(DriverContext context) {
        return new QemuSettings(
                range(context, "remote_display_port", DISPLAY_PORT_MIN),
                range(context, "remote_websocket_port", WEBSOCKET_PORT_MIN),
                context.setting("vnc_listen").orElse("127.0.0.1"),
                context.setting("spice_listen").orElse("127.0.0.1"),
                context.setting("vnc_password"),
                context.setting("spice_password"),
                context.setting("user").filter(name -> !name.isEmpty()),
                context.setting("group").filter(name -> !name.isEmpty()),
                number(context, "dynamic_ownership", 0, 1, 1) == 1,
                number(context, "remember_owner", 0, 1, 1) == 1,
                context.setting("auto_dump_path")
                        .map(Path::of)
                        .orElseGet(() -> context.stateDirectory().resolve("dump")),
                context.setting("bridge_helper")
                        .map(BRIDGE_HELPER::resolveSibling)
                        .orElse(BRIDGE_HELPER),
                Duration.ofSeconds(
                        number(context, "monitor_timeout", 1, MONITOR_TIMEOUT_SECONDS_MAX, MONITOR_TIMEOUT_SECONDS)));
    }

    private static PortRange range(DriverContext context, String key, int smallest) {
        int first = number(context, key + "_min", smallest, PORT_MAX, smallest);
        int last = number(context, key + "_max", smallest, PORT_MAX, PORT_MAX);
        if (first > last) {
            throw refused(key + "_min = " + first + " is above " + key + "_max = " + last);
        }
        return new PortRange(first, last);
    }

    private static int number(DriverContext context, String key, int smallest, int largest, int otherwise) {
        var text = context.setting(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= smallest && number <= largest) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // Refused below like one that is out of range.
        }
        throw refused(key + " = " + text.get() + " is not a number from " + smallest + " to " + largest);
    }

    private static PosadaException refused(String what) {
        return new PosadaException(ErrorCode.CONF_SYNTAX, ErrorOrigin.QEMU, "qemu.conf: " + what);
    }
}
