package dev.posada.client;

import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.protocol.CallChannel;
import dev.posada.protocol.Frame;
import dev.posada.protocol.FrameAssembler;
import dev.posada.protocol.FramingException;
import dev.posada.protocol.KeepaliveProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.Program;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.RemoteStorageVolDownloadArgs;
import dev.posada.protocol.RemoteStorageVolUploadArgs;
import dev.posada.protocol.StreamReply;
import dev.posada.protocol.WireLimits;
import dev.posada.protocol.XdrMessage;
import dev.posada.xdr.XdrReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The wire itself: sends messages for any number of threads and hands what arrives to those who wait for it.
 *
 * <p>Rules. One reader thread per link; it never writes and never runs callers' code, so neither a full socket nor a
 * slow listener can stop it. Callers write for themselves, one message at a time under {@code writing}. A call is put
 * into {@code pending} before it is written, and a link is marked lost before its pending calls are failed, so no call
 * can slip through between. The reader pauses only when the buffer of a stream is full and nobody waits for a reply.
 */
final class Link implements CallChannel<DataStream>, AutoCloseable {

    private static final long READER_STACK_BYTES = 256 << 10;

    /** Why the link is of no use any more, and what callers are told. */
    record Loss(CloseReason reason, PosadaException failure) {}

    private final Transport transport;
    private final Duration callTimeout;
    private final Consumer<Frame> events;
    private final Map<Integer, PendingReply> pending = new ConcurrentHashMap<>();
    private final Map<Integer, DataStream> streams = new ConcurrentHashMap<>();
    private final AtomicInteger nextSerial = new AtomicInteger();
    /** Set once, under the monitor of {@code lossListeners}. */
    private volatile Optional<Loss> loss = Optional.empty();

    private final List<Consumer<Loss>> lossListeners = new ArrayList<>();
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock pausing = new ReentrantLock();
    private final Condition mayResume = pausing.newCondition();
    private final KeepAlive keepAlive;
    private volatile boolean paused;
    private volatile boolean leaving;

    private Link(Transport transport, ConnectionOptions options, Consumer<Frame> events) {
        this.transport = transport;
        this.callTimeout = options.callTimeout();
        this.events = events;
        this.keepAlive = new KeepAlive(this, options.keepAliveInterval(), options.keepAliveCount());
    }

    /**
     * Starts to read from a transport.
     *
     * @param events takes event messages on the reader's thread; must be quick and never block
     */
    static Link start(Transport transport, ConnectionOptions options, Consumer<Frame> events) {
        var link = new Link(transport, options, events);
        // A platform thread: the first virtual thread of a program costs a command line some 15 ms of processor time.
        Thread.ofPlatform()
                .name("posada-client-reader")
                .daemon()
                .stackSize(READER_STACK_BYTES)
                .start(link::read);
        return link;
    }

    @Override
    public XdrReader call(Procedure procedure, XdrMessage args) {
        return call(procedure, args, callTimeout);
    }

    /** Makes a call that may take {@code timeout}, whatever the usual limit. */
    XdrReader call(Procedure procedure, XdrMessage args, Duration timeout) {
        return callAndNote(procedure, args, timeout, _ -> {});
    }

    /** Makes a call and has the reader look at a successful reply before it looks at any later message. */
    XdrReader callAndNote(Procedure procedure, XdrMessage args, Consumer<XdrReader> onSuccess) {
        return callAndNote(procedure, args, callTimeout, onSuccess);
    }

    private XdrReader callAndNote(
            Procedure procedure, XdrMessage args, Duration timeout, Consumer<XdrReader> onSuccess) {
        int serial = nextSerial.getAndIncrement();
        return exchange(procedure, args, serial, timeout, onSuccess);
    }

    /** A reply and the open files that came with it, to be closed by whoever gets it. */
    record ReplyWithFiles(XdrReader reply, List<Descriptor> files) {}

    /**
     * Makes a call with open files, which stay the caller's, or one whose reply brings some.
     *
     * @throws PosadaException also when files would have to travel where they cannot
     */
    ReplyWithFiles callWithFiles(Procedure procedure, XdrMessage args, List<Descriptor> files) {
        if (!files.isEmpty() && !transport.carriesFiles()) {
            throw Failures.noFilePassage();
        }
        if (files.size() > WireLimits.MAX_DESCRIPTORS) {
            throw Failures.tooManyFiles(files.size());
        }
        int serial = nextSerial.getAndIncrement();
        var reply = new PendingReply(procedure, _ -> {});
        var message = files.isEmpty()
                ? Frame.encode(MessageHeader.of(procedure, MessageType.CALL, serial, MessageStatus.OK), args)
                : Frame.encodeWithDescriptors(
                        MessageHeader.of(procedure, MessageType.CALL_WITH_FDS, serial, MessageStatus.OK),
                        files.size(),
                        args);
        pending.put(serial, reply);
        try {
            write(message, files);
            resumeReader();
            return new ReplyWithFiles(reply.await(callTimeout), reply.takeFiles());
        } finally {
            pending.remove(serial);
            reply.abandon();
        }
    }

