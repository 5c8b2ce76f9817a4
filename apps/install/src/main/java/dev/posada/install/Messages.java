package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.client.ConnectionOptions;
import dev.posada.client.ConnectionUri;
import dev.posada.terminal.Console;
import dev.posada.terminal.Trace;

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
        if (trace().isOn()) {
            console.out().flush();
            trace().tell(Trace.Weight.WARNING, "cli", message);
        } else if (!quiet) {
            console.out().flush();
            console.err().println("WARNING  " + message);
        }
    }

    void error(String message) {
        console.out().flush();
        if (trace().isOn()) {
            trace().tell(Trace.Weight.ERROR, "cli", message);
        } else {
            console.err().println("ERROR    " + message);
        }
    }

    /** Tells why the tool ends without success. */
    void error(RuntimeException failure) {
        error(String.valueOf(failure.getMessage()));
        trace().tell("cli", failure);
    }

    /** Connects to a daemon. */
    Connection connect(ConnectionUri uri) {
        trace().tell("connection", "Requesting libvirt URI " + uri.text());
        var connection = Connection.open(uri, ConnectionOptions.DEFAULT);
        trace().tell(
                        "connection",
                        () -> "Received libvirt URI " + connection.daemonUri() + ", versions library="
                                + connection.libraryVersion() + " hypervisor=" + connection.hypervisorVersion());
        return connection;
    }

    /** What is done on the way. */
    Trace trace() {
        return console.trace();
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
