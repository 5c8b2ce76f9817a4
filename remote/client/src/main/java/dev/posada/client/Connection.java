package dev.posada.client;

import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStats;
import dev.posada.model.ErrorCode;
import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.PoolEvent;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.QemuDomainAttachArgs;
import dev.posada.protocol.QemuStubs;
import dev.posada.protocol.RemoteConnectGetAllDomainStatsArgs;
import dev.posada.protocol.RemoteConnectGetDomainCapabilitiesArgs;
import dev.posada.protocol.RemoteConnectListAllDomainsArgs;
import dev.posada.protocol.RemoteConnectListAllNodeDevicesArgs;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureRet;
import dev.posada.protocol.RemoteDomainCreateXmlArgs;
import dev.posada.protocol.RemoteDomainCreateXmlWithFilesArgs;
import dev.posada.protocol.RemoteDomainCreateXmlWithFilesRet;
import dev.posada.protocol.RemoteDomainDefineXmlFlagsArgs;
import dev.posada.protocol.RemoteDomainLookupByIdArgs;
import dev.posada.protocol.RemoteDomainLookupByNameArgs;
import dev.posada.protocol.RemoteDomainLookupByUuidArgs;
import dev.posada.protocol.RemoteNodeDeviceLookupByNameArgs;
import dev.posada.protocol.RemoteNodeGetInfoRet;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.RemoteStubs;
import dev.posada.protocol.WireParameters;
import dev.posada.protocol.XdrMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's session with a daemon: ours, or any other that speaks libvirt's protocol.
 *
 * {@snippet :
 * try (var connection = Connection.open("qemu:///system")) {
 *     for (Domain domain : connection.domains(Flag.List.ACTIVE)) {
 *         domain.shutdown();
 *     }
 * }
 * }
 *
 * <p>All methods may be used by any number of threads at once; each call waits for its own reply. A call that the
 * daemon refuses throws {@link PosadaException} with the daemon's code, origin and message. When the connection is lost
 * all calls throw {@code PosadaException} with origin {@link dev.posada.model.ErrorOrigin#RPC}, and {@link #isAlive()}
 * is false from then on; the connection does not come back, another has to be opened.
 */
public final class Connection implements AutoCloseable {

    private static final int READ_ONLY = 1;
    private static final int NEED_RESULTS = 1;
    private static final int FEATURE_KEEP_ALIVE = 10;
    private static final Duration FAREWELL_PATIENCE = Duration.ofSeconds(2);

    private final ConnectionUri uri;
    private final Link link;
    private final EventHub events;
    private final RemoteStubs<DataStream> remote;
    private final QemuStubs<DataStream> qemu;

    private Connection(ConnectionUri uri, Link link, EventHub events) {
        this.uri = uri;
        this.link = link;
        this.events = events;
        this.remote = new RemoteStubs<>(link);
        this.qemu = new QemuStubs<>(link);
    }

    /**
     * Opens a connection with {@link ConnectionOptions#DEFAULT}.
     *
     * @throws PosadaException as {@link #open(ConnectionUri, ConnectionOptions)} does
     */
    public static Connection open(String uri) {
        return open(uri, ConnectionOptions.DEFAULT);
    }

    /**
     * Opens a connection.
     *
     * @throws PosadaException as {@link #open(ConnectionUri, ConnectionOptions)} does
     */
    public static Connection open(String uri, ConnectionOptions options) {
        return open(ConnectionUri.parse(uri), options);
    }

    /**
     * Reaches a daemon, proves who we are and opens what the address names.
     *
     * @throws PosadaException when the address cannot be used, nobody listens there, the daemon refuses us, or it
     *     drives nothing of that name
     */
    public static Connection open(ConnectionUri uri, ConnectionOptions options) {
        Transport transport = Transports.open(uri, options);
        var events = new EventHub(options.eventQueueLength());
        var link = Link.start(transport, options, events::receive);
        try {
            Authentication.perform(link, options.connectTimeout());
            boolean keepAlive = !options.keepAliveInterval().isZero() && supportsKeepAlive(link, options);
            link.call(
                    RemoteProcedure.CONNECT_OPEN,
                    new RemoteConnectOpenArgs(uri.nameForDaemon(), options.readOnly() ? READ_ONLY : 0),
                    options.connectTimeout());
            if (keepAlive) {
                link.startKeepAlive();
            }
            return new Connection(uri, link, events);
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** Asking also tells the daemon that it may ask us. */
    private static boolean supportsKeepAlive(Link link, ConnectionOptions options) {
        var answer = RemoteConnectSupportsFeatureRet.decode(link.call(
                RemoteProcedure.CONNECT_SUPPORTS_FEATURE,
                new RemoteConnectSupportsFeatureArgs(FEATURE_KEEP_ALIVE),
                options.connectTimeout()));
        return answer.supported() != 0;
    }

    /** The wire itself, for what stubs cannot say. */
    Link link() {
        return link;
    }

    /** The address this connection was opened with. */
    public ConnectionUri uri() {
        return uri;
    }

    /** The daemon's own name for what is open, such as {@code qemu:///system}. */
    public String daemonUri() {
        return remote.connect().connectGetUri().uri();
    }

    /** The kind of hypervisor, such as {@code QEMU}. */
    public String type() {
        return remote.connect().connectGetType().type();
    }

    /** The version of the hypervisor. */
    public Version hypervisorVersion() {
        return Version.of(remote.connect().connectGetVersion().hvVer());
    }

    /** The version of libvirt's interface that the daemon offers. */
    public Version libraryVersion() {
        return Version.of(remote.connect().connectGetLibVersion().libVer());
    }

    /** The host's name as it knows itself. */
    public String hostname() {
        return remote.connect().connectGetHostname().hostname();
    }

    /** What host and hypervisor can do, as an XML document. */
    public String capabilities() {
        return remote.connect().connectGetCapabilities().capabilities();
    }

    /**
     * What a domain of a certain kind can be, as an XML document; an argument that is absent leaves the choice to the
     * daemon.
     */
    public String domainCapabilities(
            @Nullable String emulator,
            @Nullable String architecture,
            @Nullable String machine,
            @Nullable String virtualization) {
        return remote.connect()
                .connectGetDomainCapabilities(
                        new RemoteConnectGetDomainCapabilitiesArgs(emulator, architecture, machine, virtualization, 0))
                .capabilities();
    }

    /** The figures of the host. */
    public HostInfo hostInfo() {
        RemoteNodeGetInfoRet info = remote.node().nodeGetInfo();
        return new HostInfo(
                info.model().text(),
                info.memory(),
                info.cpus(),
                info.mhz(),
                info.nodes(),
                info.sockets(),
                info.cores(),
                info.threads());
    }

    /** The security model that keeps the domains of the host apart. */
    public SecurityModel securityModel() {
        var answer = remote.node().nodeGetSecurityModel();
        return new SecurityModel(SecurityModel.text(answer.model()), SecurityModel.text(answer.doi()));
    }

    /** The domains that pass all flags; every domain when there is none. */
    public List<Domain> domains(Flag.List... filter) {
        return remote
                .domainLookup()
                .connectListAllDomains(new RemoteConnectListAllDomainsArgs(NEED_RESULTS, Flag.bits(filter)))
                .domains()
                .stream()
                .map(this::domain)
                .toList();
    }

    /** The domain of this name; empty when there is none. */
    public Optional<Domain> domainByName(String name) {
        return found(() -> remote.domainLookup()
                .domainLookupByName(new RemoteDomainLookupByNameArgs(name))
                .dom());
    }

    /** The domain of this uuid; empty when there is none. */
    public Optional<Domain> domainByUuid(UUID uuid) {
        return found(() -> remote.domainLookup()
                .domainLookupByUuid(new RemoteDomainLookupByUuidArgs(uuid))
                .dom());
    }

    /** The running domain of this id; empty when there is none. */
    public Optional<Domain> domainById(int id) {
        return found(() -> remote.domainLookup()
                .domainLookupById(new RemoteDomainLookupByIdArgs(id))
                .dom());
    }

    /**
     * The domain of this name.
     *
     * @throws PosadaException with the daemon's own words when there is none
     */
    public Domain requireDomain(String name) {
        return domain(remote.domainLookup()
                .domainLookupByName(new RemoteDomainLookupByNameArgs(name))
                .dom());
    }

    /** The files that hold the memory of domains. */
    public SaveImages saveImages() {
        return new SaveImages(this);
    }

    /** Takes care of a QEMU that somebody else started, given its process's number. */
    public Domain attachQemu(int process) {
        return domain(
                qemu.qemu().domainAttach(new QemuDomainAttachArgs(process, 0)).dom());
    }

    /** The hypervisor's own ways to write down a domain. */
    public NativeFormats nativeFormats() {
        return new NativeFormats(this);
    }

    /** The storage behind this connection. */
    public Storage storage() {
        return new Storage(this);
    }

    /** The devices of the host behind this connection. */
    public List<NodeDevice> nodeDevices() {
        return remote
                .nodeDevice()
                .connectListAllNodeDevices(new RemoteConnectListAllNodeDevicesArgs(1, 0))
                .devices()
                .stream()
                .map(ref -> new NodeDevice(this, ref.name()))
                .toList();
    }

    /** The device of the host with this name; empty when there is none. */
    public Optional<NodeDevice> nodeDevice(String name) {
        return Storage.found(
                ErrorCode.NO_NODE_DEVICE,
                () -> new NodeDevice(
                        this,
                        remote.nodeDevice()
                                .nodeDeviceLookupByName(new RemoteNodeDeviceLookupByNameArgs(name))
                                .dev()
                                .name()));
    }

    /** The devices of the host behind this connection, to be listed by kind, looked up, defined. */
    public NodeDevices hostDevices() {
        return new NodeDevices(this);
    }

    /** The processors and the memory of the host behind this connection. */
    public HostFigures hostFigures() {
        return new HostFigures(this);
    }

    /** The models of processors the daemon knows. */
    public ProcessorModels processorModels() {
        return new ProcessorModels(this);
    }

    /** The virtual networks behind this connection. */
    public Networks networks() {
        return new Networks(this);
    }

    /** The network links of the host behind this connection. */
    public HostLinks hostLinks() {
        return new HostLinks(this);
    }

    /** The packet filters of the host behind this connection. */
    public PacketFilters packetFilters() {
        return new PacketFilters(this);
    }

    /** The passphrases and keys behind this connection. */
    public Secrets secrets() {
        return new Secrets(this);
    }

    /** Keeps a definition; one with the uuid of an existing domain replaces that domain's. */
    public Domain define(String xml, Flag.Define... flags) {
        return domain(remote.domainLifecycle()
                .domainDefineXmlFlags(new RemoteDomainDefineXmlFlagsArgs(xml, Flag.bits(flags)))
                .dom());
    }

    /** Starts a transient domain, of which nothing is kept once it ends. */
    public Domain create(String xml, Flag.Start... flags) {
        return domain(remote.domainLifecycle()
                .domainCreateXml(new RemoteDomainCreateXmlArgs(xml, Flag.bits(flags)))
                .dom());
    }

    /**
     * Starts a domain with open files of this program for its first process, which only a driver of containers can do.
     *
     * @param files their numbers; they stay this program's
     */
    public Domain createWithFiles(String xml, List<Integer> files, Flag.Start... flags) {
        return domain(RemoteDomainCreateXmlWithFilesRet.decode(HandedFiles.call(
                        link,
                        RemoteProcedure.DOMAIN_CREATE_XML_WITH_FILES,
                        new RemoteDomainCreateXmlWithFilesArgs(xml, Flag.bits(flags)),
                        files))
                .dom());
    }

    /**
     * The figures of all domains that pass the flags.
     *
     * @param groups which figures; none means all the daemon has
     */
    public List<DomainStats> domainStats(Set<StatsGroup> groups, Flag.Stats... flags) {
        return stats(List.of(), groups, flags);
    }

    /**
     * The figures of certain domains of this connection.
     *
     * @param groups which figures; none means all the daemon has
     */
    public List<DomainStats> domainStats(Collection<Domain> domains, Set<StatsGroup> groups, Flag.Stats... flags) {
        return domains.isEmpty() ? List.of() : stats(domains, groups, flags);
    }

    private List<DomainStats> stats(Collection<Domain> domains, Set<StatsGroup> groups, Flag.Stats... flags) {
        int mask = groups.stream().mapToInt(StatsGroup::bit).reduce(0, (a, b) -> a | b);
        List<DomainRef> refs = domains.stream().map(Domain::ref).toList();
        return remote
                .domainStats()
                .connectGetAllDomainStats(new RemoteConnectGetAllDomainStatsArgs(refs, mask, Flag.bits(flags)))
                .retStats()
                .stream()
                .map(record ->
                        new DomainStats(DomainEvents.identity(record.dom()), WireParameters.decode(record.params())))
                .toList();
    }

    /**
     * Subscribes to events of all domains.
     *
     * @param listener called on a thread of the subscription's own, one event at a time
     * @throws PosadaException when the daemon does not know one of the types; nothing is subscribed to then
     */
    public EventSubscription subscribe(Set<DomainEventType> types, Consumer<DomainEvent> listener) {
        return events.subscribe(link, types, Optional.empty(), listener);
    }

    EventSubscription subscribeToPools(Consumer<PoolEvent> listener) {
        return events.pools().subscribe(link, listener);
    }

    EventSubscription subscribe(Set<DomainEventType> types, DomainRef domain, Consumer<DomainEvent> listener) {
        return events.subscribe(link, types, Optional.of(domain), listener);
    }

    /**
     * Listens to every event message as it comes off the wire ({@link dev.posada.protocol.RemoteEvent} or {@link
     * dev.posada.protocol.QemuEvent}). What the daemon sends is up to whoever registers through {@link #remote()} and
     * {@link #qemu()}; this is the way to events of networks, devices and secrets.
     */
    public EventSubscription subscribeMessages(Consumer<XdrMessage> listener) {
        return events.subscribeMessages(link, listener);
    }

    /**
     * Subscribes to messages of one kind.
     *
     * @param reader makes an event of a message of that kind
     * @param registration asks the daemon to send them; nothing is subscribed to when it throws
     */
    <E> EventSubscription subscribe(
            Function<XdrMessage, Optional<E>> reader, Runnable registration, Consumer<E> listener) {
        var subscription = subscribeMessages(message -> reader.apply(message).ifPresent(listener));
        try {
            registration.run();
        } catch (PosadaException e) {
            subscription.close();
            throw e;
        }
        return subscription;
    }

    /**
     * Subscribes to what happens to devices of the host.
     *
     * @param listener called on a thread of the subscription's own, one event at a time
     * @throws PosadaException when the daemon does not tell of devices; nothing is subscribed to then
     */
    public EventSubscription subscribeToNodeDevices(Consumer<NodeDeviceEvent> listener) {
        return subscribe(NodeDeviceEvents::read, () -> NodeDeviceEvents.register(remote), listener);
    }

    /**
     * Subscribes to what QEMU's monitors say, for those who know QEMU's own events.
     *
     * @param domain the domain to listen to; all when absent
     * @param event its name, or a regular expression; all when absent
     * @param listener gets {@link DomainEvent.MonitorEvent}s, on a thread of the subscription's own
     * @throws PosadaException when the daemon has no monitors to listen to; nothing is subscribed to then
     */
    public EventSubscription subscribeToMonitor(
            Optional<Domain> domain,
            Optional<String> event,
            Set<MonitorFilter> filter,
            Consumer<DomainEvent> listener) {
        return subscribe(MonitorFilter::read, () -> MonitorFilter.register(qemu, domain, event, filter), listener);
    }

    /** Has {@code listener} told once, on a thread of its own, when this connection is lost or closed. */
    public void onClose(Consumer<CloseReason> listener) {
        // A platform thread, for the reason KeepAlive gives.
        link.onLoss(loss ->
                Thread.ofPlatform().daemon().name("posada-client-close").start(() -> listener.accept(loss.reason())));
    }

    /** Whether the connection is up, as far as is known; only using it proves it. */
    public boolean isAlive() {
        return link.isAlive();
    }

    /** Whether nobody on the way can read or change what is said. */
    public boolean isSecure() {
        return link.secure();
    }

    /** Every call of the main program, typed, for all that has no method here. */
    public RemoteStubs<DataStream> remote() {
        return remote;
    }

    /** Every call of the QEMU program. */
    public QemuStubs<DataStream> qemu() {
        return qemu;
    }

    /** Takes leave of the daemon and ends the connection. Calls under way fail. A second close does nothing. */
    @Override
    public void close() {
        link.leave(FAREWELL_PATIENCE);
    }

    private Domain domain(DomainRef ref) {
        return new Domain(this, ref);
    }

    private Optional<Domain> found(Supplier<DomainRef> lookup) {
        try {
            return Optional.of(domain(lookup.get()));
        } catch (PosadaException e) {
            if (e.code() == ErrorCode.NO_DOMAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
