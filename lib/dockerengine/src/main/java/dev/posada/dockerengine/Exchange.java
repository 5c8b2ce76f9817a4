package dev.posada.dockerengine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, on a connection of their own: to a socket of this host a connection costs next to nothing, and
 * closing it is a way to be rid of a request that everybody understands.
 *
 * <p>Used by one thread, except for {@link #close}, which ends whatever that thread waits for.
 */
final class Exchange implements AutoCloseable {
    private static final int COPY_BYTES = 64 * 1024;
    private static final int ERROR_BYTES_AT_MOST = 64 * 1024;

    private final String what;
    private final Path socket;
    private final SocketChannel channel;
    private final SocketStream input;
    private final @Nullable Future<?> deadline;
    private volatile boolean late;

    /** Connects; {@code patience} of zero is without an end. */
    Exchange(String what, Path socket, Duration patience, ScheduledExecutorService clock) {
        this.what = what;
        this.socket = socket;
        SocketChannel opened = null;
        try {
            opened = SocketChannel.open(StandardProtocolFamily.UNIX);
            opened.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | UnsupportedOperationException e) {
            closeQuietly(opened);
            throw EngineException.unreachable(
                    what, "nobody answers at " + socket + ": " + e.getMessage() + "; is the engine running?", e);
        }
        this.channel = opened;
        this.input = new SocketStream(opened);
        this.deadline = patience.isZero()
                ? null
                : clock.schedule(
                        () -> {
                            late = true;
                            close();
                        },
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Sends a request with a body that is at hand, or none, and reads the beginning of the answer. */
    HttpHead ask(String method, String target, Map<String, String> fields, byte @Nullable [] body) {
        return exchange(() -> {
            var all = new LinkedHashMap<>(fields);
            all.putIfAbsent("Connection", "close");
            if (body != null || !method.equals("GET")) {
                all.put("Content-Length", Integer.toString(body == null ? 0 : body.length));
            }
            var request = new ByteArrayOutputStream();
            request.writeBytes(HttpHead.request(method, target, all));
            request.writeBytes(body == null ? new byte[0] : body);
            writeUnlessAnswered(ByteBuffer.wrap(request.toByteArray()));
        });
    }

    /** Sends a request with a body of unknown length. */
    HttpHead stream(String method, String target, Map<String, String> fields, InputStream body) {
        return exchange(() -> {
            var all = new LinkedHashMap<>(fields);
            all.putIfAbsent("Connection", "close");
            all.put("Transfer-Encoding", "chunked");
            write(ByteBuffer.wrap(HttpHead.request(method, target, all)));
            var piece = new byte[COPY_BYTES];
            int count;
            while ((count = body.read(piece)) >= 0) {
                if (count > 0 && !writeUnlessAnswered(chunk(piece, count))) {
                    return;
                }
            }
            writeUnlessAnswered(chunk(piece, 0));
        });
    }

    /** What an answer of an error says. */
    String words(HttpHead head) {
        try (var body = head.body(input)) {
            return EngineJson.message(
                    new String(body.readNBytes(ERROR_BYTES_AT_MOST), StandardCharsets.UTF_8), head.status());
        } catch (IOException e) {
            return "status " + head.status();
        }
    }

    /** Refuses an answer that is no success. */
    HttpHead expectSuccess(HttpHead head) {
        if (head.status() / 100 == 2 || head.status() == 304) {
            return head;
        }
        try (this) {
            throw EngineException.answered(what, head.status(), words(head), null);
        }
    }

    InputStream input() {
        return input;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Lets the answer take as long as it likes from now on. */
    void withoutDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    EngineException broken(IOException e) {
        if (late) {
            return new EngineException(
                    EngineException.Kind.TIMEOUT,
                    0,
                    what + ": the engine at " + socket + " does not answer in time",
                    e);
        }
        return EngineException.unreachable(
                what, "the connection to the engine at " + socket + " broke: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        withoutDeadline();
        closeQuietly(channel);
    }

    private HttpHead exchange(Sending sending) {
        try {
            sending.send();
            HttpHead head;
            do {
                head = HttpHead.read(input);
            } while (head.status() == 100);
            return head;
        } catch (IOException e) {
            var told = broken(e);
            close();
            throw told;
        }
    }

    private static ByteBuffer chunk(byte[] piece, int count) {
        var size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(size.length + count + 2)
                .put(size)
                .put(piece, 0, count)
                .put((byte) '\r')
                .put((byte) '\n')
                .flip();
    }

    /** Whether all was taken. An engine that answers before it has read everything closes: what it says is to be read then. */
    private boolean writeUnlessAnswered(ByteBuffer bytes) throws IOException {
        try {
            write(bytes);
            return true;
        } catch (IOException e) {
            if (channel.isOpen()) {
                return false;
            }
            throw e;
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                System.getLogger("posada.dockerengine").log(System.Logger.Level.DEBUG, "a connection did not close", e);
            }
        }
    }

    @FunctionalInterface
    private interface Sending {
        void send() throws IOException;
    }
}
