package dev.posada.engine;

import dev.posada.driver.HostDriver;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.Undo;
import dev.posada.engine.JobSlot.Job;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.SnapshotDefinition;
import dev.posada.xml.Documents;
import dev.posada.xml.DomainXml;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** One open driver and everything that belongs to it: its domains, where they are kept, who hears of them. */
final class Hypervisor implements AutoCloseable {
    private final String uri;
    private final HypervisorDriver driver;
    private final HostDriver host;
    private final Storage<StoredDefinition, LiveDocument> storage;
    private final Duration jobWait;
    private final HostParts parts;
    private final SnapshotHost snapshots;
    private final SaveHost saves;
    private final EventBus<DomainEvent> bus = new EventBus<>();
    private final Registry registry;
    private final FileGroups files = new FileGroups();

    /** The capabilities as last told: the document is long, and the same until the host changes. */
    private volatile Optional<Told> told = Optional.empty();

    private record Told(Element document, String text) {}

    Hypervisor(
            String uri,
            HypervisorDriver driver,
            HostDriver machine,
            Storage<StoredDefinition, LiveDocument> storage,
            Duration jobWait,
            HostParts parts,
            Registries registries) {
        this(
                uri,
                driver,
                machine,
                storage,
                jobWait,
                parts,
                registries,
                new SnapshotHost(Optional.empty()),
                new SaveHost(Optional.empty(), driver.origin()));
    }

    Hypervisor(
            String uri,
            HypervisorDriver driver,
            HostDriver machine,
            Storage<StoredDefinition, LiveDocument> storage,
            Duration jobWait,
            HostParts parts,
            Registries registries,
            SnapshotHost snapshots,
            SaveHost saves) {
        this.uri = uri;
        this.driver = driver;
        this.host = driver.ownHost().orElse(machine);
        this.storage = storage;
        this.jobWait = jobWait;
        this.parts = parts;
        this.snapshots = snapshots;
        this.saves = saves;
        this.registry = new Registry(registries, bus, driver.origin());
    }

    String uri() {
        return uri;
    }

    HypervisorDriver driver() {
        return driver;
    }

    HostDriver host() {
        return host;
    }

    Storage<StoredDefinition, LiveDocument> storage() {
        return storage;
    }

    /** The capabilities document as text. */
    String capabilities() {
        var document = driver.capabilities();
        var last = told;
        if (last.isPresent() && last.get().document().equals(document)) {
            return last.get().text();
        }
        var text = Documents.format(document);
        told = Optional.of(new Told(document, text));
        return text;
    }

    EventBus<DomainEvent> bus() {
        return bus;
    }

    Registry registry() {
        return registry;
    }

    SnapshotHost snapshots() {
        return snapshots;
    }

    /** Open files that clients left for starts. */
    FileGroups files() {
        return files;
    }

    SaveHost saves() {
        return saves;
    }

    /** A snapshot of a domain; {@code NO_DOMAIN_SNAPSHOT} when there is none of this name. */
    SnapshotDefinition snapshot(Domain domain, String name) {
        return snapshots
                .of(domain.uuid())
                .find(name)
                .orElseThrow(() ->
                        error(ErrorCode.NO_DOMAIN_SNAPSHOT, "no domain snapshot with matching name '" + name + "'"));
    }

    /** Takes out a domain that is gone, with what is written down of its snapshots. */
    void forget(Domain domain) {
        registry.forget(domain);
        snapshots.forget(domain.uuid());
        files.forget(domain.uuid());
    }

    Duration jobWait() {
        return jobWait;
    }

    /** The domain of this uuid; {@code NO_DOMAIN} when there is none. */
    Domain domain(UUID uuid) {
        return registry.find(uuid).orElseThrow(() -> noDomain("no domain with matching uuid '" + uuid + "'"));
    }

    /** Begins a job on a domain that is there when its turn comes; {@code NO_DOMAIN} when it has gone meanwhile. */
    Job begin(Domain domain, Kind kind, String api) {
        var job = domain.jobs().begin(kind, api, jobWait, driver.origin());
        if (!domain.view().there()) {
            job.close();
            throw noDomain("no domain with matching uuid '" + domain.uuid() + "'");
        }
        return job;
    }

    /** Returns when a domain runs; {@code OPERATION_INVALID} otherwise. */
    void mustRun(Domain domain) {
        if (!domain.view().active()) {
            throw invalid("domain is not running");
        }
    }

    /** The running instance; {@code OPERATION_INVALID} when there is none. */
    LiveDomain live(Domain domain) {
        return domain.view()
                .live()
                .flatMap(live -> live.instance().live())
                .orElseThrow(() -> invalid("domain is not running"));
    }

