package dev.posada.engine;

import dev.posada.driver.Abilities;
import dev.posada.driver.Ability;
import dev.posada.driver.Undo;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainState;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.xml.DomainXml;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;

/**
 * Domains put to rest in files, with their memory, and brought back from there. A managed save is one whose file the daemon
 * keeps, for the next start. Flags and errors are libvirt's.
 */
public final class Saves {
    private static final int BYPASS_CACHE = 1;
    private static final int RUNNING = 2;
    private static final int PAUSED = 4;
    private static final int RESET_NVRAM = 8;

    private final Hypervisor hypervisor;
    private final Access access;
    private final Launcher launcher;
    private final Connection connection;

    Saves(Hypervisor hypervisor, Access access, Launcher launcher, Connection connection) {
        this.hypervisor = hypervisor;
        this.access = access;
        this.launcher = launcher;
        this.connection = connection;
    }

    /**
     * Puts a running domain to rest in a file; it is off when this returns.
     *
     * @param to an absolute path; a file that is there is written anew
     * @param changed a definition to keep instead of the one that runs
     * @param flags {@code virDomainSaveRestoreFlags}
     */
    public void save(UUID uuid, String to, Optional<String> changed, int flags) {
        var api = "virDomainSaveFlags";
        access.change(api);
        checkFlags(flags, BYPASS_CACHE | RUNNING | PAUSED, api);
        var domain = hypervisor.domain(uuid);
        write(domain, absolute(to), changed, flags, api);
    }

    /** Puts a running domain to rest until its next start; flags are {@code virDomainSaveRestoreFlags}. */
    public void managedSave(UUID uuid, int flags) {
        var api = "virDomainManagedSave";
        access.change(api);
        checkFlags(flags, BYPASS_CACHE | RUNNING | PAUSED, api);
        var domain = hypervisor.domain(uuid);
        if (domain.view().active() && !domain.view().persistent()) {
            throw hypervisor.invalid("cannot do managed save for transient domain");
        }
        write(domain, hypervisor.saves().place(uuid, api), Optional.empty(), flags, api);
    }

    private void write(Domain domain, Path file, Optional<String> changed, int flags, String api) {
        hypervisor.mustRun(domain);
        try (var _ = hypervisor.begin(domain, Kind.ASYNC, api)) {
            hypervisor.mustRun(domain);
            var live = hypervisor.ability(domain, Abilities.Saves.class, api);
            var view = domain.view();
            boolean runs = Flags.has(flags, RUNNING)
                    || (view.status().state() != DomainState.PAUSED && !Flags.has(flags, PAUSED));
            var xml =
                    changed.map(text -> checked(text, view.name(), view.uuid())).orElseGet(() -> document(view));
            var origin = hypervisor.driver().origin();
            try (var undo = new Undo()) {
                undo.add(() -> SavedFile.remove(file, origin));
                var saved = SavedFile.create(file, runs, xml, origin);
                live.save(saved.state());
                undo.add(live::goOn);
                saved.finish(origin);
                undo.done();
            }
            launcher.end(domain, Ending.SAVED, api);
        }
    }

    private static String document(DomainView view) {
        var live = view.live().orElseThrow();
        return DomainXml.format(
                live.instance().shown(live.definition()), EnumSet.of(DomainXml.Part.SECRETS, DomainXml.Part.INACTIVE));
    }

