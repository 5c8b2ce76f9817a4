package dev.posada.terminal;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * Where a command's words come from and go to.
 *
 * @param in what the user or a pipe gives
 * @param out results, and nothing else
 * @param err complaints
 * @param cancellation whether to end early
 * @param trace what is done on the way, where the user wants to know
 */
public record Console(InputStream in, PrintStream out, PrintStream err, Cancellation cancellation, Trace trace) {
    /** Where nobody wants to know what is done on the way. */
    public Console(InputStream in, PrintStream out, PrintStream err, Cancellation cancellation) {
        this(in, out, err, cancellation, Trace.none());
    }

    /** The same, with everything told on standard error. */
    public Console traced(String program) {
        return new Console(in, out, err, cancellation, Trace.of(program, err));
    }
}
