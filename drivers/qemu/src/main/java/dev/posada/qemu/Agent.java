package dev.posada.qemu;

import dev.posada.driver.GuestAgent;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.GuestAgentClient;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The line to the agent inside a guest, connected for as long as the agent has its port open: an agent whose line nobody
 * holds wakes up ten times a second to look whether that is still so.
 *
 * <p>{@code this} guards the connection; nothing but the connecting, which does not wait for the guest, is done while it
 * is held.
 */
final class Agent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    /** Freezing and trimming large file systems take their time; nothing takes for ever. */
    private static final Duration PATIENCE_MAX = Duration.ofHours(1);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long a refusal may take: an agent that obeys goes down with its guest and says nothing. */
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(1);

    private final LiveState state;
    private volatile int responseTimeoutSeconds = GuestAgent.TIMEOUT_NONE;
    private @Nullable GuestAgentClient client;
    private boolean closed;

    Agent(LiveState state) {
        this.state = state;
    }

    /** Whether an agent has opened its port. */
    boolean connected() {
        var definition = state.definition();
        return GuestLife.agentPort(definition)
                .filter(alias -> GuestLife.portOpen(definition, alias))
                .isPresent();
    }

    /** The agent has opened its port, or closed it. Returns at once. */
    void portChanged(boolean open) {
        if (!open) {
            letGo();
            return;
        }
        Thread.ofVirtual().name("guest-agent-connect").start(() -> {
            try {
                var _ = line();
            } catch (PosadaException e) {
                // Whoever wants something of the agent tries again, and is told.
                LOG.log(Level.DEBUG, "domain {0}: {1}", state.definition().name(), e.getMessage());
            }
        });
    }

    /** Whether this line is the channel of that name or alias, and in use. */
    synchronized boolean holds(String channel) {
        var definition = state.definition();
        return client != null
                && GuestLife.agentPort(definition)
                        .filter(alias -> alias.equals(channel)
                                || channel.equals(GuestLife.AGENT)
                                || (channel.isEmpty()
                                        && definition.devices("channel").stream()
                                                .limit(1)
                                                .anyMatch(first -> LiveEdits.hasAlias(first, alias))))
                        .isPresent();
    }

    /** Hangs up; the next command connects again. */
    synchronized void letGo() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** How long commands may take; in seconds, or one of the constants of {@link GuestAgent}. */
    void responseTimeout(int seconds) {
        responseTimeoutSeconds = seconds;
    }

    /** A time limit as clients write it. */
    Duration patience(int timeoutSeconds) {
        if (timeoutSeconds >= 0) {
            return Duration.ofSeconds(timeoutSeconds);
        }
        return timeoutSeconds == GuestAgent.TIMEOUT_AS_SET ? PATIENCE : PATIENCE_MAX;
    }

    /** Executes a command within the time set for all of them. */
    Json execute(String command, Json.ObjectValue arguments) {
        var duration = patience(responseTimeoutSeconds);
        return speak(command, line -> line.execute(command, arguments, duration));
    }

    /** As {@link #execute}; empty when the agent does not have the command, or not at present. */
    Optional<Json> executeIfKnown(String command, Json.ObjectValue arguments) {
        var duration = patience(responseTimeoutSeconds);
        return speak(command, line -> {
            try {
                return Optional.of(line.execute(command, arguments, duration));
            } catch (QmpException e) {
                if (e.errorClass().stream()
                        .anyMatch(kind -> kind.equals("CommandNotFound") || kind.equals("CommandDisabled"))) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /** Says a message as it is and gives the whole answer. */
    Json.ObjectValue exchange(String command, Json.ObjectValue message, Duration duration) {
        return speak(command, line -> line.exchange(message, duration));
    }

    /** Executes a command that ends or stops the guest: no answer is a good one, so is the agent's end. */
    void executeLast(String command, Json.ObjectValue arguments) {
        speak(command, line -> {
            line.execute("guest-ping", Json.object(), PATIENCE);
            try {
                return line.execute(command, arguments, REFUSAL_PATIENCE);
            } catch (QmpException e) {
                return switch (e.kind()) {
                    case TIMED_OUT, DISCONNECTED -> Json.object();
                    case REFUSED, SILENT, MALFORMED, INTERRUPTED -> throw e;
                };
            }
        });
    }

    /** What is said to the agent. */
    private interface Speech<R> {
        R over(GuestAgentClient line);
    }

    private <R> R speak(String command, Speech<R> speech) {
        try {
            return speech.over(line());
        } catch (QmpException e) {
            throw translated(command, e);
        }
    }

    /** The line, connected if it was not. */
    private GuestAgentClient line() {
        if (!state.running()) {
            throw failure(ErrorCode.OPERATION_INVALID, "domain is not running");
        }
        var definition = state.definition();
        if (GuestLife.agentPort(definition).isEmpty()) {
            throw failure(ErrorCode.ARGUMENT_UNSUPPORTED, "QEMU guest agent is not configured");
        }
        if (!connected()) {
            throw failure(ErrorCode.AGENT_UNRESPONSIVE, "QEMU guest agent is not connected");
        }
        synchronized (this) {
            if (closed) {
                throw failure(ErrorCode.OPERATION_INVALID, "domain is not running");
            }
            if (client == null || !client.isOpen()) {
                client = connect(definition);
            }
            return client;
        }
    }

    private static GuestAgentClient connect(DomainDefinition definition) {
        var socket = socket(definition)
                .orElseThrow(
                        () -> failure(ErrorCode.ARGUMENT_UNSUPPORTED, "the guest agent's channel is no unix socket"));
        try {
            return GuestAgentClient.connect(socket, () -> {});
        } catch (QmpException e) {
            throw new PosadaException(ErrorCode.AGENT_UNRESPONSIVE, ErrorOrigin.QEMU, e.description(), e);
        }
    }

    private static Optional<Path> socket(DomainDefinition definition) {
        return GuestLife.agentPort(definition)
                .flatMap(alias -> definition.devices("channel").stream()
                        .filter(channel -> LiveEdits.hasAlias(channel, alias) && channel.has("type", "unix"))
                        .flatMap(channel -> channel.child("source").stream())
                        .flatMap(source -> source.attribute("path").stream())
                        .map(Path::of)
                        .findFirst());
    }

    private static PosadaException translated(String command, QmpException e) {
        return switch (e.kind()) {
            case SILENT ->
                new PosadaException(
                        ErrorCode.AGENT_UNRESPONSIVE, ErrorOrigin.QEMU, "Guest agent not available for now", e);
            case TIMED_OUT ->
                new PosadaException(
                        ErrorCode.AGENT_COMMAND_TIMEOUT,
                        ErrorOrigin.QEMU,
                        "agent command '" + command + "' timed out",
                        e);
            case DISCONNECTED ->
                new PosadaException(
                        ErrorCode.AGENT_UNRESPONSIVE,
                        ErrorOrigin.QEMU,
                        "Guest agent disappeared while executing command",
                        e);
            case REFUSED -> refused(command, e.description());
            case MALFORMED -> nonsense(command, e);
            case INTERRUPTED ->
                new PosadaException(
                        ErrorCode.OPERATION_ABORTED,
                        ErrorOrigin.QEMU,
                        "interrupted while the guest agent carries out '" + command + "'",
                        e);
        };
    }

    /** The agent does not want to, in its own words. */
    static PosadaException refused(String command, String words) {
        return failure(ErrorCode.INTERNAL_ERROR, "unable to execute QEMU agent command '" + command + "': " + words);
    }

    /** The agent's answer has not the form it should have. */
    static PosadaException nonsense(String command, QmpException e) {
        return new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.QEMU,
                "guest agent answered '" + command + "' with nonsense: " + e.description(),
                e);
    }

    private static PosadaException failure(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.QEMU, detail);
    }

    /** Hangs up for good. */
    @Override
    public synchronized void close() {
        closed = true;
        letGo();
    }
}