    private String checked(String xml, String name, UUID uuid) {
        var definition = hypervisor.read(xml, false);
        if (!definition.name().equals(name)) {
            throw hypervisor.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "Target domain name '" + definition.name() + "' does not match source '" + name + "'");
        }
        if (!definition.uuid().equals(uuid)) {
            throw hypervisor.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "Target domain uuid " + definition.uuid() + " does not match source " + uuid);
        }
        return DomainXml.format(definition, true);
    }

    /**
     * Brings a domain back from a file; the file stays.
     *
     * @param changed a definition to use instead of the one in the file
     * @param flags {@code virDomainSaveRestoreFlags}
     */
    public void restore(String from, Optional<String> changed, int flags) {
        var api = "virDomainRestoreFlags";
        access.change(api);
        checkFlags(flags, BYPASS_CACHE | RUNNING | PAUSED | RESET_NVRAM, api);
        connection.mustBeOpen();
        if (!hypervisor.driver().abilities().contains(Ability.SAVE)) {
            throw hypervisor.lacking(Abilities.Saves.class, api);
        }
        var file = SavedFile.read(absolute(from), hypervisor.driver().origin());
        var kept = hypervisor.read(file.xml(), false);
        var definition = changed.map(text -> hypervisor.read(checked(text, kept.name(), kept.uuid()), false))
                .orElse(kept);
        boolean paused = Flags.has(flags, PAUSED) || (!file.running() && !Flags.has(flags, RUNNING));
        int start = (paused ? Flags.START_PAUSED : 0) | (Flags.has(flags, RESET_NVRAM) ? Flags.START_RESET_NVRAM : 0);
        launcher.create(definition, start, api, Optional.of(connection), StartFrom.saved(file));
    }

    /** The definition in a file, with all there is in it: what tells which kind of domain the file is of. */
    public String kept(String file) {
        access.change("virDomainRestoreFlags");
        return SavedFile.read(absolute(file), hypervisor.driver().origin()).xml();
    }

    /** The definition in a file; flag 1 asks for passwords too. */
    public String xml(String file, int flags) {
        var api = "virDomainSaveImageGetXMLDesc";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.XML_SECURE, api);
        return shown(SavedFile.read(absolute(file), hypervisor.driver().origin()), flags);
    }

    /** Puts another definition into a file; flags say whether it is to run. */
    public void define(String file, String xml, int flags) {
        var api = "virDomainSaveImageDefineXML";
        access.change(api);
        redefine(absolute(file), xml, flags, api);
    }

    /** Whether a saved state waits for the next start; {@code flags} must be 0. */
    public boolean hasManaged(UUID domain, int flags) {
        var api = "virDomainHasManagedSaveImage";
        access.query(api);
        hypervisor.checkFlags(flags, 0, api);
        return hypervisor.saves().there(hypervisor.domain(domain).uuid());
    }

    /** Forgets the saved state that waits for the next start, if there is one; {@code flags} must be 0. */
    public void removeManaged(UUID uuid, int flags) {
        var api = "virDomainManagedSaveRemove";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            hypervisor.saves().remove(uuid);
        }
    }

    /** The definition in the saved state that waits for the next start; flag 1 asks for passwords too. */
    public String managedXml(UUID domain, int flags) {
        var api = "virDomainManagedSaveGetXMLDesc";
        if (Flags.has(flags, Flags.XML_SECURE)) {
            access.secrets(api);
        }
        access.query(api);
        hypervisor.checkFlags(flags, Flags.XML_SECURE, api);
        return shown(managed(domain), flags);
    }

    /** Puts another definition into the saved state that waits for the next start. */
    public void defineManaged(UUID uuid, String xml, int flags) {
        var api = "virDomainManagedSaveDefineXML";
        access.change(api);
        redefine(managed(uuid).path(), xml, flags, api);
    }

    private SavedFile managed(UUID domain) {
        return hypervisor
                .saves()
                .find(hypervisor.domain(domain).uuid())
                .orElseThrow(() -> hypervisor.invalid("domain does not have managed save image"));
    }

    private void redefine(Path path, String xml, int flags, String api) {
        checkFlags(flags, RUNNING | PAUSED, api);
        var file = SavedFile.read(path, hypervisor.driver().origin());
        var before = new DomainDefinition(hypervisor.read(file.xml(), false).root());
        boolean runs = Flags.has(flags, RUNNING) || (file.running() && !Flags.has(flags, PAUSED));
        file.redefine(
                runs,
                checked(xml, before.name(), before.uuid()),
                hypervisor.driver().origin());
    }

    private String shown(SavedFile file, int flags) {
        return DomainXml.format(hypervisor.read(file.xml(), false), Flags.has(flags, Flags.XML_SECURE));
    }

    private void checkFlags(int flags, int known, String api) {
        Snapshots.exclusive(
                flags, RUNNING, "VIR_DOMAIN_SAVE_RUNNING", PAUSED, "VIR_DOMAIN_SAVE_PAUSED", ErrorOrigin.DOM);
        hypervisor.checkFlags(flags, known, api);
        if (Flags.has(flags, BYPASS_CACHE)) {
            throw hypervisor.error(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    "a saved state cannot go past the host's cache; leave --bypass-cache out");
        }
    }

    private Path absolute(String path) {
        var file = Path.of(path);
        if (!file.isAbsolute()) {
            throw hypervisor.badArgument("the path of a saved state must be absolute, and '" + path + "' is not");
        }
        return file;
    }
}
