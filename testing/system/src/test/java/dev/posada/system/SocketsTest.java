package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How clients reach a daemon, by the keys of {@code libvirtd.conf}. */
class SocketsTest {
    @TempDir
    Path folder;

    @Test
    void socketsAreWhereAndAsTheSettingsSay() throws Exception {
        Programs.need("virsh");
        Programs.needRoot();
        int port = freePort();
        var sockets = Files.createDirectories(folder.resolve("elsewhere"));
        var root = configured("""
                unix_sock_dir = "%s"
                unix_sock_group = "daemon"
                unix_sock_rw_perms = "0770"
                unix_sock_ro_perms = "0666"
                auth_unix_rw = "none"
                auth_unix_ro = "none"
                access_drivers = [ "none" ]
                listen_tcp = 1
                auth_tcp = "none"
                tcp_port = "%d"
                listen_addr = "127.0.0.1"
                max_clients = 40
                max_queued_clients = 20
                max_anonymous_clients = 3
                max_client_requests = 2
                keepalive_interval = 2
                keepalive_count = 2
                log_level = 2
                log_outputs = "1:file:%s"
                host_uuid = "8a6f0a1c-32a5-4d63-9c0e-5f2f8a1d7b44"
                """.formatted(sockets, port, folder.resolve("messages")));
        try (var daemon = Daemon.start(root, "--listen")) {
            var readWrite = sockets.resolve("posada-sock");
            var readOnly = sockets.resolve("posada-sock-ro");
            assertThat(daemon.uri()).isEqualTo("qemu+unix:///system?socket=" + readWrite);
            assertThat(mode(readWrite)).isEqualTo("rwxrwx---");
            assertThat(mode(readOnly)).isEqualTo("rw-rw-rw-");
            assertThat(Files.getAttribute(readWrite, "unix:group")).hasToString("daemon");
            assertThat(Files.getAttribute(readOnly, "unix:group")).hasToString("daemon");

            assertThat(daemon.virsh("capabilities").succeeded().out())
                    .contains("<uuid>8a6f0a1c-32a5-4d63-9c0e-5f2f8a1d7b44</uuid>");
            var tcp = "qemu+tcp://127.0.0.1:" + port + "/system";
            assertThat(Programs.run("virsh", "-q", "-c", tcp, "uri")
                            .succeeded()
                            .out()
                            .strip())
                    .isEqualTo(tcp);
            assertThat(Programs.run("virsh", "-q", "-r", "-c", daemon.uri(), "undefine", "any")
                            .status())
                    .isNotZero();
            assertThat(folder.resolve("messages")).exists();
        }
        assertThat(sockets.resolve("posada-sock"))
                .as("the socket of a daemon that has ended")
                .doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "auth_unix_rw, '\"polkit\"'",
        "auth_unix_ro, '\"sasl\"'",
        "access_drivers, '[ \"polkit\" ]'",
        "listen_tls, 1",
        "unix_sock_group, '\"no-such-group\"'",
        "unix_sock_rw_perms, '\"rwx\"'",
        "max_clients, 0"
    })
    void whatCannotBeHadIsRefusedInOneLineThatNamesTheKey(String key, String value) throws Exception {
        var ended = Daemon.refusing(configured(key + " = " + value + "\n"), "--listen");
        assertThat(ended.status()).isNotZero();
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().strip().lines()).singleElement().asString().contains(key);
    }

    private Path configured(String settings) throws IOException {
        var root = folder.resolve("root");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/posadad.conf"), settings);
        return root;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** A port that is free, and none of those the kernel gives to whoever asks meanwhile. */
    private static int freePort() throws IOException {
        for (int port : new Random().ints(1000, 10_000, 30_000).toArray()) {
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one.
            }
        }
        throw new AssertionError("no port is free");
    }
}
