package dev.posada.engine;

import dev.posada.driver.Ability;
import dev.posada.driver.HostDriver;
import dev.posada.driver.OpenFile;
import dev.posada.model.Caller;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretEvent;
import dev.posada.xml.Documents;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** One client's connection to one driver, and the caller's rights on it. All methods may be called from any thread. */
public final class Connection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final String uri;
    private final Caller caller;
    private final Hypervisor hypervisor;
    private final Access access;
    private final Launcher launcher;
    private final Events events;
    private final Kinds kinds;
    private final HostParts parts;
    private final Access poolAccess;
    private final Optional<PoolEvents> poolEvents;
    private final Access secretAccess;
    private final Optional<EventFeed<SecretEvent>> secretEvents;
    private final Access networkAccess;
    private final Optional<EventFeed<NetworkEvent>> networkEvents;
    private final Access deviceAccess;
    private final Access filterAccess;
    private final Access interfaceAccess;
    private final Optional<EventFeed<NodeDeviceEvent>> deviceEvents;
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A connection to one kind of domain. */
    Connection(
            String uri,
            Caller caller,
            Hypervisor hypervisor,
            HostParts parts,
            AccessPolicy policy,
            Runnable whenClosed) {
        this(uri, caller, hypervisor, parts, policy, whenClosed, List.of());
    }

    /** A connection to all of several kinds, or to the hypervisor's own when there are none. */
    Connection(
            String uri,
            Caller caller,
            Hypervisor hypervisor,
            HostParts parts,
            AccessPolicy policy,
            Runnable whenClosed,
            List<Connection> of) {
        this.uri = uri;
        this.caller = caller;
        this.hypervisor = hypervisor;
        this.access = new Access(policy, caller, hypervisor.driver().origin());
        this.launcher = new Launcher(hypervisor);
        this.kinds = new Kinds(of.isEmpty() ? List.of(this) : of, !of.isEmpty());
        this.events = new Events(
                of.isEmpty()
                        ? List.of(hypervisor.bus())
                        : of.stream().map(one -> one.hypervisor.bus()).toList(),
                access);
        this.parts = parts;
        this.poolAccess = new Access(policy, caller, ErrorOrigin.STORAGE);
        this.poolEvents = parts.pools().map(host -> new PoolEvents(host.bus(), poolAccess));
        this.secretAccess = new Access(policy, caller, ErrorOrigin.SECRET);
        this.secretEvents = parts.objects()
                .secrets()
                .map(host -> new EventFeed<>(host.bus(), secretAccess, "virConnectSecretEventRegisterAny"));
        this.networkAccess = new Access(policy, caller, ErrorOrigin.NETWORK);
        this.networkEvents = parts.networks()
                .map(host -> new EventFeed<>(host.bus(), networkAccess, "virConnectNetworkEventRegisterAny"));
        this.interfaceAccess = new Access(policy, caller, ErrorOrigin.INTERFACE);
        this.filterAccess = new Access(policy, caller, ErrorOrigin.NWFILTER);
        this.deviceAccess = new Access(policy, caller, ErrorOrigin.NODEDEV);
        this.deviceEvents = parts.objects()
                .devices()
                .map(host -> new EventFeed<>(
                        host.bus(),
                        deviceAccess,
                        "virConnectNodeDeviceEventRegisterAny",
                        host.watch()::begin,
                        host.watch()::end));
        this.whenClosed = whenClosed;
    }

    /** The canonical URI, as {@code qemu:///system}. */
    public String uri() {
        return uri;
    }

    /** The kinds of domain behind this connection: of one of them, or of all. */
    public Kinds kinds() {
        return kinds;
    }

    /** The kind's word in URIs, as {@code qemu}. */
    String scheme() {
        return uri.substring(0, uri.indexOf(':'));
    }

    Registry registry() {
        return hypervisor.registry();
    }

    Set<String> domainTypes() {
        return hypervisor.driver().domainTypes();
    }

    /** Who called. */
    public Caller caller() {
        return caller;
    }

    /** The driver's kind ({@code virConnectGetType}), as {@code QEMU}. */
    public String type() {
        return hypervisor.driver().type();
    }

    /** What the driver's domains can do. */
    public Set<Ability> abilities() {
        return hypervisor.driver().abilities();
    }

    /** Where errors of this connection say they come from. */
    public ErrorOrigin origin() {
        return hypervisor.driver().origin();
    }

    /** The hypervisor's version as major × 1,000,000 + minor × 1,000 + release. */
    public long version() {
        return hypervisor.driver().version();
    }

    /** Most virtual processors of a domain of this type; an empty type means the default one. */
    public int maxVcpus(String domainType) {
        return hypervisor.driver().maxVcpus(domainType);
    }

    /** The capabilities document. */
    public String capabilities() {
        return hypervisor.capabilities();
    }

    /** What a domain of this emulator, architecture, machine and type could have. */
    public String domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        return Documents.format(hypervisor.driver().domainCapabilities(emulator, architecture, machine, type));
    }

    /**
     * What the host's firmware says of it, as a document; {@code flags} must be 0.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} where it says nothing
     */
    public String systemInformation(int flags) {
        hypervisor.checkFlags(flags, 0, "virConnectGetSysinfo");
        return Documents.format(hypervisor
                .host()
                .systemInformation()
                .orElseThrow(() ->
                        hypervisor.error(ErrorCode.CONFIG_UNSUPPORTED, "Host SMBIOS information is not available")));
    }

    /** The processor models a domain of an architecture may name. */
    public List<String> cpuModels(String architecture) {
        return hypervisor.driver().cpuModels(architecture);
    }

    /**
     * Returns when this connection's caller may make the call.
     *
     * @throws PosadaException {@code NO_SUPPORT} when connections of this kind have no such call, {@code OPERATION_DENIED}
     *     when the caller may not
     */
    public void admit(Operation operation) {
        if (hypervisor.driver() instanceof NoHypervisor objects) {
            objects.admit(operation);
        }
        access.admit(operation);
    }

    /** The host as this driver sees it. */
    public HostDriver host() {
        return hypervisor.host();
    }

    /** The registry: what is there, what it is called, how it is defined. */
    public Domains domains() {
        return new Domains(hypervisor, access, new Definer(hypervisor, launcher));
    }

    /** States that domains can return to. */
    public Snapshots snapshots() {
        return new Snapshots(hypervisor, access, launcher);
    }

    /** Domains put to rest in files. */
    public Saves saves() {
        return new Saves(hypervisor, access, launcher, this);
    }

    /** Starting, stopping and what is between. */
    public Lifecycle lifecycle() {
        return new Lifecycle(hypervisor, access, launcher, this);
    }

    /** Memory and processors. */
    public Resources resources() {
        return new Resources(hypervisor, access);
    }

    /** The threads that serve disks. */
    public IoThreads ioThreads() {
        return new IoThreads(hypervisor, access);
    }

    /** Processors compared. */
    public Cpus cpus() {
        return new Cpus(hypervisor, access);
    }

    /** What devices may take, and which of them are plugged in. */
    public DeviceLimits deviceLimits() {
        return new DeviceLimits(hypervisor, access);
    }

    /** Devices that are changed. */
    public DeviceEdits deviceEdits() {
        return new DeviceEdits(hypervisor, access);
    }

    /** Single processors that come and go. */
    public Vcpus vcpus() {
        return new Vcpus(hypervisor, access);
    }

    /** What domains may take of their host. */
    public Tuning tuning() {
        return new Tuning(hypervisor, access);
    }

    /** Consoles, screens, keys and monitors. */
    public Devices devices() {
        return new Devices(hypervisor, access);
    }

    /**
     * Lets a domain's definition name open files ({@code virDomainFDAssociate}) until this connection ends.
     *
     * @param name as in {@code <source fdgroup='name'/>}
     * @param files at least one; they stay the caller's
     * @param flags {@code virDomainFDAssociateFlags}: labels, of which there are none here
     */
    public void associate(UUID domain, String name, List<OpenFile> files, int flags) {
        var api = "virDomainFDAssociate";
        access.change(api);
        if (!hypervisor.driver().takesFileGroups()) {
            throw PosadaException.unsupportedCall(origin(), api);
        }
        hypervisor.checkFlags(flags, Flags.ASSOCIATE_RESTORE_LABEL | Flags.ASSOCIATE_WRITABLE_LABEL, api);
        var found = hypervisor.domain(domain);
        hypervisor.files().put(found.uuid(), name, this, files, origin());
        if (!found.view().there()) {
            hypervisor.files().forget(found.uuid());
        }
    }

    /** What is asked of guests through their agents. */
    public Guest guest() {
        return new Guest(hypervisor, access);
    }

    /** Figures. */
    public Statistics statistics() {
        return new Statistics(hypervisor, access);
    }

    /** What happens. */
    public Events events() {
        return events;
    }

    /**
     * The storage pools, which connections to all drivers of a host share.
     *
     * @throws PosadaException {@code NO_SUPPORT} when there is no storage
     */
    public Pools pools() {
        return new Pools(parts.pools().orElseThrow(Connection::noStorage), poolAccess);
    }

    /**
     * The storage volumes.
     *
     * @throws PosadaException {@code NO_SUPPORT} when there is no storage
     */
    public Volumes volumes() {
        return new Volumes(parts.pools().orElseThrow(Connection::noStorage), poolAccess);
    }

    /**
     * The virtual networks, which connections to all drivers of a host share.
     *
     * @throws PosadaException {@code NO_SUPPORT} when there are none
     */
    public Networks networks() {
        return new Networks(parts.networks().orElseThrow(Connection::noNetworks), networkAccess);
    }

    /**
     * What is plugged into the virtual networks.
     *
     * @throws PosadaException {@code NO_SUPPORT} when there are none
     */
    public NetworkPorts networkPorts() {
        return new NetworkPorts(parts.networks().orElseThrow(Connection::noNetworks), networkAccess);
    }

    /** What happens to virtual networks, where there are any. */
    public Optional<EventFeed<NetworkEvent>> networkEvents() {
        return networkEvents;
    }

    private static PosadaException noNetworks() {
        return new PosadaException(
                ErrorCode.NO_SUPPORT, ErrorOrigin.NETWORK, "there is no network driver behind this connection");
    }

    /** What happens to pools, where there is storage. */
    public Optional<PoolEvents> poolEvents() {
        return poolEvents;
    }

    /** The secrets, which connections to all drivers of a host share; nothing where there are none. */
    public Optional<Secrets> secrets() {
        return parts.objects().secrets().map(host -> new Secrets(host, secretAccess));
    }

    /** What happens to secrets, where there are any. */
    public Optional<EventFeed<SecretEvent>> secretEvents() {
        return secretEvents;
    }

    /** The devices of the host; nothing where there is no driver of them. */
    public Optional<NodeDevices> nodeDevices() {
        return parts.objects().devices().map(host -> new NodeDevices(host, deviceAccess));
    }

    /** The network links of the host; nothing where there is no driver of them. */
    public Optional<Interfaces> interfaces() {
        return parts.objects().interfaces().map(host -> new Interfaces(host, interfaceAccess));
    }

    /** The packet filters of the host; nothing where there is no driver of them. */
    public Optional<Filters> filters() {
        return parts.objects().filters().map(host -> new Filters(host, filterAccess));
    }

    /** What happens to devices of the host. */
    public Optional<EventFeed<NodeDeviceEvent>> nodeDeviceEvents() {
        return deviceEvents;
    }

    private static PosadaException noStorage() {
        return new PosadaException(
                ErrorCode.NO_SUPPORT, ErrorOrigin.STORAGE, "there is no storage driver behind this connection");
    }

    /** Refuses what would outlive a connection that has been closed. */
    void mustBeOpen() {
        if (closed.get()) {
            throw new PosadaException(ErrorCode.INVALID_CONN, origin(), "the connection to " + uri + " is closed");
        }
    }

    boolean closed() {
        return closed.get();
    }

    /** Ends the subscriptions made here and destroys the domains started here with autodestroy. Twice is once. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            events.close();
            poolEvents.ifPresent(PoolEvents::close);
            secretEvents.ifPresent(EventFeed::close);
            networkEvents.ifPresent(EventFeed::close);
            deviceEvents.ifPresent(EventFeed::close);
            destroyOwn();
            hypervisor.files().forget(this);
        } finally {
            whenClosed.run();
        }
    }

    /** Ends every domain that is to end with this connection, all at once: one that hangs must not keep the others. */
    void destroyOwn() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var domain : hypervisor.registry().running()) {
                if (domain.view()
                        .live()
                        .filter(live -> live.instance().endsWith(this))
                        .isPresent()) {
                    var _ = threads.submit(() -> destroy(domain));
                }
            }
        }
    }

    private void destroy(Domain domain) {
        var what = "cannot destroy domain '" + domain.view().name() + "' at the end of its connection";
        try {
            launcher.destroy(domain, false, "virConnectClose");
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, what + ": " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, what, e); // nobody is left who could be told
        }
    }
}
