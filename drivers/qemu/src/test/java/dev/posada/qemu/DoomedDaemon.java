package dev.posada.qemu;

import dev.posada.conformance.TestHost;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.model.Caller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A daemon without a wire: starts a domain and waits to be killed. Run as a process of its own. */
final class DoomedDaemon {
    static final String STARTING = "starting";
    static final String STARTED = "started";

    private DoomedDaemon() {}

    static Engine engine(Path root) {
        var engine = new Engine(
                EngineSettings.of(Directories.under(root), true), List.of(new SharedCacheProvider()), new TestHost());
        engine.start();
        return engine;
    }

    public static void main(String[] arguments) throws Exception {
        var engine = engine(Path.of(arguments[0]));
        var connection = engine.open("qemu:///system", Caller.SELF);
        var domain = connection.domains().define(Files.readString(Path.of(arguments[1])), 0);
        // What is learned once is learned before, so that the time until the kill is spent in the start.
        connection.domains().xml(domain.uuid(), 0);
        System.out.println(STARTING);
        connection.lifecycle().start(domain.uuid(), 0);
        System.out.println(STARTED);
        Thread.currentThread().join();
    }
}
