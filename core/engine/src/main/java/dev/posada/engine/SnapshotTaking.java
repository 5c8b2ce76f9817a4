package dev.posada.engine;

import dev.posada.driver.SnapshotDriver;
import dev.posada.driver.SnapshotDriver.Feature;
import dev.posada.driver.SnapshotRequest;
import dev.posada.driver.Undo;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainState;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SnapshotDefinition;
import dev.posada.model.SnapshotState;
import dev.posada.xml.DomainXml;
import dev.posada.xml.SnapshotXml;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;

/** Takes snapshots, and lets those taken before be told again ({@code virDomainSnapshotCreateXML}). */
final class SnapshotTaking {
    private static final int REDEFINE = 1;
    private static final int CURRENT = 1 << 1;
    private static final int NO_METADATA = 1 << 2;
    private static final int HALT = 1 << 3;
    private static final int DISK_ONLY = 1 << 4;
    private static final int QUIESCE = 1 << 6;
    private static final int ATOMIC = 1 << 7;
    private static final int LIVE = 1 << 8;
    private static final int VALIDATE = 1 << 9;

    private static final String FLAG = "VIR_DOMAIN_SNAPSHOT_CREATE_";

    private final Hypervisor hypervisor;
    private final Launcher launcher;

    SnapshotTaking(Hypervisor hypervisor, Launcher launcher) {
        this.hypervisor = hypervisor;
        this.launcher = launcher;
    }