    private XdrReader exchange(
            Procedure procedure, XdrMessage args, int serial, Duration timeout, Consumer<XdrReader> onSuccess) {
        var reply = new PendingReply(procedure, onSuccess);
        ByteBuffer message =
                Frame.encode(MessageHeader.of(procedure, MessageType.CALL, serial, MessageStatus.OK), args);
        pending.put(serial, reply);
        try {
            write(message);
            resumeReader();
            return reply.await(timeout);
        } finally {
            pending.remove(serial);
            reply.abandon();
        }
    }

    @Override
    public StreamReply<XdrReader, DataStream> open(Procedure procedure, XdrMessage args) {
        if (!procedure.traits().kind().isStream()) {
            throw new IllegalArgumentException(procedure + " opens no stream");
        }
        int serial = nextSerial.getAndIncrement();
        var stream = new DataStream(this, procedure, serial, allowsHoles(procedure, args));
        // Before the call: data may follow the reply at once.
        streams.put(serial, stream);
        try {
            return new StreamReply<>(exchange(procedure, args, serial, callTimeout, _ -> {}), stream);
        } catch (RuntimeException e) {
            streams.remove(serial);
            throw e;
        }
    }

    private static boolean allowsHoles(Procedure procedure, XdrMessage args) {
        int flags = switch (args) {
            case RemoteStorageVolUploadArgs upload -> upload.flags();
            case RemoteStorageVolDownloadArgs download -> download.flags();
            default -> 0;
        };
        return (flags & procedure.traits().sparseFlag()) != 0;
    }

    /** Sends one whole message; blocks while the socket is full. */
    void write(ByteBuffer message) {
        write(message, List.of());
    }

