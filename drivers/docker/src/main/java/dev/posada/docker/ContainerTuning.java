package dev.posada.docker;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.driver.CpuSets;
import dev.posada.driver.InstanceState;
import dev.posada.driver.TuningElements;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Changes what a container may take of the host while it runs. The engine takes one set of limits, so each change is made
 * to the definition as it is in force, and the limits of that are told to the engine.
 *
 * <p>{@code lock} guards {@code tuned} and is held while the engine is told, so that a later change does not lose an
 * earlier one.
 */
final class ContainerTuning
        implements Abilities.ResizesMemory, Abilities.ResizesVcpus, Abilities.PinsProcessors, Abilities.TunesResources {
    private static final long DEFAULT_PERIOD_MICROS = 100_000;
    private static final long DEFAULT_SHARES = 1024;
    private static final long UNLIMITED = -1;

    private final Machinery machinery;
    private final DockerDomain domain;
    private final InstanceState state;
    private final ReentrantLock lock = new ReentrantLock();
    private DomainDefinition tuned;

    ContainerTuning(Machinery machinery, DockerDomain domain, InstanceState state) {
        this.machinery = machinery;
        this.domain = domain;
        this.state = state;
        this.tuned = state.definition();
    }

    @Override
    public void resizeMemory(long kib) {
        change(definition -> definition.withMemoryKib(kib));
        state.redefine(definition -> definition.withMemoryKib(kib));
        state.happened(new DomainEvent.BalloonChange(kib));
    }

    /** The host's figures of a container are always fresh. */
    @Override
    public void memoryStatsPeriod(int seconds) {
        throw PosadaException.unsupportedCall(Refusal.ORIGIN, "virDomainSetMemoryStatsPeriod");
    }

    @Override
    public void resizeVcpus(int count) {
        int most = state.definition().maxVcpus();
        if (count < 1 || count > most) {
            throw Refusal.of(
                    ErrorCode.INVALID_ARG,
                    "requested vcpus is greater than max allowable vcpus for the live domain: " + count + " > " + most);
        }
        UnaryOperator<DomainDefinition> change = definition -> {
            var vcpu = definition.root().child("vcpu").orElse(Element.text("vcpu", "1"));
            return definition.withChild(
                    count == most ? vcpu.without("current") : vcpu.with("current", Integer.toString(count)));
        };
        change(change);
        state.redefine(change);
    }

    @Override
    public void pinVcpu(int vcpu, BitSet hostCpus) {
        var number = Integer.toString(vcpu);
        change(definition -> {
            var tune = definition.root().child("cputune").orElse(Element.of("cputune"));
            var changed = tune.withoutChildren(pin -> pin.name().equals("vcpupin") && pin.has("vcpu", number))
                    .plus(Element.of("vcpupin", "vcpu", number, "cpuset", CpuSets.format(hostCpus)));
            return definition.withChild(changed);
        });
    }

    /** There is no emulator beside the program. */
    @Override
    public void pinEmulator(BitSet hostCpus) {
        throw PosadaException.unsupportedCall(Refusal.ORIGIN, "virDomainPinEmulator");
    }

    @Override
    public List<TypedParameter> tuning(TuningGroup group) {
        DomainDefinition now;
        lock.lock();
        try {
            now = tuned;
        } finally {
            lock.unlock();
        }
        return TuningElements.read(now, group).stream()
                .map(parameter -> switch (parameter.name()) {
                    case "cpu_shares" -> orDefault(parameter, DEFAULT_SHARES);
                    case "vcpu_period", "emulator_period", "global_period", "iothread_period" ->
                        orDefault(parameter, DEFAULT_PERIOD_MICROS);
                    case "vcpu_quota", "emulator_quota", "global_quota", "iothread_quota" -> orUnlimited(parameter);
                    default -> parameter;
                })
                .toList();
    }

    @Override
    public void tune(TuningGroup group, List<TypedParameter> parameters) {
        for (var parameter : parameters) {
            boolean ours =
                    parameter.name().startsWith("emulator_") || parameter.name().startsWith("iothread_");
            boolean disks = parameter.name().startsWith("device_");
            if (ours || disks || group == TuningGroup.NUMA) {
                throw Refusal.of(
                        ErrorCode.OPERATION_INVALID,
                        "'" + parameter.name() + "' of a running container cannot be changed"
                                + (disks || group == TuningGroup.NUMA
                                        ? "; use --config and start it anew"
                                        : ": it has no threads but its program's"));
            }
        }
        change(definition -> TuningElements.write(definition, group, parameters));
    }

    /** Has a changed definition's limits put in force; nothing is changed when the engine refuses. */
    private void change(UnaryOperator<DomainDefinition> change) {
        lock.lock();
        try {
            var next = change.apply(tuned);
            var limits = ContainerLimits.of(next);
            EngineErrors.told(
                    state.definition().name(),
                    () -> machinery
                            .engine()
                            .containers()
                            .update(domain.container(), command -> ContainerMaking.update(command, limits)));
            tuned = next;
        } finally {
            lock.unlock();
        }
    }

    private static TypedParameter orDefault(TypedParameter parameter, long otherwise) {
        return parameter.value() instanceof TypedParameter.UllongValue(long value) && value == 0
                ? TypedParameter.ofUnsigned(parameter.name(), otherwise)
                : parameter;
    }

    private static TypedParameter orUnlimited(TypedParameter parameter) {
        return parameter.value() instanceof TypedParameter.LlongValue(long value) && value == 0
                ? TypedParameter.ofLong(parameter.name(), UNLIMITED)
                : parameter;
    }
}
