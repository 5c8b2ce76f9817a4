package dev.posada.server;

import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.StreamHole;
import dev.posada.xdr.XdrException;
import dev.posada.xdr.XdrReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** The streams of one client, by the serial of the call that opened each. Safe for use by several threads. */
final class ClientStreams {
    /** Streams of one client at a time. */
    static final int STREAMS_MAX = 64;

    private final Outbound outbound;
    private final LongAdder opened;
    private final Map<Integer, ClientStream> streams = new HashMap<>();
    private boolean closed;

    ClientStreams(Outbound outbound, LongAdder opened) {
        this.outbound = outbound;
        this.opened = opened;
    }

    /**
     * Checks that one more stream may be opened, before anything is opened for it.
     *
     * @throws dev.posada.model.PosadaException when there are too many
     */
    synchronized void requireRoom() {
        if (streams.size() >= STREAMS_MAX) {
            throw ClientStream.tooMany(STREAMS_MAX);
        }
    }

    /** Adds a stream; it takes packets from now on and sends when it is started. */
    ClientStream add(MessageHeader opening, StreamPlan plan) {
        var stream = new ClientStream(opening, plan, outbound, this::forget);
        boolean refused;
        ClientStream replaced = null;
        synchronized (this) {
            refused = closed;
            if (!refused) {
                replaced = streams.put(opening.serial(), stream);
            }
        }
        if (refused) {
            stream.abandon();
        }
        if (replaced != null) {
            // A serial used twice: packets could not be told apart, so the later stream has it.
            replaced.abandon();
        }
        opened.increment();
        return stream;
    }

    /** Takes a packet from the client; one that belongs to no stream is ignored. */
    void packet(MessageHeader header, ByteBuffer payload) throws BrokenConnectionException {
        var stream = find(header);
        if (stream.isEmpty()) {
            return;
        }
        var status = header.status();
        if (header.typeNumber() == MessageType.STREAM_HOLE.number()) {
            stream.get().hole(holeBytes(payload));
        } else if (status.equals(Optional.of(MessageStatus.CONTINUE))) {
            stream.get().data(payload);
        } else if (status.equals(Optional.of(MessageStatus.OK))) {
            stream.get().finish();
        } else if (status.equals(Optional.of(MessageStatus.ERROR))) {
            stream.get().abort();
        }
    }

    /** The connection is gone: lets go of all streams, and of those that come later. */
    void close() {
        ArrayList<ClientStream> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(streams.values());
        }
        all.forEach(ClientStream::abandon);
    }

    private synchronized Optional<ClientStream> find(MessageHeader header) {
        return Optional.ofNullable(streams.get(header.serial())).filter(stream -> stream.owns(header));
    }

    private synchronized void forget(ClientStream stream) {
        streams.remove(stream.serial(), stream);
    }

    private static long holeBytes(ByteBuffer payload) throws BrokenConnectionException {
        try {
            return StreamHole.decode(XdrReader.of(payload)).length();
        } catch (XdrException e) {
            throw new BrokenConnectionException("a stream's hole cannot be read: " + e.getMessage());
        }
    }
}
