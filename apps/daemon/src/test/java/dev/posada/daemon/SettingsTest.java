package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.host.HostSettings;
import dev.posada.server.Authentication;
import dev.posada.server.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
    private static final Path CONF = Path.of("/etc/posada/posadad.conf");

    @Test
    void nothingSetIsTheStandard() {
        var settings = settings("");

        assertThat(settings.server())
                .isEqualTo(new ServerSettings(
                        new ServerSettings.UnixSockets(
                                Path.of("/r/run/posada-sock"),
                                Path.of("/r/run/posada-sock-ro"),
                                Optional.empty(),
                                0700,
                                0777,
                                Authentication.NONE,
                                Authentication.NONE,
                                false),
                        Optional.empty(),
                        new ServerSettings.Limits(5000, 1000, 20, 5, Duration.ofSeconds(60), Duration.ofSeconds(60)),
                        new ServerSettings.KeepAliveRule(Optional.of(Duration.ofSeconds(5)), 5)));
        assertThat(settings.host().uuid()).isEmpty();
        assertThat(settings.host().uuidSource()).isEqualTo(HostSettings.UuidSource.FIRMWARE);
        assertThat(settings.logs().level()).isEqualTo(LogLevel.WARNING);
        assertThat(settings.logs().outputs())
                .containsExactly(new LogSettings.Output(LogLevel.DEBUG, new LogSettings.StandardError()));
        assertThat(settings.notes()).isEmpty();
    }

    @Test
    void whatTheTableCallsStandardIsWhatHoldsWhenNothingIsSet() {
        // These have no standard to write down: unset, they are left alone.
        var examples = List.of("unix_sock_dir", "unix_sock_group", "listen_addr", "host_uuid", "log_filters");
        var text = new StringBuilder();
        for (var key : SettingKeys.table().keys()) {
            boolean asks = key.name().equals("auth_tcp") || key.name().equals("log_outputs");
            if (key.idle().isEmpty() && !examples.contains(key.name()) && !asks) {
                text.append(key.name()).append(" = ").append(key.standard()).append('\n');
            }
        }

        assertThat(settings(text.toString())).isEqualTo(settings(""));
    }

    @Test
    void everyKeyIsUnderstood() {
        var settings = settings("""
                unix_sock_dir = "/s"
                unix_sock_group = "libvirt"
                unix_sock_rw_perms = "0770"
                unix_sock_ro_perms = "0755"
                auth_unix_rw = "none"
                auth_unix_ro = "none"
                access_drivers = [ "none" ]
                listen_tls = 0
                listen_tcp = 1
                tcp_port = "16600"
                listen_addr = "127.0.0.1"
                auth_tcp = "none"
                max_clients = 7
                max_queued_clients = 8
                max_anonymous_clients = 9
                max_client_requests = 10
                keepalive_interval = -1
                keepalive_count = 3
                log_level = 1
                log_filters = "3:qemu"
                log_outputs = "2:stderr 4:file:/l"
                host_uuid = "C7A5FDBD-EDAF-9455-926A-D65C16DB1809"
                host_uuid_source = "machine-id"
                """, "--listen");

        assertThat(settings.server().unix())
                .isEqualTo(new ServerSettings.UnixSockets(
                        Path.of("/s/posada-sock"),
                        Path.of("/s/posada-sock-ro"),
                        Optional.of("libvirt"),
                        0770,
                        0755,
                        Authentication.NONE,
                        Authentication.NONE,
                        false));
        assertThat(settings.server().tcp())
                .contains(new ServerSettings.TcpSocket("127.0.0.1", 16600, Authentication.NONE));
        assertThat(settings.server().limits().clients()).isEqualTo(7);
        assertThat(settings.server().limits().queuedClients()).isEqualTo(8);
        assertThat(settings.server().limits().anonymousClients()).isEqualTo(9);
        assertThat(settings.server().limits().requestsPerClient()).isEqualTo(10);
        assertThat(settings.server().keepAlive()).isEqualTo(new ServerSettings.KeepAliveRule(Optional.empty(), 3));
        assertThat(settings.logs())
                .isEqualTo(new LogSettings(
                        LogLevel.DEBUG,
                        List.of(new LogSettings.Filter(LogLevel.WARNING, "qemu")),
                        List.of(
                                new LogSettings.Output(LogLevel.INFO, new LogSettings.StandardError()),
                                new LogSettings.Output(LogLevel.ERROR, new LogSettings.LogFile(Path.of("/l"))))));
        assertThat(settings.host().uuid()).contains(UUID.fromString("c7a5fdbd-edaf-9455-926a-d65c16db1809"));
        assertThat(settings.host().uuidSource()).isEqualTo(HostSettings.UuidSource.MACHINE_ID);
        assertThat(settings.notes()).isEmpty();
    }

    @Test
    void everyKeyOfLibvirtdIsKnown() throws IOException {
        // A file of libvirtd's with every key, if the host has one; the table is checked in any case.
        var installed = Path.of("/etc/libvirt/libvirtd.conf");
        var text = Files.isReadable(installed) ? Files.readString(installed) : "#max_clients = 1\n";
        var keys = text.lines()
                .filter(line -> line.matches("#[a-z_]+ ?=.*"))
                .map(line -> line.substring(1).split("[ =]", 2)[0])
                .distinct()
                .toList();

        assertThat(SettingKeys.table().keys()).extracting(SettingKey::name).containsAll(keys);
    }

    @Test
    void fileOfLibvirtdWorksAsItIs() {
        var installed = Path.of("/etc/libvirt/libvirtd.conf");
        if (Files.isReadable(installed)) {
            var options = Options.NONE.withConfig(installed);

            assertThat(Settings.load(options, places(), false).notes()).isEmpty();
        }
        assertThat(settings("").server()).isNotNull();
    }

    @Test
    void keyNobodyKnowsIsToldOnceWithASuggestion() {
        assertThat(settings("max_client = 3\nfoo = 1\nMax-Clients = 2\n").notes())
                .containsExactly(
                        CONF + ":1: max_client is no setting of posadad; is max_clients meant?",
                        CONF + ":2: foo is no setting of posadad",
                        CONF + ":3: Max-Clients is no setting of posadad; is max_clients meant?");
    }

    @Test
    void keyWithoutEffectIsTold() {
        assertThat(settings("max_workers = 9\n").notes())
                .containsExactly(CONF + ":1: max_workers has no effect: each call has a thread of its own");
        assertThat(settings("listen_tcp = 1\nauth_tcp = \"none\"\n").notes())
                .singleElement()
                .asString()
                .contains("--listen");
    }

    @Test
    void wrongValuesAreToldWithFileLineAndKey() {
        assertThatThrownBy(() -> settings("\nmax_clients = \"many\"\n"))
                .hasMessage(CONF + ":2: max_clients takes a number, as in max_clients = 5000, not text")
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.exit()).isEqualTo(ExitCode.SETTINGS));
        assertThatThrownBy(() -> settings("max_clients = 0"))
                .hasMessageStartingWith(CONF + ":1: max_clients = \"0\": expected a number from 1");
        assertThatThrownBy(() -> settings("unix_sock_rw_perms = \"rwx\""))
                .hasMessageStartingWith(CONF + ":1: unix_sock_rw_perms");
        assertThatThrownBy(() -> settings("host_uuid = \"00000000-0000-0000-0000-000000000000\""))
                .hasMessageContaining("uuidgen");
        assertThatThrownBy(() -> settings("host_uuid_source = \"dice\"")).hasMessageContaining("machine-id");
        assertThatThrownBy(() -> settings("log_level = 7")).hasMessageStartingWith(CONF + ":1: log_level: '7'");
        assertThatThrownBy(() -> settings("\n\nlog_outputs = \"3:syslog:x\""))
                .hasMessageStartingWith(CONF + ":3: log_outputs: ");
    }

    @Test
    void whatWouldLookSafeAndIsNotIsRefused() {
        assertThatThrownBy(() -> settings("listen_tcp = 1", "--listen")).hasMessageContaining("auth_tcp = \"none\"");
        assertThatThrownBy(() -> settings("listen_tls = 1")).hasMessageContaining("listen_tls");
        assertThatThrownBy(() -> settings("auth_unix_rw = \"polkit\"")).hasMessageContaining("auth_unix_rw");
        assertThatThrownBy(() -> settings("access_drivers = [ \"polkit\" ]")).hasMessageContaining("access_drivers");
    }

    @Test
    void commandLineHasTheLastWord() {
        assertThat(settings("unix_sock_dir = \"/s\"", "--socket", "/elsewhere/sock")
                        .server()
                        .unix())
                .satisfies(unix -> {
                    assertThat(unix.readWrite()).isEqualTo(Path.of("/elsewhere/sock"));
                    assertThat(unix.readOnly()).isEqualTo(Path.of("/elsewhere/sock-ro"));
                });
        assertThat(settings("log_level = 4", "--verbose").logs().level()).isEqualTo(LogLevel.INFO);
        assertThat(settings("log_level = 1", "--verbose").logs().level()).isEqualTo(LogLevel.DEBUG);
        assertThat(settings("", "--daemon").logs().outputs())
                .extracting(LogSettings.Output::place)
                .containsExactly(new LogSettings.LogFile(Path.of("/r/log/posadad.log")));
    }

    @Test
    void sessionLetsInItsOwnUserOnly() {
        var session = Places.of(Optional.empty(), false, Map.of("HOME", "/home/a"));
        var settings = Settings.of(ConfFile.empty(CONF), Map.of(), Options.NONE, session, false);

        assertThat(settings.server().unix().ownUserOnly()).isTrue();
    }

    @Test
    void driversGetTheirOwnFile(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/qemu.conf"), "vnc_listen = \"0.0.0.0\"\nmax_core = 3\n");
        Files.writeString(root.resolve("etc/network.conf"), "firewall_backend = \"iptables\"\n");
        Files.writeString(root.resolve("etc/posadad.conf"), "max_clients = 3\n");
        var places = Places.of(Optional.of(root), true, Map.of());

        var settings = Settings.load(Options.NONE.withRoot(root), places, false);

        assertThat(settings.drivers())
                .containsEntry("qemu", Map.of("vnc_listen", List.of("0.0.0.0"), "max_core", List.of("3")))
                .containsEntry("network", Map.of("firewall_backend", List.of("iptables")));
        assertThat(settings.server().limits().clients()).isEqualTo(3);
    }

    @Test
    void qemusKeysThatWouldProtectAreRefusedAndOthersTold() {
        assertThatThrownBy(() -> qemu("vnc_listen = \"0.0.0.0\"\nvnc_tls = 1\n"))
                .hasMessageStartingWith("/etc/posada/qemu.conf:2: vnc_tls cannot be had: ");
        assertThatThrownBy(() -> qemu("seccomp_sandbox = 0")).hasMessageContaining("always on");
        assertThatThrownBy(() -> qemu("user = 7")).hasMessageContaining("user takes text in quotes");
        assertThat(qemu("vnc_tls = 0\nmax_files = 3\nvnc_sals = 1\n").notes())
                .containsExactly(
                        "/etc/posada/qemu.conf:2: max_files has no effect: guests have the daemon's limits",
                        "/etc/posada/qemu.conf:3: vnc_sals is no setting of the QEMU driver");
    }

    @Test
    void everyKeyOfLibvirtsQemuFileIsKnown() throws IOException {
        var installed = Path.of("/etc/libvirt/qemu.conf");
        var text = Files.isReadable(installed) ? Files.readString(installed) : "";
        var keys = text.lines()
                .filter(line -> line.matches("#[a-z0-9_]+ ?=.*"))
                .map(line -> line.substring(1).split("[ =]", 2)[0])
                .distinct()
                .toList();

        assertThat(QemuKeys.table().keys()).extracting(SettingKey::name).containsAll(keys);
    }

    @Test
    void userOfTheEmulatorsIsTheLabelOfTheHost() {
        assertThat(label(qemu(""))).isEqualTo("+0:+0");
        assertThat(label(qemu("user = \"+64055\"\ngroup = \"105\"\n"))).isEqualTo("+64055:+105");
        assertThat(label(qemu("user = \"root\"\ngroup = \"root\"\n"))).isEqualTo("+0:+0");
        assertThat(qemu("user = \"nobody-knows-me\"\n").host().securityModels()).hasSize(1);
    }

    private static String label(Settings settings) {
        return settings.host()
                .securityModels()
                .getLast()
                .baseLabels()
                .getFirst()
                .label();
    }

    private static Settings qemu(String text) {
        var qemu = new ConfReader(Path.of("/etc/posada/qemu.conf"), text).read();
        return Settings.of(ConfFile.empty(CONF), Map.of("qemu", qemu), Options.NONE, places(), false);
    }

    @Test
    void templatesTellEveryKey() throws IOException {
        var tables = new LinkedHashMap<String, KeyTable>();
        tables.put("posadad", SettingKeys.table());
        tables.putAll(DriverKeys.tables());
        for (var entry : tables.entrySet()) {
            var table = entry.getValue();
            var name = entry.getKey() + ".conf";
            var written = ConfTemplate.of(table);
            var golden = Path.of(System.getProperty("posada.source", "../..")).resolve("packaging/etc/" + name);
            if (Boolean.getBoolean("posada.golden.rewrite")) {
                Files.createDirectories(golden.getParent());
                Files.writeString(golden, written);
            }
            assertThat(written).isEqualTo(Files.readString(golden));
            assertThat(new ConfReader(golden, written).read().entries())
                    .as("all is commented out")
                    .isEmpty();
            var uncommented = written.lines()
                    .map(line -> line.startsWith("#") && !line.startsWith("# ") ? line.substring(1) : line)
                    .toList();
            var read = new ConfReader(golden, String.join("\n", uncommented)).read();
            assertThat(read.entries().keySet())
                    .containsExactlyElementsOf(
                            table.keys().stream().map(SettingKey::name).toList());
        }
    }

    private static Settings settings(String text, String... words) {
        var conf = new ConfReader(CONF, text).read();
        return Settings.of(conf, Map.of(), Options.parse(List.of(words)), places(), false);
    }

    private static Places places() {
        return Places.of(Optional.of(Path.of("/r")), true, Map.of());
    }
}
