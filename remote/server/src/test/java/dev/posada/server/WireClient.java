package dev.posada.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.protocol.Frame;
import dev.posada.protocol.FrameAssembler;
import dev.posada.protocol.MessageError;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.XdrMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A client that knows framing and nothing else, so that tests can say the right thing, the wrong thing, or half of it. A
 * thread of its own collects what the server sends, unless the test wants a client that does not read.
 */
final class WireClient implements AutoCloseable {
    private final SocketChannel channel;
    private final LinkedBlockingQueue<Optional<Frame>> received = new LinkedBlockingQueue<>();
    private final ArrayDeque<Frame> setAside = new ArrayDeque<>();
    private boolean atEnd;
    private int serial;

    private WireClient(SocketChannel channel, boolean reading) {
        this.channel = channel;
        if (reading) {
            startReading();
        }
    }

    static WireClient to(Path socket) {
        return new WireClient(connect(socket), true);
    }

    /** A client that does not read until told to. */
    static WireClient notReading(Path socket) {
        return new WireClient(connect(socket), false);
    }

    static WireClient toTcp(InetSocketAddress address) {
        try {
            return new WireClient(SocketChannel.open(address), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SocketChannel connect(Path socket) {
        try {
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SocketChannel channel() {
        return channel;
    }

    void startReading() {
        Thread.ofVirtual().start(() -> {
            var assembler = new FrameAssembler();
            try {
                while (channel.read(assembler.space()) >= 0) {
                    for (var frame = assembler.next(); frame.isPresent(); frame = assembler.next()) {
                        received.add(frame);
                    }
                }
            } catch (IOException e) {
                // The end, as far as the tests are concerned.
            }
            received.add(Optional.empty());
        });
    }

    /** Sends bytes as they are; false when the server has closed. */
    boolean send(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    boolean send(byte... bytes) {
        return send(ByteBuffer.wrap(bytes));
    }

    boolean send(MessageHeader header, XdrMessage payload) {
        return send(Frame.encode(header, payload));
    }

    /** Sends a call and gives its serial. */
    int startCall(Procedure procedure, XdrMessage args) {
        int mine = serial++;
        send(MessageHeader.of(procedure, MessageType.CALL, mine, MessageStatus.OK), args);
        return mine;
    }

    Frame call(Procedure procedure, XdrMessage args) {
        int mine = startCall(procedure, args);
        return next(frame ->
                frame.header().serial() == mine && frame.header().procedure() == procedure.number() && isReply(frame));
    }

    Frame call(Procedure procedure) {
        return call(procedure, NoPayload.INSTANCE);
    }

    /** Makes a call that must succeed. */
    Frame require(Procedure procedure, XdrMessage args) {
        var reply = call(procedure, args);
        if (reply.header().statusNumber() != MessageStatus.OK.number()) {
            throw new AssertionError(procedure + ": " + error(reply).message());
        }
        return reply;
    }

    WireClient open(String uri) {
        require(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(uri, 0));
        return this;
    }

    static boolean isReply(Frame frame) {
        return frame.header().typeNumber() == MessageType.REPLY.number();
    }

    static MessageError error(Frame reply) {
        assertThat(reply.header().status()).contains(MessageStatus.ERROR);
        return MessageError.decode(reply.reader());
    }

    /** The next message. */
    Frame next() {
        return next(frame -> true);
    }

    /** The first message the test waits for; others are kept for later. */
    Frame next(Predicate<Frame> wanted) {
        for (var each = setAside.iterator(); each.hasNext(); ) {
            var frame = each.next();
            if (wanted.test(frame)) {
                each.remove();
                return frame;
            }
        }
        while (true) {
            var frame = poll(Eventually.PATIENCE.toMillis())
                    .orElseThrow(() -> new AssertionError(atEnd ? "the server has closed" : "nothing came"));
            if (wanted.test(frame)) {
                return frame;
            }
            setAside.add(frame);
        }
    }

    /** Whether nothing comes for a moment. */
    boolean quietFor(long millis) {
        return setAside.isEmpty() && poll(millis).isEmpty() && !atEnd;
    }

    /** Waits for the server to close; messages that come before are dropped. */
    void awaitEnd() {
        while (!atEnd) {
            if (poll(Eventually.PATIENCE.toMillis()).isEmpty() && !atEnd) {
                throw new AssertionError("the server does not close the connection");
            }
        }
    }

    private Optional<Frame> poll(long millis) {
        if (atEnd) {
            return Optional.empty();
        }
        try {
            var next = received.poll(millis, TimeUnit.MILLISECONDS);
            if (next == null) {
                return Optional.empty();
            }
            atEnd = next.isEmpty();
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        hangUp();
    }

    /** Closes the connection; the same as {@link #close}, for tests in which that is the point. */
    void hangUp() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
