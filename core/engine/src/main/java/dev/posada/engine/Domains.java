package dev.posada.engine;

import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainInfo;
import dev.posada.model.DomainStatus;
import java.util.List;
import java.util.UUID;

/**
 * The domains of a connection: which there are, what they are called and how they are defined. Flags and errors are
 * libvirt's. Looking never waits for a hypervisor; what is told is what was last known.
 */
public final class Domains {
    Domains() {}

    /** The domains that pass every group of {@code virConnectListAllDomainsFlags}; 0 means all. */
    public List<DomainIdentity> list(int flags) {
        return Pending.body();
    }

    /** The domain of this name; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byName(String name) {
        return Pending.body();
    }

    /** The domain of this uuid; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byUuid(UUID uuid) {
        return Pending.body();
    }

    /** The running domain of this id; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byId(int id) {
        return Pending.body();
    }

    /** State and reason ({@code virDomainGetState}). */
    public DomainStatus status(UUID domain) {
        return Pending.body();
    }

    /** The vital figures ({@code virDomainGetInfo}). */
    public DomainInfo info(UUID domain) {
        return Pending.body();
    }

    /** The definition as text; flags are {@code virDomainXMLFlags}. */
    public String xml(UUID domain, int flags) {
        return Pending.body();
    }

    /** What runs inside, as {@code hvm}. */
    public String osType(UUID domain) {
        return Pending.body();
    }

    /** Whether there is a running instance. */
    public boolean isActive(UUID domain) {
        return Pending.body();
    }

    /** Whether there is a stored definition. */
    public boolean isPersistent(UUID domain) {
        return Pending.body();
    }

    /** Whether the stored definition was changed while the instance ran. */
    public boolean isUpdated(UUID domain) {
        return Pending.body();
    }

    /** Stores a definition; on disk when this returns. Flags are {@code virDomainDefineFlags}. */
    public DomainIdentity define(String xml, int flags) {
        return Pending.body();
    }

    /** Forgets a definition; a running domain becomes transient. Flags are {@code virDomainUndefineFlagsValues}. */
    public void undefine(UUID domain, int flags) {
        Pending.body();
    }

    /** Gives an inactive domain another name; {@code flags} must be 0. */
    public void rename(UUID domain, String name, int flags) {
        Pending.body();
    }

    /** Whether the domain starts with the host. */
    public boolean autostart(UUID domain) {
        return Pending.body();
    }

    /** Says whether the domain starts with the host; only a persistent one can. */
    public void setAutostart(UUID domain, boolean autostart) {
        Pending.body();
    }

    /**
     * Description (0), title (1) or the element of a namespace (2).
     *
     * @param uri the namespace, empty unless the type is 2
     * @param flags {@code virDomainModificationImpact}
     * @throws dev.posada.model.PosadaException {@code NO_DOMAIN_METADATA} when there is none
     */
    public String metadata(UUID domain, int type, String uri, int flags) {
        return Pending.body();
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
        Pending.body();
    }

    /** Whether a saved state waits for the next start. */
    public boolean hasManagedSave(UUID domain) {
        return Pending.body();
    }

    /** How many snapshots there are. */
    public int snapshotCount(UUID domain) {
        return Pending.body();
    }

    /** How many checkpoints there are. */
    public int checkpointCount(UUID domain) {
        return Pending.body();
    }

    /** How well the domain can be reached; it must be running. */
    public ControlInfo controlInfo(UUID domain) {
        return Pending.body();
    }

    /** The kind of job under way ({@code virDomainJobType}); 0 is none. The domain must be running. */
    public int jobType(UUID domain) {
        return Pending.body();
    }
}
