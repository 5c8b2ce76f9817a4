package dev.posada.install;

import dev.posada.terminal.Console;

/** What a tool tells its user, in the form that scripts know: a level in nine columns before warnings and errors. */
final class Messages {
    private final Console console;
    private final boolean quiet;

    Messages(Console console, boolean quiet) {
        this.console = console;
        this.quiet = quiet;
    }

    boolean quiet() {
        return quiet;
    }

    void warn(String message) {
        if (!quiet) {
            console.out().flush();
            console.err().println("WARNING  " + message);
        }
    }

    void error(String message) {
        console.out().flush();
        console.err().println("ERROR    " + message);
    }

    /** Something that a user may want to know. */
    void say(String line) {
        if (!quiet) {
            console.out().println(line);
        }
    }

    /** A result. */
    void print(String text) {
        console.out().println(text);
    }

    Console console() {
        return console;
    }
}
