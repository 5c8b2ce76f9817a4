package dev.posada.server;

import dev.posada.driver.DriverProvider;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/** A server on sockets of its own, with an engine behind it. */
final class RunningServer implements AutoCloseable {
    private final Path root;
    private final Engine engine;
    private final Server server;

    private RunningServer(Path root, Engine engine, Server server) {
        this.root = root;
        this.engine = engine;
        this.server = server;
    }

    static RunningServer start() {
        return start(settings -> settings);
    }

    static RunningServer start(UnaryOperator<ServerSettings> change) {
        return start(change, List.of());
    }

    static RunningServer start(UnaryOperator<ServerSettings> change, List<DriverProvider> drivers) {
        return start(change, drivers, Backlog.limitOfThisHeap());
    }

    static RunningServer start(
            UnaryOperator<ServerSettings> change, List<DriverProvider> drivers, long backlogLimitBytes) {
        try {
            var root = Files.createTempDirectory("posada-server");
            var engine = new Engine(
                    EngineSettings.of(Directories.under(root), true).withDefaultScheme("toy"),
                    drivers,
                    new PlainHost());
            var settings = change.apply(ServerSettings.defaults(root.resolve("run")));
            return new RunningServer(root, engine, Server.start(settings, engine, backlogLimitBytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Server server() {
        return server;
    }

    Engine engine() {
        return engine;
    }

    Path socket() {
        return server.addresses().readWrite();
    }

    WireClient connect() {
        return WireClient.to(socket());
    }

    WireClient connectReadOnly() {
        return WireClient.to(server.addresses().readOnly());
    }

    /** The server still answers somebody who comes now. */
    void requireAlive() {
        try (var client = connect()) {
            client.require(dev.posada.protocol.RemoteProcedure.AUTH_LIST, dev.posada.protocol.NoPayload.INSTANCE);
        }
    }

    @Override
    public void close() {
        server.close();
        engine.close();
        try (var files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
