package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
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
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration ANSWER = Duration.ofSeconds(1);

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

    /** The last column is how the end is told: QEMU 7.2's board of RISC-V ends without saying that its guest wished it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "aarch64,  virt,            cortex-a57, ttyAMA0,  256, shutdown",
        "armv7l,   virt,            cortex-a15, ttyAMA0,  256, shutdown",
        "ppc64le,  pseries,         POWER9,     hvc0,     512, shutdown",
        "riscv64,  virt,            '',         ttyS0,    512, crashed",
        "s390x,    s390-ccw-virtio, qemu,       ttysclp0, 512, shutdown",
    })
    void aLinuxBootsAndListens(String arch, String machine, String cpu, String console, String mebibytes, String end)
            throws Exception {
        Programs.need("qemu-system-" + (arch.equals("armv7l") ? "arm" : arch));
        var files = kernel(arch);
        install(arch, machine, cpu, mebibytes, files, "console=" + console + " quiet");
        assertThat(daemon.virsh("dumpxml", arch).succeeded().out())
                .contains("arch='" + arch + "' machine='" + machine)
                .contains("<console type='pty' tty=");

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
            screen.type("busybox poweroff -f\n");
            screen.end();
        }
        Programs.await(
                "the guest is off",
                () -> daemon.virsh("domstate", arch).out().strip().equals("shut off"));
        assertThat(daemon.virsh("domstate", arch, "--reason").out().strip()).isEqualTo("shut off (" + end + ")");
        daemon.virsh("undefine", arch).succeeded();
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

    private static List<String> kernel(String arch) {
        var found =
                Programs.run(Checkout.root().resolve("testing/foreign-kernel").toString(), arch);
        assumeTrue(found.status() != 75, found.err().strip());
        return found.succeeded().out().lines().toList();
    }

    private void install(
            String arch, String machine, String cpu, String mebibytes, List<String> files, String arguments) {
        var boot = "kernel=" + files.getFirst() + ",initrd=" + files.getLast() + ",kernel_args=" + arguments;
        var words = new ArrayList<>(List.of(
                COMMAND,
                "--connect",
                daemon.uri(),
                "--name",
                arch,
                "--arch",
                arch,
                "--machine",
                machine,
                "--memory",
                mebibytes,
                "--vcpus",
                "1",
                "--disk",
                "none",
                "--network",
                "none",
                "--graphics",
                "none",
                "--controller",
                "usb,model=none",
                "--osinfo",
                "linux2022",
                "--noautoconsole",
                "--boot",
                boot));
        if (!cpu.isEmpty()) {
            words.addAll(List.of("--cpu", cpu));
        }
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