    private void write(ByteBuffer message, List<Descriptor> files) {
        loss.ifPresent(lost -> {
            throw Failures.seenFromHere(lost.failure());
        });
        // A channel that sees its thread interrupted closes itself, which would take the connection from all others.
        boolean interrupted = Thread.interrupted();
        writing.lock();
        try {
            transport.write(message);
            if (!files.isEmpty()) {
                transport.send(files);
            }
        } catch (IOException e) {
            lose(CloseReason.ERROR, Failures.broken("write", e, transport.complaints()));
            throw Failures.seenFromHere(loss.orElseThrow().failure());
        } finally {
            writing.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Forgets a stream; whatever still arrives for it is ignored. */
    void forget(int serial) {
        streams.remove(serial);
        resumeReader();
    }

    /** Lets the keep-alive thread send what the reader must not send itself. */
    void writeLater(ByteBuffer message) {
        keepAlive.send(message);
    }

    /** Lets a paused reader look again whether it may go on. */
    void resumeReader() {
        if (paused) {
            pausing.lock();
            try {
                mayResume.signalAll();
            } finally {
                pausing.unlock();
            }
        }
    }

    /** Whether messages can still be exchanged, as far as anybody knows. */
    boolean isAlive() {
        return loss.isEmpty();
    }

    /** Whether the reader waits for somebody to empty a stream, so that silence proves nothing. */
    boolean isPaused() {
        return paused;
    }

    boolean secure() {
        return transport.secure();
    }

    /** Asks to be told once when the link is lost; at once when it is lost already. */
    void onLoss(Consumer<Loss> listener) {
        Optional<Loss> already;
        synchronized (lossListeners) {
            already = loss;
            if (already.isEmpty()) {
                lossListeners.add(listener);
            }
        }
        already.ifPresent(listener);
    }

    /** Starts to ask for signs of life. */
    void startKeepAlive() {
        keepAlive.start();
    }

    /** Takes leave of the daemon, waiting for its answer no longer than {@code patience}, and ends the link. */
    void leave(Duration patience) {
        leaving = true;
        if (isAlive()) {
            try {
                call(RemoteProcedure.CONNECT_CLOSE, NoPayload.INSTANCE, patience);
            } catch (PosadaException alreadyGone) {
                Log.CLIENT.log(System.Logger.Level.DEBUG, "left without an answer: {0}", alreadyGone.getMessage());
            }
        }
        close();
    }

    @Override
    public void close() {
        leaving = true;
        lose(CloseReason.CLIENT, Failures.closed());
    }

    /** Ends the link for everybody; the first reason counts. */
    void lose(CloseReason reason, PosadaException failure) {
        // The daemon closes its side as soon as it has answered our farewell, and that is not its fault.
        Loss lost = leaving ? new Loss(CloseReason.CLIENT, Failures.closed()) : new Loss(reason, failure);
        List<Consumer<Loss>> listeners;
        synchronized (lossListeners) {
            if (loss.isPresent()) {
                return;
            }
            loss = Optional.of(lost);
            listeners = List.copyOf(lossListeners);
            lossListeners.clear();
        }
        transport.close();
        keepAlive.stop();
        pending.values().forEach(reply -> reply.fail(lost.failure()));
        streams.values().forEach(stream -> stream.fail(lost.failure()));
        streams.clear();
        resumeReader();
        listeners.forEach(listener -> listener.accept(lost));
    }

    private void read() {
        var assembler = new FrameAssembler();
        boolean exact = transport.carriesFiles();
        try {
            while (transport.read(exact ? assembler.exactSpace() : assembler.space()) >= 0) {
                keepAlive.heard();
                for (var frame = assembler.next(); frame.isPresent(); frame = assembler.next()) {
                    receive(frame.get());
                }
            }
            lose(CloseReason.END_OF_FILE, Failures.ended(transport.complaints()));
        } catch (IOException e) {
            lose(CloseReason.ERROR, Failures.broken("recv", e, transport.complaints()));
        } catch (FramingException e) {
            lose(CloseReason.ERROR, Failures.lost("the far side does not speak the protocol: " + e.getMessage()));
        } catch (RuntimeException e) {
            lose(CloseReason.ERROR, Failures.lost("reading failed: " + e));
            throw e;
        }
    }

    private void receive(Frame frame) throws IOException {
        MessageHeader header = frame.header();
        Optional<MessageType> type = header.type();
        if (type.isEmpty()) {
            return;
        }
        switch (type.get()) {
            case REPLY -> reply(frame, List.of());
            case REPLY_WITH_FDS -> reply(frame, files(frame));
            case MESSAGE -> receiveMessage(frame);
            case STREAM, STREAM_HOLE -> {
                DataStream stream = streams.get(header.serial());
                if (stream != null) {
                    stream.receive(frame);
                    pauseWhileFull(stream);
                }
            }
            case CALL -> Log.CLIENT.log(System.Logger.Level.DEBUG, "ignored a call from the daemon");
            // Its files would have to be taken in, for nothing.
            case CALL_WITH_FDS -> throw new IOException("the daemon sent file descriptors with a call");
        }
    }

    private void reply(Frame frame, List<Descriptor> files) {
        PendingReply reply = pending.remove(frame.header().serial());
        if (reply == null) {
            files.forEach(Descriptor::close);
        } else {
            reply.complete(frame, files);
        }
    }

    /** Takes what travels behind a reply; its payload begins behind their count afterwards. */
    private List<Descriptor> files(Frame frame) throws IOException {
        if (frame.payload().remaining() < Integer.BYTES) {
            throw new IOException("the daemon does not say how many file descriptors it sends");
        }
        int count = frame.payload().getInt();
        return count == 0 ? List.of() : transport.receive(count);
    }

    private void receiveMessage(Frame frame) {
        MessageHeader header = frame.header();
        if (header.program() != Program.KEEPALIVE.number()) {
            events.accept(frame);
        } else if (header.procedure() == KeepaliveProcedure.PING.number()) {
            writeLater(Frame.encode(
                    MessageHeader.of(KeepaliveProcedure.PONG, MessageType.MESSAGE, 0, MessageStatus.OK),
                    NoPayload.INSTANCE));
        }
    }

    /**
     * Leaves bytes in the socket, where they slow the daemon down, while a stream's reader is behind. Somebody's
     * waiting for a reply takes precedence: the reply may stand behind that stream's data.
     */
    private void pauseWhileFull(DataStream stream) {
        if (!stream.isFull()) {
            return;
        }
        pausing.lock();
        try {
            paused = true;
            while (stream.isFull() && pending.isEmpty() && isAlive()) {
                mayResume.awaitUninterruptibly();
            }
        } finally {
            paused = false;
            keepAlive.heard();
            pausing.unlock();
        }
    }
}
