package dev.posada.model;

/**
 * A domain's state together with the reason for it: every pair libvirt knows ({@code virDomainRunningReason} and its
 * siblings), so a reason that does not belong to its state cannot be written down.
 */
public enum DomainStatus {
    NOSTATE_UNKNOWN(DomainState.NOSTATE, 0, "unknown"),
    RUNNING_UNKNOWN(DomainState.RUNNING, 0, "unknown"),
    RUNNING_BOOTED(DomainState.RUNNING, 1, "booted"),
    RUNNING_MIGRATED(DomainState.RUNNING, 2, "migrated"),
    RUNNING_RESTORED(DomainState.RUNNING, 3, "restored"),
    RUNNING_FROM_SNAPSHOT(DomainState.RUNNING, 4, "from snapshot"),
    RUNNING_UNPAUSED(DomainState.RUNNING, 5, "unpaused"),
    RUNNING_MIGRATION_CANCELED(DomainState.RUNNING, 6, "migration canceled"),
    RUNNING_SAVE_CANCELED(DomainState.RUNNING, 7, "save canceled"),
    RUNNING_WAKEUP(DomainState.RUNNING, 8, "wakeup"),
    RUNNING_CRASHED(DomainState.RUNNING, 9, "crashed"),
    RUNNING_POSTCOPY(DomainState.RUNNING, 10, "postcopy"),
    RUNNING_POSTCOPY_FAILED(DomainState.RUNNING, 11, "postcopy failed"),
    BLOCKED_UNKNOWN(DomainState.BLOCKED, 0, "unknown"),
    PAUSED_UNKNOWN(DomainState.PAUSED, 0, "unknown"),
    PAUSED_USER(DomainState.PAUSED, 1, "user"),
    PAUSED_MIGRATION(DomainState.PAUSED, 2, "migration"),
    PAUSED_SAVE(DomainState.PAUSED, 3, "save"),
    PAUSED_DUMP(DomainState.PAUSED, 4, "dump"),
    PAUSED_IOERROR(DomainState.PAUSED, 5, "ioerror"),
    PAUSED_WATCHDOG(DomainState.PAUSED, 6, "watchdog"),
    PAUSED_FROM_SNAPSHOT(DomainState.PAUSED, 7, "from snapshot"),
    PAUSED_SHUTTING_DOWN(DomainState.PAUSED, 8, "shutting down"),
    PAUSED_SNAPSHOT(DomainState.PAUSED, 9, "snapshot"),
    PAUSED_CRASHED(DomainState.PAUSED, 10, "crashed"),
    PAUSED_STARTING_UP(DomainState.PAUSED, 11, "starting up"),
    PAUSED_POSTCOPY(DomainState.PAUSED, 12, "postcopy"),
    PAUSED_POSTCOPY_FAILED(DomainState.PAUSED, 13, "postcopy failed"),
    PAUSED_API_ERROR(DomainState.PAUSED, 14, "api error"),
    SHUTDOWN_UNKNOWN(DomainState.SHUTDOWN, 0, "unknown"),
    SHUTDOWN_USER(DomainState.SHUTDOWN, 1, "user"),
    SHUTOFF_UNKNOWN(DomainState.SHUTOFF, 0, "unknown"),
    SHUTOFF_SHUTDOWN(DomainState.SHUTOFF, 1, "shutdown"),
    SHUTOFF_DESTROYED(DomainState.SHUTOFF, 2, "destroyed"),
    SHUTOFF_CRASHED(DomainState.SHUTOFF, 3, "crashed"),
    SHUTOFF_MIGRATED(DomainState.SHUTOFF, 4, "migrated"),
    SHUTOFF_SAVED(DomainState.SHUTOFF, 5, "saved"),
    SHUTOFF_FAILED(DomainState.SHUTOFF, 6, "failed"),
    SHUTOFF_FROM_SNAPSHOT(DomainState.SHUTOFF, 7, "from snapshot"),
    SHUTOFF_DAEMON(DomainState.SHUTOFF, 8, "daemon"),
    CRASHED_UNKNOWN(DomainState.CRASHED, 0, "unknown"),
    CRASHED_PANICKED(DomainState.CRASHED, 1, "panicked"),
    PMSUSPENDED_UNKNOWN(DomainState.PMSUSPENDED, 0, "unknown");

    private final DomainState state;
    private final int reason;
    private final String reasonWord;

    DomainStatus(DomainState state, int reason, String reasonWord) {
        this.state = state;
        this.reason = reason;
        this.reasonWord = reasonWord;
    }

    /** The state without its reason. */
    public DomainState state() {
        return state;
    }

    /** The reason's number on the wire, meaningful only together with the state. */
    public int reason() {
        return reason;
    }

    /** The reason in lower-case words, for documents and logs. */
    public String reasonWord() {
        return reasonWord;
    }

    /** Whether an instance of the domain exists on the host. */
    public boolean active() {
        return state.active();
    }

    /** The status with these numbers; the state's unknown reason for a reason we do not know. */
    public static DomainStatus of(int state, int reason) {
        var fallback = NOSTATE_UNKNOWN;
        for (var status : values()) {
            if (status.state.number() == state) {
                if (status.reason == reason) {
                    return status;
                }
                fallback = status.reason == 0 ? status : fallback;
            }
        }
        return fallback;
    }
}
