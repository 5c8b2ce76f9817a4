package dev.posada.qemu;

import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;

/** Why an instance came to its end. */
enum EndReason {
    /** The guest switched itself off, or the emulator was asked to end from outside. */
    SHUTDOWN(DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN, "shutdown"),
    /** Somebody pulled the plug. */
    DESTROYED(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED, "destroyed"),
    /** The guest panicked and was ended for it. */
    PANICKED(DomainStatus.SHUTOFF_CRASHED, LifecycleChange.STOPPED_CRASHED, "crashed"),
    /** The emulator was gone without a word. */
    VANISHED(DomainStatus.SHUTOFF_CRASHED, LifecycleChange.STOPPED_FAILED, "crashed"),
    /** A start that was not finished. */
    FAILED(DomainStatus.SHUTOFF_FAILED, LifecycleChange.STOPPED_FAILED, "failed"),
    /** The emulator ended while no daemon looked on, and left no word why. */
    UNKNOWN(DomainStatus.SHUTOFF_UNKNOWN, LifecycleChange.STOPPED_FAILED, "unknown");

    private final DomainStatus status;
    private final LifecycleChange change;
    private final String word;

    EndReason(DomainStatus status, LifecycleChange change, String word) {
        this.status = status;
        this.change = change;
        this.word = word;
    }

    /** What the domain is afterwards. */
    DomainStatus status() {
        return status;
    }

    /** What clients are told. */
    LifecycleChange change() {
        return change;
    }

    /** The word in the domain's log. */
    String word() {
        return word;
    }

    /** The reason a log tells; unknown when the text begins with none. */
    static EndReason of(String noted) {
        for (var reason : values()) {
            if (noted.startsWith(reason.word)) {
                return reason;
            }
        }
        return UNKNOWN;
    }
}
