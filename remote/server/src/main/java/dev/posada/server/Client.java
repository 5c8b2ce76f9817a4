package dev.posada.server;

import dev.posada.model.Caller;
import dev.posada.posix.Descriptor;
import dev.posada.protocol.Frame;
import dev.posada.protocol.KeepaliveProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.Program;
import dev.posada.protocol.QemuEvent;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.XdrMessage;
import dev.posada.xdr.XdrException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connected client.
 *
 * <p>Threads: a reader, which runs {@link #run} and sees all messages in order; one per call that may take long; one per
 * stream and direction while there is something to do. Calls that never wait for a guest and change nothing the reader
 * runs itself: waking a thread costs more than most of them, and those that open, close or shape the connection must
 * take effect before the next message is looked at.
 *
 * <p>At most {@code max_client_requests} other calls run at once. When they do, the reader waits for one to end before
 * it reads on, and the client's further messages wait in the socket: the client is slowed down and nobody else is.
 *
 * <p>Whatever goes wrong in a call becomes an error reply. What cannot be understood at all ends the connection.
 */
final class Client implements Runnable {
    private static final System.Logger LOG = System.getLogger("posada.server");

    /** How long the calls under way may take when the client has closed its side or the server stops. */
    private static final Duration LAST_CALLS = Duration.ofSeconds(2);

    private final ServerParts parts;
    private final SocketChannel channel;
    private final String name;
    private final boolean unix;
    private final Inbound inbound;
    private final Outbound outbound;
    private final ClientStreams streams;
    private final Session session;
    private final Dispatch dispatch;
    private final Semaphore freeCalls;
    private final int callsMax;
    private final AtomicBoolean watched = new AtomicBoolean();

    Client(ServerParts parts, Door door, SocketChannel channel, Caller caller, long number) {
        this.parts = parts;
        this.channel = channel;
        this.name = "client " + number + " of " + door.name();
        var limits = parts.settings().limits();
        this.unix = door.unix();
        this.inbound = new Inbound(
                channel, parts.passing(), unix, parts.budget(), limits.frameStall(), parts.counters().bytesIn);
        this.outbound = new Outbound(
                channel,
                parts.passing(),
                limits.writeStall(),
                parts.backlog(),
                parts.counters().bytesOut,
                this::disconnect);
        this.streams = new ClientStreams(outbound, parts.counters().streams);
        this.callsMax = limits.requestsPerClient();
        this.freeCalls = new Semaphore(callsMax);
        var registrations = new Registrations(new Registrations.Receiver() {
            @Override
            public void send(RemoteEvent event) {
                sendEvent(event.procedure(), event);
            }

            @Override
            public void send(QemuEvent event) {
                sendEvent(event.procedure(), event);
            }

            @Override
            public void lost(long count) {
                drop("it is " + count + " events behind");
            }
        });
        this.session = new Session(parts.engine(), caller, door.authentication(), registrations);
        this.dispatch = new Dispatch(parts.services(), parts.counters());
    }

    Session session() {
        return session;
    }

    /** Whether open files can travel to and from it. */
    boolean passesFiles() {
        return unix;
    }

    Outbound outbound() {
        return outbound;
    }

    ClientStreams streams() {
        return streams;
    }

    /** Reads until the client is gone, and cleans up behind it. */
    @Override
    public void run() {
        try {
            for (var message = inbound.next(); message.isPresent(); message = inbound.next()) {
                receive(message.get());
            }
            awaitLastCalls();
        } catch (BrokenConnectionException e) {
            LOG.log(Level.WARNING, "dropping " + name + ": " + e.getMessage());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, name + " is gone: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "dropping " + name + " after an unexpected failure", e);
        } finally {
            close();
            // The place is free when nothing runs for the client any more, so that one who comes, asks for something
            // slow
            // and leaves again and again cannot have more calls under way than one who stays.
            freeCalls.acquireUninterruptibly(callsMax);
            parts.onDeparture().accept(this);
        }
    }

    /** Stops reading; calls under way are answered, then the connection is closed. Does not wait for that. */
    void leave() {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            disconnect();
        }
    }

    /** Ends the connection at once, with a word to the log. Never blocks. */
    void drop(String reason) {
        if (channel.isOpen()) {
            LOG.log(Level.WARNING, "dropping " + name + ": " + reason);
        }
        disconnect();
    }

    /** Ends the connection at once. The reader notices and cleans up. Never blocks. */
    void disconnect() {
        outbound.close();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing " + name + ": " + e.getMessage());
        }
    }

    /** Waits until all replies are with the kernel, then ends the connection. */
    void disconnectAfterReplies() {
        outbound.flush();
        disconnect();
    }

    /** Begins to ask this client for signs of life, once it has said that it understands the question. */
    void watch() {
        var rule = parts.settings().keepAlive();
        if (rule.interval().isPresent() && watched.compareAndSet(false, true)) {
            var keepAlive = new KeepAlive(rule, System.nanoTime());
            parts.clock().after(rule.interval().get().toNanos(), () -> lookAtSilence(keepAlive));
        }
    }

    /** Drops the client if it has kept us waiting for too long. To be called now and then. */
    void dropIfStalled(long nowNanos) {
        var limits = parts.settings().limits();
        if (outbound.stalledNanos(nowNanos) > limits.writeStall().toNanos()) {
            drop("it does not read what it is sent");
        } else if (inbound.stalledNanos(nowNanos) > limits.frameStall().toNanos()) {
            drop("it does not finish the message it began");
        }
    }

    private void lookAtSilence(KeepAlive keepAlive) {
        long now = System.nanoTime();
        if (!channel.isOpen()) {
            return;
        }
        switch (keepAlive.look(now, inbound.heardNanos(now))) {
            case KeepAlive.Wait(long nanos) -> parts.clock().after(nanos, () -> lookAtSilence(keepAlive));
            case KeepAlive.Ask(long nanos) -> {
                // A full queue needs no question: the client will hear from us when it reads.
                outbound.offer(keepAlive(KeepaliveProcedure.PING));
                parts.clock().after(nanos, () -> lookAtSilence(keepAlive));
            }
            case KeepAlive.GiveUp() -> drop("it gives no sign of life");
        }
    }

    private void receive(Inbound.Message message) throws IOException {
        var header = message.frame().header();
        boolean kept = false;
        try {
            switch (header.type().orElse(MessageType.REPLY)) {
                case CALL, CALL_WITH_FDS -> {
                    kept = true;
                    call(message);
                }
                case STREAM, STREAM_HOLE ->
                    streams.packet(header, message.frame().payload());
                case MESSAGE -> keepAlive(header);
                case REPLY, REPLY_WITH_FDS -> {
                    // Nobody asked: ignored, as are types that do not exist.
                }
            }
        } finally {
            if (!kept) {
                release(message);
            }
        }
    }

    private void keepAlive(MessageHeader header) {
        if (header.program() == Program.KEEPALIVE.number()
                && header.version() == Program.KEEPALIVE.version()
                && header.procedure() == KeepaliveProcedure.PING.number()) {
            outbound.put(keepAlive(KeepaliveProcedure.PONG));
        }
    }

    private static ByteBuffer keepAlive(KeepaliveProcedure procedure) {
        return Frame.encode(MessageHeader.of(procedure, MessageType.MESSAGE, 0, MessageStatus.OK), NoPayload.INSTANCE);
    }

    private void call(Inbound.Message message) {
        var procedure = dispatch.procedure(message.frame().header());
        if (procedure.isEmpty() || runsOnReader(procedure.get())) {
            try {
                answer(message);
            } finally {
                release(message);
            }
            return;
        }
        freeCalls.acquireUninterruptibly();
        Thread.ofVirtual().name("posada-call").start(() -> {
            try {
                answer(message);
            } finally {
                release(message);
                freeCalls.release();
            }
        });
    }

    private static boolean runsOnReader(Procedure procedure) {
        var traits = procedure.traits();
        return traits.kind() == Procedure.Kind.CALL
                && traits.priority() == Procedure.Priority.HIGH
                && traits.readOnlyAllowed();
    }

    private void answer(Inbound.Message message) {
        var header = message.frame().header();
        var call = new Call(this, header, message.descriptors());
        var answer = dispatch.answer(call, message.frame().reader());
        call.settle(answer.success());
        outbound.put(answer.bytes(), call.attached());
        call.answered();
    }

    private void release(Inbound.Message message) {
        message.descriptors().forEach(Descriptor::close);
        message.share().giveBack();
    }

    private void sendEvent(Procedure procedure, XdrMessage message) {
        try {
            if (outbound.put(Frame.encode(dispatch.eventHeader(procedure), message))) {
                parts.counters().events.increment();
            }
        } catch (XdrException e) {
            LOG.log(Level.ERROR, "an event does not fit its message: " + message, e);
        }
    }

    /** A client that has closed only its sending side still wants its answers. */
    private void awaitLastCalls() {
        try {
            if (freeCalls.tryAcquire(callsMax, LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS)) {
                freeCalls.release(callsMax);
                outbound.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() {
        disconnect();
        streams.close();
        try {
            session.close();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "closing the connection of " + name, e);
        }
    }
}
