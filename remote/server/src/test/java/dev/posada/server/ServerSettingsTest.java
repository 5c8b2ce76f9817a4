package dev.posada.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.server.ServerSettings.KeepAliveRule;
import dev.posada.server.ServerSettings.Limits;
import dev.posada.server.ServerSettings.TcpSocket;
import dev.posada.server.ServerSettings.UnixSockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
    private static final Path RUN = Path.of("/run/posada");

    @Test
    void defaultsAreThoseOfLibvirtd() {
        assertThat(ServerSettings.defaults(RUN))
                .isEqualTo(new ServerSettings(
                        new UnixSockets(
                                Path.of("/run/posada/posada-sock"),
                                Path.of("/run/posada/posada-sock-ro"),
                                Optional.empty(),
                                0700,
                                0777,
                                Authentication.NONE,
                                Authentication.NONE,
                                false),
                        Optional.empty(),
                        new Limits(5000, 1000, 20, 5, Duration.ofSeconds(60), Duration.ofSeconds(60)),
                        new KeepAliveRule(Optional.of(Duration.ofSeconds(5)), 5)));
    }

    @Test
    void everyKeyIsRead() {
        var settings = ServerSettings.from(
                Map.ofEntries(
                        Map.entry("unix_sock_dir", List.of("/somewhere")),
                        Map.entry("unix_sock_group", List.of("kvm")),
                        Map.entry("unix_sock_rw_perms", List.of("0770")),
                        Map.entry("unix_sock_ro_perms", List.of("0775")),
                        Map.entry("auth_unix_rw", List.of("none")),
                        Map.entry("auth_unix_ro", List.of("none")),
                        Map.entry("listen_tls", List.of("0")),
                        Map.entry("listen_tcp", List.of("1")),
                        Map.entry("listen_addr", List.of("127.0.0.1")),
                        Map.entry("tcp_port", List.of("16000")),
                        Map.entry("auth_tcp", List.of("none")),
                        Map.entry("max_clients", List.of("10")),
                        Map.entry("max_queued_clients", List.of("11")),
                        Map.entry("max_anonymous_clients", List.of("0")),
                        Map.entry("max_client_requests", List.of("13")),
                        Map.entry("min_workers", List.of("5")),
                        Map.entry("max_workers", List.of("20")),
                        Map.entry("prio_workers", List.of("5")),
                        Map.entry("keepalive_interval", List.of("7")),
                        Map.entry("keepalive_count", List.of("0")),
                        Map.entry("log_level", List.of("3"))),
                RUN);
        assertThat(settings)
                .isEqualTo(new ServerSettings(
                        new UnixSockets(
                                Path.of("/somewhere/posada-sock"),
                                Path.of("/somewhere/posada-sock-ro"),
                                Optional.of("kvm"),
                                0770,
                                0775,
                                Authentication.NONE,
                                Authentication.NONE,
                                false),
                        Optional.of(new TcpSocket("127.0.0.1", 16000, Authentication.NONE)),
                        new Limits(10, 11, 0, 13, Duration.ofSeconds(60), Duration.ofSeconds(60)),
                        new KeepAliveRule(Optional.of(Duration.ofSeconds(7)), 0)));
    }

    @Test
    void noIntervalMeansNoQuestions() {
        assertThat(ServerSettings.from(Map.of("keepalive_interval", List.of("-1")), RUN)
                        .keepAlive()
                        .interval())
                .isEmpty();
    }

    @Test
    void anotherSocketTakesItsReadOnlySisterAlong() {
        var unix =
                ServerSettings.defaults(RUN).withSocket(Path.of("/tmp/x/mine")).unix();
        assertThat(unix.readWrite()).isEqualTo(Path.of("/tmp/x/mine"));
        assertThat(unix.readOnly()).isEqualTo(Path.of("/tmp/x/mine-ro"));
    }

    @ParameterizedTest
    @CsvSource({
        "max_clients, 0, a number from 1",
        "max_clients, many, a number from 1",
        "tcp_port, 65536, a number from 0 to 65535",
        "unix_sock_rw_perms, 999, octal",
        "unix_sock_ro_perms, 1777, octal",
        "auth_unix_rw, magic, 'none, sasl, polkit'",
        "listen_tcp, 2, a number from 0 to 1"
    })
    void aWrongValueIsNamedWithItsKey(String key, String value, String expected) {
        assertThatThrownBy(() -> ServerSettings.from(withTcp(key, value), RUN))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONF_SYNTAX))
                .hasMessageContaining(key)
                .hasMessageContaining(value)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({"auth_unix_rw, polkit", "auth_unix_ro, sasl", "auth_tcp, sasl", "listen_tls, 1"})
    void whatIsNotThereIsRefusedByItsKey(String key, String value) {
        assertThatThrownBy(() -> ServerSettings.from(withTcp(key, value), RUN))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNSUPPORTED))
                .hasMessageContaining(key);
    }

    /** The keys of a TCP socket count only when there is to be one. */
    private static Map<String, List<String>> withTcp(String key, String value) {
        var keys = new HashMap<>(Map.of("listen_tcp", List.of("1")));
        keys.put(key, List.of(value));
        return keys;
    }
}
