package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Teaches the engine one kind of hypervisor.
 *
 * <p>A driver keeps no registry: names, uniqueness, persistence, jobs and access are the engine's. It answers what its
 * kind of domain can be, starts one, and finds again those that are running. All methods may be called from any thread;
 * for one domain the engine never has two changing calls under way, but {@link LiveDomain#destroy} may come at any time.
 *
 * <p>What a definition says about endings ({@code on_poweroff}, {@code on_reboot}, {@code on_crash}) is the driver's to
 * do, because only the hypervisor sees a guest's wish in time: {@code restart} resets the machine in place and the
 * instance goes on with its id; {@code destroy} lets it end, reported through {@link LiveListener#ended} with the reason
 * the guest gave (a guest that reboots under {@code on_reboot=destroy} ends as {@code SHUTOFF_SHUTDOWN}); {@code preserve}
 * keeps the stopped instance, reported by {@link LiveListener#status} as crashed or paused, until it is destroyed. The
 * engine starts nothing by itself because something ended. An action the driver cannot do is refused by {@link #complete}.
 */
public interface HypervisorDriver extends AutoCloseable {
    /** The name libvirt's clients know the kind by ({@code virConnectGetType}), as {@code QEMU} or {@code TEST}. */
    String type();

    /** Where this driver's errors say they come from. */
    ErrorOrigin origin();

    /** The values of {@code <domain type=…>} this driver takes. */
    Set<String> domainTypes();

    /** What this driver's domains can do; the conformance suite asks for each of them. */
    Set<Ability> abilities();

    /**
     * Why its domains lack an ability, in words that go on after a comma, as {@code a container has no screen}; nothing
     * when there is no more to say than that they do.
     *
     * @param ability one of the interfaces of {@link Abilities}, {@link GuestAgent} or {@link SnapshotDriver}
     */
    default Optional<String> whyNot(Class<?> ability) {
        return Optional.empty();
    }

    /** The hypervisor's version as major × 1,000,000 + minor × 1,000 + release. */
    long version();

    /** Most virtual processors a domain of this type may have; an empty type means the default one. */
    int maxVcpus(String domainType);

    /** The capabilities document: host and guests. */
    Element capabilities();

    /**
     * What a domain of this emulator, architecture, machine and type could have.
     *
     * @throws dev.posada.model.PosadaException {@code INVALID_ARG} when there is no such emulator or machine
     */
    Element domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type);

    /**
     * The processor models a domain of an architecture may name.
     *
     * @throws dev.posada.model.PosadaException {@code INVALID_ARG} for an architecture nobody knows
     */
    default List<String> cpuModels(String architecture) {
        throw PosadaException.unsupportedCall(origin(), "virConnectGetCPUModelNames");
    }

    /**
     * What a domain would be started with, in the hypervisor's own words ({@code virConnectDomainXMLToNative}).
     *
     * @param format as {@code qemu-argv}
     * @param definition complete
     * @throws dev.posada.model.PosadaException {@code INVALID_ARG} for a format the driver does not have
     */
    default String nativeCommand(String format, DomainDefinition definition) {
        throw PosadaException.unsupportedCall(origin(), "virConnectDomainXMLToNative");
    }

    /**
     * The document of what is described in the hypervisor's own words ({@code virConnectDomainXMLFromNative}): of a domain,
     * complete, or of what else the driver has a format for.
     *
     * @param format as {@code jvm-pid}
     * @throws dev.posada.model.PosadaException {@code INVALID_ARG} for a format the driver does not have
     */
    default Element fromNative(String format, String configuration) {
        throw PosadaException.unsupportedCall(origin(), "virConnectDomainXMLFromNative");
    }

    /**
     * Fills in what a user left out, as libvirt does, and refuses what no domain of this kind can be. The answer for an
     * already complete definition is equal to it.
     *
     * @param definition canonical
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} or {@code XML_ERROR}, naming the element
     */
    DomainDefinition complete(DomainDefinition definition);

    /**
     * Refuses what a start would refuse of any host: elements that no domain of this kind honours. A definition may have such; a
     * call that changes one setting is not to put them there.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED}, naming the element
     */
    default void checkHonoured(DomainDefinition definition) {}

    /**
     * Starts a domain. When this returns the instance exists, and has been reported as running or paused through the
     * listener; when it throws, nothing of it is left.
     *
     * @throws dev.posada.model.PosadaException when the definition cannot be honoured on this host or the start failed
     */
    LiveDomain start(StartRequest request, LiveListener listener);

    /**
     * Looks for the instance a record speaks of, as an earlier daemon left it. Present means it is there and watched
     * again, and its present status has been reported through the listener; absent means it has ended, and what can be
     * found out about how is reported through {@link LiveListener#ended}.
     */
    Optional<LiveDomain> recover(DomainRecord record, LiveListener listener);

    /** What it does for snapshots of its domains; nothing when there can be none. */
    default Optional<SnapshotDriver> snapshots() {
        return Optional.empty();
    }

    /** The host as this driver's clients are to see it, when that is not the machine itself. */
    default Optional<HostDriver> ownHost() {
        return Optional.empty();
    }

    /** The host's devices as this driver's clients are to see them, when those are not this machine's. */
    default Optional<NodeDeviceDriver> ownDevices() {
        return Optional.empty();
    }

    /** The host's network links as this driver's clients are to see them, when those are not this machine's. */
    default Optional<InterfaceDriver> ownInterfaces() {
        return Optional.empty();
    }

    /** The storage as this driver's clients are to see it, when that is not the host's. */
    default Optional<StorageDriver> ownStorage() {
        return Optional.empty();
    }

    /** The virtual networks as this driver's clients are to see them, when they are not the host's. */
    default Optional<NetworkDriver> ownNetworks() {
        return Optional.empty();
    }

    /** Domains that are there from the start, running: complete definitions, in the order of their ids from 1. */
    default List<DomainDefinition> residents() {
        return List.of();
    }

    /** The groups of figures a running domain has; {@link StatsGroup#STATE} is always there, by the engine. */
    default Set<StatsGroup> statsGroups() {
        return abilities().contains(Ability.STATISTICS)
                ? EnumSet.complementOf(EnumSet.of(StatsGroup.JVM))
                : EnumSet.of(StatsGroup.STATE);
    }

    /**
     * Sizes of an image no running domain has open. Asked for images in other formats than raw, whose sizes are those of
     * the file; never waits for a hypervisor.
     *
     * @param format as {@code qcow2}
     */
    default Optional<Abilities.DiskSizes> imageSizes(Path image, String format) {
        return Optional.empty();
    }

    /**
     * Where the variables of a domain's firmware are kept when its definition does not say; nothing when it has no such
     * firmware. The file need not be there.
     */
    default Optional<Path> variableStore(DomainDefinition definition) {
        return Optional.empty();
    }

    /** What is told of stored definitions, where the driver keeps something of domains that do not run. */
    default Optional<DefinitionKeeper> keeper() {
        return Optional.empty();
    }

    /**
     * From now on, and until {@link #close}, the driver tells of domains that nobody defined here. Called once, after the
     * instances of earlier daemons were found again; returns at once, whatever has to be looked for.
     */
    default void watch(Arrivals arrivals) {}

    /**
     * Takes a process that runs on this host for a domain ({@code virDomainQemuAttach}) and tells of it as one that has
     * arrived.
     *
     * @param process its number
     * @return the uuid of the domain
     * @throws PosadaException {@code INVALID_ARG} when there is no such process or it is no hypervisor's
     */
    default UUID adopt(long process) {
        throw PosadaException.unsupportedCall(origin(), "virDomainQemuAttach");
    }

    /** Whether definitions may name open files of clients ({@code fdgroup}), which a start is then given. */
    default boolean takesFileGroups() {
        return false;
    }

    /** Lets go of everything but the running domains. */
    @Override
    void close();
}
