package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities;
import dev.posada.model.DomainEvent;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.posix.CpuAffinity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one can do with a running machine's devices, and what it tells of itself. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuDevicesTest {
    private static final Element BALLOON = Element.of("memballoon", "model", "virtio");
    private static final Element VIDEO = Element.of("video").plus(Element.of("model", "type", "vga"));

    private QemuBench bench;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aScreenshotIsAPictureAndLeavesNoFile() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, VIDEO));

        var shot = one.as(Abilities.HasScreens.class).screenshot(0);

        assertThat(shot.mimeType()).isEqualTo("image/png");
        var head = ByteBuffer.allocate(4);
        try (var picture = shot.picture()) {
            picture.read(head);
        }
        assertThat(new String(head.array(), StandardCharsets.ISO_8859_1)).isEqualTo("\u0089PNG");
        try (var left = Files.list(bench.root().resolve("lib/domain-1-d"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("monitor.sock");
        }
    }

    @Test
    void aScreenThatIsNotThereIsRefused() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, VIDEO));

        assertThatThrownBy(() -> one.as(Abilities.HasScreens.class).screenshot(3))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
    }

    @Test
    void keysArePressed() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, VIDEO));
        var keys = one.as(Abilities.TakesKeys.class);

        keys.sendKeys(0, 50, List.of(29, 56, 111));
        keys.sendKeys(9, 0, List.of(0x9d));

        assertThatThrownBy(() -> keys.sendKeys(0, 0, List.of(9999)))
                .hasMessageContaining("cannot translate keycode 9999");
        assertThatThrownBy(() -> keys.sendKeys(0, 0, List.of())).isInstanceOf(PosadaException.class);
    }

    @Test
    void anNmiIsInjected() throws Exception {
        bench.start(bench.domain("d", BootSector.IDLE))
                .as(Abilities.TakesNmi.class)
                .injectNmi();
    }

    @Test
    void theMonitorAnswersAsItIs() throws Exception {
        var monitor = bench.start(bench.domain("d", BootSector.IDLE)).as(Abilities.HasMonitor.class);

        assertThat(monitor.monitorCommand("{\"execute\":\"query-status\"}", false))
                .contains("\"return\"")
                .contains("\"running\":true");
        assertThat(monitor.monitorCommand("{\"execute\":\"nonsense\"}", false))
                .contains("\"error\"")
                .contains("CommandNotFound");
        assertThat(monitor.monitorCommand("info status", true)).contains("VM status: running");
        assertThatThrownBy(() -> monitor.monitorCommand("nonsense", false))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
    }

    @Test
    void memoryNeedsABalloonAndRoom() throws Exception {
        var without = bench.start(bench.domain("d", BootSector.IDLE, Element.of("memballoon", "model", "none")))
                .as(Abilities.ResizesMemory.class);
        assertThatThrownBy(() -> without.resizeMemory(1024))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_INVALID));

        var with = bench.start(bench.domain("e", BootSector.IDLE, BALLOON)).as(Abilities.ResizesMemory.class);
        with.resizeMemory(20_000);
        assertThatThrownBy(() -> with.resizeMemory(1 << 20))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
    }

    @Test
    void thePeriodOfTheGuestsFiguresIsInTheLiveDefinition() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, BALLOON));

        one.as(Abilities.ResizesMemory.class).memoryStatsPeriod(5);

        assertThat(MemoryStatistics.period(one.observed.definition())).isEqualTo(5);
    }

    @Test
    void processorsArePlugged() throws Exception {
        var definition = bench.domain("d", BootSector.BUSY)
                .withChild(Element.text("vcpu", "4").with("current", "1"));
        var one = bench.start(definition);
        var vcpus = one.as(Abilities.ResizesVcpus.class);

        vcpus.resizeVcpus(3);

        assertThat(one.as(Abilities.HasStatistics.class).vcpus()).hasSize(3);
        assertThat(one.observed.definition().vcpus()).isEqualTo(3);
        assertThatThrownBy(() -> vcpus.resizeVcpus(5))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
    }

    @Test
    void processorsArePinned() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.BUSY));
        var first = new BitSet();
        first.set(0);

        one.as(Abilities.PinsProcessors.class).pinVcpu(0, first);

        assertThat(one.as(Abilities.HasStatistics.class).vcpus())
                .singleElement()
                .satisfies(vcpu -> assertThat(vcpu.affinity()).contains(first));
        one.as(Abilities.PinsProcessors.class).pinEmulator(first);
        assertThat(CpuAffinity.of(one.pid())).isEqualTo(first);
        var absent = new BitSet();
        absent.set(4000);
        assertThatThrownBy(() -> one.as(Abilities.PinsProcessors.class).pinVcpu(0, absent))
                .isInstanceOf(PosadaException.class);
        assertThatThrownBy(() -> one.as(Abilities.PinsProcessors.class).pinVcpu(7, first))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
    }

    @Test
    void figuresHaveTheirUsualNames() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.HELLO, BALLOON));
        var figures = one.as(Abilities.HasStatistics.class);

        var names = figures.statistics(EnumSet.allOf(StatsGroup.class), false, true).stream()
                .map(TypedParameter::name)
                .toList();

        assertThat(names)
                .contains(
                        "cpu.time",
                        "cpu.user",
                        "cpu.system",
                        "balloon.current",
                        "balloon.maximum",
                        "balloon.last-update",
                        "balloon.rss",
                        "vcpu.current",
                        "vcpu.maximum",
                        "vcpu.0.state",
                        "vcpu.0.time",
                        "net.count",
                        "block.count",
                        "block.0.name",
                        "block.0.path",
                        "block.0.rd.reqs",
                        "block.0.rd.bytes",
                        "block.0.rd.times",
                        "block.0.wr.reqs",
                        "block.0.fl.reqs",
                        "block.0.allocation",
                        "block.0.capacity",
                        "block.0.physical",
                        "dirtyrate.calc_status")
                .doesNotHaveDuplicates();
        Eventually.holds(
                "the firmware reads the disk", () -> figures.diskStats("vda").readRequests() > 0);
        assertThat(figures.diskStats("").readBytes()).isPositive();
        assertThat(figures.diskSizes("vda").capacityBytes()).isEqualTo(1 << 20);
        assertThat(figures.cpuTimeNanos()).isPositive();
        assertThat(figures.memoryKib()).isEqualTo(32768);
        assertThat(figures.memoryStats()).anyMatch(figure -> figure.tag() == 7 && figure.value() > 0);
        assertThatThrownBy(() -> figures.diskStats("vdz"))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
        assertThatThrownBy(() -> figures.interfaceStats("vnet0"))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
    }

    @Test
    void imagesBelowAnOverlayAreTold() throws Exception {
        var base = BootSector.HELLO.write(bench.root(), "base");
        var overlay = bench.root().resolve("overlay.qcow2");
        assertThat(new ProcessBuilder(
                                "qemu-img",
                                "create",
                                "-q",
                                "-f",
                                "qcow2",
                                "-F",
                                "raw",
                                "-b",
                                base.toString(),
                                overlay.toString())
                        .start()
                        .waitFor())
                .isZero();
        var definition = bench.domain("d", "qemu", overlay);
        definition = LiveEdits.devices(
                definition,
                device -> device.name().equals("disk"),
                disk -> disk.withChild(Element.of("driver", "name", "qemu", "type", "qcow2")));
        var figures = bench.start(definition).as(Abilities.HasStatistics.class);

        var parameters = figures.statistics(EnumSet.of(StatsGroup.BLOCK), true, true);

        assertThat(parameters)
                .contains(
                        TypedParameter.ofUnsigned("block.count", 2),
                        TypedParameter.ofText("block.1.path", base.toString()),
                        TypedParameter.ofUnsigned("block.1.backingIndex", 1));
        assertThat(bench.driver().imageSizes(overlay, "qcow2"))
                .hasValueSatisfying(sizes -> assertThat(sizes.capacityBytes()).isEqualTo(1 << 20));
    }

    @Test
    void viewersAreReported() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, VIDEO, QemuBench.vnc()));
        int port = Integer.parseInt(
                one.observed.definition().devices("graphics").getFirst().attribute("port", ""));

        try (var viewer = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(viewer.getInputStream().read()).isEqualTo('R');
            one.observed.await(seen -> seen.happenings().stream()
                    .anyMatch(happening -> happening instanceof DomainEvent.Graphics graphics
                            && graphics.phase() == 0
                            && graphics.local().service().equals(Integer.toString(port))));
        }
        one.observed.await(seen -> seen.happenings().stream()
                .anyMatch(happening -> happening instanceof DomainEvent.Graphics graphics && graphics.phase() == 2));
    }
}
