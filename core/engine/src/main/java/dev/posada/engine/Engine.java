package dev.posada.engine;

import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.FilterProvider;
import dev.posada.driver.HostDriver;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.InterfaceProvider;
import dev.posada.driver.NetworkDriver;
import dev.posada.driver.NetworkProvider;
import dev.posada.driver.StorageDriver;
import dev.posada.driver.StorageProvider;
import dev.posada.driver.Undo;
import dev.posada.model.Caller;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Everything of the daemon but the wire: drivers, their domains, and the connections of those who ask.
 *
 * <p>How threads meet here: a driver is opened by whoever needs it first while the others wait for that one; domains have
 * a job each ({@link JobSlot}); what is known of a domain is an immutable value that anybody may read at any time; drivers
 * report from threads of their own. No lock is held while a driver, a hypervisor or a sink of events is spoken to.
 */
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    /** The folder of the host's pools, beside those of the drivers. */
    private static final String STORAGE = "storage";

    private static final String SECRETS = "secrets";

    /** The folder of documents of snapshots, beside what the driver itself keeps. */
    private static final String SNAPSHOTS = "snapshot";

    /** The folder of saved states that wait for the next start of their domains. */
    private static final String SAVES = "save";

    /** The scheme of the view of all kinds. */
    private static final String ALL_KINDS = "posada";

    /** The folder of the host's virtual networks. */
    private static final String NETWORK = "network";

    private static final String DEVICES = "nodedev";

    private static final String INTERFACES = "interface";

    private static final String FILTERS = "nwfilter";

    private final EngineSettings settings;
    private final Map<String, DriverProvider> providers = new LinkedHashMap<>();
    private final HostDriver host;
    private final AccessPolicy policy = new AccessPolicy();
    private final Map<String, FutureTask<Hypervisor>> shared = new ConcurrentHashMap<>();
    private final HostParts hostParts;
    private final Registries registries = new Registries();

    /**
     * Makes an engine; nothing on the host is touched yet.
     *
     * @param providers the drivers it may use, each with a scheme of its own
     * @param host the machine it runs on
     */
    public Engine(EngineSettings settings, List<DriverProvider> providers, HostDriver host) {
        this(settings, providers, HostProviders.NONE, host);
    }

    /**
     * Makes an engine with storage, networks and what else a host has; nothing on the host is touched yet.
     *
     * @param providers the drivers it may use, each with a scheme of its own
     * @param shared the drivers of what connections to all hypervisors share
     * @param host the machine it runs on
     */
    public Engine(EngineSettings settings, List<DriverProvider> providers, HostProviders shared, HostDriver host) {
        this.settings = settings;
        this.host = host;
        this.hostParts = new HostParts(
                shared.storage().map(this::poolHost), shared.network().map(this::networkHost), hostObjects(shared));
        for (var provider : providers) {
            if (this.providers.put(provider.scheme(), provider) != null) {
                throw new IllegalArgumentException("two drivers for " + provider.scheme() + "://");
            }
        }
    }

    /**
     * Brings back what earlier daemons left: definitions are loaded, running instances found again, and what starts by
     * itself is started, in this order. Opens only drivers that have something on disk; a driver that cannot work on this
     * host is reported in the log and left out.
     */
    public void start() {
        hostParts.objects().load();
        hostParts.pools().ifPresent(host -> await("a storage pool", () -> revivePools(host)));
        hostParts.networks().ifPresent(host -> await("a virtual network", () -> reviveNetworks(host)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var provider : providers.values()) {
                if (!provider.perConnection() && hasState(provider)) {
                    var _ = threads.submit(() -> revive(provider));
                }
            }
        }
    }

    /**
     * Pools and networks come before the domains, whose disks may be volumes and whose interfaces are in networks. One
     * that hangs keeps nobody waiting for ever: it comes up when it does.
     */
    private void await(String what, Runnable revival) {
        var reviving = Thread.ofVirtual().name(what).start(revival);
        try {
            if (!reviving.join(settings.jobWait())) {
                LOG.log(System.Logger.Level.WARNING, what + " takes long to come up; going on without it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void revivePools(PoolHost host) {
        var kept = settings.directories().etc().resolve(STORAGE);
        boolean first = !Files.exists(kept);
        var recovery = new PoolRecovery(host);
        recovery.load();
        if (first) {
            settings.defaultPool().ifPresent(recovery::standard);
        }
        recovery.autostart();
    }

    private void reviveNetworks(NetworkHost host) {
        boolean first = !Files.exists(settings.directories().etc().resolve(NETWORK));
        var recovery = new NetworkRecovery(host);
        recovery.load();
        if (first && settings.firstNetworks() != FirstNetworks.NONE) {
            recovery.standard(settings.firstNetworks() == FirstNetworks.AUTOSTARTED);
        }
        recovery.autostart();
    }

    private boolean hasState(DriverProvider provider) {
        return DiskStorage.anythingIn(
                settings.directories().etc().resolve(provider.scheme()),
                settings.directories().run().resolve(provider.scheme()));
    }

    private void revive(DriverProvider provider) {
        try {
            var _ = hypervisor(provider, true);
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, "driver " + provider.scheme() + " is left out: " + e.getMessage());
        }
    }

    /** Whether a domain runs, of any kind that has been opened; others have none. */
    public boolean anythingRuns() {
        return shared.values().stream()
                .filter(task -> task.state() == Future.State.SUCCESS)
                .anyMatch(task -> !task.resultNow().registry().running().isEmpty());
    }

    /** The canonical URI of the default driver, as {@code qemu:///system}. */
    public String defaultUri() {
        var provider = Optional.ofNullable(providers.get(settings.defaultScheme()))
                .or(() -> providers.values().stream().findFirst())
                .orElseThrow(() -> noConnect(""));
        return provider.scheme() + ":///"
                + (provider.perConnection() ? "default" : settings.paths().getFirst());
    }

    /**
     * Opens a connection. {@code test:///default} gives a fresh simulator that belongs to this connection alone; all
     * others share one registry per driver.
     *
     * @param uri a driver's URI; a transport, host or query in it is passed over; empty for {@link #defaultUri}
     * @throws PosadaException {@code NO_CONNECT} when no driver answers the URI
     */
    public Connection open(String uri, Caller caller) {
        var given = uri.isEmpty() ? defaultUri() : uri;
        var parts = DriverUri.parse(given).orElseThrow(() -> noConnect(given));
        if (parts.scheme().equals(ALL_KINDS)) {
            return openAll(parts, caller);
        }
        var provider = providers.get(parts.scheme());
        if (provider == null) {
            return NoHypervisor.of(parts.scheme())
                    .map(driver -> openObjects(driver, parts, caller))
                    .orElseThrow(() -> noConnect(given));
        }
        if (provider.perConnection()) {
            return openPrivate(provider, parts, caller);
        }
        var path = sharedPath(parts);
        return new Connection(
                parts.scheme() + ":///" + path, caller, hypervisor(provider, false), hostParts, policy, () -> {});
    }

    /** The view of all kinds that work on this host. */
    private Connection openAll(DriverUri uri, Caller caller) {
        var path = sharedPath(uri);
        var kinds = new ArrayList<Connection>();
        var drivers = new ArrayList<HypervisorDriver>();
        for (var provider : inOrder()) {
            try {
                var hypervisor = hypervisor(provider, false);
                kinds.add(new Connection(
                        provider.scheme() + ":///" + path, caller, hypervisor, hostParts, policy, () -> {}));
                drivers.add(hypervisor.driver());
            } catch (PosadaException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "driver " + provider.scheme() + " is left out of the view of all kinds: " + e.getMessage());
            }
        }
        if (kinds.isEmpty()) {
            throw noConnect(uri.toString());
        }
        var canonical = ALL_KINDS + ":///" + path;
        var all = new Hypervisor(
                canonical,
                new AllKinds(drivers, settings.version()),
                host,
                new NoStorage<>(),
                settings.jobWait(),
                hostParts,
                new Registries());
        return new Connection(canonical, caller, all, hostParts, policy, () -> kinds.forEach(Connection::close), kinds);
    }

    /** The shared drivers, the default one first. */
    private List<DriverProvider> inOrder() {
        return providers.values().stream()
                .filter(provider -> !provider.perConnection())
                .sorted(Comparator.comparing(provider -> !provider.scheme().equals(settings.defaultScheme())))
                .toList();
    }

    /** A connection to one kind of the host's objects, as libvirt's daemons for them have. */
    private Connection openObjects(NoHypervisor driver, DriverUri uri, Caller caller) {
        var canonical = uri.scheme() + ":///" + sharedPath(uri);
        var none = new Hypervisor(
                canonical, driver, host, new NoStorage<>(), settings.jobWait(), hostParts, new Registries());
        return new Connection(canonical, caller, none, hostParts, policy, () -> {});
    }

    private Connection openPrivate(DriverProvider provider, DriverUri uri, Caller caller) {
        var driver = provider.open(context(provider.scheme(), uri.toString()));
        var hypervisor = new Hypervisor(
                uri.toString(), driver, host, new NoStorage<>(), settings.jobWait(), HostParts.NONE, new Registries());
        try (var undo = new Undo()) {
            undo.add(hypervisor::close);
            new Recovery(hypervisor).reside(driver.residents());
            var own = new HostParts(
                    driver.ownStorage().map(this::privatePools),
                    driver.ownNetworks().map(this::privateNetworks),
                    privateObjects(driver));
            undo.done();
            return new Connection(uri.toString(), caller, hypervisor, own, policy, hypervisor::close);
        }
    }

    private String sharedPath(DriverUri uri) {
        var paths = settings.paths();
        var path = uri.path().substring(1);
        if (!paths.contains(path)) {
            var kind = uri.scheme().toUpperCase(Locale.ROOT);
            var what = path.isEmpty()
                    ? "no " + kind + " URI path given"
                    : "unexpected " + kind + " URI path '/" + path + "'";
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.NONE,
                    what + ", try " + uri.scheme() + ":///" + paths.getFirst());
        }
        return path;
    }

    /** The open driver; whoever asks first opens it, and the others wait. One that could not be opened is tried again. */
    private Hypervisor hypervisor(DriverProvider provider, boolean autostart) {
        var scheme = provider.scheme();
        var task = shared.computeIfAbsent(scheme, _ -> new FutureTask<>(() -> openShared(provider, autostart)));
        task.run(); // does nothing when somebody else runs it or has run it
        try {
            return task.get();
        } catch (ExecutionException e) {
            shared.remove(scheme, task);
            if (e.getCause() instanceof PosadaException failed) {
                throw failed;
            }
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR, ErrorOrigin.NONE, "driver " + scheme + " failed to open", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PosadaException(
                    ErrorCode.OPERATION_ABORTED, ErrorOrigin.NONE, "interrupted while driver " + scheme + " opens", e);
        }
    }

    private Hypervisor openShared(DriverProvider provider, boolean autostart) {
        var scheme = provider.scheme();
        var uri = scheme + ":///" + settings.paths().getFirst();
        var driver = provider.open(context(scheme, uri));
        var hypervisor = new Hypervisor(
                uri,
                driver,
                host,
                diskStorage(scheme, driver),
                settings.jobWait(),
                hostParts,
                registries,
                snapshotHost(scheme, driver),
                new SaveHost(
                        Optional.of(
                                settings.directories().state().resolve(scheme).resolve(SAVES)),
                        driver.origin()));
        try (var undo = new Undo()) {
            undo.add(hypervisor::close);
            var recovery = new Recovery(hypervisor);
            recovery.load();
            recovery.autostart(autostart);
            driver.watch(new Newcomers(hypervisor));
            undo.done();
        }
        return hypervisor;
    }

    private Storage<StoredDefinition, LiveDocument> diskStorage(String scheme, HypervisorDriver driver) {
        return new DiskStorage<>(
                settings.directories().etc().resolve(scheme),
                settings.directories().run().resolve(scheme),
                new DiskStorage.Kind<>("domain", driver.origin(), StoredDefinition::read, LiveDocument::of));
    }

    private SnapshotHost snapshotHost(String scheme, HypervisorDriver driver) {
        var folder = settings.directories().state().resolve(scheme).resolve(SNAPSHOTS);
        return new SnapshotHost(Optional.of(new SnapshotFiles(folder, driver.origin())));
    }

    private PoolHost poolHost(StorageProvider provider) {
        var driver = provider.open(
                context(STORAGE, STORAGE + ":///" + settings.paths().getFirst()));
        var kept = new DiskStorage<>(
                settings.directories().etc().resolve(STORAGE),
                settings.directories().run().resolve(STORAGE),
                new DiskStorage.Kind<>("pool", driver.origin(), StoredPool::read, LivePoolRecord::of));
        return new PoolHost(driver, kept, settings.jobWait());
    }

    private HostObjects hostObjects(HostProviders shared) {
        var secrets = new SecretFiles(settings.directories().etc().resolve(SECRETS));
        return new HostObjects(
                Optional.of(new SecretHost(secrets, settings.jobWait())),
                shared.devices()
                        .map(provider -> provider.open(context(DEVICES, DEVICES + ":///")))
                        .map(devices -> new DeviceHost(devices, settings.jobWait())),
                shared.interfaces().map(this::interfaceHost),
                shared.filters().map(this::filterHost));
    }

    private FilterHost filterHost(FilterProvider provider) {
        return new FilterHost(
                provider.open(context(FILTERS, FILTERS + ":///")),
                new DocumentFiles(settings.directories().etc().resolve(FILTERS), "filter", ErrorOrigin.NWFILTER),
                new DocumentFiles(
                        settings.directories().run().resolve(FILTERS), "filter binding", ErrorOrigin.NWFILTER),
                settings.jobWait());
    }

    private InterfaceHost interfaceHost(InterfaceProvider provider) {
        var files = new InterfaceFiles(
                settings.directories().etc().resolve(INTERFACES),
                settings.directories().run().resolve(INTERFACES));
        return new InterfaceHost(
                provider.open(context(INTERFACES, INTERFACES + ":///")), Optional.of(files), settings.jobWait());
    }

    private HostObjects privateObjects(HypervisorDriver driver) {
        var own = new HostObjects(
                Optional.empty(),
                driver.ownDevices().map(devices -> new DeviceHost(devices, settings.jobWait())),
                driver.ownInterfaces().map(links -> new InterfaceHost(links, Optional.empty(), settings.jobWait())),
                Optional.empty());
        own.load();
        return own;
    }

    private NetworkHost networkHost(NetworkProvider provider) {
        var driver = provider.open(
                context(NETWORK, NETWORK + ":///" + settings.paths().getFirst()));
        var kept = new DiskStorage<>(
                settings.directories().etc().resolve(NETWORK),
                settings.directories().run().resolve(NETWORK),
                new DiskStorage.Kind<>("network", driver.origin(), StoredNetwork::read, LiveNetworkRecord::of));
        return new NetworkHost(driver, kept, settings.jobWait());
    }

    private NetworkHost privateNetworks(NetworkDriver driver) {
        var host = new NetworkHost(driver, new NoStorage<>(), settings.jobWait());
        new NetworkRecovery(host).reside();
        return host;
    }

    private PoolHost privatePools(StorageDriver driver) {
        var host = new PoolHost(driver, new NoStorage<>(), settings.jobWait());
        new PoolRecovery(host).reside(driver.residents());
        return host;
    }

    private DriverContext context(String scheme, String uri) {
        var directories = settings.directories();
        return new DriverContext(
                settings.privileged(),
                uri,
                directories.state().resolve(scheme),
                directories.run().resolve(scheme),
                directories.cache().resolve(scheme),
                directories.log().resolve(scheme),
                settings.driverSettings().getOrDefault(scheme, Map.of()),
                host);
    }

    private static PosadaException noConnect(String uri) {
        return new PosadaException(ErrorCode.NO_CONNECT, ErrorOrigin.NONE, uri);
    }

    /** Lets go of everything; running domains stay. Connections still open are of no more use. */
    @Override
    public void close() {
        for (var task : shared.values()) {
            if (task.state() == Future.State.SUCCESS) {
                task.resultNow().close();
            }
        }
        shared.clear();
        hostParts.close();
    }
}
