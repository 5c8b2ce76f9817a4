package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpClient;
import dev.posada.qmp.QmpException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An instance's monitor as the driver uses it: every call has a limit in time, and what goes wrong is told as clients of
 * libvirt know it. A monitor that hangs holds each caller for as long as that caller waits, and nobody else.
 *
 * <p>Safe for use by several threads.
 */
final class Monitor implements AutoCloseable {
    /** How long figures are waited for: whoever wants them asks again. */
    private static final Duration PATIENCE_FOR_FIGURES = Duration.ofSeconds(2);

    /** How long figures are waited for after the monitor let somebody down, until it answers again. */
    private static final Duration PATIENCE_WHEN_HUNG = Duration.ofMillis(20);

    private final String domain;
    private final Duration timeout;
    private volatile Optional<QmpClient> attached = Optional.empty();
    private volatile boolean hung;
    private volatile boolean closed;

    /** A monitor that is not connected yet. */
    Monitor(String domain, Duration timeout) {
        this.domain = domain;
        this.timeout = timeout;
    }

    /** The connection is there, and belongs to this monitor. */
    void attach(QmpClient client) {
        attached = Optional.of(client);
        hung = false;
        if (closed) {
            client.close();
        }
    }

    /** Whether there was a connection at any time. */
    boolean wasAttached() {
        return attached.isPresent();
    }

    private QmpClient client() {
        return attached.orElseThrow(() -> new PosadaException(
                ErrorCode.OPERATION_TIMEOUT,
                ErrorOrigin.QEMU,
                "the monitor of domain '" + domain + "' does not answer yet; destroy still works"));
    }

    /** Executes a command without arguments. */
    Json execute(String command) {
        return execute(command, Json.object());
    }

    /**
     * Executes a command and waits for its result.
     *
     * @throws PosadaException {@code OPERATION_TIMEOUT} when the monitor does not answer, {@code OPERATION_FAILED} when it
     *     is gone, {@code INTERNAL_ERROR} with QEMU's words when it refuses
     */
    Json execute(String command, Json.ObjectValue arguments) {
        try {
            var result = client().execute(command, arguments, timeout);
            hung = false;
            return result;
        } catch (QmpException e) {
            throw translated(command, e);
        }
    }

    /** Gives QEMU an open file under a name, as {@code fd:NAME} in other commands; the caller keeps its own. */
    void give(String name, Descriptor file) {
        try {
            client().passDescriptor(name, file, timeout);
            hung = false;
        } catch (QmpException e) {
            throw translated("getfd", e);
        }
    }

    /** Asks for figures, which nobody waits long for; empty when they cannot be had now. */
    Optional<Json> ask(String query) {
        return ask(query, Json.object());
    }

    /** Asks for figures, which nobody waits long for; empty when they cannot be had now. */
    Optional<Json> ask(String query, Json.ObjectValue arguments) {
        try {
            var client = attached;
            if (client.isEmpty()) {
                return Optional.empty();
            }
            var result = client.get().execute(query, arguments, hung ? PATIENCE_WHEN_HUNG : PATIENCE_FOR_FIGURES);
            hung = false;
            return Optional.of(result);
        } catch (QmpException e) {
            noteTimeout(e);
            return Optional.empty();
        }
    }

    /** Executes a line of the monitor for people and gives what it prints. */
    String line(String line) {
        return execute("human-monitor-command", Json.object().with("command-line", line))
                .text();
    }

    /**
     * Sends a message as a client wrote it and gives the whole answer, whether a result or an error.
     *
     * @param files what goes with it; they stay the caller's
     * @throws PosadaException also {@code INVALID_ARG} when it is no JSON object
     */
    String exchange(String message, List<Descriptor> files) {
        Json.ObjectValue json;
        try {
            json = Json.parse(message).asObject();
        } catch (QmpException e) {
            throw failure(ErrorCode.INVALID_ARG, "the monitor's command is not a JSON object: " + e.description(), e);
        }
        try {
            var reply = client().exchange(json, files, timeout);
            hung = false;
            return reply.toString();
        } catch (QmpException e) {
            throw translated("a message of a client", e);
        }
    }

    /** Whether the monitor let the last caller down. */
    boolean hung() {
        return hung;
    }

    boolean isOpen() {
        return attached.filter(QmpClient::isOpen).isPresent();
    }

    /** Ends the connection and every call under way; QEMU goes on. */
    @Override
    public void close() {
        closed = true;
        attached.ifPresent(QmpClient::close);
    }

    private void noteTimeout(QmpException e) {
        if (e.kind() == QmpException.Kind.TIMED_OUT) {
            hung = true;
        }
    }

    private PosadaException translated(String command, QmpException e) {
        noteTimeout(e);
        return switch (e.kind()) {
            case REFUSED ->
                failure(
                        ErrorCode.INTERNAL_ERROR,
                        "unable to execute QEMU command '" + command + "': " + e.description(),
                        e);
            case TIMED_OUT, SILENT ->
                failure(
                        ErrorCode.OPERATION_TIMEOUT,
                        "the monitor of domain '" + domain + "' did not answer '" + command + "' within "
                                + timeout.toSeconds() + " s; destroy still works",
                        e);
            case DISCONNECTED -> failure(ErrorCode.OPERATION_FAILED, "domain is no longer running", e);
            case MALFORMED ->
                failure(
                        ErrorCode.INTERNAL_ERROR,
                        "the monitor of domain '" + domain + "' answered '" + command + "' with nonsense: "
                                + e.description(),
                        e);
            case INTERRUPTED ->
                failure(ErrorCode.OPERATION_ABORTED, "interrupted while QEMU carries out '" + command + "'", e);
        };
    }

    private static PosadaException failure(ErrorCode code, String detail, QmpException cause) {
        return new PosadaException(code, ErrorOrigin.QEMU, detail, cause);
    }
}
