package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.SimpleFileServer;
import dev.posada.iso.IsoWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code virt-install}: guests that are installed from a tree, an image, a disc, a disk, and work. */
class InstallTest {
    private static final String COMMAND =
            Checkout.root().resolve("bin/virt-install").toString();

    /** What every guest here has in common: small, emulated, with a console on the serial port. */
    private static final List<String> USUAL = List.of(
            "--virt-type",
            "qemu",
            "--machine",
            "pc",
            "--memory",
            "256",
            "--vcpus",
            "1",
            "--network",
            "none",
            "--graphics",
            "none",
            "--osinfo",
            "linux2016");

    @TempDir
    private Path folder;

    @BeforeEach
    void needs() {
        Programs.need("qemu-system-x86_64", "virsh");
    }

    @Test
    void aTreeIsInstalledAndTheDiskStartsAfterwards() throws Exception {
        Programs.need("script");
        Path tree = InstallerGuest.tree(folder.resolve("tree"));
        Path injected = Files.writeString(folder.resolve("injected"), "by the test");
        Path disk = folder.resolve("images/installed.qcow2");
        Files.createDirectories(disk.getParent());
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            var words = words(
                    daemon,
                    "--name",
                    "installed",
                    "--disk",
                    "path=" + disk + ",size=0.01",
                    "--location",
                    tree.toString(),
                    "--extra-args",
                    "console=ttyS0 no_timer_check quiet by=test",
                    "--initrd-inject",
                    injected.toString());
            try (var screen = new PtyConversation(shell(words))) {
                screen.expect("BOOTED FROM DISK");
                assertThat(screen.end()).isZero();

                assertThat(screen.screen())
                        .containsSubsequence(
                                "Starting install...",
                                "Retrieving 'vmlinuz'",
                                "Retrieving 'initrd.img'",
                                "Allocating 'installed.qcow2'",
                                "Creating domain...",
                                "Running text console command: virsh --connect ",
                                "INSTALLER WITH console=ttyS0 no_timer_check quiet by=test",
                                "INJECTED by the test",
                                "INSTALLED",
                                "Domain creation completed.",
                                "Restarting guest.",
                                "BOOTED FROM DISK");
            }
            Programs.await("the guest is off", () -> state(daemon, "installed").equals("shut off"));
            assertThat(daemon.virsh("dumpxml", "installed").out())
                    .contains("<boot dev='hd'/>")
                    .doesNotContain("<kernel>");
            assertThat(scratch()).isEmpty();
        }
    }

    @Test
    void anImageIsInstalledAndItsDiscTakenOutAfterwards() throws Exception {
        Path image = folder.resolve("installer.iso");
        Path initrd = InstallerGuest.initrd(folder.resolve("initrd.img"));
        new IsoWriter("INSTALLER", Instant.EPOCH)
                .add("boot/vmlinuz", LinuxGuest.kernel())
                .add("boot/initrd.img", initrd)
                .write(image);
        Path log = folder.resolve("serial");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            var outcome = install(
                            daemon,
                            "--name",
                            "disc",
                            "--disk",
                            "none",
                            "--location",
                            image + ",kernel=boot/vmlinuz,initrd=boot/initrd.img",
                            "--extra-args",
                            "console=ttyS0 no_timer_check quiet wants-disc",
                            "--serial",
                            "file,path=" + log,
                            "--noautoconsole",
                            "--wait",
                            "2",
                            "--noreboot")
                    .succeeded();

            assertThat(outcome.out())
                    .contains("Waiting 2 minutes for the installation to complete.")
                    .contains("Domain has shutdown. Continuing.")
                    .contains("You can restart your domain by running:\n  virsh --connect " + daemon.uri()
                            + " start disc\n");
            assertThat(Files.readString(log)).contains("DISC INSTALLER HOLDS boot");
            assertThat(daemon.virsh("dumpxml", "disc").out())
                    .contains("device='cdrom'")
                    .doesNotContain(image.toString());
        }
    }

    @Test
    void aDiskThatIsThereStartsAtOnce() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("images")).resolve("there.raw");
        byte[] content = Arrays.copyOf(InstallerGuest.bootSector(), 1024 * 1024);
        Files.write(disk, content);
        Path log = folder.resolve("serial");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            var outcome = install(
                            daemon,
                            "--name",
                            "there",
                            "--disk",
                            disk + ",format=raw",
                            "--import",
                            "--serial",
                            "file,path=" + log,
                            "--noautoconsole",
                            "--autostart")
                    .succeeded();

            assertThat(outcome.out()).contains("Domain creation completed.\n");
            Programs.await("the guest is off", () -> state(daemon, "there").equals("shut off"));
            assertThat(Files.readString(log)).contains("BOOTED FROM DISK");
            assertThat(daemon.virsh("dominfo", "there").out()).containsPattern("Autostart: +enable");
            assertThat(disk).hasBinaryContent(content);
        }
    }

    @Test
    void aCloudImageFindsItsSettingsOnASeed() throws Exception {
        Path settings = Files.writeString(folder.resolve("user-data"), "#cloud-config\nhostname: inner\n");
        Path initrd = InstallerGuest.initrd(folder.resolve("initrd.img"));
        Path log = folder.resolve("serial");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            install(
                            daemon,
                            "--name",
                            "cloud",
                            "--disk",
                            "none",
                            "--import",
                            "--boot",
                            "kernel=" + LinuxGuest.kernel() + ",initrd=" + initrd
                                    + ",kernel_args=\"console=ttyS0 no_timer_check quiet wants-disc\"",
                            "--cloud-init",
                            "user-data=" + settings,
                            "--serial",
                            "file,path=" + log,
                            "--noautoconsole",
                            "--wait",
                            "2")
                    .succeeded();

            assertThat(Files.readString(log))
                    .contains("DISC cidata HOLDS meta-data user-data")
                    .contains("USER-DATA hostname: inner");
            assertThat(daemon.virsh("dumpxml", "cloud").out())
                    .contains("device='cdrom'")
                    .doesNotContain("cloudinit.iso");
            assertThat(scratch()).isEmpty();
        }
    }

    @Test
    void aDiscInTheDriveStarts() throws Exception {
        Path disc = InstallerGuest.bootableDisc(folder);
        Path log = folder.resolve("serial");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            install(
                            daemon,
                            "--name",
                            "drive",
                            "--disk",
                            "none",
                            "--cdrom",
                            disc.toString(),
                            "--serial",
                            "file,path=" + log,
                            "--noautoconsole",
                            "--wait",
                            "2",
                            "--noreboot")
                    .succeeded();

            assertThat(Files.readString(log)).contains("BOOTED FROM DISK");
            assertThat(daemon.virsh("dumpxml", "drive").out()).doesNotContain(disc.toString());
        }
    }

    @Test
    void aHypervisorElsewhereGetsCopiesThatGoAgain() throws Exception {
        Programs.needRoot();
        Path tree = InstallerGuest.tree(folder.resolve("tree"));
        Path log = folder.resolve("serial");
        // The JDK's server, like some others, does not give away files whose names start with a dot.
        Files.move(tree.resolve(".treeinfo"), tree.resolve("treeinfo"));
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path settings = Files.writeString(
                folder.resolve("posadad.conf"),
                "listen_tls = 0\nlisten_tcp = 1\nauth_tcp = \"none\"\ntcp_port = \"" + port
                        + "\"\nlisten_addr = \"127.0.0.1\"\n");
        var server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tree, SimpleFileServer.OutputLevel.NONE);
        server.start();
        try (var daemon = Daemon.start(folder.resolve("root"), "-l", "-f", settings.toString())) {
            var words = new ArrayList<>(List.of(
                    "env",
                    "XDG_CACHE_HOME=" + folder.resolve("cache"),
                    COMMAND,
                    "--connect",
                    "qemu+tcp://127.0.0.1:" + port + "/system"));
            words.addAll(USUAL);
            words.addAll(List.of(
                    "--name",
                    "far",
                    "--disk",
                    "none",
                    "--location",
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/",
                    "--extra-args",
                    "console=ttyS0 no_timer_check quiet",
                    "--serial",
                    "file,path=" + log,
                    "--noautoconsole",
                    "--wait",
                    "2",
                    "--noreboot"));
            var outcome = Programs.run(words.toArray(String[]::new)).succeeded();

            assertThat(outcome.out())
                    .contains("Retrieving 'vmlinuz'", "Transferring 'virtinst-", "Domain creation completed.");
            assertThat(Files.readString(log)).contains("INSTALLER WITH console=ttyS0 no_timer_check quiet");
            assertThat(daemon.virsh("vol-list", "boot-scratch").out()).doesNotContain("virtinst-");
            assertThat(scratch()).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whatCannotStartLeavesNothing() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("images")).resolve("new.qcow2");
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(broken.resolve(".treeinfo"), """
                [general]
                family = Test
                arch = x86_64
                [images-x86_64]
                kernel = kernel
                initrd = initrd
                """);
        Files.writeString(broken.resolve("kernel"), "no kernel at all");
        Files.writeString(broken.resolve("initrd"), "nothing");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            var outcome = install(
                            daemon,
                            "--name",
                            "broken",
                            "--disk",
                            "path=" + disk + ",size=0.01",
                            "--location",
                            broken.toString(),
                            "--noautoconsole",
                            "--qemu-commandline=-no-such-option")
                    .refused();

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains("ERROR    ")
                    .contains("Domain installation does not appear to have been successful.")
                    .contains("otherwise, please restart your installation.");
            assertThat(disk).doesNotExist();
            assertThat(daemon.virsh("list", "--all", "--name").out()).isBlank();
            assertThat(scratch()).isEmpty();
        }
    }

    /** Lines that are refused at some step, or make a definition alone. */
    private static final List<String> LINES = List.of(
            "--disk none --location FOLDER/empty",
            "--disk none --location FOLDER/tree,kernel=none",
            "--disk none --location FOLDER/tree --unattended",
            "--disk none --location FOLDER/tree --dry-run",
            "--disk none --cdrom FOLDER/none.iso",
            "--disk none --import --initrd-inject FOLDER/tree/kernel",
            "--disk none --import --extra-args word",
            "--disk none --import --noreboot");

    @Test
    void wordsAndStatusesAreThoseOfTheOriginal() throws Exception {
        Programs.need("virt-install");
        Files.createDirectories(folder.resolve("empty"));
        var tree = Files.createDirectories(folder.resolve("tree"));
        Files.writeString(tree.resolve("kernel"), "kernel");
        Files.writeString(tree.resolve("initrd"), "initrd");
        Files.writeString(tree.resolve(".treeinfo"), """
                [general]
                family = Test
                arch = x86_64
                [images-x86_64]
                kernel = kernel
                initrd = initrd
                """);
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            var different = new ArrayList<String>();
            for (var line : LINES) {
                var words = line.replace("FOLDER", folder.toString()).split(" ", -1);
                var theirs = told(daemon, "/usr/bin/virt-install", words);
                var ours = told(daemon, COMMAND, words);
                if (!ours.equals(theirs)) {
                    different.add(line + "\n--- original\n" + theirs + "\n--- ours\n" + ours);
                }
            }
            assertThat(different).isEmpty();
        }
    }

    private String told(Daemon daemon, String program, String... words) {
        var all = new ArrayList<>(List.of("env", "XDG_CACHE_HOME=" + folder.resolve("cache"), program));
        all.addAll(List.of("--connect", daemon.uri(), "--name", "told", "--noautoconsole"));
        all.addAll(USUAL);
        all.addAll(List.of(words));
        var outcome = Programs.run(all.toArray(String[]::new));
        daemon.virsh("undefine", "told");
        // Amounts and times of what is transferred differ from run to run.
        return outcome.status() + "\n" + outcome.out().replaceAll(" *\\|.*", "") + outcome.err();
    }

    private Outcome install(Daemon daemon, String... words) {
        var all = new ArrayList<>(List.of("env", "XDG_CACHE_HOME=" + folder.resolve("cache")));
        all.addAll(words(daemon, words));
        return Programs.run(all.toArray(String[]::new));
    }

    private static List<String> words(Daemon daemon, String... words) {
        var all = new ArrayList<>(List.of(COMMAND, "--connect", daemon.uri()));
        all.addAll(USUAL);
        all.addAll(List.of(words));
        return all;
    }

    private String shell(List<String> words) {
        var line = new StringBuilder("env 'XDG_CACHE_HOME=" + folder.resolve("cache") + "'");
        for (var word : words) {
            line.append(" '").append(word).append('\'');
        }
        return line.toString();
    }

    private static String state(Daemon daemon, String name) {
        return daemon.virsh("domstate", name).out().strip();
    }

    /** What is left of files that were to be there during an installation only. */
    private List<Path> scratch() throws IOException {
        var left = new ArrayList<Path>();
        for (var place : List.of(folder.resolve("cache/posada/boot"), Path.of("/var/lib/libvirt/boot"))) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.list(place)) {
                    files.filter(file -> file.getFileName().toString().startsWith("virtinst-"))
                            .forEach(left::add);
                }
            }
        }
        return left;
    }
}
