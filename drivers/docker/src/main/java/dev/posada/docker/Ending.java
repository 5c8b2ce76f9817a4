package dev.posada.docker;

import java.util.Optional;
import java.util.Set;

/**
 * How a run of a container's program ended.
 *
 * @param kind what follows
 * @param words one line for people
 */
record Ending(Kind kind, String words) {
    /** What a program's end means for its domain. */
    enum Kind {
        /** It ended by itself without a complaint, or because it was asked to. */
        GOOD,
        /** It was killed on purpose. */
        KILLED,
        /** Anything else. */
        BAD
    }

    private static final Set<String> ENDING_SIGNALS = Set.of("INT", "2", "QUIT", "3", "KILL", "9", "TERM", "15");

    private static final int SIGNALLED = 128;
    private static final int KILLED_STATUS = 137;
    private static final long MIB = 1 << 20;

    /**
     * Judges an end.
     *
     * @param outOfMemory whether the kernel killed in it for want of memory
     * @param limitBytes its limit of memory
     * @param asked whether it was asked to end
     * @param killer the signal somebody else sent it through the engine
     */
    static Ending of(
            int exit, String error, boolean outOfMemory, long limitBytes, boolean asked, Optional<String> killer) {
        if (!error.isEmpty() && exit != 0) {
            return new Ending(Kind.BAD, "the engine could not run it: " + error);
        }
        if (exit == 0) {
            return new Ending(Kind.GOOD, "the program ended");
        }
        if (outOfMemory && exit == KILLED_STATUS) {
            return new Ending(Kind.BAD, "killed: it took more than its " + size(limitBytes) + " of memory");
        }
        if (asked) {
            return new Ending(Kind.GOOD, "the program ended when it was asked to");
        }
        if (killer.isPresent()) {
            return isKill(killer.get())
                    ? new Ending(Kind.KILLED, "somebody killed it through the engine")
                    : new Ending(Kind.GOOD, "somebody stopped it through the engine");
        }
        return new Ending(
                Kind.BAD,
                exit > SIGNALLED && exit < 2 * SIGNALLED
                        ? "the program was killed by signal " + (exit - SIGNALLED)
                        : "the program ended with status " + exit);
    }

    /** Whether a signal, by its name or number, is meant to end a program. */
    static boolean ends(String signal) {
        return ENDING_SIGNALS.contains(signal.replaceFirst("^SIG", ""));
    }

    private static boolean isKill(String signal) {
        return signal.equals("9") || signal.equals("KILL") || signal.equals("SIGKILL");
    }

    private static String size(long bytes) {
        return bytes % MIB == 0 ? bytes / MIB + " MiB" : bytes / 1024 + " KiB";
    }
}
