package dev.posada.client;

import dev.posada.model.PosadaException;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageError;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.StreamHole;
import dev.posada.protocol.WireErrors;
import dev.posada.protocol.WireLimits;
import dev.posada.protocol.XdrMessage;
import dev.posada.xdr.XdrException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Data that travels beside the calls: an upload, a download, a console.
 *
 * <p>A stream ends in one of two ways. {@link #finish} says that all is well and waits until the daemon has said so
 * too: for an upload only then is everything stored. {@link #abort}, and {@link #close} on a stream that was not
 * finished, break it off.
 *
 * <p>What arrives is buffered up to a bound. A reader that stays behind slows the daemon down, unless somebody waits
 * for the reply to a call on the same connection; then buffering goes on up to a second bound, beyond which the stream
 * is broken off. One thread may read while another writes.
 */
public final class DataStream implements ByteChannel {

    /** From here on the reader is considered behind. */
    static final int FULL_BYTES = 4 << 20;

    /** The most that is ever buffered. */
    static final int MAX_BUFFERED_BYTES = 64 << 20;

    private static final Duration ABORT_PATIENCE = Duration.ofSeconds(5);

    /** A run of data, or of zeros when there are no bytes. */
    private sealed interface Piece {}

    private record Data(ByteBuffer bytes) implements Piece {}

    private record Hole(long lengthBytes) implements Piece {}

    private enum State {
        /** Data may travel. */
        OPEN,
        /** We have said that we are done, and wait for the daemon to say so. */
        ENDING,
        /** Nothing travels any more. */
        CLOSED
    }

    private final Link link;
    private final Procedure procedure;
    private final int serial;
    private final boolean sparse;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> incoming = new ArrayDeque<>();
    private State state = State.OPEN;
    private boolean endOfData;
    private @Nullable PosadaException failure;
    private final AtomicInteger bufferedBytes = new AtomicInteger();

    DataStream(Link link, Procedure procedure, int serial, boolean sparse) {
        this.link = link;
        this.procedure = procedure;
        this.serial = serial;
        this.sparse = sparse;
    }

    /**
     * Reads what has arrived, waiting for at least one byte; zeros for a hole.
     *
     * @return the number of bytes read, or -1 at the end of the data
     * @throws PosadaException when the daemon broke the stream off or the connection is lost
     */
    @Override
    public int read(ByteBuffer target) {
        requireDirection(Procedure.Kind.UPLOAD, "read from");
        if (!target.hasRemaining()) {
            return 0;
        }
        lock.lock();
        try {
            Piece piece = awaitPiece();
            int count = switch (piece) {
                case null -> -1;
                case Data(ByteBuffer bytes) -> take(bytes, target);
                case Hole(long lengthBytes) -> zeros(lengthBytes, target);
            };
            link.resumeReader();
            return count;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Skips the hole that comes next, waiting until it is known what comes next.
     *
     * @return the length of the hole in bytes; 0 when data or the end comes next
     * @throws PosadaException as {@link #read} does
     */
    public long skipHole() {
        requireDirection(Procedure.Kind.UPLOAD, "read from");
        lock.lock();
        try {
            long skipped = 0;
            while (awaitPiece() instanceof Hole(long lengthBytes)) {
                incoming.removeFirst();
                skipped += lengthBytes;
            }
            return skipped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes all that remains in {@code source}; blocks while the connection is full.
     *
     * @return the number of bytes written
     * @throws PosadaException when the daemon broke the stream off or the connection is lost
     */
    @Override
    public int write(ByteBuffer source) {
        requireDirection(Procedure.Kind.DOWNLOAD, "written to");
        int total = source.remaining();
        while (source.hasRemaining()) {
            requireOpen();
            int count = Math.min(source.remaining(), WireLimits.MAX_STREAM_DATA_BYTES);
            link.write(Frame.encodeData(
                    header(MessageType.STREAM, MessageStatus.CONTINUE), source.slice(source.position(), count)));
            source.position(source.position() + count);
        }
        return total;
    }

    /**
     * Leaves a hole, which reads as zeros and takes no space where the daemon stores it.
     *
     * @param lengthBytes more than 0
     * @throws IllegalStateException when the stream was not opened for holes
     */
    public void writeHole(long lengthBytes) {
        requireDirection(Procedure.Kind.DOWNLOAD, "written to");
        if (!sparse) {
            throw new IllegalStateException("the stream of " + procedure + " was not opened for holes");
        }
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("a hole of " + lengthBytes + " bytes");
        }
        requireOpen();
        send(MessageType.STREAM_HOLE, MessageStatus.CONTINUE, new StreamHole(lengthBytes, 0));
    }

    /**
     * Ends the stream and waits until the daemon has ended it too. Data not read yet is dropped.
     *
     * @throws PosadaException when the daemon could not do all that was asked, or the connection is lost
     */
    public void finish() {
        lock.lock();
        try {
            requireOpen();
            state = State.ENDING;
            dropIncoming();
        } finally {
            lock.unlock();
        }
        link.resumeReader();
        send(MessageType.STREAM, MessageStatus.OK, NoPayload.INSTANCE);
        lock.lock();
        try {
            awaitUntil(() -> state == State.CLOSED);
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Breaks the stream off; the daemon drops what it can. Waits a moment for the daemon to confirm, so that a console
     * can be opened again at once. Does nothing on a stream that has ended.
     */
    public void abort() {
        lock.lock();
        try {
            if (state == State.CLOSED) {
                return;
            }
            state = State.ENDING;
            dropIncoming();
        } finally {
            lock.unlock();
        }
        link.resumeReader();
        try {
            send(MessageType.STREAM, MessageStatus.ERROR, NoPayload.INSTANCE);
            awaitClosed(ABORT_PATIENCE.toNanos());
        } catch (PosadaException connectionLost) {
            // The stream went with its connection, which is all that was wanted.
        } finally {
            link.forget(serial);
        }
    }

    /** Whether neither side has ended the stream. */
    @Override
    public boolean isOpen() {
        lock.lock();
        try {
            return state == State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    /** Breaks the stream off unless it has ended; a second close does nothing. */
    @Override
    public void close() {
        abort();
    }

    /** The data that arrives, as an input stream; closing it closes this stream. */
    public InputStream input() {
        return Channels.newInputStream(this);
    }

    /** The data to send, as an output stream; closing it breaks the stream off unless it was finished. */
    public OutputStream output() {
        return Channels.newOutputStream(this);
    }

    /** Takes a message of this stream; called by the connection's reader. */
    void receive(Frame frame) {
        lock.lock();
        try {
            if (frame.header().statusNumber() == MessageStatus.OK.number()) {
                end(null);
            } else if (frame.header().statusNumber() == MessageStatus.ERROR.number()) {
                end(WireErrors.decode(MessageError.decode(frame.reader())));
            } else if (state == State.OPEN) {
                enqueue(frame);
            }
        } catch (XdrException e) {
            end(Failures.malformed(procedure, e));
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    /** Ends the stream because its connection ended. */
    void fail(PosadaException cause) {
        lock.lock();
        try {
            end(cause);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether what is buffered should make the daemon wait. */
    boolean isFull() {
        return bufferedBytes.get() >= FULL_BYTES;
    }

    private void enqueue(Frame frame) {
        if (frame.header().typeNumber() == MessageType.STREAM_HOLE.number()) {
            incoming.addLast(
                    new Hole(Math.max(0, StreamHole.decode(frame.reader()).length())));
        } else if (!frame.payload().hasRemaining()) {
            endOfData = true;
        } else if (bufferedBytes.get() + frame.payload().remaining() > MAX_BUFFERED_BYTES) {
            end(Failures.stream("stream of " + procedure.traits().apiName() + " broken off: more than "
                    + MAX_BUFFERED_BYTES + " bytes wait to be read"));
            dropIncoming();
            link.writeLater(Frame.encode(header(MessageType.STREAM, MessageStatus.ERROR), NoPayload.INSTANCE));
        } else {
            incoming.addLast(new Data(frame.payload()));
            bufferedBytes.addAndGet(frame.payload().remaining());
        }
    }

    private void end(@Nullable PosadaException cause) {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            failure = cause;
            endOfData = true;
            link.forget(serial);
        }
    }

    /** The next piece, still in the queue; nothing at the end of the data. */
    private @Nullable Piece awaitPiece() {
        awaitUntil(() -> !incoming.isEmpty() || endOfData || state != State.OPEN);
        if (incoming.isEmpty()) {
            throwFailure();
        }
        return incoming.peekFirst();
    }

    private int take(ByteBuffer bytes, ByteBuffer target) {
        int count = Math.min(bytes.remaining(), target.remaining());
        target.put(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            incoming.removeFirst();
        }
        bufferedBytes.addAndGet(-count);
        return count;
    }

    private int zeros(long lengthBytes, ByteBuffer target) {
        int count = (int) Math.min(lengthBytes, target.remaining());
        target.put(new byte[count]);
        incoming.removeFirst();
        if (lengthBytes > count) {
            incoming.addFirst(new Hole(lengthBytes - count));
        }
        return count;
    }

    private void dropIncoming() {
        incoming.clear();
        bufferedBytes.set(0);
        endOfData = true;
    }

    private void requireDirection(Procedure.Kind excluded, String use) {
        if (procedure.traits().kind() == excluded) {
            throw new IllegalStateException("the stream of " + procedure + " cannot be " + use);
        }
    }

    private void requireOpen() {
        lock.lock();
        try {
            throwFailure();
            if (state != State.OPEN) {
                throw Failures.stream("stream of " + procedure.traits().apiName() + " has ended");
            }
        } finally {
            lock.unlock();
        }
    }

    private void throwFailure() {
        if (failure != null) {
            throw Failures.seenFromHere(failure);
        }
    }

    private void awaitUntil(BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.interrupted("the stream of " + procedure.traits().apiName());
        }
    }

    private void awaitClosed(long patienceNanos) {
        lock.lock();
        try {
            long left = patienceNanos;
            while (state != State.CLOSED && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            state = State.CLOSED;
            lock.unlock();
        }
    }

    private void send(MessageType type, MessageStatus status, XdrMessage payload) {
        link.write(Frame.encode(header(type, status), payload));
    }

    private MessageHeader header(MessageType type, MessageStatus status) {
        return MessageHeader.of(procedure, type, serial, status);
    }
}
