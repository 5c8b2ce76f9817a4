package dev.posada.qmp;

import dev.posada.posix.Descriptor;
import dev.posada.posix.PosixException;
import dev.posada.posix.UnixSockets;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to QEMU's monitor, in the machine protocol QMP.
 *
 * <p>Commands are carried out one after the other; who calls while another one is under way waits, within its own timeout.
 * A monitor that hangs therefore holds each caller for as long as that caller said, and no other. A reply that comes after its
 * caller has given up is recognised by its id and dropped.
 *
 * <p>Safe for use by several threads, all of which may be virtual. After the connection has ended every call throws
 * {@link QmpException} of kind DISCONNECTED (MALFORMED if that was the reason).
 */
public final class QmpClient implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.qmp");

    private final String name;
    private final QmpListener listener;
    private final EventQueue events;
    private final JsonConnection connection;
    private final CompletableFuture<Json.ObjectValue> greetingMessage = new CompletableFuture<>();
    private volatile QmpGreeting greeting = new QmpGreeting(0, 0, 0, "", List.of());

    /** Held by the caller whose command is under way. Fair: nobody starves behind a busy caller. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private long lastId;

    /**
     * Callers set the first and then look at the second, the reading thread sets the second and then looks at the first: so a
     * caller whose reply will never come learns of it in one way or the other.
     */
    private volatile @Nullable Pending pending;

    private volatile @Nullable QmpException end;

    /** The command whose reply is awaited. */
    private record Pending(String id, CompletableFuture<Json.ObjectValue> reply) {}

    private QmpClient(String name, ByteChannel channel, QmpSettings settings, QmpListener listener) {
        this.name = name;
        this.listener = listener;
        this.events = new EventQueue(settings.eventsMax());
        var reader = new JsonReader(channel, settings.limits());
        this.connection = new JsonConnection(channel, reader, new Incoming(), settings.passing());
    }

    /**
     * Connects to the monitor's unix socket, waits for the greeting and enters command mode.
     *
     * @throws QmpException DISCONNECTED when there is no socket or nobody listens; TIMED_OUT when the handshake takes too
     *     long; MALFORMED when something else than QEMU answers. The listener is not called in these cases.
     */
    public static QmpClient connect(Path socket, QmpSettings settings, QmpListener listener) {
        try {
            return over(socket.toString(), UnixSockets.connect(socket), settings, listener);
        } catch (IOException | PosixException e) {
            throw QmpException.disconnected("cannot connect to monitor " + socket + ": " + e.getMessage(), e);
        }
    }

    /**
     * As {@link #connect}, on a channel that is connected already; it belongs to the client from now on, also when this
     * fails.
     *
     * @param name what to call the monitor in messages
     */
    public static QmpClient over(String name, ByteChannel channel, QmpSettings settings, QmpListener listener) {
        var client = new QmpClient(name, channel, settings, listener);
        try {
            client.shakeHands(settings.handshakeTimeout());
            return client;
        } catch (QmpException e) {
            client.close();
            throw e;
        }
    }

    /** What QEMU said first. */
    public QmpGreeting greeting() {
        return greeting;
    }

    /**
     * Executes a command and waits for its result.
     *
     * @param timeout includes the wait for commands of others
     * @return the value of the reply's {@code return}
     * @throws QmpException REFUSED, TIMED_OUT, DISCONNECTED, MALFORMED or INTERRUPTED
     */
    public Json execute(String command, Json.ObjectValue arguments, Duration timeout) {
        return execute(command, arguments, List.of(), timeout);
    }

    /** Executes a command without arguments. */
    public Json execute(String command, Duration timeout) {
        return execute(command, Json.ObjectValue.EMPTY, timeout);
    }

    /**
     * Executes a command that takes descriptors, as {@code getfd} and {@code add-fd} do. They stay the caller's.
     *
     * @throws IllegalStateException when the settings had no {@link QmpSettings#passing}
     */
    public Json execute(String command, Json.ObjectValue arguments, List<Descriptor> descriptors, Duration timeout) {
        var message = Json.object().with("execute", command);
        if (!arguments.members().isEmpty()) {
            message = message.with("arguments", arguments);
        }
        return result(exchange(message, command, descriptors, timeout));
    }

    /** Executes a line of the human monitor and answers what it prints. */
    public String executeLine(String line, Duration timeout) {
        return execute("human-monitor-command", Json.object().with("command-line", line), timeout)
                .text();
    }

    /** Gives QEMU a descriptor under a name, which other commands then take in its place; the caller keeps its own. */
    public void passDescriptor(String fdName, Descriptor descriptor, Duration timeout) {
        execute("getfd", Json.object().with("fdname", fdName), List.of(descriptor), timeout);
    }

    /**
     * Adds a descriptor to a set, to be opened as {@code /dev/fdset/N}; the caller keeps its own.
     *
     * @param set number of the set, made if need be
     * @param label told again by {@code query-fdsets}
     */
    public void addDescriptor(long set, String label, Descriptor descriptor, Duration timeout) {
        execute("add-fd", Json.object().with("fdset-id", set).with("opaque", label), List.of(descriptor), timeout);
    }

    /**
     * Sends a message as it is, but for its {@code id}, and answers the whole reply, whether a result or an error.
     *
     * @throws QmpException as {@link #execute}, but never REFUSED
     */
    public Json.ObjectValue exchange(Json.ObjectValue message, Duration timeout) {
        return exchange(message, List.of(), timeout);
    }

    /** As {@link #exchange(Json.ObjectValue, Duration)}, with descriptors, which stay the caller's. */
    public Json.ObjectValue exchange(Json.ObjectValue message, List<Descriptor> descriptors, Duration timeout) {
        String command = message.member("execute").map(Json::toString).orElse("a message");
        return exchange(message, command, descriptors, timeout);
    }

    /** Whether the connection has not ended yet, as far as is known. */
    public boolean isOpen() {
        return connection.isOpen();
    }

    /** Ends the connection and every call under way. QEMU goes on. A second call does nothing. */
    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return "monitor " + name;
    }

    private void shakeHands(Duration timeout) {
        var deadline = Deadline.after(timeout);
        connection.start("qmp");
        var message = await(greetingMessage, "its greeting", deadline, timeout);
        greeting = QmpGreeting.of(message);
        execute("qmp_capabilities", Duration.ofNanos(deadline.remainingNanos()));
        Thread.ofVirtual().name("qmp-events").start(this::tellListener);
    }

    private Json.ObjectValue exchange(
            Json.ObjectValue message, String command, List<Descriptor> descriptors, Duration timeout) {
        if (!descriptors.isEmpty() && !connection.passesDescriptors()) {
            throw new IllegalStateException(this + " was opened without means to send descriptors");
        }
        var deadline = Deadline.after(timeout);
        try {
            if (!turn.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw tooLate(command, timeout);
            }
        } catch (InterruptedException e) {
            throw interrupted(command, e);
        }
        try {
            return exchangeInTurn(message, command, descriptors, deadline, timeout);
        } finally {
            pending = null;
            turn.unlock();
        }
    }

    private Json.ObjectValue exchangeInTurn(
            Json.ObjectValue message,
            String command,
            List<Descriptor> descriptors,
            Deadline deadline,
            Duration timeout) {
        String id = "qmp-" + ++lastId;
        var reply = new CompletableFuture<Json.ObjectValue>();
        pending = new Pending(id, reply);
        var ended = end;
        if (ended != null) {
            throw QmpException.again(ended);
        }
        var outgoing = outgoing(message.with("id", id), descriptors);
        try {
            if (!connection.send(outgoing, deadline.remainingNanos())) {
                throw tooLate(command, timeout);
            }
            return await(reply, command, deadline, timeout);
        } catch (InterruptedException e) {
            throw interrupted(command, e);
        } finally {
            // Not written yet means that the peer does not read; it must not be surprised by this command later.
            connection.withdraw(outgoing);
        }
    }

    private static JsonConnection.Outgoing outgoing(Json.ObjectValue message, List<Descriptor> descriptors) {
        var copies = new ArrayList<Descriptor>();
        try {
            descriptors.forEach(descriptor -> copies.add(descriptor.duplicate()));
        } catch (PosixException | IllegalStateException e) {
            copies.forEach(Descriptor::close);
            throw e;
        }
        return new JsonConnection.Outgoing((message + "\n").getBytes(StandardCharsets.UTF_8), copies);
    }

    private Json.ObjectValue await(
            CompletableFuture<Json.ObjectValue> reply, String command, Deadline deadline, Duration timeout) {
        try {
            return reply.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw tooLate(command, timeout);
        } catch (InterruptedException e) {
            throw interrupted(command, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof QmpException ended
                    ? QmpException.again(ended)
                    : QmpException.disconnected(this + " ended", e);
        }
    }

    private static Json result(Json.ObjectValue reply) {
        var error = reply.member("error");
        if (error.isPresent()) {
            throw QmpException.refused(
                    error.get().member("class").map(Json::text).orElse("GenericError"),
                    error.get().member("desc").map(Json::text).orElse("no reason given"));
        }
        return reply.required("return");
    }

    private QmpException tooLate(String command, Duration timeout) {
        return QmpException.timedOut(this + " did not answer " + command + " within " + timeout.toMillis() + " ms");
    }

    private QmpException interrupted(String command, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new QmpException(
                QmpException.Kind.INTERRUPTED, "interrupted while " + this + " carries out " + command, cause);
    }

    private void tellListener() {
        QmpException reason = null;
        try {
            while (reason == null) {
                switch (events.take()) {
                    case EventQueue.Item.Happened(var event) -> listener.event(event);
                    case EventQueue.Item.Ended(var why) -> reason = why;
                }
            }
        } finally {
            // Also when the listener threw: that ends the connection, and goes to the thread's uncaught handler.
            connection.close();
            listener.closed(reason == null ? QmpException.disconnected(this + ": the listener failed", null) : reason);
        }
    }

    /** Runs in the reading thread. */
    private final class Incoming implements JsonConnection.Sink {
        @Override
        public void received(Json value) {
            var message = value.asObject();
            var event = message.member("event");
            if (event.isPresent()) {
                events.add(QmpEvent.of(event.get().text(), message));
            } else if (message.member("QMP").isPresent()) {
                greetingMessage.complete(message);
            } else {
                answer(message);
            }
        }

        private void answer(Json.ObjectValue message) {
            var id = message.member("id");
            var waiting = pending;
            // QEMU cannot tell the id of what it could not parse: that is the command under way.
            boolean answers = waiting != null
                    && (id.isPresent()
                            ? id.get().equals(Json.of(waiting.id()))
                            : message.member("error").isPresent());
            if (waiting != null && answers) {
                waiting.reply().complete(message);
            } else {
                LOG.log(Level.DEBUG, "{0}: a reply that nobody waits for any more: {1}", name, Json.brief(message));
            }
        }

        @Override
        public void ended(QmpException reason) {
            end = reason;
            greetingMessage.completeExceptionally(reason);
            var waiting = pending;
            if (waiting != null) {
                waiting.reply().completeExceptionally(reason);
            }
            events.end(reason);
        }
    }
}
