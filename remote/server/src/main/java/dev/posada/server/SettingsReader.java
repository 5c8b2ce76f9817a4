package dev.posada.server;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.server.ServerSettings.KeepAliveRule;
import dev.posada.server.ServerSettings.Limits;
import dev.posada.server.ServerSettings.TcpSocket;
import dev.posada.server.ServerSettings.UnixSockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes {@link ServerSettings} of the keys of a configuration file. */
final class SettingsReader {
    private static final int TCP_PORT = 16509;
    private static final int PORT_MAX = 65535;
    private static final int PERMISSIONS_MAX = 0777;
    private static final int CLIENTS_MAX = 1_000_000;
    private static final int REQUESTS_MAX = 10_000;
    private static final int SECONDS_MAX = 86_400;

    private final Map<String, List<String>> keys;

    SettingsReader(Map<String, List<String>> keys) {
        this.keys = keys;
    }

    ServerSettings settings(Path defaultDirectory) {
        if (flag("listen_tls")) {
            throw unsupported("listen_tls", "there is no TLS yet; use ssh, or TCP inside a tunnel");
        }
        var directory = text("unix_sock_dir").map(Path::of).orElse(defaultDirectory);
        var unix = new UnixSockets(
                directory.resolve(ServerSettings.SOCKET_NAME),
                directory.resolve(ServerSettings.SOCKET_NAME + ServerSettings.READ_ONLY_SUFFIX),
                text("unix_sock_group"),
                permissions("unix_sock_rw_perms", 0700),
                permissions("unix_sock_ro_perms", 0777),
                authentication("auth_unix_rw"),
                authentication("auth_unix_ro"),
                false);
        return new ServerSettings(unix, tcp(), limits(), keepAlive());
    }

    private Optional<TcpSocket> tcp() {
        if (!flag("listen_tcp")) {
            return Optional.empty();
        }
        return Optional.of(new TcpSocket(
                text("listen_addr").orElse(""), number("tcp_port", TCP_PORT, 0, PORT_MAX), authentication("auth_tcp")));
    }

    private Limits limits() {
        var defaults = Limits.DEFAULTS;
        // Calls run on virtual threads, as many as there are calls; the sizes of libvirtd's pools are checked and
        // unused.
        number("min_workers", 5, 0, CLIENTS_MAX);
        number("max_workers", 20, 0, CLIENTS_MAX);
        number("prio_workers", 5, 0, CLIENTS_MAX);
        return new Limits(
                number("max_clients", defaults.clients(), 1, CLIENTS_MAX),
                number("max_queued_clients", defaults.queuedClients(), 1, CLIENTS_MAX),
                number("max_anonymous_clients", defaults.anonymousClients(), 0, CLIENTS_MAX),
                number("max_client_requests", defaults.requestsPerClient(), 1, REQUESTS_MAX),
                defaults.writeStall(),
                defaults.frameStall());
    }

    private KeepAliveRule keepAlive() {
        var defaults = KeepAliveRule.DEFAULTS;
        int seconds = number("keepalive_interval", 5, -1, SECONDS_MAX);
        return new KeepAliveRule(
                seconds <= 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)),
                number("keepalive_count", defaults.count(), 0, SECONDS_MAX));
    }

    private Authentication authentication(String key) {
        String word = text(key).orElse(Authentication.NONE.word());
        var way = Arrays.stream(Authentication.values())
                .filter(known -> known.word().equals(word))
                .findFirst()
                .orElseThrow(() -> wrong(
                        key,
                        word,
                        Arrays.stream(Authentication.values())
                                .map(Authentication::word)
                                .collect(Collectors.joining(", "))));
        if (way != Authentication.NONE) {
            throw unsupported(
                    key,
                    "authentication by " + word + " is not there yet; use \"none\" and the socket's mode and group");
        }
        return way;
    }

    private boolean flag(String key) {
        return number(key, 0, 0, 1) == 1;
    }

    private int permissions(String key, int otherwise) {
        var text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int mode = Integer.parseInt(text.get(), 8);
            if (mode >= 0 && mode <= PERMISSIONS_MAX) {
                return mode;
            }
        } catch (NumberFormatException e) {
            // Told below, together with what is out of range.
        }
        throw wrong(key, text.get(), "octal mode bits such as \"0770\"");
    }

    private int number(String key, int otherwise, int least, int most) {
        var text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text.get().strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, together with what is out of range.
        }
        throw wrong(key, text.get(), "a number from " + least + " to " + most);
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(keys.get(key))
                .filter(values -> !values.isEmpty())
                .map(List::getFirst)
                .filter(value -> !value.isEmpty());
    }

    private static PosadaException wrong(String key, String value, String expected) {
        return new PosadaException(
                ErrorCode.CONF_SYNTAX, ErrorOrigin.CONF, key + " = \"" + value + "\": expected " + expected);
    }

    private static PosadaException unsupported(String key, String reason) {
        return new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.CONF, key + ": " + reason);
    }
}
