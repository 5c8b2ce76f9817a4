package dev.posada.jvm;

import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;

/** What an instance's end is called. */
enum EndReason {
    /** The program came to its end, by itself or when asked. */
    SHUTDOWN(DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN, "shutdown"),
    /** Somebody pulled the plug. */
    DESTROYED(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED, "destroyed"),
    /** The program failed. */
    CRASHED(DomainStatus.SHUTOFF_CRASHED, LifecycleChange.STOPPED_CRASHED, "crashed"),
    /** A start that was not finished. */
    FAILED(DomainStatus.SHUTOFF_FAILED, LifecycleChange.STOPPED_FAILED, "failed"),
    /** It ended while no daemon looked on, and left no word why. */
    UNKNOWN(DomainStatus.SHUTOFF_UNKNOWN, LifecycleChange.STOPPED_FAILED, "unknown");

    private final DomainStatus status;
    private final LifecycleChange change;
    private final String word;

    EndReason(DomainStatus status, LifecycleChange change, String word) {
        this.status = status;
        this.change = change;
        this.word = word;
    }

    DomainStatus status() {
        return status;
    }

    LifecycleChange change() {
        return change;
    }

    /** The word in the domain's log. */
    String word() {
        return word;
    }
}
