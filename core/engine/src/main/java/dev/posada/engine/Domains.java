package dev.posada.engine;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.HasStatistics;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainInfo;
import dev.posada.model.DomainStatus;
import dev.posada.xml.DomainXml;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The domains of a connection: which there are, what they are called and how they are defined. Flags and errors are
 * libvirt's. Looking never waits for a hypervisor; what is told is what was last known.
 */
public final class Domains {
    private final Hypervisor hypervisor;
    private final Access access;
    private final Definer definer;

    Domains(Hypervisor hypervisor, Access access, Definer definer) {
        this.hypervisor = hypervisor;
        this.access = access;
        this.definer = definer;
    }

    /** The domains that pass every group of {@code virConnectListAllDomainsFlags}; 0 means all. */
    public List<DomainIdentity> list(int flags) {
        var api = "virConnectListAllDomains";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.LIST_ALL, api);
        var filter = new DomainFilter(flags, hypervisor);
        var listed = new ArrayList<DomainIdentity>();
        for (var domain : hypervisor.registry().all()) {
            var view = domain.view();
            if (view.there() && filter.admits(view)) {
                listed.add(view.identity());
            }
        }
        return listed;
    }

    /** The domain of this name; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byName(String name) {
        access.query("virDomainLookupByName");
        return hypervisor
                .registry()
                .find(name)
                .orElseThrow(() -> hypervisor.noDomain("no domain with matching name '" + name + "'"))
                .view()
                .identity();
    }

    /** The domain of this uuid; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byUuid(UUID uuid) {
        return look(uuid, "virDomainLookupByUUID").identity();
    }

    /** The running domain of this id; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byId(int id) {
        access.query("virDomainLookupByID");
        return hypervisor
                .registry()
                .find(id)
                .orElseThrow(() -> hypervisor.noDomain("no domain with matching id " + id))
                .view()
                .identity();
    }

    /** State and reason ({@code virDomainGetState}). */
    public DomainStatus status(UUID domain) {
        return look(domain, "virDomainGetState").status();
    }

    /** The vital figures ({@code virDomainGetInfo}). */
    public DomainInfo info(UUID domain) {
        var view = look(domain, "virDomainGetInfo");
        var facts = view.facts();
        var figures = hypervisor.abilityIfAny(view, HasStatistics.class);
        return new DomainInfo(
                view.status().state(),
                facts.maxMemoryKib(),
                figures.map(HasStatistics::memoryKib).orElse(facts.memoryKib()),
                facts.vcpus(),
                figures.map(HasStatistics::cpuTimeNanos).orElse(0L));
    }

    /** The definition as text; flags are {@code virDomainXMLFlags}. */
    public String xml(UUID domain, int flags) {
        var api = "virDomainGetXMLDesc";
        if (Flags.has(flags, Flags.XML_SECURE | Flags.XML_MIGRATABLE)) {
            access.secrets(api);
        }
        var view = look(domain, api);
        hypervisor.checkFlags(
                flags, Flags.XML_SECURE | Flags.XML_INACTIVE | Flags.XML_UPDATE_CPU | Flags.XML_MIGRATABLE, api);
        boolean stored = Flags.has(flags, Flags.XML_INACTIVE) || !view.active();
        if (stored && view.persistent()) {
            var config = view.config().orElseThrow();
            return Flags.has(flags, Flags.XML_MIGRATABLE)
                    ? DomainXml.format(config.definition(), parts(flags))
                    : config.text(Flags.has(flags, Flags.XML_SECURE));
        }
        var running = view.live().orElseThrow(() -> hypervisor.invalid("domain is not running"));
        var live = running.instance().shown(running.definition());
        var parts = parts(flags);
        if (stored) {
            parts.add(DomainXml.Part.INACTIVE);
        }
        return DomainXml.format(stored ? live : withId(live, view.id()), parts);
    }

    private static EnumSet<DomainXml.Part> parts(int flags) {
        var parts = EnumSet.noneOf(DomainXml.Part.class);
        if (Flags.has(flags, Flags.XML_SECURE)) {
            parts.add(DomainXml.Part.SECRETS);
        }
        if (Flags.has(flags, Flags.XML_MIGRATABLE)) {
            parts.add(DomainXml.Part.MIGRATABLE);
        }
        return parts;
    }

    /** The id stands right behind the type, before any namespaces. */
    private static DomainDefinition withId(DomainDefinition definition, int id) {
        var root = definition.root();
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("type", definition.type());
        attributes.put("id", Integer.toString(id));
        root.attributes().forEach(attributes::putIfAbsent);
        return new DomainDefinition(root.withAttributes(attributes));
    }

    /** What runs inside, as {@code hvm}. */
    public String osType(UUID domain) {
        return look(domain, "virDomainGetOSType").facts().osType();
    }

    /** Whether there is a running instance. */
    public boolean isActive(UUID domain) {
        return look(domain, "virDomainIsActive").active();
    }

    /** Whether there is a stored definition. */
    public boolean isPersistent(UUID domain) {
        return look(domain, "virDomainIsPersistent").persistent();
    }

    /** Whether the stored definition was changed while the instance ran. */
    public boolean isUpdated(UUID domain) {
        return look(domain, "virDomainIsUpdated").updated();
    }

    /** Stores a definition; on disk when this returns. Flags are {@code virDomainDefineFlags}. */
    public DomainIdentity define(String xml, int flags) {
        var api = "virDomainDefineXMLFlags";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.DEFINE_VALIDATE, api);
        return definer.define(hypervisor.read(xml, Flags.has(flags, Flags.DEFINE_VALIDATE)), api);
    }

    /** Forgets a definition; a running domain becomes transient. Flags are {@code virDomainUndefineFlagsValues}. */
    public void undefine(UUID domain, int flags) {
        var api = "virDomainUndefineFlags";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.UNDEFINE_ALL, api);
        definer.undefine(domain, flags, api);
    }

    /** Gives an inactive domain another name; {@code flags} must be 0. */
    public void rename(UUID domain, String name, int flags) {
        var api = "virDomainRename";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        if (name.isEmpty()) {
            throw hypervisor.badArgument("string new_name in virDomainRename must not be empty");
        }
        definer.rename(domain, name, api);
    }

    /** Whether the domain starts with the host. */
    public boolean autostart(UUID domain) {
        return look(domain, "virDomainGetAutostart").autostart();
    }

    /** Says whether the domain starts with the host; only a persistent one can. */
    public void setAutostart(UUID domain, boolean autostart) {
        var api = "virDomainSetAutostart";
        access.change(api);
        definer.autostart(domain, autostart, api);
    }

    /**
     * Description (0), title (1) or the element of a namespace (2).
     *
     * @param uri the namespace, empty unless the type is 2
     * @param flags {@code virDomainModificationImpact}
     * @throws dev.posada.model.PosadaException {@code NO_DOMAIN_METADATA} when there is none
     */
    public String metadata(UUID domain, int type, String uri, int flags) {
        access.query("virDomainGetMetadata");
        return new Metadata(hypervisor).read(domain, type, uri, flags);
    }

    /**
     * Sets description (0), title (1) or the element of a namespace (2).
     *
     * @param metadata the text or element; empty removes it
     * @param key the prefix to bind the namespace to, empty unless the type is 2
     * @param uri the namespace, empty unless the type is 2
     * @param flags {@code virDomainModificationImpact}
     */
    public void setMetadata(UUID domain, int type, String metadata, String key, String uri, int flags) {
        access.change("virDomainSetMetadata");
        new Metadata(hypervisor).write(domain, type, metadata, key, uri, flags);
    }

    /**
     * What people should know of the domain, each a line.
     *
     * @param flags {@code virDomainMessageType}; 0 for all
     */
    public List<String> messages(UUID uuid, int flags) {
        var api = "virDomainGetMessages";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.MESSAGES_ALL, api);
        var domain = hypervisor.domain(uuid);
        if (flags != 0) {
            // The kinds libvirt knows are warnings of definitions; what is told here is neither.
            return List.of();
        }
        var ending = Optional.of(domain.remark()).filter(line -> !line.isEmpty());
        return ending.or(() -> hypervisor
                        .abilityIfAny(domain.view(), Abilities.HasRemarks.class)
                        .flatMap(Abilities.HasRemarks::remark))
                .map(List::of)
                .orElse(List.of());
    }

    /** How many checkpoints there are. */
    public int checkpointCount(UUID domain) {
        var _ = look(domain, "virDomainListAllCheckpoints");
        return 0;
    }

    /** How well the domain can be reached; it must be running. */
    public ControlInfo controlInfo(UUID uuid) {
        access.query("virDomainGetControlInfo");
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        return domain.jobs()
                .holder()
                .map(holder ->
                        new ControlInfo(ControlInfo.JOB, 0, (System.nanoTime() - holder.sinceNanos()) / 1_000_000))
                .orElse(new ControlInfo(ControlInfo.OK, 0, 0));
    }

    /**
     * The kind of job under way ({@code virDomainJobType}); 0 is none. The domain must be running, unless the last one
     * that was completed is asked for: none is remembered.
     *
     * @param flags {@code virDomainGetJobStatsFlags}
     */
    public int jobType(UUID domain, int flags) {
        var api = "virDomainGetJobStats";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.JOB_COMPLETED | Flags.JOB_KEEP_COMPLETED, api);
        var found = hypervisor.domain(domain);
        if (!Flags.has(flags, Flags.JOB_COMPLETED)) {
            hypervisor.mustRun(found);
        }
        return 0;
    }

    /** Breaks off the job under way; {@code OPERATION_INVALID} when there is none that can be. {@code flags} must be 0. */
    public void abortJob(UUID domain, int flags) {
        var api = "virDomainAbortJob";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        hypervisor.mustRun(hypervisor.domain(domain));
        throw hypervisor.invalid("no job is active on the domain");
    }

    private DomainView look(UUID domain, String api) {
        access.query(api);
        return hypervisor.domain(domain).view();
    }
}
