package dev.posada.server;

import static dev.posada.server.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.server.ServerSettings.Limits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that mean harm, or are merely broken; after each of them others are still served. */
class HostileClientsTest {
    private static final int REMOTE = 0x20008086;
    private static final Duration STALL = Duration.ofSeconds(2);

    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.start(s -> s.withLimits(new Limits(5000, 1000, 20, 5, STALL, STALL)));
    }

    @AfterEach
    void stop() {
        server.requireAlive();
        server.close();
    }

    @Test
    void randomBytesEndOnlyTheirOwnConnection() {
        long seed = System.nanoTime();
        System.err.println("seed " + seed);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 200; i++) {
            try (var client = server.connect()) {
                var junk = new byte[random.nextInt(200)];
                random.nextBytes(junk);
                client.send(junk);
            }
        }
    }

    @Test
    void halfAFrameAndThenSilenceIsGivenUp() {
        try (var client = server.connect()) {
            client.send(ByteBuffer.allocate(10).putInt(0, 28));
            server.requireAlive();
            client.awaitEnd();
        }
    }

    @Test
    void aHugeLengthWithoutDataCostsNothingAndIsGivenUp() {
        var clients = new ArrayList<WireClient>();
        for (int i = 0; i < 100; i++) {
            var client = server.connect();
            client.send(ByteBuffer.allocate(28)
                    .putInt(33_554_436)
                    .putInt(REMOTE)
                    .putInt(1)
                    .putInt(66)
                    .putInt(0)
                    .putInt(0)
                    .putInt(0)
                    .flip());
            clients.add(client);
        }
        server.requireAlive();
        clients.forEach(WireClient::awaitEnd);
        clients.forEach(WireClient::close);
    }

    @Test
    void manyLargeMessagesAtOnceAreTakenInTurn() throws InterruptedException {
        int senders = 8;
        var message = ByteBuffer.allocateDirect(24 << 20);
        message.putInt(message.capacity())
                .putInt(REMOTE)
                .putInt(1)
                .putInt(66)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .clear();
        var answered = new AtomicInteger();
        var done = new CountDownLatch(senders);
        try (var patient = RunningServer.start()) {
            for (int i = 0; i < senders; i++) {
                Thread.ofVirtual().start(() -> {
                    try (var client = patient.connect()) {
                        client.send(message.duplicate());
                        client.next();
                        answered.incrementAndGet();
                    } finally {
                        done.countDown();
                    }
                });
            }
            assertThat(done.await(2, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(answered).hasValue(senders);
    }

    @Test
    void aSlowWriterGetsItsAnswer() {
        try (var patient = RunningServer.start();
                var client = patient.connect()) {
            var bytes = Frame.encode(new MessageHeader(REMOTE, 1, 66, 0, 6, 0), NoPayload.INSTANCE);
            while (bytes.hasRemaining()) {
                client.send(bytes.get());
                patient.requireAlive();
            }
            assertThat(client.next().header().serial()).isEqualTo(6);
        }
    }

    @Test
    void tenThousandCallsWithoutReadingEndInBeingDropped() {
        try (var client = WireClient.notReading(server.socket())) {
            var sender = Thread.ofVirtual().start(() -> {
                var bytes = ByteBuffer.allocate(28 * 10_000);
                for (int i = 0; i < 10_000; i++) {
                    bytes.put(Frame.encode(new MessageHeader(REMOTE, 1, 9999, 0, i, 0), NoPayload.INSTANCE));
                }
                client.send(bytes.flip());
            });
            eventually("the server gives up", () -> server.server().counts().clients() == 0);
            server.requireAlive();
            sender.interrupt();
        }
    }

    @Test
    void tenThousandCallsAreAllAnsweredToAClientThatReads() {
        try (var patient = RunningServer.start();
                var client = patient.connect()) {
            for (int i = 0; i < 10_000; i++) {
                client.startCall(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
            }
            for (int i = 0; i < 10_000; i++) {
                client.next();
            }
        }
    }

    @Test
    void threeHundredClientsAtOnceAreAllServed() throws InterruptedException {
        int clients = 300;
        var served = new AtomicInteger();
        var together = new CountDownLatch(clients);
        var done = new CountDownLatch(clients);
        for (int i = 0; i < clients; i++) {
            Thread.ofVirtual().start(() -> {
                try (var client = server.connect()) {
                    together.countDown();
                    together.await();
                    for (int call = 0; call < 20; call++) {
                        client.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
                    }
                    served.incrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    done.countDown();
                }
            });
        }
        assertThat(done.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(served).hasValue(clients);
        eventually("all are gone", () -> server.server().counts().clients() == 0);
    }

    @Test
    void aClientKilledInMidFrameLeavesNothing() {
        for (int cut = 1; cut < 28; cut++) {
            try (var client = server.connect()) {
                var bytes = Frame.encode(new MessageHeader(REMOTE, 1, 66, 0, 6, 0), NoPayload.INSTANCE);
                client.send(bytes.limit(cut));
            }
        }
        eventually("all are gone", () -> server.server().counts().clients() == 0);
    }
}
