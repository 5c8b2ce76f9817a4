package dev.posada.dockerengine;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What goes in and out of containers: their streams, what they printed, and programs run within them. */
public final class Consoles {
    /** Keys that detach: the default takes Ctrl-P from whoever types. Nobody types this. */
    private static final String DETACH_KEYS = "ctrl-@,ctrl-@,ctrl-@,ctrl-@,ctrl-@,ctrl-^";

    private static final Map<String, String> UPGRADE = Map.of("Connection", "Upgrade", "Upgrade", "tcp");

    private final DockerEngine engine;

    Consoles(DockerEngine engine) {
        this.engine = engine;
    }

    /**
     * Attaches to a container's streams: what it prints from now on, and what it reads.
     *
     * @param terminal whether it was made with a terminal
     * @throws EngineException CONFLICT where it does not run (of some versions); NOT_FOUND
     */
    public Attachment attach(String container, boolean terminal) {
        return hijack(
                "attaching to container " + container,
                Containers.path(container, "attach") + "?stream=1&stdin=1&stdout=1&stderr=1&detachKeys="
                        + Targets.query(DETACH_KEYS),
                new byte[0],
                terminal);
    }

    /** Tells a container's terminal its size, in characters. */
    public void resize(String container, int columns, int rows) {
        engine.post(
                "resizing the terminal of container " + container,
                Containers.path(container, "resize") + "?h=" + rows + "&w=" + columns,
                Map.of());
    }

    /**
     * What a container printed, errors among it.
     *
     * @param terminal whether it was made with a terminal
     * @param follow whether to go on with what it prints from now on, until it ends
     * @param since from when on; {@link Instant#EPOCH} for all of it
     * @return closed by the caller
     */
    public InputStream logs(String container, boolean terminal, boolean follow, Instant since) {
        return log(
                container,
                terminal,
                "&follow=" + (follow ? 1 : 0)
                        + (since.equals(Instant.EPOCH) ? "" : "&since=" + EventWatch.seconds(since)));
    }

    /**
     * The last lines a container printed, errors among them.
     *
     * @param terminal whether it was made with a terminal
     * @return closed by the caller
     */
    public InputStream recent(String container, boolean terminal, int lines) {
        return log(container, terminal, "&follow=0&tail=" + lines);
    }

    private InputStream log(String container, boolean terminal, String query) {
        var exchange = engine.exchange("reading the log of container " + container, Duration.ZERO);
        try {
            var head = exchange.expectSuccess(exchange.ask(
                    "GET", Containers.path(container, "logs") + "?stdout=1&stderr=1" + query, Map.of(), null));
            var body = head.body(exchange.input());
            return terminal ? new Closing(exchange, body) : new Closing(exchange, new FrameStream(body));
        } catch (IOException e) {
            exchange.close();
            throw exchange.broken(e);
        }
    }

    /**
     * A program to run within a container.
     *
     * @param user empty for the container's own
     * @param environment as {@code NAME=value}, beside the container's
     * @param directory empty for the container's own
     */
    public record Program(
            List<String> arguments, List<String> environment, String user, String directory, boolean terminal) {
        public Program {
            arguments = List.copyOf(arguments);
            environment = List.copyOf(environment);
        }

        /** Without anything special. */
        public static Program of(String... arguments) {
            return new Program(List.of(arguments), List.of(), "", "", false);
        }
    }

    /** What a program printed (its first bytes), and its exit status. */
    public record Outcome(int status, String output) {}

    /** A program that runs within a container. */
    public record Running(String id, Attachment streams) {}

    /** Runs a program within a container that runs, and gives its streams. */
    public Running open(String container, Program program) {
        var body = new LinkedHashMap<String, Object>();
        body.put("AttachStdin", true);
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        body.put("Tty", program.terminal());
        body.put("Cmd", program.arguments());
        body.put("Env", program.environment());
        body.put("DetachKeys", DETACH_KEYS);
        if (!program.user().isEmpty()) {
            body.put("User", program.user());
        }
        if (!program.directory().isEmpty()) {
            body.put("WorkingDir", program.directory());
        }
        var what = "running " + program.arguments().getFirst() + " in container " + container;
        var id = engine.post(what, Containers.path(container, "exec"), body)
                .path("Id")
                .asText();
        var streams = hijack(
                what,
                "/exec/" + Targets.part(id) + "/start",
                EngineJson.bytes(Map.of("Detach", false, "Tty", program.terminal())),
                program.terminal());
        return new Running(id, streams);
    }

    /**
     * Runs a program to its end.
     *
     * @param outputBytesAtMost of its output; what comes beyond is read and dropped
     * @throws EngineException TIMEOUT when it does not end in time; it goes on then
     */
    public Outcome run(String container, Program program, int outputBytesAtMost, Duration patience) {
        var running = open(container, program);
        var output = new ByteArrayOutputStream();
        try (var streams = running.streams()) {
            var late = engine.clock().schedule(streams::close, patience.toMillis(), TimeUnit.MILLISECONDS);
            streams.endInput();
            var buffer = ByteBuffer.allocate(8192);
            while (streams.read(buffer) >= 0) {
                int count = Math.min(buffer.position(), outputBytesAtMost - output.size());
                output.write(buffer.array(), 0, Math.max(count, 0));
                buffer.clear();
            }
            late.cancel(false);
        } catch (IOException e) {
            throw EngineException.unreachable(
                    "running " + program.arguments().getFirst() + " in container " + container,
                    "the connection to the engine broke: " + e.getMessage(),
                    e);
        }
        var state = engine.get("asking how a program ended", "/exec/" + Targets.part(running.id()) + "/json");
        if (state.path("Running").asBoolean()) {
            throw new EngineException(
                    EngineException.Kind.TIMEOUT,
                    0,
                    program.arguments().getFirst() + " in container " + container + " did not end within " + patience,
                    null);
        }
        return new Outcome(state.path("ExitCode").asInt(), output.toString(StandardCharsets.UTF_8));
    }

    private Attachment hijack(String what, String target, byte[] body, boolean terminal) {
        var exchange = engine.exchange(what, DockerEngine.PATIENCE);
        var fields = new LinkedHashMap<>(UPGRADE);
        fields.put("Content-Type", "application/json");
        var head = exchange.ask("POST", target, fields, body);
        if (head.status() != 101) {
            exchange.expectSuccess(head);
        }
        exchange.withoutDeadline();
        return new Attachment(exchange, !terminal);
    }

    /** A stream whose end is the connection's. */
    private static final class Closing extends FilterInputStream {
        private final Exchange exchange;

        Closing(Exchange exchange, InputStream body) {
            super(body);
            this.exchange = exchange;
        }

        @Override
        public void close() {
            exchange.close();
        }
    }
}
