package dev.posada.jvm;

import dev.posada.model.Caller;
import java.nio.file.Files;
import java.nio.file.Path;

/** A daemon without a wire: starts the domains of its arguments and waits to be killed. Run as a process of its own. */
final class DoomedDaemon {
    static final String STARTED = "started";

    private DoomedDaemon() {}

    public static void main(String[] arguments) throws Exception {
        var connection = House.engine(Path.of(arguments[0]), true).open("jvm:///system", Caller.SELF);
        for (int i = 1; i < arguments.length; i++) {
            var domain = connection.domains().define(Files.readString(Path.of(arguments[i])), 0);
            connection.lifecycle().start(domain.uuid(), 0);
        }
        System.out.println(STARTED);
        Thread.currentThread().join();
    }
}
