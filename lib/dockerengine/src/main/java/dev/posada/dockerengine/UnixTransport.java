package dev.posada.dockerengine;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;

/**
 * How docker-java's requests travel: one connection for each, with a time by which all of its answer must have arrived. The
 * transports docker-java comes with know no time limit on a unix socket, and cannot close one direction of it.
 */
final class UnixTransport implements DockerHttpClient {
    private static final long ANSWER_BYTES_AT_MOST = 64L << 20;

    private final Path socket;
    private final Duration patience;
    private final ScheduledExecutorService clock;

    /** {@code patience} of zero is without an end, and without a limit of size. */
    UnixTransport(Path socket, Duration patience, ScheduledExecutorService clock) {
        this.socket = socket;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public Response execute(Request request) {
        if (request.hijackedInput() != null) {
            throw new EngineException(
                    EngineException.Kind.UNSUPPORTED, 0, request.path() + ": attach by Containers.attach", null);
        }
        var exchange = new Exchange(request.method() + " " + request.path(), socket, patience, clock);
        var bytes = request.bodyBytes();
        var body = request.body();
        var head = bytes != null || body == null
                ? exchange.ask(request.method(), request.path(), request.headers(), bytes)
                : exchange.stream(request.method(), request.path(), request.headers(), body);
        return new Answer(exchange, head, patience.isZero());
    }

    @Override
    public void close() {
        // Nothing is kept between requests.
    }

    private record Answer(Exchange exchange, HttpHead head, boolean unlimited) implements Response {
        @Override
        public int getStatusCode() {
            return head.status();
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return head.fields();
        }

        @Override
        public InputStream getBody() {
            try {
                var body = head.body(exchange.input());
                return new Told(exchange, unlimited ? body : BoundedStream.atMost(body, ANSWER_BYTES_AT_MOST));
            } catch (IOException e) {
                throw exchange.broken(e);
            }
        }

        @Override
        public void close() {
            exchange.close();
        }
    }

    /** Says why a body breaks off: docker-java wraps what it does not know. */
    private static final class Told extends FilterInputStream {
        private final Exchange exchange;

        Told(Exchange exchange, InputStream body) {
            super(body);
            this.exchange = exchange;
        }

        @Override
        public int read() {
            try {
                return super.read();
            } catch (IOException e) {
                throw exchange.broken(e);
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            try {
                return super.read(into, offset, length);
            } catch (IOException e) {
                throw exchange.broken(e);
            }
        }
    }
}