    /** The running instance as something that can do what a call needs; {@code NO_SUPPORT} when it cannot. */
    <T> T ability(Domain domain, Class<T> kind, String api) {
        return live(domain).ability(kind).orElseThrow(() -> lacking(kind, api));
    }

    /** What an instance has of an ability, if it runs and has it. */
    <T> Optional<T> abilityIfAny(DomainView view, Class<T> kind) {
        return view.live().flatMap(live -> live.instance().live()).flatMap(live -> live.ability(kind));
    }

    /** Reads a definition from a client and completes it. */
    DomainDefinition read(String xml, boolean validate) {
        var definition = DomainXml.parse(xml, validate);
        if (!driver.domainTypes().contains(definition.type())) {
            throw error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "domain type '" + definition.type() + "' is not one of this connection's: "
                            + String.join(
                                    ", ", driver.domainTypes().stream().sorted().toList()));
        }
        return driver.complete(definition);
    }

    /**
     * A complete definition as the driver is to start it.
     *
     * @param definition with paths where it has names of volumes, bridges and devices where it has names of networks
     * @param shown what clients see instead
     */
    record Resolved(DomainDefinition definition, Shown shown) {}

    /** Resolves what a complete definition names. Places in networks are taken by this: {@link #nics} gives them back. */
    Resolved resolve(DomainDefinition definition) {
        var disks = disks().resolve(definition);
        var nics = nics().resolve(disks.definition());
        try (var undo = new Undo()) {
            undo.add(() -> nics().release(definition.uuid()));
            var resolved = nics.definition().equals(definition) ? definition : driver.complete(nics.definition());
            undo.done();
            return new Resolved(resolved, new Shown(disks.shown(), nics.shown()));
        }
    }

    /** The host's passphrases and keys. */
    Optional<SecretHost> secrets() {
        return parts.objects().secrets();
    }

    /** The host's packet filters. */
    Optional<FilterHost> filters() {
        return parts.objects().filters();
    }

    /** The images of this driver's domains. */
    DiskSources disks() {
        return new DiskSources(parts.pools());
    }

    /** The interfaces of this driver's domains and their places in networks. */
    NicSources nics() {
        return new NicSources(parts.networks(), scheme());
    }

    /** The virtual networks its domains can be in; empty where there are none. */
    Optional<NetworkHost> networks() {
        return parts.networks();
    }

    private String scheme() {
        return uri.substring(0, Math.max(0, uri.indexOf(':')));
    }

    /**
     * Changes the stored definition of a domain whose job the caller holds; on disk before anybody sees it.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} when the change alone would keep the domain from starting
     */
    void reconfigure(Domain domain, UnaryOperator<DomainDefinition> change, Happening... happenings) {
        var before = domain.view().config().orElseThrow().definition();
        var after = change.apply(before);
        mustStayHonoured(before, after);
        var stored = StoredDefinition.of(after);
        storage.replace(stored);
        domain.change(view -> view.withConfig(stored), happenings);
    }

    /** A definition that was defined with what nobody honours stays open to all other changes. */
    private void mustStayHonoured(DomainDefinition before, DomainDefinition after) {
        try {
            driver.checkHonoured(after);
        } catch (PosadaException refused) {
            try {
                driver.checkHonoured(before);
            } catch (PosadaException already) {
                return;
            }
            throw refused;
        }
    }

    PosadaException error(ErrorCode code, String detail) {
        return new PosadaException(code, driver.origin(), detail);
    }

    PosadaException invalid(String detail) {
        return error(ErrorCode.OPERATION_INVALID, detail);
    }

    PosadaException badArgument(String detail) {
        return error(ErrorCode.INVALID_ARG, detail);
    }

    /** An argument that cannot be zero; libvirt says so without the code's text. */
    PosadaException zeroArgument(String argument, String api) {
        var error = badArgument(argument + " in " + api + " must not be zero");
        return PosadaException.said(error.code(), error.origin(), error.detail());
    }

    PosadaException noDomain(String detail) {
        return error(ErrorCode.NO_DOMAIN, detail);
    }

    /** A call that the domains of this driver cannot serve, with the reason if there is one to tell. */
    PosadaException lacking(Class<?> ability, String api) {
        return unsupported(
                driver.whyNot(ability).map(reason -> api + ", " + reason).orElse(api));
    }

    PosadaException unsupported(String api) {
        return PosadaException.unsupportedCall(driver.origin(), api);
    }

    void checkFlags(int flags, int known, String api) {
        Flags.check(flags, known, api, driver.origin());
    }

    /** Lets go of the instances without ending them, then of the driver. */
    @Override
    public void close() {
        try {
            for (var domain : registry.running()) {
                domain.view().live().flatMap(live -> live.instance().live()).ifPresent(LiveDomain::release);
            }
        } finally {
            driver.close();
            registry.close();
            storage.close();
        }
    }
}
