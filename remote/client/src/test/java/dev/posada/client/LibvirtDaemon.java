package dev.posada.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real libvirtd with all its state in a folder of its own, in mount and network namespaces of its own, so that it
 * neither sees nor disturbs what else is on the machine. Needs root and libvirtd; tests are skipped without.
 */
final class LibvirtDaemon implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final Process process;

    private LibvirtDaemon(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    static LibvirtDaemon start() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "namespaces for libvirtd need root");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/libvirtd")), "libvirtd is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "unshare is not installed");
        Path folder = Files.createTempDirectory("posada-libvirtd");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : List.of("run", "var", "etc", "log", "cache")) {
            Files.createDirectory(folder.resolve(name));
        }
        Files.writeString(folder.resolve("libvirtd.conf"), """
                auth_unix_rw = "none"
                auth_unix_ro = "none"
                unix_sock_rw_perms = "0777"
                log_outputs = "3:file:%1$s/libvirtd.log"
                keepalive_interval = 1
                keepalive_count = 3
                """.formatted(folder));
        // QEMU as root, without helpers of its own daemons' and without touching the machine's control groups.
        Files.writeString(folder.resolve("etc/qemu.conf"), """
                user = "root"
                group = "root"
                stdio_handler = "file"
                security_driver = "none"
                cgroup_controllers = [ ]
                namespaces = [ ]
                """);
        Files.writeString(folder.resolve("start.sh"), """
                set -e
                mount --make-rprivate /
                mkdir -p /run/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /etc/libvirt
                mount --bind %1$s/run /run/libvirt
                mount --bind %1$s/var /var/lib/libvirt
                mount --bind %1$s/etc /etc/libvirt
                mount --bind %1$s/log /var/log/libvirt
                mount --bind %1$s/cache /var/cache/libvirt
                exec libvirtd --config %1$s/libvirtd.conf --pid-file %1$s/libvirtd.pid
                """.formatted(folder));
        Process process = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "--mount",
                        "sh",
                        folder.resolve("start.sh").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        var daemon = new LibvirtDaemon(folder, process);
        daemon.awaitSocket();
        return daemon;
    }

    /** The daemon's read-write socket. */
    Path socket() {
        return folder.resolve("run/libvirt-sock");
    }

    /** An address of a driver in this daemon, such as {@code uri("test", "/default")}. */
    String uri(String driver, String path) {
        return driver + "+unix://" + path + "?socket=" + socket();
    }

    /** An address of a driver in this daemon through its read-only socket. */
    String readOnlyUri(String driver, String path) {
        return uri(driver, path) + "-ro";
    }

    /** A folder only this daemon and its test use. */
    Path folder() {
        return folder;
    }

    /** Ends the daemon without giving it a chance to take leave. */
    void kill() {
        process.destroyForcibly();
    }

    private void awaitSocket() throws IOException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline) && process.isAlive()) {
            try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                assert channel.isConnected();
                return;
            } catch (IOException notYet) {
                Waiting.moment();
            }
        }
        String output = Files.readString(folder.resolve("output"));
        close();
        throw new IOException("libvirtd did not start: " + output);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
