package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SnapshotDefinition;
import dev.posada.xml.SnapshotXml;
import java.util.List;
import java.util.UUID;

/**
 * The snapshots of domains: states they can return to. Flags and errors are libvirt's. Looking never waits for a
 * hypervisor; taking one, returning to one and deleting one is a job of the domain.
 *
 * <p>All calls but {@link #count} and the lists need a driver that can take snapshots; without one there are none.
 */
public final class Snapshots {
    // virDomainSnapshotDeleteFlags
    private static final int DELETE_CHILDREN = 1;
    private static final int DELETE_METADATA_ONLY = 2;
    private static final int DELETE_CHILDREN_ONLY = 4;

    private final Hypervisor hypervisor;
    private final Access access;
    private final Launcher launcher;

    Snapshots(Hypervisor hypervisor, Access access, Launcher launcher) {
        this.hypervisor = hypervisor;
        this.access = access;
        this.launcher = launcher;
    }

    /** Takes a snapshot, or tells again of one taken before; flags are {@code virDomainSnapshotCreateFlags}. */
    public SnapshotIdentity create(UUID domain, String xml, int flags) {
        var api = "virDomainSnapshotCreateXML";
        access.change(api);
        return identity(domain, new SnapshotTaking(hypervisor, launcher).create(domain, xml, flags, api));
    }

    /** The document; flag 1 asks for passwords too. */
    public String xml(UUID domain, String name, int flags) {
        var api = "virDomainSnapshotGetXMLDesc";
        boolean secure = Flags.has(flags, Flags.XML_SECURE);
        if (secure) {
            access.secrets(api);
        }
        access.query(api);
        hypervisor.checkFlags(flags, Flags.XML_SECURE, api);
        return SnapshotXml.format(one(domain, name), secure);
    }

    /** How many there are; flags are {@code virDomainSnapshotListFlags}. */
    public int count(UUID domain, int flags) {
        return listed(domain, flags, "virDomainSnapshotNum").size();
    }

    /** The names; flags are {@code virDomainSnapshotListFlags}. */
    public List<String> names(UUID domain, int flags) {
        return listed(domain, flags, "virDomainSnapshotListNames").stream()
                .map(SnapshotDefinition::name)
                .toList();
    }

    /** All that pass the filters; flags are {@code virDomainSnapshotListFlags}. */
    public List<SnapshotIdentity> list(UUID domain, int flags) {
        return identities(domain, listed(domain, flags, "virDomainListAllSnapshots"));
    }

    /** How many grew from one; flags are {@code virDomainSnapshotListFlags}. */
    public int childCount(UUID domain, String name, int flags) {
        return below(domain, name, flags, "virDomainSnapshotNumChildren").size();
    }

    /** The names of those that grew from one; flags are {@code virDomainSnapshotListFlags}. */
    public List<String> childNames(UUID domain, String name, int flags) {
        return below(domain, name, flags, "virDomainSnapshotListChildrenNames").stream()
                .map(SnapshotDefinition::name)
                .toList();
    }

    /** Those that grew from one; flags are {@code virDomainSnapshotListFlags}. */
    public List<SnapshotIdentity> children(UUID domain, String name, int flags) {
        return identities(domain, below(domain, name, flags, "virDomainSnapshotListAllChildren"));
    }

    /** The one of this name; {@code NO_DOMAIN_SNAPSHOT} when there is none. {@code flags} must be 0. */
    public SnapshotIdentity byName(UUID domain, String name, int flags) {
        look(flags, "virDomainSnapshotLookupByName");
        return identity(domain, one(domain, name).name());
    }

    /** Whether the domain is at a snapshot; {@code flags} must be 0. */
    public boolean hasCurrent(UUID domain, int flags) {
        look(flags, "virDomainHasCurrentSnapshot");
        return tree(domain).current().isPresent();
    }

    /** The one the domain was last at; {@code NO_DOMAIN_SNAPSHOT} when there is none. {@code flags} must be 0. */
    public SnapshotIdentity current(UUID domain, int flags) {
        look(flags, "virDomainSnapshotCurrent");
        var name = tree(domain).current().orElseThrow(() -> noSnapshot("the domain does not have a current snapshot"));
        return identity(domain, name);
    }

