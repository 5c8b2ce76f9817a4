package dev.posada.docker;

import dev.posada.dockerengine.EngineException;
import dev.posada.driver.Ability;
import dev.posada.driver.Arrivals;
import dev.posada.driver.DefinitionKeeper;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.SnapshotDriver;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.StatsGroup;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs domains as containers of an engine. The engine need not be there when the driver is opened, nor all the time: each
 * call that needs it fails with one line while it is away.
 */
final class DockerDriver implements HypervisorDriver {
    private final DriverContext context;
    private final Machinery machinery;
    private @Nullable Watch watch;

    DockerDriver(DriverContext context, DockerSettings settings) {
        this.context = context;
        this.machinery = new Machinery(context, settings.socket(), InstantSource.system());
    }

    @Override
    public String type() {
        return "Docker";
    }

    @Override
    public ErrorOrigin origin() {
        return Refusal.ORIGIN;
    }

    @Override
    public Set<String> domainTypes() {
        return Set.of(CapabilitiesDocument.DOMAIN_TYPE);
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(
                Ability.SUSPEND,
                Ability.SHUTDOWN,
                Ability.REBOOT,
                Ability.RESET,
                Ability.CONSOLE,
                Ability.CONSOLE_SIZE,
                Ability.SIGNALS,
                Ability.LIVE_MEMORY,
                Ability.LIVE_VCPUS,
                Ability.PINNING,
                Ability.TUNING,
                Ability.STATISTICS,
                Ability.SNAPSHOTS,
                Ability.SURVIVES_DAEMON,
                Ability.GUEST_ENDINGS);
    }

    @Override
    public Optional<String> whyNot(Class<?> ability) {
        return WhyNot.of(ability);
    }

    @Override
    public Set<StatsGroup> statsGroups() {
        return EnumSet.of(
                StatsGroup.STATE,
                StatsGroup.CPU,
                StatsGroup.BALLOON,
                StatsGroup.VCPU,
                StatsGroup.INTERFACE,
                StatsGroup.BLOCK);
    }

    /** The engine's version; it must be there to tell. */
    @Override
    public long version() {
        try {
            return machinery.engine().facts().number();
        } catch (EngineException e) {
            throw Refusal.of(ErrorCode.OPERATION_FAILED, EngineErrors.line(e), e);
        }
    }

    /** A container has no more processors than the host: each is a share of them. */
    @Override
    public int maxVcpus(String domainType) {
        if (!domainType.isEmpty() && !domainTypes().contains(domainType)) {
            throw Refusal.of(ErrorCode.INVALID_ARG, "unknown type '" + Refusal.shown(domainType) + "'");
        }
        return context.host().nodeInfo().cpus();
    }

    @Override
    public Element capabilities() {
        return CapabilitiesDocument.of(context.host().capabilities(), architecture());
    }

    @Override
    public Element domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        return CapabilitiesDocument.domain(architecture(), maxVcpus(""), emulator, architecture, machine, type);
    }

    private String architecture() {
        return context.host().nodeInfo().model();
    }

    @Override
    public void checkHonoured(DomainDefinition definition) {
        Honour.check(definition);
    }

    @Override
    public DomainDefinition complete(DomainDefinition definition) {
        return new ContainerDefaults(architecture()).complete(definition);
    }

    @Override
    public LiveDomain start(StartRequest request, LiveListener listener) {
        return new Launch(machinery, request, listener).run();
    }

    @Override
    public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
        return new Recovery(machinery, record, listener).run();
    }

    @Override
    public Optional<SnapshotDriver> snapshots() {
        return Optional.of(new DockerSnapshots(machinery));
    }

    @Override
    public Optional<DefinitionKeeper> keeper() {
        return Optional.of(new ContainerKeeper(machinery));
    }

    @Override
    public void watch(Arrivals arrivals) {
        watch = new Watch(machinery, arrivals);
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        machinery.roster().all().forEach(DockerDomain::release);
        machinery.close();
    }
}
