package dev.posada.jvm;

import dev.posada.conformance.TestHost;
import dev.posada.engine.Connection;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.model.Caller;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** An engine over this driver in a folder of its own, as a daemon has it; its domains are ended when it is closed. */
final class House implements AutoCloseable {
    private final Path root;
    private final boolean privileged;
    private Engine engine;
    private Connection connection;

    House(Path root) {
        this(root, true);
    }

    House(Path root, boolean privileged) {
        this.root = root;
        this.privileged = privileged;
        this.engine = engine(root, privileged);
        this.connection = connection();
    }

    static Engine engine(Path root, boolean privileged) {
        var engine = new Engine(
                EngineSettings.of(Directories.under(root), privileged),
                List.of(new JvmDriverProvider()),
                new TestHost());
        engine.start();
        return engine;
    }

    private Connection connection() {
        return engine.open("jvm:///" + (privileged ? "system" : "session"), Caller.SELF);
    }

    /** The daemon ends and another one begins; the domains stay. */
    void restart() {
        leave();
        enter();
    }

    /** The daemon ends. */
    void leave() {
        connection.close();
        engine.close();
    }

    /** Another daemon begins. */
    void enter() {
        engine = engine(root, privileged);
        connection = connection();
    }

    Connection on() {
        return connection;
    }

    /** The jar with the guest. */
    Path jar() {
        return Programs.jar(root);
    }

    /** Defines a domain whose program does what the arguments say, and starts it. */
    DomainIdentity run(String name, String... arguments) {
        return start(Programs.xml(name, jar(), arguments));
    }

    DomainIdentity start(String xml) {
        var domain = connection.domains().define(xml, 0);
        return connection.lifecycle().start(domain.uuid(), 0);
    }

    DomainStatus status(UUID domain) {
        return connection.domains().status(domain);
    }

    void awaitEnd(UUID domain) throws Exception {
        Eventually.holds("the domain has ended", () -> !connection.domains().isActive(domain));
    }

    /** What the domain's log holds. */
    String log(String name) {
        try {
            return Files.readString(root.resolve("log/jvm/" + name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitOutput(String name, String text) throws Exception {
        Eventually.holds(
                "'" + text + "' is in the log of " + name, () -> log(name).contains(text));
    }

    /** Reads a console until it has shown a text. */
    static String readUntil(ByteChannel console, String text) throws IOException {
        var shown = new StringBuilder();
        var bytes = ByteBuffer.allocate(4096);
        while (shown.indexOf(text) < 0) {
            if (console.read(bytes) < 0) {
                throw new AssertionError("the console ended before '" + text + "': " + shown);
            }
            shown.append(StandardCharsets.UTF_8.decode(bytes.flip()));
            bytes.clear();
        }
        return shown.toString();
    }

    static void type(ByteChannel console, String text) throws IOException {
        console.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The pid of the JVM of a domain whose arguments hold a word. */
    static List<Integer> jvms(String word) {
        return dev.posada.process.ProcessTable.find(
                        line -> line.getFirst().endsWith("/bin/java") && line.contains(word))
                .stream()
                .map(found -> found.identity().pid())
                .toList();
    }

    @Override
    public void close() {
        for (var domain : connection.domains().list(0)) {
            if (domain.active()) {
                connection.lifecycle().destroy(domain.uuid(), 0);
            }
        }
        leave();
    }
}
