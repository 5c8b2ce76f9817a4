package dev.posada.jvm;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.driver.InstanceState;
import dev.posada.driver.TuningElements;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.List;

/**
 * Limits of a program that runs. Its control group is changed first and the live definition after it; a JVM itself keeps the
 * heap and the number of processors it was started with.
 */
final class Tuning implements Abilities.TunesResources, Abilities.ResizesMemory, Abilities.ResizesVcpus {
    private static final long DEFAULT_SHARES = 1024;

    private final InstanceState state;
    private final ResourceLimits limits;

    Tuning(InstanceState state, ResourceLimits limits) {
        this.state = state;
        this.limits = limits;
    }

    @Override
    public List<TypedParameter> tuning(TuningGroup group) {
        return TuningElements.read(state.definition(), group).stream()
                .map(this::inForce)
                .toList();
    }

    /** What holds where the definition says nothing. */
    private TypedParameter inForce(TypedParameter parameter) {
        return switch (parameter.name()) {
            case "cpu_shares" -> orDefault(parameter, DEFAULT_SHARES);
            case "vcpu_period", "emulator_period", "global_period", "iothread_period" ->
                orDefault(parameter, ResourceLimits.DEFAULT_PERIOD_MICROS);
            case "vcpu_quota", "emulator_quota", "global_quota", "iothread_quota" ->
                parameter.value() instanceof TypedParameter.LlongValue(long value) && value == 0
                        ? TypedParameter.ofLong(parameter.name(), -1)
                        : parameter;
            case "hard_limit" ->
                parameter.value() instanceof TypedParameter.UllongValue(long value)
                                && value >= TuningElements.UNLIMITED_KIB
                        ? TypedParameter.ofUnsigned(
                                parameter.name(), limits.memoryLimitKib().orElse(value))
                        : parameter;
            default -> parameter;
        };
    }

    private static TypedParameter orDefault(TypedParameter parameter, long otherwise) {
        return parameter.value() instanceof TypedParameter.UllongValue(long value) && value == 0
                ? TypedParameter.ofUnsigned(parameter.name(), otherwise)
                : parameter;
    }

    @Override
    public void tune(TuningGroup group, List<TypedParameter> parameters) {
        var tuned = TuningElements.write(state.definition(), group, parameters);
        try {
            Honour.check(tuned);
        } catch (PosadaException unknown) {
            throw Refusal.invalid(unknown.detail());
        }
        limits.change(group, tuned);
        state.redefine(definition -> TuningElements.write(definition, group, parameters));
    }

    /** What the program is pressed back to when the host is short of memory; the limit stays. */
    @Override
    public void resizeMemory(long kib) {
        limits.change(TuningGroup.MEMORY, state.definition().withMemoryKib(kib));
        state.redefine(definition -> definition.withMemoryKib(kib));
        state.happened(new DomainEvent.BalloonChange(kib));
    }

    @Override
    public void memoryStatsPeriod(int seconds) {
        throw Refusal.invalid("the memory figures of a Java program are collected when they are asked for");
    }

    /** How much processor time the program gets; it goes on planning for as many processors as it was started with. */
    @Override
    public void resizeVcpus(int count) {
        limits.change(TuningGroup.SCHEDULER, withVcpus(state.definition(), count));
        state.redefine(definition -> withVcpus(definition, count));
    }

    private static DomainDefinition withVcpus(DomainDefinition definition, int count) {
        var vcpu = definition.root().child("vcpu").orElse(Element.text("vcpu", "1"));
        return definition.withChild(
                count == definition.maxVcpus()
                        ? vcpu.without("current")
                        : vcpu.with("current", Integer.toString(count)));
    }
}
