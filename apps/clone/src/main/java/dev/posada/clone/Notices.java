package dev.posada.clone;

import dev.posada.terminal.Console;

/**
 * What the program says besides its results.
 *
 * @param quiet whether only errors are said
 * @param debug whether everything is said
 */
record Notices(Console console, boolean quiet, boolean debug) {
    void error(String message) {
        console.err().println("ERROR    " + message);
    }

    void warn(String message) {
        if (!quiet) {
            console.err().println("WARNING  " + message);
        }
    }

    void debug(String message) {
        if (debug) {
            console.err().println("DEBUG    " + message);
        }
    }

    /** A line of the results, which those who want quiet do without. */
    void say(String line) {
        if (!quiet) {
            console.out().println(line);
            console.out().flush();
        }
    }
}
