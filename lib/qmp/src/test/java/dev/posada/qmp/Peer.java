package dev.posada.qmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The other end of a connection, doing whatever a test wants of it. */
final class Peer implements AutoCloseable {
    static final String GREETING =
            "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},\"package\":\"pkg\"},"
                    + "\"capabilities\":[\"oob\"]}}\r\n";

    final Path path;
    private final ServerSocketChannel listener;
    private final BlockingQueue<Json> received = new LinkedBlockingQueue<>();
    private volatile SocketChannel connection;

    interface Script {
        void play(Peer peer) throws IOException, InterruptedException;
    }

    /** Listens, accepts one connection and plays the script on a thread of its own. */
    Peer(Path folder, Script script) throws IOException {
        path = folder.resolve("peer-" + System.nanoTime());
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(() -> {
            try {
                connection = listener.accept();
                script.play(this);
            } catch (IOException | InterruptedException e) {
                // The test is over, or closed the connection on purpose.
            }
        });
    }

    /** A peer that greets, agrees on capabilities, then plays the script. */
    static Peer afterHandshake(Path folder, Script script) throws IOException {
        return new Peer(folder, peer -> {
            peer.send(GREETING);
            peer.readForEver();
            peer.answer(peer.next(), "{}");
            script.play(peer);
        });
    }

    void readForEver() {
        Thread.ofVirtual().start(() -> {
            try {
                var reader = new JsonReader(connection, JsonLimits.MONITOR);
                for (var value = reader.next(); value.isPresent(); value = reader.next()) {
                    received.add(value.get());
                }
            } catch (IOException | QmpException e) {
                // The connection is gone.
            }
        });
    }

    SocketChannel connection() {
        return connection;
    }

    Json next() throws InterruptedException {
        var message = received.poll(2, TimeUnit.MINUTES);
        if (message == null) {
            throw new UncheckedIOException(new IOException("no command came"));
        }
        return message;
    }

    boolean hasReceivedNothing() {
        return received.isEmpty();
    }

    void answer(Json command, String result) throws IOException {
        send("{\"return\": " + result + ", \"id\": " + command.required("id") + "}\r\n");
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    void hangUp() throws IOException {
        connection.close();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (connection != null) {
            connection.close();
        }
    }
}
