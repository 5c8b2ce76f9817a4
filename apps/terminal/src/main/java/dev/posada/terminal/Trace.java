package dev.posada.terminal;

import java.io.PrintStream;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a tool does, step by step: what {@code --debug} shows. A line begins with the time, the program and the number of its
 * process in brackets; then come how much it matters, what it is about, and what happened. Safe for several threads.
 */
public final class Trace {
    /** How far down what caused a failure is told; causes may go in a circle. */
    private static final int CAUSES_MAX = 20;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss", Locale.ENGLISH);

    /** How much something matters. */
    public enum Weight {
        /** For who looks for a reason. */
        DEBUG,
        /** For every user. */
        WARNING,
        /** Why the tool has failed. */
        ERROR
    }

    private final Optional<PrintStream> to;
    private final String program;
    private final InstantSource clock;

    private Trace(Optional<PrintStream> to, String program, InstantSource clock) {
        this.to = to;
        this.program = program;
        this.clock = clock;
    }

    /** Says nothing. */
    public static Trace none() {
        return new Trace(Optional.empty(), "", InstantSource.system());
    }

    /** Says everything, in this program's name. */
    public static Trace of(String program, PrintStream to) {
        return of(program, to, InstantSource.system());
    }

    static Trace of(String program, PrintStream to, InstantSource clock) {
        return new Trace(Optional.of(to), program, clock);
    }

    /** Whether anybody wants to know. */
    public boolean isOn() {
        return to.isPresent();
    }

    /** Tells the words that a program was called with. */
    public void begin(String version, List<String> words) {
        tell(
                "cli",
                () -> "Version " + version + " launched with command line: " + program + " " + String.join(" ", words));
    }

    /**
     * Tells of a step.
     *
     * @param about one word
     */
    public void tell(String about, String what) {
        tell(Weight.DEBUG, about, what);
    }

    /** Tells of a step whose description takes work. */
    public void tell(String about, Supplier<String> what) {
        if (isOn()) {
            tell(Weight.DEBUG, about, what.get());
        }
    }

    /** Tells where something failed. */
    public void tell(String about, Throwable failure) {
        tell(about, () -> {
            var text = new StringBuilder();
            Throwable cause = failure;
            for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
                text.append(depth == 0 ? "\n" : "\nCaused by: ").append(cause);
                for (var frame : cause.getStackTrace()) {
                    text.append("\n\tat ").append(frame);
                }
                cause = cause.getCause();
            }
            return text.toString();
        });
    }

    /** Tells what matters more. */
    public void tell(Weight weight, String about, String what) {
        to.ifPresent(stream -> stream.println("[" + TIME.format(clock.instant().atZone(ZoneId.systemDefault())) + " "
                + program + " " + ProcessHandle.current().pid() + "] " + weight + " (" + about + ") " + what));
    }
}
