package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import java.util.Optional;

/**
 * How a running domain tells the engine what becomes of it. A driver calls these one at a time and in the order in which
 * things happened; a change made by a call ({@code suspend}) is reported before that call returns, and once only. The
 * engine's answers are quick: they never call back into the driver.
 *
 * <p>A start reports {@code STARTED_BOOTED}, with {@code RUNNING_BOOTED} unless it is a paused one; that reports
 * {@code SUSPENDED_PAUSED} after it, both with {@code PAUSED_USER}. A hypervisor whose instances begin stopped may report
 * {@code RESUMED_UNPAUSED} before, and {@code SHUTDOWN_HOST} before the end that a destroy brings, as libvirt does. A start that throws reports no ending: what it
 * reported before is taken back by the engine.
 */
public interface LiveListener {
    /** The domain has another status; the change is what clients are told, nothing when they need not be. */
    void status(DomainStatus status, Optional<LifecycleChange> change);

    /** Something happened that leaves the status as it is. */
    void happened(DomainEvent.Happening happening);

    /** The live definition changed: a console has its terminal, the balloon another size. */
    void changed(DomainDefinition live);

    /**
     * A network interface has its link on the host, and no packet has passed through it yet: what guards it is put up now.
     * When this throws, the interface must not come to life; a start fails.
     *
     * @param nic the interface as it is live, with its {@code target}
     */
    default void plugged(Element nic) {}

    /** A network interface is gone from a running domain. At the end of an instance all of them are, without this call. */
    default void unplugged(Element nic) {}

    /** The instance is gone; the last call. The status says why: shut off, crashed or failed. */
    void ended(DomainStatus status, LifecycleChange change);

    /**
     * As {@link #ended(DomainStatus, LifecycleChange)}, of an instance that did not end as anybody asked it to.
     *
     * @param reason one line for people: what happened and what would help
     */
    default void ended(DomainStatus status, LifecycleChange change, String reason) {
        ended(status, change);
    }
}