    /** The name of the snapshot that is there now. */
    String create(UUID uuid, String xml, int flags, String api) {
        if (Flags.has(flags, CURRENT) && !Flags.has(flags, REDEFINE)) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG,
                    ErrorOrigin.DOMAIN_SNAPSHOT,
                    "Flag '" + FLAG + "REDEFINE' is required by flag '" + FLAG + "CURRENT'");
        }
        Snapshots.exclusive(flags, REDEFINE, FLAG + "REDEFINE", NO_METADATA, FLAG + "NO_METADATA");
        var driver = hypervisor.driver().snapshots().orElseThrow(() -> hypervisor.lacking(SnapshotDriver.class, api));
        hypervisor.checkFlags(flags, known(driver), api);
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.ASYNC, api)) {
            if (Flags.has(flags, HALT) && !domain.view().persistent()) {
                throw hypervisor.invalid("cannot halt after transient domain snapshot");
            }
            boolean strict = Flags.has(flags, VALIDATE);
            return Flags.has(flags, REDEFINE)
                    ? redefine(domain, SnapshotXml.parseTaken(xml, strict), Flags.has(flags, CURRENT))
                    : take(domain, driver, SnapshotXml.parse(xml, strict, Instant.now()), flags);
        }
    }

    private static int known(SnapshotDriver driver) {
        int disks = driver.features().contains(Feature.DISK_ONLY) ? DISK_ONLY : 0;
        int quiesce = driver.features().contains(Feature.QUIESCE) ? QUIESCE : 0;
        return REDEFINE | CURRENT | HALT | ATOMIC | LIVE | VALIDATE | disks | quiesce;
    }

    private String take(Domain domain, SnapshotDriver driver, SnapshotDefinition asked, int flags) {
        var snapshots = hypervisor.snapshots();
        var tree = snapshots.of(domain.uuid());
        if (tree.find(asked.name()).isPresent()) {
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.DOMAIN,
                    "domain moment " + asked.name() + " already exists");
        }
        mustHaveRoom(tree);
        var view = domain.view();
        var definition = definition(view);
        boolean memory = driver.features().contains(Feature.MEMORY) && !Flags.has(flags, DISK_ONLY);
        var snapshot = filled(asked, state(view, memory), definition).withParent(tree.current());
        var request = new SnapshotRequest(
                running(view).orElse(definition),
                snapshot,
                view.live().flatMap(live -> live.instance().live()),
                Flags.has(flags, QUIESCE),
                Flags.has(flags, LIVE));
        try (var undo = new Undo()) {
            var cookie = driver.take(request);
            var taken = cookie.map(snapshot::with).orElse(snapshot);
            undo.add(() -> driver.delete(request.domain(), taken));
            snapshots.put(domain.uuid(), taken);
            undo.done();
        }
        if (Flags.has(flags, HALT) && domain.view().active()) {
            launcher.end(domain, Ending.FROM_SNAPSHOT, "virDomainSnapshotCreateXML");
        }
        snapshots.current(domain.uuid(), Optional.of(snapshot.name()));
        return snapshot.name();
    }

    private SnapshotDefinition filled(SnapshotDefinition asked, SnapshotState state, DomainDefinition definition) {
        if (asked.root()
                .child("memory")
                .filter(memory -> memory.has("snapshot", "external"))
                .isPresent()) {
            throw new PosadaException(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    ErrorOrigin.DOMAIN_SNAPSHOT,
                    "memory cannot be saved to a file of its own by a snapshot; leave it out, or save the domain");
        }
        return new SnapshotDisks(hypervisor.driver())
                .align(asked, definition)
                .withState(state)
                .with(Element.of(
                        "memory",
                        "snapshot",
                        state == SnapshotState.RUNNING || state == SnapshotState.PAUSED ? "internal" : "no"))
                .withDomain(definition.root());
    }

    private static SnapshotState state(DomainView view, boolean memory) {
        if (!view.active()) {
            return SnapshotState.SHUTOFF;
        }
        if (!memory) {
            return SnapshotState.DISK_SNAPSHOT;
        }
        return view.status().state() == DomainState.PAUSED ? SnapshotState.PAUSED : SnapshotState.RUNNING;
    }

    /** What runs, as one could define it again; what is defined otherwise. */
    private static DomainDefinition definition(DomainView view) {
        return running(view)
                .map(live -> new DomainDefinition(
                        DomainXml.document(live, EnumSet.of(DomainXml.Part.SECRETS, DomainXml.Part.INACTIVE))))
                .orElseGet(() -> view.config().orElseThrow().definition());
    }

    private static Optional<DomainDefinition> running(DomainView view) {
        return view.live()
                .filter(_ -> view.active())
                .map(live -> live.instance().shown(live.definition()));
    }

    private void mustHaveRoom(SnapshotTree tree) {
        if (tree.all().size() >= SnapshotFiles.MOST) {
            throw hypervisor.error(
                    ErrorCode.OPERATION_FAILED,
                    "a domain has at most " + SnapshotFiles.MOST + " snapshots; delete some of them first");
        }
    }

    private String redefine(Domain domain, SnapshotDefinition told, boolean current) {
        var snapshots = hypervisor.snapshots();
        var tree = snapshots.of(domain.uuid());
        mayGrowFrom(told, tree);
        var before = tree.find(told.name());
        told.domain().ifPresent(definition -> mustBeOf(domain, definition, told));
        before.ifPresent(known -> mustNotChangeKind(known, told));
        var whole = told.domain().isPresent()
                ? told
                : before.flatMap(SnapshotDefinition::domain)
                        .map(definition -> told.withDomain(definition.root()))
                        .orElseThrow(() -> new PosadaException(
                                ErrorCode.INTERNAL_ERROR, ErrorOrigin.DOMAIN_SNAPSHOT, "missing domain in snapshot"));
        if (before.isEmpty()) {
            mustHaveRoom(tree);
        }
        // Where the data lies is the driver's own knowledge, which a client need not know and cannot change.
        var cookie = before.flatMap(known -> known.root().child("cookie"));
        var kept = cookie.map(whole::with).orElse(whole);
        snapshots.put(domain.uuid(), disks(kept));
        if (current) {
            snapshots.current(domain.uuid(), Optional.of(told.name()));
        }
        return told.name();
    }

    private SnapshotDefinition disks(SnapshotDefinition told) {
        boolean elsewhere = told.external()
                || told.disks().stream().anyMatch(disk -> !disk.children().isEmpty());
        return elsewhere
                ? told
                : new SnapshotDisks(hypervisor.driver())
                        .align(told, told.domain().orElseThrow());
    }

    private static void mayGrowFrom(SnapshotDefinition told, SnapshotTree tree) {
        if (told.parent().isEmpty()) {
            return;
        }
        var parent = told.parent().get();
        if (parent.equals(told.name())) {
            throw wrongTree("cannot set moment " + told.name() + " as its own parent");
        }
        if (tree.find(parent).isEmpty()) {
            throw wrongTree("parent " + parent + " for moment " + told.name() + " not found");
        }
        if (tree.leadsTo(parent, told.name())) {
            throw wrongTree("parent " + parent + " would create cycle to " + told.name());
        }
    }

    private static PosadaException wrongTree(String problem) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.DOMAIN, problem);
    }

    private static void mustBeOf(Domain domain, DomainDefinition definition, SnapshotDefinition told) {
        if (!definition.uuid().equals(domain.uuid())) {
            throw badArgument("definition for snapshot " + told.name() + " must use uuid " + domain.uuid());
        }
    }

    private static void mustNotChangeKind(SnapshotDefinition known, SnapshotDefinition told) {
        if (known.state().online() != told.state().online()) {
            throw badArgument("cannot change between online and offline snapshot state in snapshot " + told.name());
        }
        if ((known.state() == SnapshotState.DISK_SNAPSHOT) != (told.state() == SnapshotState.DISK_SNAPSHOT)) {
            throw badArgument("cannot change between disk only and full system in snapshot " + told.name());
        }
        var before = known.domain().map(DomainDefinition::name);
        var after = told.domain().map(DomainDefinition::name);
        if (before.isPresent() && after.isPresent() && !before.equals(after)) {
            throw new PosadaException(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    ErrorOrigin.DOMAIN,
                    "Target domain name '" + after.get() + "' does not match source '" + before.get() + "'");
        }
    }

    private static PosadaException badArgument(String problem) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.DOMAIN_SNAPSHOT, problem);
    }
}
