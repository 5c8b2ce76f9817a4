package dev.posada.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostilePeerTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final QmpSettings HASTY = QmpSettings.DEFAULT.withHandshakeTimeout(Duration.ofMillis(200));

    @TempDir
    Path folder;

    private final Recorder recorder = new Recorder();

    private static void assertKind(Throwable thrown, QmpException.Kind kind) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        QmpException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    /** Closes ahead of the try block's end, on purpose. */
    private static void end(QmpClient client) {
        client.close();
    }

    private void assertConnectFails(QmpException.Kind kind, Peer.Script script) throws IOException {
        // Only silence is waited for to the end.
        var settings = kind == QmpException.Kind.TIMED_OUT ? HASTY : QmpSettings.DEFAULT.withHandshakeTimeout(LONG);
        try (var peer = new Peer(folder, script)) {
            assertThatThrownBy(() -> QmpClient.connect(peer.path, settings, recorder))
                    .satisfies(e -> assertKind(e, kind));
        }
        assertThat(recorder.ends)
                .as("the listener is not told of a connection that never was")
                .isEmpty();
    }

    @Test
    void missingSocketIsADisconnection() {
        assertThatThrownBy(() -> QmpClient.connect(folder.resolve("none"), HASTY, recorder))
                .satisfies(e -> assertKind(e, QmpException.Kind.DISCONNECTED))
                .hasMessageContaining("none");
    }

    @Test
    void silenceInsteadOfAGreetingTimesOut() throws IOException {
        assertConnectFails(QmpException.Kind.TIMED_OUT, peer -> {});
    }

    @Test
    void silenceAfterTheGreetingTimesOut() throws IOException {
        assertConnectFails(QmpException.Kind.TIMED_OUT, peer -> peer.send(Peer.GREETING));
    }

    @Test
    void garbageInsteadOfAGreetingIsMalformed() throws IOException {
        assertConnectFails(QmpException.Kind.MALFORMED, peer -> peer.send("SSH-2.0-OpenSSH_9.2\r\n"));
    }

    @Test
    void greetingWithoutAVersionIsMalformed() throws IOException {
        assertConnectFails(QmpException.Kind.MALFORMED, peer -> peer.send("{\"QMP\":{}}"));
    }

    @Test
    void hangUpInsteadOfAGreetingIsADisconnection() throws IOException {
        assertConnectFails(QmpException.Kind.DISCONNECTED, Peer::hangUp);
    }

    @Test
    void halfAMessageBeforeTheEndIsMalformed() throws IOException {
        assertConnectFails(QmpException.Kind.MALFORMED, peer -> {
            peer.send(Peer.GREETING.substring(0, 50));
            peer.hangUp();
        });
    }

    private void assertCommandFails(QmpException.Kind kind, Peer.Script script) throws IOException {
        try (var peer = Peer.afterHandshake(folder, other -> {
                    other.next();
                    script.play(other);
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            assertThatThrownBy(() -> client.execute("query-status", LONG)).satisfies(e -> assertKind(e, kind));
            assertKind(recorder.awaitEnd(), kind);
            assertThatThrownBy(() -> client.execute("query-status", LONG)).satisfies(e -> assertKind(e, kind));
            assertThat(client.isOpen()).isFalse();
        }
        assertThat(recorder.ends).as("told once").hasSize(1);
    }

    @Test
    void garbageInsteadOfAReplyIsMalformed() throws IOException {
        assertCommandFails(QmpException.Kind.MALFORMED, peer -> peer.send("}{"));
    }

    @Test
    void replyThatIsNoObjectIsMalformed() throws IOException {
        assertCommandFails(QmpException.Kind.MALFORMED, peer -> peer.send("[1]"));
    }

    @Test
    void eventWithoutANameIsMalformed() throws IOException {
        assertCommandFails(QmpException.Kind.MALFORMED, peer -> peer.send("{\"event\":7}"));
    }

    @Test
    void hangUpInsteadOfAReplyIsADisconnection() throws IOException {
        assertCommandFails(QmpException.Kind.DISCONNECTED, Peer::hangUp);
    }

    @Test
    void endlessNestingIsMalformed() throws IOException {
        assertCommandFails(QmpException.Kind.MALFORMED, peer -> {
            byte[] nest = new byte[100_000];
            Arrays.fill(nest, (byte) '[');
            while (true) {
                peer.send(nest);
            }
        });
    }

    @Test
    void stringOfAHundredMegabytesIsMalformedAndCostsNoMore() throws IOException {
        assertCommandFails(QmpException.Kind.MALFORMED, peer -> {
            peer.send("{\"return\":\"");
            byte[] part = new byte[1 << 20];
            Arrays.fill(part, (byte) 'x');
            for (int i = 0; i < 100; i++) {
                peer.send(part);
            }
        });
    }

    @Test
    void swarmOfValuesIsMalformed() throws IOException {
        assertCommandFails(QmpException.Kind.MALFORMED, peer -> {
            peer.send("{\"return\":[[]");
            while (true) {
                peer.send(",[]".repeat(10_000));
            }
        });
    }

    @Test
    void hungMonitorHoldsACallerOnlyForItsTimeout() throws Exception {
        try (var peer = Peer.afterHandshake(folder, other -> {});
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            int callers = 20;
            var timedOut = new AtomicInteger();
            var done = new CountDownLatch(callers);
            long start = System.nanoTime();
            for (int i = 0; i < callers; i++) {
                Thread.startVirtualThread(() -> {
                    try {
                        client.execute("query-status", Duration.ofMillis(300));
                    } catch (QmpException e) {
                        timedOut.addAndGet(e.kind() == QmpException.Kind.TIMED_OUT ? 1 : 0);
                    }
                    done.countDown();
                });
            }
            assertThat(done.await(2, TimeUnit.MINUTES)).isTrue();
            assertThat(timedOut).hasValue(callers);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void lateReplyIsNotTakenForTheNextOne() throws Exception {
        var late = new CompletableFuture<Void>();
        try (var peer = Peer.afterHandshake(folder, other -> {
                    var first = other.next();
                    var second = other.next();
                    other.answer(first, "\"late\"");
                    other.send("{\"return\":\"nobody's\",\"id\":\"qmp-77\"}{\"return\":\"without id\"}");
                    other.answer(second, "\"right\"");
                    late.complete(null);
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            assertThatThrownBy(() -> client.execute("first", SHORT))
                    .satisfies(e -> assertKind(e, QmpException.Kind.TIMED_OUT))
                    .hasMessageContaining("did not answer first within 50 ms");
            assertThat(client.execute("second", LONG)).isEqualTo(Json.of("right"));
            late.get(2, TimeUnit.MINUTES);
        }
    }

    @Test
    void errorWithoutAnIdIsForTheCommandUnderWay() throws Exception {
        try (var peer = Peer.afterHandshake(folder, other -> {
                    other.next();
                    other.send("{\"error\":{\"class\":\"GenericError\",\"desc\":\"JSON parse error\"}}");
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            assertThatThrownBy(() -> client.execute("x", LONG)).hasMessage("JSON parse error");
        }
    }

    @Test
    void peerThatDoesNotReadHoldsNobodyBeyondTheTimeout() throws Exception {
        try (var peer = new Peer(folder, other -> {
                    other.send(Peer.GREETING);
                    var reader = new JsonReader(other.connection(), JsonLimits.MONITOR);
                    other.answer(reader.next().orElseThrow(), "{}");
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            var big = Json.object().with("x", "y".repeat(200_000));
            for (int i = 0; i < 30; i++) {
                assertThatThrownBy(() -> client.execute("big", big, SHORT))
                        .satisfies(e -> assertKind(e, QmpException.Kind.TIMED_OUT));
            }
            end(client);
            assertKind(recorder.awaitEnd(), QmpException.Kind.DISCONNECTED);
        }
    }

    @Test
    void commandThatWasNeverWrittenIsWithdrawn() throws Exception {
        var go = new CountDownLatch(1);
        try (var peer = new Peer(folder, other -> {
                    other.send(Peer.GREETING);
                    var reader = new JsonReader(other.connection(), JsonLimits.MONITOR);
                    other.answer(reader.next().orElseThrow(), "{}");
                    go.await();
                    for (var command = reader.next(); command.isPresent(); command = reader.next()) {
                        other.answer(
                                command.get(), command.get().required("execute").toString());
                    }
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            var big = Json.object().with("x", "y".repeat(2_000_000));
            assertThatThrownBy(() -> client.execute("stuck", big, SHORT)).isInstanceOf(QmpException.class);
            assertThatThrownBy(() -> client.execute("never-sent", SHORT)).isInstanceOf(QmpException.class);
            go.countDown();
            var seen = client.exchange(Json.object().with("execute", "last"), LONG);
            assertThat(seen.required("return")).isEqualTo(Json.of("last"));
            assertThat(seen.required("id")).isEqualTo(Json.of("qmp-4"));
        }
    }

    @Test
    void closeEndsTheCallUnderWay() throws Exception {
        try (var peer = Peer.afterHandshake(folder, other -> {});
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            var call = CompletableFuture.supplyAsync(() -> client.execute("x", LONG), Thread::startVirtualThread);
            peer.next();
            end(client);
            assertThatThrownBy(() -> call.get(2, TimeUnit.MINUTES))
                    .cause()
                    .satisfies(e -> assertKind(e, QmpException.Kind.DISCONNECTED));
            end(client);
            recorder.awaitEnd();
        }
        assertThat(recorder.ends).hasSize(1);
    }

    @Test
    void replyJustBeforeTheEndIsNotLost() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (var peer = Peer.afterHandshake(folder, other -> {
                        other.answer(other.next(), "\"done\"");
                        other.hangUp();
                    });
                    var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
                assertThat(client.execute("quit", LONG)).isEqualTo(Json.of("done"));
            }
        }
    }

    @Test
    void interruptEndsTheCallAndKeepsTheConnection() throws Exception {
        var arrived = new CountDownLatch(1);
        try (var peer = Peer.afterHandshake(folder, other -> {
                    other.next();
                    arrived.countDown();
                    other.answer(other.next(), "1");
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            var outcome = new CompletableFuture<Boolean>();
            var thread = Thread.startVirtualThread(() -> {
                try {
                    client.execute("x", LONG);
                } catch (QmpException e) {
                    outcome.complete(e.kind() == QmpException.Kind.INTERRUPTED
                            && Thread.currentThread().isInterrupted());
                }
            });
            arrived.await();
            thread.interrupt();
            assertThat(outcome.get(2, TimeUnit.MINUTES)).isTrue();
            assertThat(client.execute("y", Duration.ofSeconds(20))).isEqualTo(Json.of(1));
        }
    }

    @Test
    void eventsArriveInOrderBeforeTheEnd() throws Exception {
        try (var peer = Peer.afterHandshake(folder, other -> {
                    for (int i = 0; i < 1000; i++) {
                        other.send("{\"event\":\"E" + i + "\",\"data\":{\"n\":" + i + "},"
                                + "\"timestamp\":{\"seconds\":1,\"microseconds\":" + i + "}}");
                    }
                    other.hangUp();
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            recorder.awaitEnd();
            assertThat(client.isOpen()).isFalse();
        }
        assertThat(recorder.events).hasSize(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(recorder.events.get(i))
                    .isEqualTo(new QmpEvent("E" + i, Json.object().with("n", i), Instant.ofEpochSecond(1, i * 1000L)));
        }
    }

    @Test
    void listenerMayBlockAndExecuteCommands() throws Exception {
        var answer = new CompletableFuture<Json>();
        var clientReady = new CompletableFuture<QmpClient>();
        var listener = new QmpListener() {
            @Override
            public void event(QmpEvent event) {
                answer.complete(clientReady.join().execute("from-listener", LONG));
            }

            @Override
            public void closed(QmpException reason) {}
        };
        try (var peer = Peer.afterHandshake(folder, other -> {
                    other.send("{\"event\":\"X\"}");
                    other.answer(other.next(), "2");
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, listener)) {
            clientReady.complete(client);
            assertThat(answer.get(2, TimeUnit.MINUTES)).isEqualTo(Json.of(2));
        }
    }

    @Test
    void floodOfEventsLosesNoRareOneAndBlocksNoReply() throws Exception {
        var release = new CountDownLatch(1);
        var slow = new QmpListener() {
            @Override
            public void event(QmpEvent event) {
                awaitUninterruptibly(release);
                recorder.event(event);
            }

            @Override
            public void closed(QmpException reason) {
                recorder.closed(reason);
            }
        };
        try (var peer = Peer.afterHandshake(folder, other -> {
                    other.send("{\"event\":\"STOP\"}");
                    for (int i = 0; i < 5000; i++) {
                        other.send("{\"event\":\"BLOCK_IO_ERROR\",\"data\":{\"n\":" + i + "}}");
                    }
                    other.send("{\"event\":\"RESUME\"}");
                    other.answer(other.next(), "3");
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT.withEventsMax(100), slow)) {
            assertThat(client.execute("x", LONG)).isEqualTo(Json.of(3));
            release.countDown();
            recorder.awaitEvent("RESUME");
        }
        assertThat(recorder.names()).contains("STOP").endsWith("RESUME").hasSizeLessThanOrEqualTo(102);
        assertThat(recorder.events.get(recorder.events.size() - 2).data().required("n"))
                .as("the newest are kept")
                .isEqualTo(Json.of(4999));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void listenerThatThrowsEndsTheConnection() throws Exception {
        var listener = new QmpListener() {
            @Override
            public void event(QmpEvent event) {
                Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> {});
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void closed(QmpException reason) {
                recorder.closed(reason);
            }
        };
        try (var peer = Peer.afterHandshake(folder, other -> other.send("{\"event\":\"X\"}{\"event\":\"Y\"}"));
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, listener)) {
            recorder.awaitEnd();
            assertThat(client.isOpen()).isFalse();
        }
        assertThat(recorder.ends).hasSize(1);
    }

    @Test
    void randomBytesNeverDoWorseThanEndTheConnection() throws Exception {
        long seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 50; round++) {
            byte[] noise = new byte[random.nextInt(1, 200)];
            random.nextBytes(noise);
            try (var peer = Peer.afterHandshake(folder, other -> {
                        other.next();
                        other.send(noise);
                        other.hangUp();
                    });
                    var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
                assertThatThrownBy(() -> client.execute("x", LONG))
                        .as("seed %d", seed)
                        .isInstanceOf(QmpException.class);
            }
        }
    }

    @Test
    void connectionsLeaveNoDescriptorBehind() throws Exception {
        connectAndEnd(0);
        int before = openDescriptors();
        for (int i = 0; i < 60; i++) {
            connectAndEnd(i % 3);
        }
        Recorder.await(() -> openDescriptors() <= before);
        assertThat(recorder.ends).as("each is told of its end once").hasSize(61);
    }

    private void connectAndEnd(int how) throws Exception {
        int ended = recorder.ends.size();
        try (var peer = Peer.afterHandshake(folder, other -> {
                    switch (how) {
                        case 0 -> other.next();
                        case 1 -> other.hangUp();
                        default -> other.send("noise");
                    }
                });
                var client = QmpClient.connect(peer.path, QmpSettings.DEFAULT, recorder)) {
            if (how == 0) {
                assertThatThrownBy(() -> client.execute("x", Duration.ofMillis(1)))
                        .isInstanceOf(QmpException.class);
            } else {
                Recorder.await(() -> !client.isOpen());
            }
        }
        Recorder.await(() -> recorder.ends.size() == ended + 1);
    }

    private static int openDescriptors() {
        var all = Path.of("/proc/self/fd").toFile().list();
        return all == null ? 0 : all.length;
    }
}
