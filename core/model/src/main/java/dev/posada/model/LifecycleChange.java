package dev.posada.model;

/** A step in a domain's life with its detail: every pair of {@code virDomainEventType} and its detail types. */
public enum LifecycleChange {
    DEFINED_ADDED(0, 0),
    DEFINED_UPDATED(0, 1),
    DEFINED_RENAMED(0, 2),
    DEFINED_FROM_SNAPSHOT(0, 3),
    UNDEFINED_REMOVED(1, 0),
    UNDEFINED_RENAMED(1, 1),
    STARTED_BOOTED(2, 0),
    STARTED_MIGRATED(2, 1),
    STARTED_RESTORED(2, 2),
    STARTED_FROM_SNAPSHOT(2, 3),
    STARTED_WAKEUP(2, 4),
    STARTED_RECREATED(2, 5),
    SUSPENDED_PAUSED(3, 0),
    SUSPENDED_MIGRATED(3, 1),
    SUSPENDED_IOERROR(3, 2),
    SUSPENDED_WATCHDOG(3, 3),
    SUSPENDED_RESTORED(3, 4),
    SUSPENDED_FROM_SNAPSHOT(3, 5),
    SUSPENDED_API_ERROR(3, 6),
    SUSPENDED_POSTCOPY(3, 7),
    SUSPENDED_POSTCOPY_FAILED(3, 8),
    SUSPENDED_GUEST_SHUTDOWN(3, 9),
    RESUMED_UNPAUSED(4, 0),
    RESUMED_MIGRATED(4, 1),
    RESUMED_FROM_SNAPSHOT(4, 2),
    RESUMED_POSTCOPY(4, 3),
    RESUMED_POSTCOPY_FAILED(4, 4),
    STOPPED_SHUTDOWN(5, 0),
    STOPPED_DESTROYED(5, 1),
    STOPPED_CRASHED(5, 2),
    STOPPED_MIGRATED(5, 3),
    STOPPED_SAVED(5, 4),
    STOPPED_FAILED(5, 5),
    STOPPED_FROM_SNAPSHOT(5, 6),
    STOPPED_RECREATED(5, 7),
    SHUTDOWN_FINISHED(6, 0),
    SHUTDOWN_GUEST(6, 1),
    SHUTDOWN_HOST(6, 2),
    PMSUSPENDED_MEMORY(7, 0),
    PMSUSPENDED_DISK(7, 1),
    CRASHED_PANICKED(8, 0),
    CRASHED_CRASHLOADED(8, 1);

    private final int type;
    private final int detail;

    LifecycleChange(int type, int detail) {
        this.type = type;
        this.detail = detail;
    }

    /** The event's number on the wire. */
    public int type() {
        return type;
    }

    /** The detail's number, meaningful only together with the type. */
    public int detail() {
        return detail;
    }

    /** The change with these numbers; the type's first detail for a detail we do not know. */
    public static LifecycleChange of(int type, int detail) {
        var fallback = DEFINED_ADDED;
        for (var change : values()) {
            if (change.type == type) {
                if (change.detail == detail) {
                    return change;
                }
                fallback = change.detail == 0 ? change : fallback;
            }
        }
        return fallback;
    }
}
