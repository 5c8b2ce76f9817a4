package dev.posada.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuestAgentClientTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    Path folder;

    private final AtomicInteger closed = new AtomicInteger();

    /** Reads lines as an agent does: 0xFF makes it forget what it has read so far. */
    private static Json command(Peer peer) throws IOException {
        var line = new StringBuilder();
        var one = ByteBuffer.allocate(1);
        while (true) {
            one.clear();
            if (peer.connection().read(one) < 0) {
                throw new IOException("closed");
            }
            int c = one.get(0) & 0xff;
            if (c == 0xff) {
                line.setLength(0);
            } else if (c == '\n') {
                return Json.parse(line.toString());
            } else {
                line.append((char) c);
            }
        }
    }

    private static void answerSync(Peer peer, Json sync) throws IOException {
        assertThat(sync.required("execute").text()).isEqualTo("guest-sync-delimited");
        peer.send(new byte[] {(byte) 0xff});
        peer.send("{\"return\": " + sync.required("arguments").required("id") + "}\n");
    }

    private interface Agent {
        String answer(Json command) throws IOException;
    }

    private static void serve(Peer peer, Agent agent) throws IOException {
        while (true) {
            answerSync(peer, command(peer));
            peer.send(agent.answer(command(peer)));
        }
    }

    @Test
    void commandIsAnsweredAfterSynchronisation() throws IOException {
        try (var peer = new Peer(
                        folder,
                        other -> serve(other, command -> {
                            assertThat(command.required("arguments")
                                            .required("path")
                                            .text())
                                    .isEqualTo("/etc");
                            return "{\"return\":" + command.required("execute") + "}\n";
                        }));
                var agent = GuestAgentClient.connect(peer.path, closed::incrementAndGet)) {
            for (int i = 0; i < 5; i++) {
                assertThat(agent.execute("guest-file-open", Json.object().with("path", "/etc"), LONG))
                        .isEqualTo(Json.of("guest-file-open"));
            }
        }
    }

    @Test
    void refusalCarriesClassAndDescription() throws IOException {
        try (var peer = new Peer(
                        folder,
                        other -> serve(other, _ -> "{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"no\"}}\n"));
                var agent = GuestAgentClient.connect(peer.path, closed::incrementAndGet)) {
            assertThatThrownBy(() -> agent.execute("x", Json.object(), LONG))
                    .isInstanceOfSatisfying(QmpException.class, e -> {
                        assertThat(e.kind()).isEqualTo(QmpException.Kind.REFUSED);
                        assertThat(e.errorClass()).contains("CommandNotFound");
                    });
        }
    }

    @Test
    void whatLaysAboutBeforeTheSentinelIsForgotten() throws IOException {
        try (var peer = new Peer(folder, other -> {
                    other.send("{\"return\": \"old\"}\n{\"return\": {\"half\": [1, 2");
                    var sync = command(other);
                    other.send("garbage \u0000 ]]] {\"return\": 5}\n");
                    other.send(new byte[] {(byte) 0xff});
                    other.send("{\"return\": 1}\n");
                    answerSync(other, sync);
                    command(other);
                    other.send("{\"return\": \"new\"}\n");
                });
                var agent = GuestAgentClient.connect(peer.path, closed::incrementAndGet)) {
            assertThat(agent.execute("guest-info", Json.object(), LONG)).isEqualTo(Json.of("new"));
        }
    }

    @Test
    void guestWithoutAnAgentIsSilent() throws IOException {
        try (var peer = new Peer(folder, other -> {});
                var agent = GuestAgentClient.connect(peer.path, closed::incrementAndGet)) {
            assertThatThrownBy(() -> agent.execute("guest-info", Json.object(), SHORT))
                    .isInstanceOfSatisfying(
                            QmpException.class, e -> assertThat(e.kind()).isEqualTo(QmpException.Kind.SILENT))
                    .hasMessageContaining("is the agent running");
            assertThat(agent.isOpen()).isTrue();
        }
    }

    @Test
    void agentThatComesLateAnswersTheNextCommand() throws Exception {
        var go = new java.util.concurrent.CountDownLatch(1);
        try (var peer = new Peer(folder, other -> {
                    go.await();
                    // First the synchronisation of the call that gave up, then that of the next one.
                    answerSync(other, command(other));
                    serve(other, _ -> "{\"return\": 7}\n");
                });
                var agent = GuestAgentClient.connect(peer.path, closed::incrementAndGet)) {
            assertThatThrownBy(() -> agent.execute("first", Json.object(), SHORT))
                    .isInstanceOf(QmpException.class);
            go.countDown();
            assertThat(agent.execute("second", Json.object(), LONG)).isEqualTo(Json.of(7));
        }
    }

    @Test
    void hangUpIsTold() throws IOException {
        try (var peer = new Peer(folder, other -> {
                    command(other);
                    other.hangUp();
                });
                var agent = GuestAgentClient.connect(peer.path, closed::incrementAndGet)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> agent.execute("guest-info", Json.object(), LONG))
                        .isInstanceOfSatisfying(
                                QmpException.class,
                                e -> assertThat(e.kind()).isEqualTo(QmpException.Kind.DISCONNECTED));
            }
            Recorder.await(() -> closed.get() == 1);
        }
    }

    @Test
    void floodFromAHostileGuestIsAsSilence() throws IOException {
        long seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (String flood : new String[] {"[", "{\"return\":1}", "\"", "9", "{\"a\":\"", "\u0001"}) {
            var part = flood.repeat(20_000).getBytes(StandardCharsets.UTF_8);
            try (var peer = new Peer(folder, other -> {
                        while (true) {
                            other.send(part);
                            if (random.nextInt(10) == 0) {
                                other.send(new byte[] {(byte) 0xff});
                            }
                        }
                    });
                    var agent = GuestAgentClient.connect(peer.path, closed::incrementAndGet)) {
                assertThatThrownBy(() -> agent.execute("guest-info", Json.object(), SHORT))
                        .as("flood of %s, seed %d", flood, seed)
                        .isInstanceOfSatisfying(
                                QmpException.class, e -> assertThat(e.kind()).isEqualTo(QmpException.Kind.SILENT));
                assertThat(agent.isOpen()).isTrue();
            }
        }
    }
}
