package dev.posada.qmp;

import dev.posada.posix.PosixException;
import dev.posada.posix.UnixSockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the agent inside a guest, which speaks QMP's dialect without greeting, events or negotiation.
 *
 * <p>The line to the guest is open whether or not an agent runs, keeps what a dead agent or an earlier caller left behind, and
 * survives a reboot of the guest. So each command begins with {@code guest-sync-delimited}: byte 0xFF makes the agent forget
 * half-read input, and makes us forget everything that comes before its own 0xFF and the number we sent. Whatever a
 * hostile guest writes is read within {@link JsonLimits#GUEST} and at worst means a timeout.
 *
 * <p>Commands are carried out one after the other, each within its own timeout. Safe for use by several threads.
 */
public final class GuestAgentClient implements AutoCloseable {
    /** How long an agent that runs may take to answer the synchronisation. */
    public static final Duration SYNC_TIMEOUT = Duration.ofSeconds(5);

    /** Replies that may lie about unasked for; a guest that sends more loses the oldest. */
    private static final int INBOX_LENGTH = 16;

    private static final int SENTINEL = 0xff;

    private static final System.Logger LOG = System.getLogger("posada.qmp");

    private final String name;
    private final JsonConnection connection;
    private final ArrayBlockingQueue<Arrival> inbox = new ArrayBlockingQueue<>(INBOX_LENGTH);
    private final Runnable closed;

    /** Held by the caller whose command is under way. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private long lastSync;

    private sealed interface Arrival {
        record Reply(Json.ObjectValue message) implements Arrival {}

        record Ended(QmpException reason) implements Arrival {}
    }

    private GuestAgentClient(String name, ByteChannel channel, Runnable closed) {
        this.name = name;
        this.closed = closed;
        var reader = new JsonReader(channel, JsonLimits.GUEST, SENTINEL);
        this.connection = new JsonConnection(channel, reader, new Incoming(), Optional.empty());
        // Numbers of an earlier connection may still be under way in the guest.
        this.lastSync = System.currentTimeMillis() << 10;
    }

    /**
     * Connects to the unix socket of the agent's channel. Nothing is sent yet; an agent need not run.
     *
     * @param closed run once when the connection has ended, by either side, on a virtual thread of its own
     * @throws QmpException DISCONNECTED when there is no socket or nobody listens
     */
    public static GuestAgentClient connect(Path socket, Runnable closed) {
        try {
            return over(socket.toString(), UnixSockets.connect(socket), closed);
        } catch (IOException | PosixException e) {
            throw QmpException.disconnected("cannot connect to guest agent " + socket + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #connect}, on a channel that is connected already and belongs to the client from now on. */
    public static GuestAgentClient over(String name, ByteChannel channel, Runnable closed) {
        var client = new GuestAgentClient(name, channel, closed);
        client.connection.start("guest-agent");
        return client;
    }

    /**
     * Executes a command in the guest.
     *
     * @param timeout includes waiting for other commands, and the synchronisation, which itself may take
     *     {@link #SYNC_TIMEOUT} at most
     * @return the value of the reply's {@code return}
     * @throws QmpException REFUSED, SILENT (when no agent runs), TIMED_OUT, DISCONNECTED or INTERRUPTED. Commands that end
     *     the guest, as {@code guest-shutdown} does, are not answered when they succeed.
     */
    public Json execute(String command, Json.ObjectValue arguments, Duration timeout) {
        var message = Json.object().with("execute", command);
        if (!arguments.members().isEmpty()) {
            message = message.with("arguments", arguments);
        }
        var reply = exchange(message, command, timeout);
        var error = reply.member("error");
        if (error.isPresent()) {
            throw QmpException.refused(text(error.get(), "class"), text(error.get(), "desc"));
        }
        return reply.member("return").orElse(Json.ObjectValue.EMPTY);
    }

    /** Sends a message as it is and answers the whole reply, whether a result or an error. */
    public Json.ObjectValue exchange(Json.ObjectValue message, Duration timeout) {
        return exchange(message, message.member("execute").map(Json::toString).orElse("a message"), timeout);
    }

    /** Whether the connection has not ended yet; says nothing about the agent. */
    public boolean isOpen() {
        return connection.isOpen();
    }

    /** Ends the connection and the call under way. A second call does nothing. */
    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return "guest agent " + name;
    }

    private static String text(Json error, String member) {
        return error.member(member)
                .map(value -> value instanceof Json.TextValue(var text) ? text : value.toString())
                .orElse("unknown");
    }

    private Json.ObjectValue exchange(Json.ObjectValue message, String command, Duration timeout) {
        var deadline = Deadline.after(timeout);
        try {
            if (!turn.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw tooLate(command, timeout);
            }
            try {
                synchronise(deadline.orAfter(SYNC_TIMEOUT));
                var outgoing = outgoing((message + "\n").getBytes(StandardCharsets.UTF_8));
                try {
                    var reply = connection.send(outgoing, deadline.remainingNanos()) ? next(deadline) : null;
                    if (reply == null) {
                        throw tooLate(command, timeout);
                    }
                    return reply;
                } finally {
                    // Not written yet: the guest does not read, and must not be surprised by this command later.
                    connection.withdraw(outgoing);
                }
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QmpException(
                    QmpException.Kind.INTERRUPTED, "interrupted while " + this + " carries out " + command, e);
        }
    }

    private void synchronise(Deadline deadline) throws InterruptedException {
        long number = ++lastSync;
        var arguments = Json.object().with("id", number);
        var message = Json.object().with("execute", "guest-sync-delimited").with("arguments", arguments);
        var bytes = new ByteArrayOutputStream();
        bytes.write(SENTINEL);
        bytes.writeBytes((message + "\n").getBytes(StandardCharsets.UTF_8));
        var outgoing = outgoing(bytes.toByteArray());
        try {
            boolean queued = connection.send(outgoing, deadline.remainingNanos());
            Json.ObjectValue reply;
            do {
                reply = queued ? next(deadline) : null;
                if (reply == null) {
                    throw QmpException.silent(this + " does not respond: is the agent running in the guest?");
                }
            } while (!reply.member("return").equals(Optional.of(Json.of(number))));
        } finally {
            connection.withdraw(outgoing);
        }
    }

    private static JsonConnection.Outgoing outgoing(byte[] bytes) {
        return new JsonConnection.Outgoing(bytes, List.of());
    }

    private Json.@Nullable ObjectValue next(Deadline deadline) throws InterruptedException {
        return switch (inbox.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            case null -> null;
            case Arrival.Reply(var message) -> message;
            case Arrival.Ended ended -> {
                // For the next caller as well.
                inbox.offer(ended);
                throw QmpException.again(ended.reason());
            }
        };
    }

    private QmpException tooLate(String command, Duration timeout) {
        return QmpException.timedOut(this + " did not answer " + command + " within " + timeout.toMillis() + " ms");
    }

    /** Runs in the reading thread. */
    private final class Incoming implements JsonConnection.Sink {
        @Override
        public void received(Json value) {
            if (value instanceof Json.ObjectValue message) {
                put(new Arrival.Reply(message));
            } else {
                LOG.log(Level.DEBUG, "{0}: not a message: {1}", name, Json.brief(value));
            }
        }

        @Override
        public void resynchronised() {
            inbox.clear();
        }

        @Override
        public void ended(QmpException reason) {
            put(new Arrival.Ended(reason));
            Thread.ofVirtual().name("guest-agent-closed").start(closed);
        }

        private void put(Arrival arrival) {
            while (!inbox.offer(arrival)) {
                inbox.poll();
            }
        }
    }
}
