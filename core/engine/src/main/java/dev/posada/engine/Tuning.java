package dev.posada.engine;

import dev.posada.driver.Abilities.TunesResources;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.driver.Ability;
import dev.posada.driver.TuningElements;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.TypedParameter;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What domains may take of their host: processor time, memory, disk traffic, NUMA cells. */
public final class Tuning {
    private final Hypervisor hypervisor;
    private final Access access;

    Tuning(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /**
     * The limits of a group.
     *
     * @param flags {@code virDomainModificationImpact}: those in force, or those of the stored definition
     */
    public List<TypedParameter> parameters(UUID uuid, TuningGroup group, int flags) {
        var api = reading(group);
        access.query(api);
        mustTune(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var domain = hypervisor.domain(uuid);
        var affect = Affect.of(flags, domain.view(), hypervisor);
        return affect.live()
                ? hypervisor.ability(domain, TunesResources.class, api).tuning(group)
                : TuningElements.read(domain.view().config().orElseThrow().definition(), group);
    }

    /**
     * Sets limits; those not named stay as they are. Nothing is changed when one of them is refused.
     *
     * @param flags {@code virDomainModificationImpact}
     */
    public void set(UUID uuid, TuningGroup group, List<TypedParameter> parameters, int flags) {
        var api = writing(group);
        access.change(api);
        mustTune(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var domain = hypervisor.domain(uuid);
        UnaryOperator<DomainDefinition> change = definition -> LiveEdits.canonical(
                TuningElements.write(definition, group, parameters).root());
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            if (affect.config()) {
                // Refused before the instance is touched, when it is going to be refused.
                var _ = change.apply(domain.view().config().orElseThrow().definition());
            }
            if (affect.live()) {
                hypervisor.ability(domain, TunesResources.class, api).tune(group, parameters);
                domain.view().live().orElseThrow().instance().redefine(change, told(group, parameters));
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, change);
            }
        }
    }

    private void mustTune(String api) {
        if (!hypervisor.driver().abilities().contains(Ability.TUNING)) {
            throw hypervisor.unsupported(api);
        }
    }

    /** Only processor time is told of, under the names libvirt has for it. */
    private static Happening[] told(TuningGroup group, List<TypedParameter> parameters) {
        return group == TuningGroup.SCHEDULER
                ? new Happening[] {
                    new DomainEvent.Tunable(parameters.stream()
                            .map(parameter -> new TypedParameter("cputune." + parameter.name(), parameter.value()))
                            .toList())
                }
                : new Happening[0];
    }

    private static String reading(TuningGroup group) {
        return switch (group) {
            case SCHEDULER -> "virDomainGetSchedulerParametersFlags";
            case MEMORY -> "virDomainGetMemoryParameters";
            case BLOCK_IO -> "virDomainGetBlkioParameters";
            case NUMA -> "virDomainGetNumaParameters";
        };
    }

    private static String writing(TuningGroup group) {
        return switch (group) {
            case SCHEDULER -> "virDomainSetSchedulerParametersFlags";
            case MEMORY -> "virDomainSetMemoryParameters";
            case BLOCK_IO -> "virDomainSetBlkioParameters";
            case NUMA -> "virDomainSetNumaParameters";
        };
    }
}
