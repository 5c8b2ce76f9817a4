package dev.posada.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A real libvirtd with namespaces and folders of its own: the peer to compare with. Needs root. Runs as little as it can
 * besides: no control groups, no security driver, no log daemon.
 */
final class Libvirtd implements AutoCloseable {
    /** A setting that makes hosts of several daemons one. */
    static final String HOST_UUID = "host_uuid = \"8a6f0a1c-32a5-4d63-9c0e-5f2f8a1d7b44\"\n";

    private static final String SCRIPT = """
            mount --make-rprivate /
            for pair in run:/run/libvirt etc:/etc/libvirt lib:/var/lib/libvirt cache:/var/cache/libvirt log:/var/log/libvirt
            do mkdir -p "${pair#*:}"; mount --bind "$0/${pair%%:*}" "${pair#*:}" || exit 1; done
            ip link set lo up
            exec libvirtd -p /run/libvirt/libvirtd.pid -f /etc/libvirt/libvirtd.conf
            """;

    private final Path folder;
    private final Process process;

    private Libvirtd(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts it and waits until virsh gets an answer; skips the test where there is no libvirtd or no root. */
    static Libvirtd start(Path folder) throws IOException {
        Programs.need("libvirtd", "unshare", "virsh");
        Programs.needRoot();
        for (var part : List.of("run", "etc", "lib", "cache", "log")) {
            Files.createDirectories(folder.resolve(part));
        }
        Files.writeString(
                folder.resolve("etc/libvirtd.conf"), "auth_unix_ro = \"none\"\nauth_unix_rw = \"none\"\n" + HOST_UUID);
        Files.writeString(folder.resolve("etc/qemu.conf"), """
                user = "root"
                group = "root"
                stdio_handler = "file"
                security_driver = "none"
                namespaces = [ ]
                cgroup_controllers = [ ]
                """);
        Seed.plant(folder.resolve("cache"));
        var process = new ProcessBuilder("unshare", "-n", "-m", "sh", "-c", SCRIPT, folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        var libvirtd = new Libvirtd(folder, process);
        Programs.await(
                "libvirtd answers",
                () -> !process.isAlive() || libvirtd.virsh("uri").status() == 0);
        assumeTrue(process.isAlive(), "libvirtd does not run here: " + Files.readString(folder.resolve("output")));
        return libvirtd;
    }

    /** The version of the library, as {@code 9.0.0}. */
    String version() {
        return virsh("version")
                .out()
                .lines()
                .filter(line -> line.startsWith("Using library: libvirt "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("unknown");
    }

    String uri() {
        return "qemu+unix:///system?socket=" + folder.resolve("run/libvirt-sock");
    }

    Outcome virsh(String... arguments) {
        var command = new ArrayList<>(List.of("virsh", "-q", "-c", uri()));
        command.addAll(List.of(arguments));
        return Programs.run(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        for (var name : virsh("list", "--name")
                .out()
                .lines()
                .filter(line -> !line.isBlank())
                .toList()) {
            virsh("destroy", name.strip());
        }
        process.destroy();
        Programs.await("libvirtd ends", () -> !process.isAlive());
        Seed.harvest(folder.resolve("cache"));
    }

    /**
     * What a libvirtd has learned of the emulators, which takes it many seconds for all processors' there are; the next one
     * starts from it, and asks itself where an emulator has changed.
     */
    private static final class Seed {
        private static final String LEARNED = "qemu/capabilities";

        private static Path place() {
            return Checkout.root().resolve("build/libvirtd-capabilities");
        }

        static void plant(Path cache) throws IOException {
            if (Files.isDirectory(place())) {
                Files.createDirectories(cache.resolve("qemu"));
                copy(place(), cache.resolve(LEARNED));
            }
        }

        /** Leaves it for others, all at once, unless somebody has done so. */
        static void harvest(Path cache) {
            if (Files.isDirectory(place()) || !Files.isDirectory(cache.resolve(LEARNED))) {
                return;
            }
            try {
                Files.createDirectories(place().getParent());
                var fresh = Files.createTempDirectory(place().getParent(), "learned-");
                copy(cache.resolve(LEARNED), fresh.resolve("all"));
                try {
                    Files.move(fresh.resolve("all"), place(), StandardCopyOption.ATOMIC_MOVE);
                } catch (FileSystemException another) {
                    Programs.run("rm", "-r", fresh.resolve("all").toString());
                }
                Files.delete(fresh);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void copy(Path from, Path to) {
            Programs.run("cp", "-a", from.toString(), to.toString()).succeeded();
        }
    }
}
