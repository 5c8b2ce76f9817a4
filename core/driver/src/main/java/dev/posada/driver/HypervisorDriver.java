package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import java.util.Optional;
import java.util.Set;

/**
 * Teaches the engine one kind of hypervisor.
 *
 * <p>A driver keeps no registry: names, uniqueness, persistence, jobs and access are the engine's. It answers what its
 * kind of domain can be, starts one, and finds again those that are running. All methods may be called from any thread;
 * for one domain the engine never has two changing calls under way, but {@link LiveDomain#destroy} may come at any time.
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
     * Fills in what a user left out, as libvirt does, and refuses what no domain of this kind can be. The answer for an
     * already complete definition is equal to it.
     *
     * @param definition canonical
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} or {@code XML_ERROR}, naming the element
     */
    DomainDefinition complete(DomainDefinition definition);

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

    /** Lets go of everything but the running domains. */
    @Override
    void close();
}
