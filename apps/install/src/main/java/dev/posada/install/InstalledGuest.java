package dev.posada.install;

import dev.posada.client.Domain;
import dev.posada.client.DomainEventType;
import dev.posada.client.EventSubscription;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A guest that was started to be installed: whether it has ended, and the wait for that. */
final class InstalledGuest implements AutoCloseable {
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final Domain domain;
    private final boolean transientGuest;
    private final Semaphore happenings = new Semaphore(0);
    private final Optional<EventSubscription> subscription;

    InstalledGuest(Domain domain, boolean transientGuest) {
        this.domain = domain;
        this.transientGuest = transientGuest;
        subscription = subscribed();
    }

    private Optional<EventSubscription> subscribed() {
        try {
            return Optional.of(domain.subscribe(Set.of(DomainEventType.LIFECYCLE), event -> happenings.release()));
        } catch (PosadaException noEvents) {
            // Without events, a look each second does as well.
            return Optional.empty();
        }
    }

    Domain domain() {
        return domain;
    }

    /** Whether the guest is off. */
    boolean hasEnded() {
        try {
            if (domain.status().state() == DomainState.CRASHED) {
                throw new InstallException("Domain has crashed.");
            }
            return !domain.isActive();
        } catch (PosadaException e) {
            if (transientGuest && e.code() == ErrorCode.NO_DOMAIN) {
                return true;
            }
            throw e;
        }
    }

    /** Waits a moment, or until something happens to the guest. */
    void glance() {
        try {
            if (happenings.tryAcquire(GLANCE.toMillis(), TimeUnit.MILLISECONDS)) {
                happenings.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether somebody ended the guest, rather than the guest itself. */
    boolean wasDestroyed() {
        try {
            DomainStatus status = domain.status();
            return status == DomainStatus.SHUTOFF_DESTROYED || status == DomainStatus.SHUTOFF_SAVED;
        } catch (PosadaException e) {
            return false;
        }
    }

    /** Ends the guest, if it runs. */
    void destroy() {
        try {
            if (domain.isActive()) {
                domain.destroy();
            }
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.NO_DOMAIN && e.code() != ErrorCode.OPERATION_INVALID) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        subscription.ifPresent(EventSubscription::close);
    }
}
