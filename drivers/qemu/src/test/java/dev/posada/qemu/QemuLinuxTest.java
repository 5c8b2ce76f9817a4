package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.Element;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What needs a guest with a system in it: the power button, a shell on the console, the balloon. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuLinuxTest {
    private QemuBench bench;
    private LinuxGuest guest;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder);
        var made = LinuxGuest.make(folder);
        Assumptions.assumeTrue(made.isPresent(), "no cloud kernel with its modules, or no static busybox");
        guest = made.orElseThrow();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private DomainDefinition linux(String more, Element... devices) throws IOException {
        var definition = bench.domain("d", BootSector.IDLE, devices);
        var os = definition
                .root()
                .child("os")
                .orElseThrow()
                .withoutChildren(child -> child.name().equals("boot"))
                .plus(Element.text("kernel", guest.kernel().toString()))
                .plus(Element.text("initrd", guest.initrd().toString()))
                .plus(Element.text("cmdline", "console=ttyS0 no_timer_check quiet panic=-1 " + more));
        return definition
                .withChild(os)
                .withChild(Element.text("memory", "131072").with("unit", "KiB"))
                .withChild(Element.text("currentMemory", "131072").with("unit", "KiB"));
    }

    private ByteChannel booted(QemuBench.Started one) throws IOException {
        var line = one.as(Abilities.HasConsoles.class).openConsole("", false, false);
        assertThat(heard(line, LinuxGuest.READY)).contains(LinuxGuest.READY);
        return line;
    }

    @Test
    void aCommandTypedAtTheConsoleIsAnswered() throws Exception {
        var one = bench.start(linux("", QemuBench.serial("pty")));
        try (var line = booted(one)) {
            line.write(StandardCharsets.US_ASCII.encode("echo $((6*7))-$(busybox uname -s)\n"));

            assertThat(heard(line, "42-Linux")).contains("42-Linux");
        }
    }

    @Test
    void theGuestObeysShutdown() throws Exception {
        var one = bench.start(linux("", QemuBench.serial("pty")));
        booted(one);

        one.as(Abilities.ShutsDown.class).shutdown(0);
        one.observed.awaitEnd();

        assertThat(one.observed.story())
                .containsExactly(
                        "RUNNING_BOOTED RESUMED_UNPAUSED",
                        "RUNNING_BOOTED STARTED_BOOTED",
                        "SHUTDOWN_UNKNOWN SHUTDOWN_GUEST",
                        "ended SHUTOFF_SHUTDOWN STOPPED_SHUTDOWN");
    }

    @Test
    void rebootBringsTheGuestUpAgain() throws Exception {
        var one = bench.start(linux("", QemuBench.serial("pty")));
        var line = booted(one);
        int pid = one.pid();

        one.as(Abilities.Reboots.class).reboot(0);

        assertThat(heard(line, LinuxGuest.READY)).contains(LinuxGuest.READY);
        assertThat(one.observed.story())
                .containsExactly("RUNNING_BOOTED RESUMED_UNPAUSED", "RUNNING_BOOTED STARTED_BOOTED");
        assertThat(one.observed.happenings()).anyMatch(DomainEvent.Reboot.class::isInstance);
        assertThat(one.pid()).isEqualTo(pid);
        one.as(Abilities.ShutsDown.class).shutdown(1);
        one.observed.awaitEnd();
    }

    @Test
    void aGuestThatRebootsByItselfIsReportedAndGoesOn() throws Exception {
        var one = bench.start(linux("do=reboot", QemuBench.serial("pty")));
        var line = booted(one);

        assertThat(heard(line, LinuxGuest.READY)).contains(LinuxGuest.READY);

        assertThat(one.observed.story())
                .containsExactly("RUNNING_BOOTED RESUMED_UNPAUSED", "RUNNING_BOOTED STARTED_BOOTED");
        assertThat(one.observed.happenings()).anyMatch(DomainEvent.Reboot.class::isInstance);
    }

    @Test
    void theBalloonTakesMemoryAndTellsOfIt() throws Exception {
        var balloon = Element.of("memballoon", "model", "virtio").plus(Element.of("stats", "period", "1"));
        var one = bench.start(linux("", QemuBench.serial("pty"), balloon));
        booted(one);

        one.as(Abilities.ResizesMemory.class).resizeMemory(100_000);

        one.observed.await(seen -> seen.happenings().contains(new DomainEvent.BalloonChange(100_000)));
        assertThat(one.as(Abilities.HasStatistics.class).memoryKib()).isEqualTo(100_000);
        assertThat(one.observed.definition().memoryKib()).isEqualTo(100_000);
        Eventually.holds(
                "figures of the guest",
                () -> one.as(Abilities.HasStatistics.class).memoryStats().stream()
                        .map(MemoryFigure::tag)
                        .toList()
                        .contains(4));
    }

    @Test
    void aChannelsPortThatTheGuestOpensIsTold() throws Exception {
        var channel = Element.of("channel", "type", "unix")
                .plus(Element.of("target", "type", "virtio", "name", "org.qemu.guest_agent.0"));
        var one = bench.start(linux("", QemuBench.serial("pty"), channel));
        try (var line = booted(one)) {
            line.write(StandardCharsets.US_ASCII.encode(
                    "port=/dev/$(busybox ls /dev | busybox grep -m1 vport); exec 5<>$port\n"));
            one.observed.await(seen -> seen.happenings().contains(QmpHappenings.agent(true, false)));
            assertThat(GuestLife.portOpen(one.observed.definition(), "channel0"))
                    .isTrue();

            line.write(StandardCharsets.US_ASCII.encode("exec 5>&-\n"));
            one.observed.await(seen -> seen.happenings().contains(QmpHappenings.agent(false, false)));
        }
    }

    /** Reads until a text has come, and gives everything that was read. */
    private static String heard(ByteChannel line, String text) throws IOException {
        var all = new StringBuilder();
        var some = ByteBuffer.allocate(4096);
        while (all.indexOf(text) < 0) {
            if (line.read(some) < 0) {
                return all + " (end)";
            }
            all.append(StandardCharsets.ISO_8859_1.decode(some.flip()));
            some.clear();
        }
        return all.toString();
    }
}
