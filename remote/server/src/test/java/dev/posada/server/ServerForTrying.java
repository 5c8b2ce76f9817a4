package dev.posada.server;

import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.simulator.SimulatorProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A server with the simulator behind it, for trying clients and for measuring: its one argument is a folder. */
final class ServerForTrying {
    private ServerForTrying() {}

    public static void main(String[] args) throws InterruptedException {
        var root = Path.of(args[0]);
        var settings = EngineSettings.of(Directories.under(root), true).withDefaultScheme("test");
        var engine = new Engine(settings, List.of(new SimulatorProvider()), new PlainHost());
        engine.start();
        var server = Server.start(ServerSettings.defaults(root.resolve("run")), engine);
        var stop = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            engine.close();
        }));
        System.err.println("ready at " + server.addresses().readWrite());
        stop.await();
    }
}
