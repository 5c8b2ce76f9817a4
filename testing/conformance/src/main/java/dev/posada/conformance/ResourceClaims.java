package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Ability;
import dev.posada.model.DomainState;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Memory, processors and figures. */
public interface ResourceClaims extends Claims {
    /** {@code VIR_DOMAIN_AFFECT_LIVE}. */
    int LIVE = 1;

    /** {@code VIR_DOMAIN_AFFECT_CONFIG}. */
    int CONFIG = 2;

    /** {@code VIR_DOMAIN_MEM_MAXIMUM} and {@code VIR_DOMAIN_VCPU_MAXIMUM}. */
    int MAXIMUM = 4;

    @Test
    default void memoryIsSetWithinItsMaximum() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            long most = stage.resources().maxMemoryKib(domain);
            stage.resources().setMemory(domain, most / 2, CONFIG);
            assertThat(stage.domains().info(domain).memoryKib()).isEqualTo(most / 2);
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.resources().setMemory(domain, most + 1024, CONFIG));
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.resources().setMemory(domain, 0, CONFIG));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.resources().setMemory(domain, most / 2, LIVE));
            stage.resources().setMemory(domain, most * 2, CONFIG | MAXIMUM);
            assertThat(stage.resources().maxMemoryKib(domain)).isEqualTo(most * 2);
        }
    }

    @Test
    default void aRunningGuestsMemoryIsSetOrRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            long most = stage.resources().maxMemoryKib(domain);
            if (!stage.can(Ability.LIVE_MEMORY)) {
                Stage.unsupported("virDomainSetMemory", () -> stage.resources().setMemory(domain, most / 2, LIVE));
                return;
            }
            stage.resources().setMemory(domain, most, LIVE);
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.resources().setMemory(domain, most + 1024, LIVE));
            Stage.refused(
                    ErrorCode.OPERATION_INVALID, () -> stage.resources().setMemory(domain, most * 2, LIVE | MAXIMUM));
        }
    }

    @Test
    default void processorsAreSetWithinTheirMaximum() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            stage.resources().setVcpuCount(domain, 2, CONFIG | MAXIMUM);
            stage.resources().setVcpuCount(domain, 1, CONFIG);
            assertThat(stage.resources().vcpuCount(domain, CONFIG)).isEqualTo(1);
            assertThat(stage.resources().vcpuCount(domain, CONFIG | MAXIMUM)).isEqualTo(2);
            assertThat(Stage.refused(
                            ErrorCode.INVALID_ARG, () -> stage.resources().setVcpuCount(domain, 3, CONFIG)))
                    .contains("3 > 2");
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.resources().setVcpuCount(domain, 0, CONFIG));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.resources().setVcpuCount(domain, 1, LIVE));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.resources().maxVcpus(domain));
        }
    }

    /** What nobody would honour at the start is no part of a definition. */
    private static boolean isStored(Stage stage, UUID domain, String element, Runnable pin) {
        try {
            pin.run();
            return true;
        } catch (PosadaException refused) {
            assertThat(refused.code()).as(refused.getMessage()).isEqualTo(ErrorCode.CONFIG_UNSUPPORTED);
            assertThat(stage.domains().xml(domain, 0)).doesNotContain(element);
            return false;
        }
    }

    @Test
    default void aStoredPinningIsReadBackOrRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            var first = new BitSet();
            first.set(0);
            if (isStored(stage, domain, "vcpupin", () -> stage.resources().pinVcpu(domain, 0, first, CONFIG))) {
                assertThat(stage.resources().vcpuPins(domain, CONFIG)).isEqualTo(List.of(first));
                assertThat(stage.domains().xml(domain, 0)).contains("<vcpupin vcpu='0' cpuset='0'/>");
            }
            if (isStored(stage, domain, "emulatorpin", () -> stage.resources().pinEmulator(domain, first, CONFIG))) {
                assertThat(stage.resources().emulatorPin(domain, CONFIG)).isEqualTo(first);
            }
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.resources().pinVcpu(domain, 7, first, CONFIG));
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.resources().pinVcpu(domain, 0, new BitSet(), CONFIG));
        }
    }

    @Test
    default void aRunningGuestIsPinnedOrThatIsRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            var first = new BitSet();
            first.set(0);
            if (!stage.can(Ability.PINNING)) {
                Stage.unsupported("virDomainPinVcpu", () -> stage.resources().pinVcpu(domain, 0, first, LIVE));
                return;
            }
            stage.resources().pinVcpu(domain, 0, first, LIVE);
            assertThat(stage.resources().vcpuPins(domain, LIVE).getFirst()).isEqualTo(first);
        }
    }

    @Test
    default void anInactiveDomainsFiguresComeFromItsDefinition() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            var stats = stage.statistics().of(List.of(domain.uuid()), 0, 0);
            assertThat(stats).hasSize(1);
            assertThat(stats.getFirst().domain()).isEqualTo(domain);
            assertThat(stats.getFirst().parameters())
                    .contains(TypedParameter.ofInt("state.state", DomainState.SHUTOFF.number()));
            var info = stage.domains().info(domain.uuid());
            assertThat(info.state()).isEqualTo(DomainState.SHUTOFF);
            assertThat(info.cpuTimeNanos()).isZero();
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.resources().memoryStats(domain.uuid(), 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.resources().vcpus(domain.uuid()));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.devices().blockStats(domain.uuid(), "vda"));
        }
    }

    @Test
    default void aRunningDomainHasFiguresOrTheyAreRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            assertThat(stage.statistics().all(1, 0))
                    .anySatisfy(stats -> assertThat(stats.parameters())
                            .contains(TypedParameter.ofInt("state.state", DomainState.RUNNING.number())));
            if (!stage.can(Ability.STATISTICS)) {
                Stage.unsupported(
                        "virDomainMemoryStats", () -> stage.resources().memoryStats(domain, 0));
                Stage.unsupported("virDomainGetVcpus", () -> stage.resources().vcpus(domain));
                return;
            }
            assertThat(stage.resources().memoryStats(domain, 0)).isNotEmpty();
            assertThat(stage.resources().vcpus(domain))
                    .hasSize(stage.resources().vcpuCount(domain, LIVE))
                    .allSatisfy(vcpu -> assertThat(vcpu.affinity()).isPresent());
            assertThat(stage.resources().cpuStats(domain, -1, 1, 0).groups()).hasSize(1);
            assertThat(stage.domains().info(domain).cpuTimeNanos()).isNotNegative();
        }
    }

    @Test
    default void aGroupOfFiguresNobodyHasIsRefusedOnlyWhenEnforced() {
        try (var stage = Stage.open(driver())) {
            int unknown = 1 << 20;
            int enforce = 1 << 31;
            assertThat(stage.statistics().all(unknown | 1, 0)).isNotNull();
            Stage.refused(
                    ErrorCode.ARGUMENT_UNSUPPORTED, () -> stage.statistics().all(unknown | 1, enforce));
        }
    }
}
