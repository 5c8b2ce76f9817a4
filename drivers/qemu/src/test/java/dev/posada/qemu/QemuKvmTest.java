package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.HasStatistics;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guests on the host's own processor, where there is KVM; a refusal with its reason where there is not. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuKvmTest {
    @Test
    void aKvmGuestRunsAndPrints(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "no KVM on this host");
        try (var bench = new QemuBench(folder)) {
            // A nested KVM may lack registers that the host's own model promises; the plain one works everywhere.
            var cpu = Element.of("cpu", "mode", "custom", "match", "exact", "check", "none")
                    .plus(Element.text("model", "qemu64").with("fallback", "forbid"));
            var definition = bench.domain("d", "kvm", BootSector.HELLO.write(folder, "d"), QemuBench.serial("pty"))
                    .withChild(cpu);
            var one = bench.start(definition);

            try (var line = one.as(Abilities.HasConsoles.class).openConsole("", false, false)) {
                var letter = ByteBuffer.allocate(1);
                do {
                    letter.clear();
                    assertThat(line.read(letter)).isEqualTo(1);
                } while (letter.get(0) != 'A');
            }
            assertThat(
                            one
                                    .as(HasStatistics.class)
                                    .statistics(EnumSet.of(StatsGroup.CPU, StatsGroup.VM), false, true)
                                    .stream()
                                    .map(TypedParameter::name))
                    .contains("cpu.haltpoll.success.time", "cpu.haltpoll.fail.time")
                    .anyMatch(name -> name.startsWith("vm.") && name.endsWith(".sum"));
            one.live().destroy(false);
            assertThat(one.observed.story()).endsWith("ended SHUTOFF_DESTROYED STOPPED_DESTROYED");
        }
    }

    @Test
    void whereThereIsNoKvmTheReasonIsTold(@TempDir Path folder) throws IOException {
        try (var bench = new QemuBench(folder)) {
            var tcg = bench.domain("d", BootSector.HELLO);
            var capabilities = new HostEmulators(QemuBench.EMULATOR_CACHE).capabilities(QemuBench.EMULATOR);
            var without = new QemuCapabilities(
                    capabilities.binary(),
                    capabilities.version(),
                    capabilities.packageVersion(),
                    capabilities.architecture(),
                    capabilities.machines(),
                    capabilities.cpuModels(),
                    capabilities.hostModels(),
                    capabilities.types(),
                    capabilities.properties(),
                    capabilities.commands(),
                    capabilities.options(),
                    "the kernel says no");
            var kvm = new DomainDefinition(tcg.root().with("type", "kvm"));

            assertThatThrownBy(() -> Prerequisites.checkKvm(kvm, without))
                    .isInstanceOfSatisfying(PosadaException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNSUPPORTED);
                        assertThat(e.getMessage()).contains("the kernel says no");
                    });
        }
    }
}
