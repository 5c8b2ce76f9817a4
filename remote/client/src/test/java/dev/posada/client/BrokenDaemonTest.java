package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.Frame;
import dev.posada.protocol.KeepaliveProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.RemoteAuthType;
import dev.posada.protocol.RemoteConnectGetHostnameRet;
import dev.posada.protocol.RemoteConnectGetTypeRet;
import dev.posada.protocol.RemoteDomainScreenshotArgs;
import dev.posada.protocol.RemoteDomainScreenshotRet;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.WireLimits;
import dev.posada.xdr.XdrException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to callers when the daemon goes away, falls silent or talks nonsense. */
@Timeout(300)
class BrokenDaemonTest {

    private static final DomainRef GUEST = new DomainRef("guest", new UUID(1, 2), 1);

    @TempDir
    private Path folder;

    @Test
    void daemonKilledInMidCallFailsEveryPendingCall() throws Exception {
        try (var daemon = LibvirtDaemon.start();
                var connection = Connection.open(daemon.uri("test", "/default"));
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var answered = new AtomicLong();
            var reason = new AtomicReference<Optional<CloseReason>>(Optional.empty());
            connection.onClose(told -> reason.set(Optional.of(told)));
            List<Future<PosadaException>> callers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                callers.add(executor.submit(() -> failure(() -> {
                    while (true) {
                        connection.capabilities();
                        answered.incrementAndGet();
                    }
                })));
            }
            Waiting.until("calls under way", () -> answered.get() > 100);

            daemon.kill();

            for (Future<PosadaException> caller : callers) {
                assertThat(caller.get().origin()).isEqualTo(ErrorOrigin.RPC);
            }
            assertThat(connection.isAlive()).isFalse();
            Waiting.until("the close listener", () -> reason.get().isPresent());
            assertThat(reason.get().orElseThrow()).isIn(CloseReason.END_OF_FILE, CloseReason.ERROR);
        }
    }

    @Test
    void hangUpInMidMessageIsALostConnection() throws IOException {
        try (var daemon = ScriptedDaemon.start(folder, (self, frame) -> {
                    ByteBuffer reply = Frame.encode(
                            frame.header().answer(MessageType.REPLY, MessageStatus.OK),
                            new RemoteConnectGetHostnameRet("somewhere"));
                    self.send(reply.limit(30));
                    self.hangUp();
                });
                var connection = Connection.open(daemon.uri())) {
            PosadaException lost = failure(connection::hostname);

            assertThat(lost.code()).isEqualTo(ErrorCode.SYSTEM_ERROR);
            assertThat(lost).hasMessageContaining("End of file while reading data");
            assertThat(failure(connection::hostname).getMessage()).isEqualTo(lost.getMessage());
        }
    }

    @Test
    void callsGiveUpAfterTheirTimeAndTheConnectionGoesOn() throws IOException {
        try (var daemon = ScriptedDaemon.start(folder, (self, frame) -> {
                    if (frame.header().procedure() == RemoteProcedure.CONNECT_GET_TYPE.number()) {
                        self.reply(frame, new RemoteConnectGetTypeRet("Slow"));
                    }
                });
                var connection = Connection.open(
                        daemon.uri(), ConnectionOptions.DEFAULT.withCallTimeout(Duration.ofSeconds(4)))) {
            PosadaException late = failure(connection::hostname);

            assertThat(late.code()).isEqualTo(ErrorCode.OPERATION_TIMEOUT);
            assertThat(late).hasMessageContaining("virConnectGetHostname");
            assertThat(connection.type()).isEqualTo("Slow");
        }
    }

    @Test
    void silentDaemonIsGivenUp() throws IOException {
        var pings = new AtomicInteger();
        try (var daemon = ScriptedDaemon.start(folder, (self, frame) -> {
                    if (frame.header().program()
                            == KeepaliveProcedure.PING.program().number()) {
                        pings.incrementAndGet();
                    }
                });
                var connection = Connection.open(
                        daemon.uri(), ConnectionOptions.DEFAULT.withKeepAlive(Duration.ofMillis(500), 3))) {
            PosadaException lost = failure(connection::hostname);

            assertThat(lost).hasMessageContaining("no sign of life");
            Waiting.until("more than one question", () -> pings.get() >= 2);
            assertThat(pings.get()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void everyPingIsAnswered() throws IOException {
        var pongs = new Semaphore(0);
        try (var daemon = ScriptedDaemon.start(folder, (self, frame) -> {
                    if (frame.header().procedure() == KeepaliveProcedure.PONG.number()
                            && frame.header().program()
                                    == KeepaliveProcedure.PONG.program().number()) {
                        pongs.release();
                    } else {
                        self.send(
                                MessageHeader.of(KeepaliveProcedure.PING, MessageType.MESSAGE, 77, MessageStatus.OK),
                                NoPayload.INSTANCE);
                        self.reply(frame, new RemoteConnectGetHostnameRet("somewhere"));
                    }
                });
                var connection = Connection.open(daemon.uri())) {
            for (int i = 0; i < 3; i++) {
                assertThat(connection.hostname()).isEqualTo("somewhere");
                Waiting.until("the pong", pongs::tryAcquire);
            }
        }
    }

    @Test
    void passwordsAreNotAsked() throws IOException {
        try (var daemon = ScriptedDaemon.start(folder, RemoteAuthType.SASL, (_, _) -> {})) {
            PosadaException refusal = failure(() -> Connection.open(daemon.uri()));

            assertThat(refusal.code()).isEqualTo(ErrorCode.AUTH_FAILED);
            assertThat(refusal).hasMessageContaining("SASL");
        }
    }

    @Test
    void nobodyListeningIsSaidWithTheSocketsName() {
        PosadaException failure = failure(() -> Connection.open("test+unix:///default?socket=" + folder + "/none"));

        assertThat(failure.code()).isEqualTo(ErrorCode.SYSTEM_ERROR);
        assertThat(failure.origin()).isEqualTo(ErrorOrigin.RPC);
        assertThat(failure).hasMessage("Failed to connect socket to '" + folder + "/none': No such file or directory");
    }

    @Test
    void transportsWeLackAreNamed() {
        assertThat(failure(() -> Connection.open("qemu://host/system")).code()).isEqualTo(ErrorCode.NO_SUPPORT);
        assertThat(failure(() -> Connection.open("qemu+pigeon://host/system")))
                .hasMessageContaining("transport in URL not recognised");
        assertThat(failure(() -> Connection.open("qemu+unix://host/system")))
                .hasMessageContaining("unix socket and remote server 'host' is not supported");
    }

    @Test
    void daemonWaitsForASlowReaderButNotItsOtherCallers() throws Exception {
        var sent = new AtomicLong();
        var blocked = new AtomicReference<Optional<Frame>>(Optional.empty());
        try (var daemon = ScriptedDaemon.start(folder, (self, frame) -> {
                    if (frame.header().procedure() == RemoteProcedure.DOMAIN_SCREENSHOT.number()) {
                        self.reply(frame, new RemoteDomainScreenshotRet("image/raw"));
                        blocked.set(Optional.of(frame));
                        Thread.ofVirtual().start(() -> flood(self, frame, sent));
                    }
                });
                var connection = Connection.open(daemon.uri())) {
            DataStream stream =
                    connection
                            .remote()
                            .domainDevice()
                            .domainScreenshot(new RemoteDomainScreenshotArgs(GUEST, 0, 0))
                            .stream();
            // The daemon stops when buffer and socket are full, long before the end of what it has to say.
            var last = new AtomicLong(-1);
            Waiting.until("the daemon to be held up", () -> {
                Waiting.moment();
                long now = sent.get();
                return now > 0 && last.getAndSet(now) == now && settled(sent);
            });
            assertThat(sent.get()).isLessThan(DataStream.FULL_BYTES + (2 << 20));

            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            long total = 0;
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                total += count;
                buffer.clear();
            }

            assertThat(total).isEqualTo(FLOOD_BYTES);
        }
    }

    @Test
    void streamNobodyReadsIsBrokenOffWhenACallWaitsBehindIt() throws IOException {
        var aborted = new Semaphore(0);
        try (var daemon = ScriptedDaemon.start(folder, (self, frame) -> {
                    MessageHeader header = frame.header();
                    if (header.typeNumber() == MessageType.STREAM.number()) {
                        if (header.statusNumber() == MessageStatus.ERROR.number()) {
                            aborted.release();
                        }
                    } else if (header.procedure() == RemoteProcedure.DOMAIN_SCREENSHOT.number()) {
                        self.reply(frame, new RemoteDomainScreenshotRet("image/raw"));
                        flood(self, frame, new AtomicLong());
                    } else {
                        self.reply(frame, new RemoteConnectGetHostnameRet("somewhere"));
                    }
                });
                var connection = Connection.open(daemon.uri())) {
            DataStream stream =
                    connection
                            .remote()
                            .domainDevice()
                            .domainScreenshot(new RemoteDomainScreenshotArgs(GUEST, 0, 0))
                            .stream();

            assertThat(connection.hostname()).isEqualTo("somewhere");

            assertThat(failure(() -> stream.read(ByteBuffer.allocate(1)))).hasMessageContaining("wait to be read");
            Waiting.until("the daemon to be told", aborted::tryAcquire);
        }
    }

    private static final long FLOOD_BYTES = 100L << 20;

    private static void flood(ScriptedDaemon daemon, Frame call, AtomicLong sent) {
        MessageHeader header = call.header().answer(MessageType.STREAM, MessageStatus.CONTINUE);
        ByteBuffer data = ByteBuffer.allocate(1 << 18).limit(WireLimits.MAX_STREAM_DATA_BYTES);
        try {
            for (long left = FLOOD_BYTES; left > 0; left -= data.limit()) {
                data.clear().limit((int) Math.min(left, WireLimits.MAX_STREAM_DATA_BYTES));
                daemon.send(Frame.encodeData(header, data));
                sent.addAndGet(data.limit());
            }
            daemon.send(header, NoPayload.INSTANCE);
        } catch (IOException hungUp) {
            // The test has seen enough.
        }
    }

    private static boolean settled(AtomicLong sent) {
        long before = sent.get();
        for (int i = 0; i < 50; i++) {
            Waiting.moment();
        }
        return sent.get() == before;
    }

    @Test
    void nonsenseFromTheDaemonEndsTheConnectionAndNothingElse() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 300; round++) {
            Path room = Files.createDirectory(folder.resolve("round" + round));
            try (var daemon = ScriptedDaemon.start(room, (self, frame) -> {
                        self.send(nonsense(random, frame));
                        self.hangUp();
                    });
                    var connection = Connection.open(daemon.uri())) {
                try {
                    connection.domains();
                } catch (PosadaException | XdrException expected) {
                    assertThat(expected.getMessage()).as("seed %d", seed).isNotEmpty();
                }
            }
        }
    }

    /** A well-framed message, or several, whose header and payload are mostly random. */
    private static ByteBuffer nonsense(RandomGenerator random, Frame call) {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            byte[] payload = new byte[random.nextInt(64) * 4];
            random.nextBytes(payload);
            for (int at = 0; at < payload.length; at++) {
                payload[at] &= (byte) (random.nextInt(3) == 0 ? 0x7f : 0);
            }
            bytes.putInt(WireLimits.HEADER_BYTES + payload.length);
            bytes.putInt(call.header().program()).putInt(1);
            bytes.putInt(random.nextBoolean() ? call.header().procedure() : random.nextInt(460));
            bytes.putInt(random.nextInt(8)).putInt(call.header().serial()).putInt(random.nextInt(4));
            bytes.put(payload);
        }
        return bytes.flip();
    }

    private static PosadaException failure(ThrowingCallable action) {
        return catchThrowableOfType(PosadaException.class, action);
    }

    @Test
    void failureNamesTheThreadThatCalled() throws IOException {
        try (var daemon = ScriptedDaemon.start(folder, (self, _) -> self.hangUp());
                var connection = Connection.open(daemon.uri())) {
            assertThat(failure(connection::hostname).getStackTrace())
                    .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("hostname"));
        }
    }
}
