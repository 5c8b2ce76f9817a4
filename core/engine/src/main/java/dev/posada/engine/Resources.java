package dev.posada.engine;

import dev.posada.driver.Abilities.HasStatistics;
import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.PinsProcessors;
import dev.posada.driver.Abilities.ResizesMemory;
import dev.posada.driver.Abilities.ResizesVcpus;
import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.driver.Ability;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Memory and processors of domains: what they may have, what they have, where they run. */
public final class Resources {
    private static final List<String> CPU_TOTALS = List.of("cpu_time", "user_time", "system_time");

    private static final int SCHEDULER_PARAMETERS = 9;

    private final Hypervisor hypervisor;
    private final Access access;

    Resources(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /** Memory the domain may have, in KiB. */
    public long maxMemoryKib(UUID domain) {
        access.query("virDomainGetMaxMemory");
        return hypervisor.domain(domain).view().facts().maxMemoryKib();
    }

    /**
     * Sets the memory, in KiB.
     *
     * @param flags {@code virDomainMemoryModFlags}: 0 current, 1 live, 2 config, 4 the maximum instead
     */
    public void setMemory(UUID uuid, long kib, int flags) {
        var api = "virDomainSetMemoryFlags";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL | Flags.MEMORY_MAXIMUM, api);
        if (kib <= 0) {
            throw hypervisor.zeroArgument("memory", api);
        }
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            if (Flags.has(flags, Flags.MEMORY_MAXIMUM)) {
                if (affect.live()) {
                    throw hypervisor.invalid("cannot resize the maximum memory on an active domain");
                }
                hypervisor.reconfigure(domain, definition -> withMaximum(definition, kib));
                return;
            }
            mustFit(kib, affect, domain.view());
            if (affect.live()) {
                hypervisor.ability(domain, ResizesMemory.class, api).resizeMemory(kib);
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, definition -> definition.withMemoryKib(kib));
            }
        }
    }

    private void mustFit(long kib, Affect affect, DomainView view) {
        boolean tooMuchNow =
                affect.live() && kib > view.live().orElseThrow().facts().maxMemoryKib();
        boolean tooMuchLater =
                affect.config() && kib > view.config().orElseThrow().facts().maxMemoryKib();
        if (tooMuchNow || tooMuchLater) {
            throw hypervisor.badArgument("cannot set memory higher than max memory");
        }
    }

    private DomainDefinition withMaximum(DomainDefinition definition, long kib) {
        if (definition.root().at("cpu", "numa").isPresent()) {
            throw hypervisor.invalid(
                    "initial memory size of a domain with NUMA nodes cannot be modified with this API");
        }
        long memory = Math.min(definition.memoryKib(), kib);
        return definition
                .withChild(Element.text("memory", Long.toString(kib)).with("unit", "KiB"))
                .withMemoryKib(memory);
    }

    /** Sets how often the guest's memory figures are collected, in seconds; 0 ends it. */
    public void setMemoryStatsPeriod(UUID uuid, int seconds, int flags) {
        var api = "virDomainSetMemoryStatsPeriod";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        if (seconds < 0) {
            throw hypervisor.badArgument(
                    "period in virDomainSetMemoryStatsPeriod must be greater than or equal to zero");
        }
        change(
                uuid,
                flags,
                api,
                domain -> hypervisor.ability(domain, ResizesMemory.class, api).memoryStatsPeriod(seconds),
                definition -> withPeriod(definition, seconds));
    }

    private DomainDefinition withPeriod(DomainDefinition definition, int seconds) {
        var devices = definition.root().child("devices").orElse(Element.of("devices"));
        var balloon = devices.child("memballoon")
                .filter(found -> !found.has("model", "none"))
                .orElseThrow(
                        () -> hypervisor.invalid("Memory balloon model must be virtio to set the collection period"));
        var changed = seconds == 0
                ? balloon.withoutChildren(child -> child.name().equals("stats"))
                : balloon.withChild(Element.of("stats", "period", Integer.toString(seconds)));
        return LiveEdits.canonical(definition.root().withChild(devices.withChild(changed)));
    }

    /** The guest's memory figures by tag. */
    public List<MemoryFigure> memoryStats(UUID uuid, int flags) {
        var api = "virDomainMemoryStats";
        access.query(api);
        hypervisor.checkFlags(flags, 0, api);
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        try (var _ = hypervisor.begin(domain, Kind.QUERY, api)) {
            return hypervisor.ability(domain, HasStatistics.class, api).memoryStats();
        }
    }

    /** The number of virtual processors; flags are {@code virDomainVcpuFlags}. */
    public int vcpuCount(UUID domain, int flags) {
        var api = "virDomainGetVcpusFlags";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL | Flags.VCPU_MAXIMUM | Flags.VCPU_GUEST, api);
        var view = hypervisor.domain(domain).view();
        var affect = Affect.of(flags, view, hypervisor);
        if (affect.live() && affect.config()) {
            throw hypervisor.badArgument("live and config together cannot be asked for in " + api);
        }
        if (Flags.has(flags, Flags.VCPU_GUEST)) {
            if (!affect.live()) {
                throw hypervisor.badArgument(
                        "vCPU count provided by the guest agent can only be requested for live domains");
            }
            return new Guest(hypervisor, access).processorCount(domain, Flags.has(flags, Flags.VCPU_MAXIMUM), api);
        }
        var facts = affect.live()
                ? view.live().orElseThrow().facts()
                : view.config().orElseThrow().facts();
        return Flags.has(flags, Flags.VCPU_MAXIMUM) ? facts.maxVcpus() : facts.vcpus();
    }

    /** Sets the number of virtual processors; flags are {@code virDomainVcpuFlags}. */
    public void setVcpuCount(UUID uuid, int count, int flags) {
        var api = "virDomainSetVcpusFlags";
        access.change(api);
        int known = Flags.AFFECT_ALL | Flags.VCPU_MAXIMUM | Flags.VCPU_GUEST | Flags.VCPU_HOTPLUGGABLE;
        hypervisor.checkFlags(flags, known, api);
        if (count <= 0) {
            throw hypervisor.zeroArgument("nvcpus", "virDomainSetVcpusFlags");
        }
        boolean maximum = Flags.has(flags, Flags.VCPU_MAXIMUM);
        if (maximum && (flags & Flags.AFFECT_ALL) == Flags.AFFECT_LIVE) {
            throw hypervisor.badArgument(
                    "Flag 'VIR_DOMAIN_AFFECT_CONFIG' is required by flag 'VIR_DOMAIN_VCPU_MAXIMUM'");
        }
        var domain = hypervisor.domain(uuid);
        if (Flags.has(flags, Flags.VCPU_GUEST)) {
            if (maximum) {
                throw hypervisor.badArgument("changing of maximum vCPU count isn't supported via guest agent");
            }
            var _ = Affect.of(flags, domain.view(), hypervisor);
            new Guest(hypervisor, access).setProcessorCount(uuid, count, api);
            return;
        }
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            if (maximum && affect.live()) {
                throw hypervisor.invalid("maximum vcpu count of a live domain can't be modified");
            }
            mustFit(count, maximum, affect, domain.view());
            if (affect.live()) {
                hypervisor.ability(domain, ResizesVcpus.class, api).resizeVcpus(count);
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, definition -> withVcpus(definition, count, maximum));
            }
        }
    }

    private void mustFit(int count, boolean maximum, Affect affect, DomainView view) {
        if (affect.live()) {
            mustFit(count, view.live().orElseThrow().facts().maxVcpus(), "live");
        }
        if (affect.config() && !maximum) {
            mustFit(count, view.config().orElseThrow().facts().maxVcpus(), "persistent");
        }
    }

    private void mustFit(int count, int most, String which) {
        if (count > most) {
            throw hypervisor.badArgument("requested vcpus is greater than max allowable vcpus for the " + which
                    + " domain: " + count + " > " + most);
        }
    }

    private DomainDefinition withVcpus(DomainDefinition definition, int count, boolean maximum) {
        if (maximum && definition.root().at("cpu", "topology").isPresent()) {
            throw hypervisor.badArgument("CPU topology doesn't match the desired vcpu count");
        }
        int most = maximum ? count : definition.maxVcpus();
        int now = maximum ? Math.min(definition.vcpus(), most) : count;
        var vcpu = definition.root().child("vcpu").orElse(Element.of("vcpu")).withText(Integer.toString(most));
        var changed = now == most ? vcpu.without("current") : vcpu.with("current", Integer.toString(now));
        var root = definition
                .root()
                .withChild(changed)
                .withoutChildren(child -> child.name().equals("vcpus"));
        return hypervisor.driver().complete(LiveEdits.canonical(root));
    }

    /** Most virtual processors the running domain may have ({@code virDomainGetMaxVcpus}). */
    public int maxVcpus(UUID domain) {
        return vcpuCount(domain, Flags.AFFECT_LIVE | Flags.VCPU_MAXIMUM);
    }

    /** What each virtual processor does; affinity is filled in. The domain must be running. */
    public List<VcpuFigures> vcpus(UUID uuid) {
        var api = "virDomainGetVcpus";
        access.query(api);
        var domain = hypervisor.domain(uuid);
        if (!domain.view().active()) {
            throw hypervisor.invalid("cannot retrieve vcpu information for inactive domain");
        }
        var open = hostCpus();
        var live = domain.view().live().orElseThrow().definition();
        return hypervisor.ability(domain, HasStatistics.class, api).vcpus().stream()
                .map(vcpu -> new VcpuFigures(
                        vcpu.number(),
                        vcpu.state(),
                        vcpu.cpuTimeNanos(),
                        vcpu.hostCpu(),
                        Optional.of(vcpu.affinity()
                                .or(() -> Pinning.ofVcpu(live, vcpu.number()))
                                .orElse(open))))
                .toList();
    }

    /** Pins a virtual processor; flags are {@code virDomainModificationImpact}. */
    public void pinVcpu(UUID uuid, int vcpu, BitSet hostCpus, int flags) {
        var api = "virDomainPinVcpuFlags";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        mustNameCpus(hostCpus);
        change(
                uuid,
                flags,
                api,
                domain -> {
                    var facts = domain.view().live().orElseThrow().facts();
                    mustHaveVcpu(vcpu, facts.maxVcpus(), "live");
                    hypervisor.ability(domain, PinsProcessors.class, api).pinVcpu(vcpu, hostCpus);
                    domain.view()
                            .live()
                            .orElseThrow()
                            .instance()
                            .redefine(definition -> Pinning.withVcpu(definition, vcpu, hostCpus));
                },
                definition -> {
                    mustHaveVcpu(vcpu, definition.maxVcpus(), "persistent");
                    return Pinning.withVcpu(definition, vcpu, hostCpus);
                });
    }

    private void mustHaveVcpu(int vcpu, int count, String which) {
        if (vcpu < 0 || vcpu >= count) {
            throw hypervisor.badArgument("vcpu " + vcpu + " is out of range of " + which + " cpu count " + count);
        }
    }

    private void mustNameCpus(BitSet hostCpus) {
        if (hostCpus.isEmpty()) {
            throw hypervisor.badArgument("Empty cpu list for pinning");
        }
    }

    /** Where each virtual processor may run, one set for each the domain may have. */
    public List<BitSet> vcpuPins(UUID domain, int flags) {
        var definition = definitionFor(domain, flags, "virDomainGetVcpuPinInfo");
        var open = hostCpus();
        var pins = new ArrayList<BitSet>();
        for (int vcpu = 0; vcpu < definition.maxVcpus(); vcpu++) {
            pins.add(Pinning.ofVcpu(definition, vcpu).orElse(open));
        }
        return pins;
    }

    /** Pins the hypervisor's own threads; flags are {@code virDomainModificationImpact}. */
    public void pinEmulator(UUID uuid, BitSet hostCpus, int flags) {
        var api = "virDomainPinEmulator";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        mustNameCpus(hostCpus);
        change(
                uuid,
                flags,
                api,
                domain -> {
                    hypervisor.ability(domain, PinsProcessors.class, api).pinEmulator(hostCpus);
                    domain.view()
                            .live()
                            .orElseThrow()
                            .instance()
                            .redefine(definition -> Pinning.withEmulator(definition, hostCpus));
                },
                definition -> Pinning.withEmulator(definition, hostCpus));
    }

    /** Where the hypervisor's own threads may run. */
    public BitSet emulatorPin(UUID domain, int flags) {
        return Pinning.ofEmulator(definitionFor(domain, flags, "virDomainGetEmulatorPinInfo"))
                .orElseGet(this::hostCpus);
    }

    private DomainDefinition definitionFor(UUID domain, int flags, String api) {
        access.query(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var view = hypervisor.domain(domain).view();
        return Affect.of(flags, view, hypervisor).live()
                ? view.live().orElseThrow().definition()
                : view.config().orElseThrow().definition();
    }

    private BitSet hostCpus() {
        var cpus = new BitSet();
        var online = hypervisor.host().onlineCpus();
        cpus.set(0, Math.max(1, online.size()));
        return cpus;
    }

    /**
     * Processor time used.
     *
     * @param startCpu first host processor; -1 for totals
     * @param cpus how many host processors; 1 for totals, 0 to learn only the numbers
     */
    public CpuStats cpuStats(UUID uuid, int startCpu, int cpus, int flags) {
        var api = "virDomainGetCPUStats";
        access.query(api);
        hypervisor.checkFlags(flags, 4, api); // strings are welcome, there are none
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        var figures = hypervisor.ability(domain, HasStatistics.class, api);
        if (startCpu == -1) {
            return new CpuStats(
                    List.of(totals(figures)),
                    CPU_TOTALS.size(),
                    hypervisor.host().onlineCpus().size());
        }
        throw hypervisor.error(
                ErrorCode.OPERATION_UNSUPPORTED, "processor time is not known for each of the host's processors");
    }

    private static List<TypedParameter> totals(HasStatistics figures) {
        var named = new ArrayList<TypedParameter>();
        for (var figure : figures.statistics(EnumSet.of(StatsGroup.CPU), false, false)) {
            switch (figure.name()) {
                case "cpu.time" -> named.add(new TypedParameter("cpu_time", figure.value()));
                case "cpu.user" -> named.add(new TypedParameter("user_time", figure.value()));
                case "cpu.system" -> named.add(new TypedParameter("system_time", figure.value()));
                default -> {} // nothing the older call has a name for
            }
        }
        return named;
    }

    /** How processor time is shared out. */
    public SchedulerType schedulerType(UUID domain) {
        access.query("virDomainGetSchedulerType");
        var _ = hypervisor.domain(domain);
        return new SchedulerType(
                "posix", hypervisor.driver().abilities().contains(Ability.TUNING) ? SCHEDULER_PARAMETERS : 0);
    }

    /** Changes the instance, the stored definition or both, as the flags say, in one job. */
    private void change(
            UUID uuid, int flags, String api, Consumer<Domain> live, UnaryOperator<DomainDefinition> config) {
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            if (affect.live()) {
                live.accept(domain);
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, config);
            }
        }
    }
}
