package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux for other processors runs here: installed by {@code virt-install}, its console used both ways. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignGuestTest {
    private static final String COMMAND =
            Checkout.root().resolve("bin/virt-install").toString();

    /** An emulated guest on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration ANSWER = Duration.ofSeconds(1);

    private static final String MAC = "52:54:00:0f:0e:16";

    private static final String GRUB = """
            search --file --set=root /linux.efi
            linux /linux.efi console=ttyAMA0 quiet
            initrd /initrd
            boot
            """;

    /** What a guest is asked of its disk, its card and its keyboards. */
    private static final String SECTORS = "echo sectors=$(busybox cat /sys/block/vda/size)\n";

    private static final String CARD = "echo mac=$(busybox cat /sys/class/net/eth0/address)\n";

    private static final String KEYBOARDS =
            "busybox grep -c 'Name=\"QEMU .*Keyboard' /proc/bus/input/devices | busybox sed s/^/keyboards=/\n";

    /** QEMU's own network answers at its gateway. */
    private static final String PING = "busybox ping -c 1 -W 1 10.0.2.2 >/dev/null; echo reached=$?\n";

    @TempDir
    static Path folder;

    private Daemon daemon;

    @BeforeAll
    void startDaemon() throws IOException {
        Programs.need("virsh", "script");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    /** One guest at a time is emulated, whatever became of it. */
    @AfterEach
    void removeGuests() {
        for (var name : daemon.virsh("list", "--all", "--name")
                .succeeded()
                .out()
                .lines()
                .toList()) {
            if (!name.isBlank()) {
                daemon.virsh("destroy", name);
                daemon.virsh("undefine", "--nvram", name).succeeded();
            }
        }
    }

    /**
     * A guest with a disk, a network card, a screen and a keyboard. The last column is how the end is told: QEMU 7.2's
     * board of RISC-V ends without saying that its guest wished it. Debian's kernel for clouds knows no USB.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "aarch64,  virt,            cortex-a57, ttyAMA0,  256, virtio, shutdown",
        "armv7l,   virt,            cortex-a15, ttyAMA0,  256, usb,    shutdown",
        "ppc64le,  pseries,         POWER9,     hvc0,     512, usb,    shutdown",
        "riscv64,  virt,            '',         ttyS0,    512, usb,    crashed",
        "s390x,    s390-ccw-virtio, qemu,       ttysclp0, 512, virtio, shutdown",
    })
    void aLinuxBootsAndFindsItsDevices(
            String arch, String machine, String cpu, String console, String mebibytes, String bus, String end)
            throws Exception {
        Programs.need("qemu-system-" + (arch.equals("armv7l") ? "arm" : arch), "qemu-img");
        var files = kernel(arch);
        Path image = folder.resolve(arch + ".qcow2");
        var words = new ArrayList<>(List.of("--machine", machine, "--memory", mebibytes));
        words.addAll(List.of("--boot", direct(files, "console=" + console + " quiet")));
        words.addAll(List.of("--disk", "path=" + image + ",size=0.0625,bus=virtio"));
        words.addAll(List.of("--network", "user,model=virtio,mac=" + MAC));
        words.addAll(List.of("--graphics", "vnc", "--video", "virtio", "--input", "keyboard,bus=" + bus));
        words.addAll(List.of("--controller", "usb,model=" + (bus.equals("usb") ? "qemu-xhci" : "none")));
        words.addAll(cpu.isEmpty() ? List.of() : List.of("--cpu", cpu));
        install(arch, words);
        assertThat(daemon.virsh("dumpxml", arch).succeeded().out())
                .contains("arch='" + arch + "' machine='" + machine)
                .contains("<console type='pty' tty=");
        assertThat(daemon.virsh("vncdisplay", arch).succeeded().out()).startsWith("127.0.0.1:");

        // Begun again with somebody listening: what is typed before there is a driver for the port can block some of
        // them.
        daemon.virsh("destroy", arch).succeeded();
        daemon.virsh("start", "--paused", arch).succeeded();
        try (var screen = new PtyConversation("virsh -c '" + daemon.uri() + "' console " + arch)) {
            screen.expect("Escape character is ^]");
            daemon.virsh("resume", arch).succeeded();
            screen.expect("posada-guest ready", PATIENCE);
            Programs.await("a shell answers", PATIENCE, () -> answers(screen, "echo here=$((40+2))\n", "here=42"));
            screen.type("echo machine=$(busybox uname -m)\n");
            screen.expect("machine=" + arch);
            findDevices(screen, arch);
            screen.type("busybox poweroff -f\n");
            screen.end();
        }
        Programs.await(
                "the guest is off",
                () -> daemon.virsh("domstate", arch).out().strip().equals("shut off"));
        assertThat(daemon.virsh("domstate", arch, "--reason").out().strip()).isEqualTo("shut off (" + end + ")");
        assertThat(begin(image)).startsWith("written by " + arch);
        daemon.virsh("undefine", arch).succeeded();
    }

    /** Firmware finds Debian's boot loader on a disk of its own kind, and keeps its variables until they are given up. */
    @Test
    void uefiBootsFromADiskAndKeepsItsVariables() throws Exception {
        Programs.need("qemu-system-aarch64");
        assumeTrue(
                Files.exists(Path.of("/usr/share/qemu/firmware/60-edk2-aarch64.json")),
                "no firmware of qemu-efi-aarch64 is installed");
        var files = kernel("aarch64", "loader");
        Path disk = folder.resolve("uefi.img");
        FatDisk.write(
                disk,
                Map.of(
                        "linux.efi", Files.readAllBytes(Path.of(files.getFirst())),
                        "initrd", Files.readAllBytes(Path.of(files.get(1))),
                        "EFI/BOOT/BOOTAA64.EFI", Files.readAllBytes(Path.of(files.getLast())),
                        "EFI/debian/grub.cfg", GRUB.getBytes(StandardCharsets.US_ASCII)));
        var words = new ArrayList<>(List.of("--memory", "512", "--cpu", "cortex-a57", "--import", "--tpm", "none"));
        words.addAll(List.of("--disk", "path=" + disk + ",format=raw", "--network", "none", "--graphics", "none"));
        words.addAll(List.of("--boot", "firmware=efi,firmware.feature0.name=secure-boot,firmware.feature0.enabled=no"));
        install("aarch64", words);
        daemon.virsh("destroy", "aarch64").succeeded();
        Path variables = daemon.root().resolve("lib/qemu/nvram/aarch64_VARS.fd");
        Path before = Files.copy(variables, folder.resolve("before.fd"));

        daemon.virsh("start", "--paused", "aarch64").succeeded();
        try (var screen = new PtyConversation("virsh -c '" + daemon.uri() + "' console aarch64")) {
            screen.expect("Escape character is ^]");
            daemon.virsh("resume", "aarch64").succeeded();
            screen.expect("posada-guest ready", PATIENCE);
            Programs.await("a shell answers", PATIENCE, () -> answers(screen, "echo here=$((40+2))\n", "here=42"));
            screen.type("[ -d /sys/firmware/efi ] && echo firmware=$((60+4))\n");
            screen.expect("firmware=64");
            screen.type("busybox poweroff -f\n");
            screen.end();
        }
        Programs.await(
                "the guest is off",
                () -> daemon.virsh("domstate", "aarch64").out().strip().equals("shut off"));
        assertThat(Files.mismatch(variables, before)).isNotNegative();
        Path after = Files.copy(variables, folder.resolve("after.fd"));
        daemon.virsh("start", "--paused", "aarch64").succeeded();
        daemon.virsh("destroy", "aarch64").succeeded();
        assertThat(Files.mismatch(variables, after)).isNegative();

        assertThat(daemon.virsh("undefine", "aarch64").refused().err()).contains("cannot undefine domain with nvram");
        daemon.virsh("undefine", "--nvram", "aarch64").succeeded();
        assertThat(variables).doesNotExist();
    }

    /** What is written reaches the disk, and is read from there again; the card has its address and reaches QEMU's network. */
    private static void findDevices(PtyConversation screen, String arch) throws IOException {
        // Drivers find their devices while the shell is there already.
        Programs.await("a disk", PATIENCE, () -> answers(screen, SECTORS, "sectors=131072"));
        screen.type("echo written by " + arch + " | busybox dd of=/dev/vda conv=sync,fsync 2>/dev/null\n");
        screen.type("echo 3 >/proc/sys/vm/drop_caches; echo disk=$(busybox head -n 1 /dev/vda)\n");
        screen.expect("disk=written by " + arch);
        Programs.await("a card", PATIENCE, () -> answers(screen, CARD, "mac=" + MAC));
        screen.type("busybox ip link set eth0 up; busybox ip address add 10.0.2.15/24 dev eth0\n");
        Programs.await("the network answers", PATIENCE, () -> answers(screen, PING, "reached=0"));
        Programs.await("a keyboard", PATIENCE, () -> answers(screen, KEYBOARDS, "keyboards=1"));
    }

    /** The first sector of an image, as qemu-img reads it. */
    private static String begin(Path image) throws IOException {
        Path sector = image.resolveSibling(image.getFileName() + ".sector");
        Programs.run("qemu-img", "dd", "-O", "raw", "bs=512", "count=1", "if=" + image, "of=" + sector)
                .succeeded();
        return Files.readString(sector);
    }

    /**
     * Asks once, and waits a little. What the guest said before somebody listened is gone, and what is typed before its
     * shell is there may be too; asked without a pause, it would drown in questions.
     */
    private static boolean answers(PtyConversation screen, String question, String answer) {
        try {
            screen.type(question);
            Programs.await("an answer", ANSWER, () -> screen.screen().contains(answer));
            return true;
        } catch (IOException e) {
            throw new AssertionError(screen.screen(), e);
        } catch (AssertionError notYet) {
            return false;
        }
    }

    private static List<String> kernel(String... what) {
        var words = new ArrayList<>(
                List.of(Checkout.root().resolve("testing/foreign-kernel").toString()));
        words.addAll(List.of(what));
        var found = Programs.run(words.toArray(String[]::new));
        assumeTrue(found.status() != 75, found.err().strip());
        return found.succeeded().out().lines().toList();
    }

    private static String direct(List<String> files, String arguments) {
        return "kernel=" + files.getFirst() + ",initrd=" + files.getLast() + ",kernel_args=" + arguments;
    }

    private void install(String arch, List<String> more) {
        var words = new ArrayList<>(List.of(COMMAND, "--connect", daemon.uri(), "--name", arch, "--arch", arch));
        words.addAll(List.of("--vcpus", "1", "--osinfo", "linux2022", "--noautoconsole"));
        words.addAll(more);
        Programs.run(words.toArray(String[]::new)).succeeded();
    }

    @Test
    void anArchitectureWithoutEmulatorNamesThePackage() {
        Programs.need("virsh");
        var missing = "<domain type='qemu'><name>x</name><memory>65536</memory><os><type arch='sparc64'>hvm</type></os>"
                + "</domain>";
        var refused = Programs.runIn(Path.of("/"), missing, "virsh", "-q", "-c", daemon.uri(), "define", "/dev/stdin");
        assertThat(refused.refused().err()).contains("No emulator found for arch 'sparc64'");
    }
}
