package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.HostDriver.NodeFigure;
import dev.posada.driver.HostDriver.NodeInfo;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxHostTest {
    @TempDir
    Path root;

    @Test
    void laptopIsOneSocketOfFourCoresWithTwoThreads() {
        assertThat(CapturedMachine.host("laptop", root).nodeInfo())
                .isEqualTo(new NodeInfo("x86_64", 16_238_520, 8, 700, 1, 1, 4, 2));
    }

    @Test
    void numaServerHasACellForEachSocket() {
        assertThat(CapturedMachine.host("numa-server", root).nodeInfo())
                .isEqualTo(new NodeInfo("x86_64", 2L * 32_866_150, 8, 3800, 2, 1, 2, 2));
    }

    @Test
    void armHostHasNoClockAndSocketsWithoutNumbers() {
        assertThat(CapturedMachine.host("aarch64", root).nodeInfo())
                .isEqualTo(new NodeInfo("aarch64", 8_020_348, 4, 0, 1, 1, 4, 1));
    }

    @Test
    void sleepingProcessorMakesTheShapeFlat() {
        var host = CapturedMachine.host("container", root);

        assertThat(host.nodeInfo()).isEqualTo(new NodeInfo("x86_64", 4_028_372, 3, 2250, 1, 1, 4, 1));
        assertThat(host.onlineCpus()).containsExactly(true, true, true, false);
    }

    @Test
    void processorPutToSleepIsNoticed() throws IOException {
        var host = CapturedMachine.host("laptop", root);
        assertThat(host.nodeInfo().cpus()).isEqualTo(8);

        Files.writeString(root.resolve("sys/devices/system/cpu/online"), "0-6\n");

        assertThat(host.nodeInfo().cpus()).isEqualTo(7);
        assertThat(host.onlineCpus().getLast()).isFalse();
    }

    @Test
    void hostnameTakesItsDomainFromTheHostsTable() {
        assertThat(CapturedMachine.host("laptop", root).hostname()).isEqualTo("lisboa.example.org");
    }

    @Test
    void hostnameStaysShortWhereNothingSaysMore() {
        assertThat(CapturedMachine.host("aarch64", root).hostname()).isEqualTo("ampere");
    }

    @Test
    void processorTimesAreInNanosecondsByUse() {
        assertThat(CapturedMachine.host("laptop", root).cpuStats(-1))
                .containsExactly(
                        new NodeFigure("kernel", (98_012L + 4410) * 10_000_000),
                        new NodeFigure("user", (411_223L + 310) * 10_000_000),
                        new NodeFigure("idle", 3_100_456L * 10_000_000),
                        new NodeFigure("iowait", 9021L * 10_000_000));
    }

    @Test
    void timesOfAProcessorThatIsNotOnlineAreRefused() {
        var host = CapturedMachine.host("numa-server", root);

        assertThat(host.cpuStats(6)).hasSize(4);
        assertThatThrownBy(() -> host.cpuStats(7)).satisfies(thrown -> assertCode(thrown, ErrorCode.INVALID_ARG));
    }

    @Test
    void memoryOfACellIsTotalAndFree() {
        var host = CapturedMachine.host("numa-server", root);

        assertThat(host.memoryStats(1))
                .containsExactly(new NodeFigure("total", 32_866_150), new NodeFigure("free", 20_004_096));
        assertThat(host.memoryStats(-1))
                .extracting(NodeFigure::name)
                .containsExactly("total", "free", "buffers", "cached");
        assertThatThrownBy(() -> host.memoryStats(2)).satisfies(thrown -> assertCode(thrown, ErrorCode.INVALID_ARG));
    }

    @Test
    void freeMemoryIsTheSumOfTheCells() {
        var host = CapturedMachine.host("numa-server", root);

        assertThat(host.cellsFreeMemoryBytes()).containsExactly(20_000_000L * 1024, 20_004_096L * 1024);
        assertThat(host.freeMemoryBytes()).isEqualTo(40_004_096L * 1024);
    }

    @Test
    void freePagesComeByCellThenSize() {
        var host = CapturedMachine.host("numa-server", root);

        assertThat(host.freePages(List.of(4, 2048, 1_048_576), 0, 2))
                .containsExactly(5_000_000L, 100L, 0L, 5_001_024L, 200L, 3L);
        assertThat(host.freePages(List.of(2048), 1, 9)).containsExactly(200L);
    }

    @Test
    void pagesOfAnUnknownSizeOrCellAreRefused() {
        var host = CapturedMachine.host("numa-server", root);

        assertThatThrownBy(() -> host.freePages(List.of(12), 0, 1))
                .hasMessageContaining("page size 12 KiB is not available")
                .satisfies(thrown -> assertCode(thrown, ErrorCode.OPERATION_FAILED));
        assertThatThrownBy(() -> host.freePages(List.of(4), 7, 1)).hasMessageContaining("out of range (0-1)");
    }

    @Test
    void thisHostAnswersEverything() {
        var host = new LinuxHost(Path.of("/"), HostSettings.defaults(), root.resolve("host-uuid"));

        assertThat(host.nodeInfo().cpus()).isPositive();
        assertThat(host.nodeInfo().memoryKib()).isGreaterThan(64 << 10);
        assertThat(host.freeMemoryBytes()).isPositive();
        assertThat(host.cpuStats(-1)).hasSize(4);
        assertThat(host.hostname()).isNotBlank();
        assertThat(host.freePages(List.of(4), 0, 1)).hasSize(1);
    }

    private static void assertCode(Throwable thrown, ErrorCode code) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        PosadaException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void hugePagesAreMadeAndCounted() throws IOException {
        var folder = Files.createDirectories(root.resolve("sys/kernel/mm/hugepages/hugepages-2048kB"));
        Files.writeString(folder.resolve("nr_hugepages"), "2\n");
        var host = new LinuxHost(root, HostSettings.defaults(), root.resolve("uuid"));

        assertThat(host.allocatePages(Map.of(2048, 3L), 0, 1, false)).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("nr_hugepages"))).isEqualTo("5");
        assertThat(host.allocatePages(Map.of(2048, 1L), 0, 1, true)).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("nr_hugepages"))).isEqualTo("1");
        assertThatThrownBy(() -> host.allocatePages(Map.of(3, 1L), 0, 1, true))
                .hasMessageContaining("page size 3 is not available");
        assertThatThrownBy(() -> host.allocatePages(Map.of(2048, 1L), 7, 1, true))
                .hasMessageContaining("start cell 7 out of range (0-0)");
    }

    @Test
    void mergingOfMemoryIsReadAndSet() throws IOException {
        var folder = Files.createDirectories(root.resolve("sys/kernel/mm/ksm"));
        Files.writeString(folder.resolve("pages_to_scan"), "100\n");
        Files.writeString(folder.resolve("full_scans"), "5000000000\n");
        var host = new LinuxHost(root, HostSettings.defaults(), root.resolve("uuid"));

        assertThat(host.memoryParameters())
                .containsExactly(
                        TypedParameter.ofUnsigned("shm_pages_to_scan", 100),
                        TypedParameter.ofUnsigned("shm_full_scans", 5_000_000_000L));
        host.setMemoryParameters(List.of(TypedParameter.ofUnsigned("shm_pages_to_scan", 200)));
        assertThat(Files.readString(folder.resolve("pages_to_scan"))).isEqualTo("200");
        assertThatThrownBy(() -> host.setMemoryParameters(List.of(TypedParameter.ofUnsigned("shm_full_scans", 1L))))
                .hasMessageContaining("'shm_full_scans' not supported");
    }

    @Test
    void whatTheFirmwareSaysIsShown() throws IOException {
        var folder = Files.createDirectories(root.resolve("sys/class/dmi/id"));
        Files.writeString(folder.resolve("sys_vendor"), "Acme\n");
        Files.writeString(folder.resolve("bios_date"), "01/02/2026\n");
        Files.writeString(folder.resolve("board_serial"), "\n");
        var host = new LinuxHost(root, HostSettings.defaults(), root.resolve("uuid"));

        var shown = host.systemInformation().orElseThrow();
        assertThat(shown.at("system", "entry").orElseThrow())
                .isEqualTo(Element.text("entry", "Acme").with("name", "manufacturer"));
        assertThat(shown.children()).extracting(Element::name).containsExactly("bios", "system");
    }

    @Test
    void aHostWithoutFirmwareTablesShowsNone() {
        assertThat(new LinuxHost(root, HostSettings.defaults(), root.resolve("uuid")).systemInformation())
                .isEmpty();
    }
}
