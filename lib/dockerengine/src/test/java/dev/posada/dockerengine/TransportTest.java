package dev.posada.dockerengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives from a socket where something odd listens. */
@Timeout(300)
class TransportTest {
    @TempDir
    Path folder;

    private final CountDownLatch over = new CountDownLatch(1);
    private ServerSocketChannel server;
    private DockerEngine engine;

    @AfterEach
    void close() throws IOException {
        over.countDown();
        engine.close();
        server.close();
    }

    /** Listens, and answers each request with these bytes; then it closes, or says nothing more. */
    private void answer(String bytes, boolean closes) throws IOException {
        var socket = folder.resolve("sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        // Only who never gets an answer is to wait for as long as that.
        engine = new DockerEngine(
                socket, closes ? Duration.ofMinutes(2) : Duration.ofSeconds(1), folder.resolve("logins"));
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    serve(server.accept(), bytes, closes);
                }
            } catch (ClosedChannelException e) {
                // The test is over.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void serve(SocketChannel client, String bytes, boolean closes) {
        Thread.ofVirtual().start(() -> {
            try (client) {
                client.read(ByteBuffer.allocate(4096));
                client.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
                if (!closes) {
                    over.await();
                }
            } catch (IOException e) {
                // Whoever asked has gone.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"Id\":\"a\"} beyond",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{\"Id\":\"a\"}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"Id\r\n6;x=y\r\n\":\"a\"}\r\n0\r\n\r\n"
            })
    void bodiesEndInThreeWays(String bytes) throws IOException {
        answer(bytes.replace("Length: 9", "Length: 10"), true);
        assertThat(engine.get("asking", "/x").path("Id").asText()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"I",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n"
            })
    void whatBreaksOffOrMakesNoSenseIsOneKindOfError(String bytes) throws IOException {
        answer(bytes, true);
        assertThatThrownBy(() -> engine.get("asking", "/x")).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.kind()).isEqualTo(EngineException.Kind.UNREACHABLE);
            assertThat(e.getMessage()).startsWith("asking: ").doesNotContain("\n");
        });
        assertThatThrownBy(() -> engine.containers().all()).isInstanceOf(EngineException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n["})
    void whoeverDoesNotAnswerInTimeIsLeft(String bytes) throws IOException {
        answer(bytes, false);
        assertThatThrownBy(() -> engine.get("asking", "/x"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.TIMEOUT));
        assertThatThrownBy(() -> engine.containers().all())
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.TIMEOUT));
    }

    @Test
    void anAnswerBeforeTheEndOfAnUploadCounts() throws IOException {
        answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 24\r\n\r\n{\"message\":\"no archive\"}", true);
        var much = Channels.newChannel(new ByteArrayInputStream(new byte[8 << 20]));
        assertThatThrownBy(() -> engine.images().importArchive(much, "a", "b", List.of()))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID);
                    assertThat(e.getMessage()).isEqualTo("importing image a:b: no archive");
                });
    }

    @Test
    void aRequestNobodyKnowsIsSaidToBeUnsupported() throws IOException {
        answer("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nNot Found", true);
        assertThatThrownBy(() -> engine.post("changing limits", "/x", Map.of()))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.kind()).isEqualTo(EngineException.Kind.UNSUPPORTED);
                    assertThat(e.getMessage()).isEqualTo("changing limits: this engine cannot do that");
                });
    }

    @Test
    void noiseIsReadToItsEndOrRefused() throws IOException {
        long seed = System.nanoTime();
        System.err.println("seed " + seed);
        var random = new Random(seed);
        var good =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n4\r\n{\"Id\r\n6\r\n\":\"a\"}\r\n0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        answer("", true);
        for (int i = 0; i < 20_000; i++) {
            var bytes = good.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
            }
            var source = new ByteArrayInputStream(bytes, 0, random.nextInt(bytes.length));
            try (var body = BoundedStream.atMost(HttpHead.read(source).body(source), 100)) {
                assertThat(new FrameStream(body).readAllBytes().length).isLessThan(100);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
