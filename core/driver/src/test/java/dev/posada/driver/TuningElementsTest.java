package dev.posada.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TuningElementsTest {
    private static final DomainDefinition BARE = new DomainDefinition(Element.of("domain", "type", "qemu"));

    @Test
    void whatIsNotSetIsZeroUnlimitedOrEmpty() {
        assertThat(TuningElements.read(BARE, TuningGroup.SCHEDULER))
                .hasSize(9)
                .contains(TypedParameter.ofUnsigned("cpu_shares", 0L), TypedParameter.ofLong("vcpu_quota", 0));
        assertThat(TuningElements.read(BARE, TuningGroup.MEMORY))
                .contains(TypedParameter.ofUnsigned("hard_limit", 9_007_199_254_740_991L));
        assertThat(TuningElements.read(BARE, TuningGroup.NUMA))
                .containsExactly(TypedParameter.ofInt("numa_mode", 0), TypedParameter.ofText("numa_nodeset", ""));
    }

    @Test
    void whatIsWrittenIsRead() {
        var scheduler =
                List.of(TypedParameter.ofUnsigned("cpu_shares", 512L), TypedParameter.ofLong("global_quota", 50_000));
        assertThat(TuningElements.read(
                        TuningElements.write(BARE, TuningGroup.SCHEDULER, scheduler), TuningGroup.SCHEDULER))
                .containsAll(scheduler);
        var memory = List.of(TypedParameter.ofUnsigned("soft_limit", 65_536L));
        assertThat(TuningElements.read(TuningElements.write(BARE, TuningGroup.MEMORY, memory), TuningGroup.MEMORY))
                .containsAll(memory);
        var disks = List.of(
                TypedParameter.ofUnsigned("weight", 500),
                TypedParameter.ofText("device_weight", "/dev/sda,300,/dev/sdb,400"),
                TypedParameter.ofText("device_read_iops_sec", "/dev/sda,100"));
        assertThat(TuningElements.read(TuningElements.write(BARE, TuningGroup.BLOCK_IO, disks), TuningGroup.BLOCK_IO))
                .containsAll(disks);
        var numa = List.of(TypedParameter.ofInt("numa_mode", 2), TypedParameter.ofText("numa_nodeset", "0-1"));
        assertThat(TuningElements.read(TuningElements.write(BARE, TuningGroup.NUMA, numa), TuningGroup.NUMA))
                .containsExactlyElementsOf(numa);
    }

    @Test
    void takingTheLastLimitAwayLeavesNoElement() {
        var set =
                TuningElements.write(BARE, TuningGroup.MEMORY, List.of(TypedParameter.ofUnsigned("hard_limit", 1024L)));
        assertThat(TuningElements.anySet(set, TuningGroup.MEMORY)).isTrue();
        var unset = TuningElements.write(
                set,
                TuningGroup.MEMORY,
                List.of(TypedParameter.ofUnsigned("hard_limit", TuningElements.UNLIMITED_KIB)));
        assertThat(unset).isEqualTo(BARE);
    }

    @ParameterizedTest
    @EnumSource(TuningGroup.class)
    void anUnknownNameIsRefused(TuningGroup group) {
        assertThat(refusal(group, TypedParameter.ofInt("nonsense", 1))).isEqualTo(ErrorCode.ARGUMENT_UNSUPPORTED);
    }

    @Test
    void aWrongTypeADoubledNameAndAnImpossibleValueAreRefused() {
        assertThat(refusal(TuningGroup.SCHEDULER, TypedParameter.ofInt("cpu_shares", 1)))
                .isEqualTo(ErrorCode.INVALID_ARG);
        assertThat(refusal(TuningGroup.SCHEDULER, TypedParameter.ofLong("vcpu_quota", 5)))
                .isEqualTo(ErrorCode.INVALID_ARG);
        assertThat(refusal(TuningGroup.SCHEDULER, TypedParameter.ofUnsigned("vcpu_period", 5L)))
                .isEqualTo(ErrorCode.INVALID_ARG);
        assertThat(refusal(TuningGroup.BLOCK_IO, TypedParameter.ofText("device_weight", "/dev/sda")))
                .isEqualTo(ErrorCode.INVALID_ARG);
        assertThat(refusal(TuningGroup.NUMA, TypedParameter.ofInt("numa_mode", 9)))
                .isEqualTo(ErrorCode.INVALID_ARG);
        var twice = TypedParameter.ofUnsigned("hard_limit", 1L);
        assertThatThrownBy(() -> TuningElements.write(BARE, TuningGroup.MEMORY, List.of(twice, twice)))
                .hasMessageContaining("multiple times");
    }

    private static ErrorCode refusal(TuningGroup group, TypedParameter parameter) {
        try {
            TuningElements.write(BARE, group, List.of(parameter));
        } catch (PosadaException e) {
            return e.code();
        }
        throw new AssertionError(parameter + " was taken");
    }
}
