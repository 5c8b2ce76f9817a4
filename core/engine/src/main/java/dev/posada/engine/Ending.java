package dev.posada.engine;

import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;

/** Why the daemon ends an instance, where that is another reason than that somebody asked for its end. */
enum Ending {
    /** Its domain returns to a snapshot, or was to stop after one was taken. */
    FROM_SNAPSHOT(DomainStatus.SHUTOFF_FROM_SNAPSHOT, LifecycleChange.STOPPED_FROM_SNAPSHOT),
    /** It was put to rest in a file. */
    SAVED(DomainStatus.SHUTOFF_SAVED, LifecycleChange.STOPPED_SAVED);

    private final DomainStatus status;
    private final LifecycleChange change;

    Ending(DomainStatus status, LifecycleChange change) {
        this.status = status;
        this.change = change;
    }

    DomainStatus status() {
        return status;
    }

    LifecycleChange change() {
        return change;
    }
}
