package dev.posada.clone;

import dev.posada.terminal.Console;
import dev.posada.terminal.Trace;

/**
 * What the program says besides its results.
 *
 * @param quiet whether only errors are said
 */
record Notices(Console console, boolean quiet) {
    void error(RuntimeException failure) {
        var message = String.valueOf(failure.getMessage());
        if (trace().isOn()) {
            trace().tell(Trace.Weight.ERROR, "cli", message);
            trace().tell("cli", failure);
        } else {
            console.err().println("ERROR    " + message);
        }
    }

    void warn(String message) {
        if (trace().isOn()) {
            trace().tell(Trace.Weight.WARNING, "cli", message);
        } else if (!quiet) {
            console.err().println("WARNING  " + message);
        }
    }

    void debug(String message) {
        trace().tell("clone", message);
    }

    private Trace trace() {
        return console.trace();
    }

    /** A line of the results, which those who want quiet do without. */
    void say(String line) {
        if (!quiet) {
            console.out().println(line);
            console.out().flush();
        }
    }
}
