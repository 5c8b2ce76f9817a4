package dev.posada.posix;

/** How a process ended. */
public sealed interface ExitStatus {
    /** It returned or called exit; 0 to 255, by custom 0 is success. */
    record Exited(int code) implements ExitStatus {}

    /** A signal ended it. */
    record Killed(int signal, boolean coreDumped) implements ExitStatus {}

    /** Whether it ended by itself with code 0. */
    default boolean success() {
        return this instanceof Exited(int code) && code == 0;
    }
}
