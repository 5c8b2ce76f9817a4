package dev.posada.model;

/**
 * Who makes a call. It travels with the call from the listener to the place where access is checked.
 *
 * @param userId the peer's user, or {@link #UNKNOWN} where the transport cannot tell
 * @param groupId the peer's group, or {@link #UNKNOWN}
 * @param processId the peer's process, or {@link #UNKNOWN}
 * @param readOnly whether only calls without side effects are allowed, by socket or at the client's wish
 * @param secure whether nobody on the way can read or change what is said
 */
public record Caller(long userId, long groupId, long processId, boolean readOnly, boolean secure) {
    /** An id the transport could not tell. */
    public static final long UNKNOWN = -1;

    /** The program itself: start-up, autostart, its own housekeeping. */
    public static final Caller SELF = new Caller(UNKNOWN, UNKNOWN, UNKNOWN, false, true);

    /** This caller, limited to calls without side effects. */
    public Caller asReadOnly() {
        return new Caller(userId, groupId, processId, true, secure);
    }
}
