package dev.posada.client;

import dev.posada.protocol.Frame;
import dev.posada.protocol.FrameAssembler;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.RemoteAuthListRet;
import dev.posada.protocol.RemoteAuthType;
import dev.posada.protocol.RemoteConnectSupportsFeatureRet;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.XdrMessage;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The far side of one connection, for behaviour no well-made daemon shows: lets a client in as usual and hands every
 * later message to a script.
 */
final class ScriptedDaemon implements AutoCloseable {

    /** What to do with a message after the client was let in. */
    interface Script {
        void receive(ScriptedDaemon daemon, Frame frame) throws IOException;
    }

    private final Path socket;
    private final ServerSocketChannel listener;
    private final RemoteAuthType authentication;
    private final Script script;
    private volatile Optional<SocketChannel> client = Optional.empty();

    private ScriptedDaemon(Path socket, ServerSocketChannel listener, RemoteAuthType authentication, Script script) {
        this.socket = socket;
        this.listener = listener;
        this.authentication = authentication;
        this.script = script;
    }

    static ScriptedDaemon start(Path folder, Script script) throws IOException {
        return start(folder, RemoteAuthType.NONE, script);
    }

    static ScriptedDaemon start(Path folder, RemoteAuthType authentication, Script script) throws IOException {
        Path socket = folder.resolve("scripted-sock");
        var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        var daemon = new ScriptedDaemon(socket, listener, authentication, script);
        Thread.ofVirtual().name("scripted-daemon").start(daemon::serve);
        return daemon;
    }

    String uri() {
        return "test+unix:///default?socket=" + socket;
    }

    void reply(Frame call, XdrMessage payload) throws IOException {
        send(Frame.encode(call.header().answer(MessageType.REPLY, MessageStatus.OK), payload));
    }

    void send(MessageHeader header, XdrMessage payload) throws IOException {
        send(Frame.encode(header, payload));
    }

    void send(ByteBuffer bytes) throws IOException {
        SocketChannel channel = client.orElseThrow();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    void hangUp() throws IOException {
        client.orElseThrow().close();
    }

    private void serve() {
        try (SocketChannel channel = listener.accept()) {
            client = Optional.of(channel);
            var assembler = new FrameAssembler();
            while (channel.read(assembler.space()) >= 0) {
                for (var frame = assembler.next(); frame.isPresent(); frame = assembler.next()) {
                    answer(frame.get());
                }
            }
        } catch (IOException hungUp) {
            // One side or the other has seen enough.
        }
    }

    private void answer(Frame frame) throws IOException {
        switch (frame.header().knownProcedure().orElseThrow()) {
            case RemoteProcedure.AUTH_LIST -> reply(frame, new RemoteAuthListRet(List.of(authentication)));
            case RemoteProcedure.CONNECT_SUPPORTS_FEATURE -> reply(frame, new RemoteConnectSupportsFeatureRet(1));
            case RemoteProcedure.CONNECT_OPEN, RemoteProcedure.CONNECT_CLOSE -> reply(frame, NoPayload.INSTANCE);
            default -> script.receive(this, frame);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (client.isPresent()) {
            client.get().close();
        }
    }
}
