package dev.posada.engine;

/**
 * How well a domain can be reached ({@code virDomainControlInfo}).
 *
 * @param state {@link #OK}, {@link #JOB}, 2 occupied by another call, 3 failed
 * @param details why it failed; 0 otherwise
 * @param stateMillis how long it has been so; 0 when ready
 */
public record ControlInfo(int state, int details, long stateMillis) {
    /** Ready for calls. */
    public static final int OK = 0;

    /** A job is under way; calls that change something wait for it. */
    public static final int JOB = 1;
}
