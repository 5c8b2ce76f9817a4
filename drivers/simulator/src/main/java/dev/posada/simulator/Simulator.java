package dev.posada.simulator;

import dev.posada.driver.Ability;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.HostDriver;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.InterfaceDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.NetworkDriver;
import dev.posada.driver.NodeDeviceDriver;
import dev.posada.driver.SnapshotDriver;
import dev.posada.driver.StartRequest;
import dev.posada.driver.StorageDriver;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A hypervisor that only says it is one. */
final class Simulator implements HypervisorDriver {
    private static final int VERSION = 2;
    private static final int MAX_VCPUS = 32;
    private static final Set<Ability> ABILITIES = EnumSet.of(
            Ability.SUSPEND,
            Ability.SHUTDOWN,
            Ability.REBOOT,
            Ability.RESET,
            Ability.NMI,
            Ability.SEND_KEY,
            Ability.SCREENSHOT,
            Ability.LIVE_MEMORY,
            Ability.LIVE_VCPUS,
            Ability.PINNING,
            Ability.SNAPSHOTS,
            Ability.SAVE,
            Ability.STATISTICS);

    private final SimulatedHost host;
    private final InstantSource clock;

    Simulator(HostDriver machine, InstantSource clock) {
        this.host = new SimulatedHost(machine);
        this.clock = clock;
    }

    @Override
    public String type() {
        return "TEST";
    }

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.TEST;
    }

    /** Definitions written for real hypervisors are taken too, so that tools can be tried with them. */
    @Override
    public Set<String> domainTypes() {
        return Set.of("test", "kvm", "qemu");
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.copyOf(ABILITIES);
    }

    @Override
    public long version() {
        return VERSION;
    }

    @Override
    public int maxVcpus(String domainType) {
        return MAX_VCPUS;
    }

    @Override
    public Element capabilities() {
        return Documents.capabilities(host);
    }

    @Override
    public Element domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        throw PosadaException.unsupportedCall(ErrorOrigin.TEST, "virConnectGetDomainCapabilities");
    }

    @Override
    public DomainDefinition complete(DomainDefinition definition) {
        return Completion.of(definition);
    }

    @Override
    public LiveDomain start(StartRequest request, LiveListener listener) {
        return SimulatedDomain.start(request, listener, clock);
    }

    /** Nothing simulated outlives its daemon. */
    @Override
    public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
        listener.ended(DomainStatus.SHUTOFF_UNKNOWN, LifecycleChange.STOPPED_SHUTDOWN);
        return Optional.empty();
    }

    @Override
    public Optional<SnapshotDriver> snapshots() {
        return Optional.of(new SimulatedSnapshots());
    }

    @Override
    public Optional<HostDriver> ownHost() {
        return Optional.of(host);
    }

    @Override
    public Optional<InterfaceDriver> ownInterfaces() {
        return Optional.of(new SimulatedInterfaces());
    }

    @Override
    public Optional<NodeDeviceDriver> ownDevices() {
        return Optional.of(new SimulatedDevices());
    }

    @Override
    public Optional<StorageDriver> ownStorage() {
        return Optional.of(new SimulatedStorage());
    }

    @Override
    public Optional<NetworkDriver> ownNetworks() {
        return Optional.of(new SimulatedNetworks());
    }

    @Override
    public List<DomainDefinition> residents() {
        return List.of(Documents.resident());
    }

    /** In bulk answers libvirt's test driver tells the state alone. */
    @Override
    public Set<StatsGroup> statsGroups() {
        return EnumSet.of(StatsGroup.STATE);
    }

    @Override
    public void close() {
        // Everything is in memory and goes with whoever holds it.
    }
}