    /** The one another grew from; {@code NO_DOMAIN_SNAPSHOT} when it grew from none. {@code flags} must be 0. */
    public SnapshotIdentity parent(UUID domain, String name, int flags) {
        look(flags, "virDomainSnapshotGetParent");
        var tree = tree(domain);
        var parent = one(domain, name)
                .parent()
                .flatMap(tree::find)
                .orElseThrow(() -> noSnapshot("snapshot '" + name + "' does not have a parent"));
        return identity(domain, parent.name());
    }

    /** Whether the domain was last at this one; {@code flags} must be 0. */
    public boolean isCurrent(UUID domain, String name, int flags) {
        look(flags, "virDomainSnapshotIsCurrent");
        return tree(domain).current().filter(one(domain, name).name()::equals).isPresent();
    }

    /** Whether anything is written down of it: always, of those that are known. {@code flags} must be 0. */
    public boolean hasMetadata(UUID domain, String name, int flags) {
        look(flags, "virDomainSnapshotHasMetadata");
        var _ = one(domain, name);
        return true;
    }

    /** Returns a domain to a snapshot; flags are {@code virDomainSnapshotRevertFlags}. */
    public void revert(UUID domain, String name, int flags) {
        var api = "virDomainRevertToSnapshot";
        access.change(api);
        new SnapshotReturn(hypervisor, launcher).revert(domain, name, flags, api);
    }

    /** Deletes one, what grew from it, or both; flags are {@code virDomainSnapshotDeleteFlags}. */
    public void delete(UUID domain, String name, int flags) {
        var api = "virDomainSnapshotDelete";
        access.change(api);
        exclusive(
                flags,
                DELETE_CHILDREN,
                "VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN",
                DELETE_CHILDREN_ONLY,
                "VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY");
        hypervisor.checkFlags(flags, DELETE_CHILDREN | DELETE_METADATA_ONLY | DELETE_CHILDREN_ONLY, api);
        boolean childrenOnly = Flags.has(flags, DELETE_CHILDREN_ONLY);
        new SnapshotRemoval(hypervisor, Flags.has(flags, DELETE_METADATA_ONLY))
                .delete(domain, name, childrenOnly || Flags.has(flags, DELETE_CHILDREN), !childrenOnly, api);
    }

    /** Refuses two flags that contradict each other, in the words of libvirt's library. */
    static void exclusive(int flags, int one, String oneName, int other, String otherName) {
        exclusive(flags, one, oneName, other, otherName, ErrorOrigin.DOMAIN_SNAPSHOT);
    }

    /** The same, said by another part of the system. */
    static void exclusive(int flags, int one, String oneName, int other, String otherName, ErrorOrigin origin) {
        if (Flags.has(flags, one) && Flags.has(flags, other)) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG,
                    origin,
                    "Flags '" + oneName + "' and '" + otherName + "' are mutually exclusive");
        }
    }

    private void look(int flags, String api) {
        access.query(api);
        hypervisor.checkFlags(flags, 0, api);
    }

    private List<SnapshotDefinition> listed(UUID domain, int flags, String api) {
        access.query(api);
        hypervisor.checkFlags(flags, SnapshotFilter.ALL, api);
        return new SnapshotFilter(flags).of(tree(domain));
    }

    private List<SnapshotDefinition> below(UUID domain, String name, int flags, String api) {
        access.query(api);
        hypervisor.checkFlags(flags, SnapshotFilter.ALL, api);
        return new SnapshotFilter(flags).below(tree(domain), one(domain, name).name());
    }

    private SnapshotTree tree(UUID domain) {
        return hypervisor.snapshots().of(hypervisor.domain(domain).uuid());
    }

    private SnapshotDefinition one(UUID domain, String name) {
        return hypervisor.snapshot(hypervisor.domain(domain), name);
    }

    private SnapshotIdentity identity(UUID domain, String name) {
        return new SnapshotIdentity(hypervisor.domain(domain).view().identity(), name);
    }

    private List<SnapshotIdentity> identities(UUID domain, List<SnapshotDefinition> snapshots) {
        var whose = hypervisor.domain(domain).view().identity();
        return snapshots.stream()
                .map(one -> new SnapshotIdentity(whose, one.name()))
                .toList();
    }

    private PosadaException noSnapshot(String detail) {
        return hypervisor.error(ErrorCode.NO_DOMAIN_SNAPSHOT, detail);
    }
}
