package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PollerTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Poller poller = new Poller();
    private final UnixSockets.Pair pair = UnixSockets.pair();

    @AfterEach
    void close() {
        pair.close();
        poller.close();
    }

    private static void put(Descriptor socket, String text) {
        assertThat(FileCalls.write(
                        socket.number(), ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .isEqualTo(text.length());
    }

    @Test
    void readableSocketAnswersAtOnce() throws Exception {
        put(pair.second(), "x");
        assertThat(poller.await(pair.first(), Readiness.READABLE, LONG)).isTrue();
    }

    @Test
    void silentSocketTimesOut() throws Exception {
        assertThat(poller.await(pair.first(), Readiness.READABLE, Duration.ofMillis(20)))
                .isFalse();
    }

    @Test
    void hangUpCountsAsReadableAndWritable() throws Exception {
        pair.second().close();
        assertThat(poller.await(pair.first(), Readiness.READABLE, LONG)).isTrue();
        assertThat(poller.await(pair.first(), Readiness.WRITABLE, LONG)).isTrue();
    }

    @Test
    void aReaderAndAWriterMayWaitForTheSameSocket() throws Exception {
        var reader = CompletableFuture.supplyAsync(() -> awaits(Readiness.READABLE), Thread::startVirtualThread);
        assertThat(poller.await(pair.first(), Readiness.WRITABLE, LONG)).isTrue();
        assertThat(reader).isNotDone();
        put(pair.second(), "x");
        assertThat(reader.get(2, TimeUnit.MINUTES)).isTrue();
    }

    private boolean awaits(Readiness readiness) {
        try {
            return poller.await(pair.first(), readiness, LONG);
        } catch (ClosedChannelException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void closingTheDescriptorWakesThoseWhoWait() {
        var reader = CompletableFuture.supplyAsync(() -> awaits(Readiness.READABLE), Thread::startVirtualThread);
        var other = CompletableFuture.supplyAsync(() -> awaits(Readiness.READABLE), Thread::startVirtualThread);
        assertThat(reader).isNotDone();
        pair.first().close();
        assertThatThrownBy(() -> reader.get(2, TimeUnit.MINUTES)).hasRootCauseInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> other.get(2, TimeUnit.MINUTES)).hasRootCauseInstanceOf(ClosedChannelException.class);
    }

    @Test
    void closingThePollerWakesThoseWhoWait() throws Exception {
        var started = new CountDownLatch(1);
        poller.watch(pair.second(), started::countDown);
        var reader = CompletableFuture.supplyAsync(() -> awaits(Readiness.READABLE), Thread::startVirtualThread);
        poller.close();
        assertThatThrownBy(() -> reader.get(2, TimeUnit.MINUTES)).hasRootCauseInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> poller.await(pair.first(), Readiness.READABLE, LONG))
                .isInstanceOf(ClosedChannelException.class)
                .isNotInstanceOf(AsynchronousCloseException.class);
        assertThat(started.getCount()).as("a task left behind never starts").isEqualTo(1);
    }

    @Test
    void interruptEndsTheWaitAndKeepsTheDescriptor() throws Exception {
        var outcome = new CompletableFuture<Exception>();
        var thread = Thread.startVirtualThread(() -> {
            try {
                poller.await(pair.first(), Readiness.READABLE, LONG);
            } catch (ClosedChannelException e) {
                outcome.complete(e);
            }
        });
        thread.interrupt();
        assertThat(outcome.get(2, TimeUnit.MINUTES)).isInstanceOf(ClosedByInterruptException.class);
        assertThat(pair.first().isOpen()).isTrue();
    }

    @Test
    void watchRunsItsTaskOnceOnAVirtualThread() throws Exception {
        var ran = new CompletableFuture<Boolean>();
        var times = new AtomicInteger();
        poller.watch(pair.first(), () -> {
            times.incrementAndGet();
            ran.complete(Thread.currentThread().isVirtual());
        });
        put(pair.second(), "x");
        assertThat(ran.get(2, TimeUnit.MINUTES)).isTrue();
        put(pair.second(), "y");
        assertThat(poller.await(pair.first(), Readiness.READABLE, LONG)).isTrue();
        assertThat(times).hasValue(1);
    }

    @Test
    void withdrawnWatchNeverRuns() throws Exception {
        var ran = new AtomicInteger();
        poller.watch(pair.first(), ran::incrementAndGet).close();
        put(pair.second(), "x");
        assertThat(poller.await(pair.first(), Readiness.READABLE, LONG)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void blockingTaskDoesNotHoldUpOthers() throws Exception {
        var release = new CountDownLatch(1);
        poller.watch(pair.first(), () -> awaitUninterruptibly(release));
        put(pair.second(), "x");
        try (var other = UnixSockets.pair()) {
            put(other.second(), "x");
            assertThat(poller.await(other.first(), Readiness.READABLE, LONG)).isTrue();
        }
        release.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void regularFileCannotBePolled(@TempDir Path folder) throws Exception {
        try (var file = Descriptor.open(Files.createFile(folder.resolve("f")), OpenFlag.READ)) {
            assertThatThrownBy(() -> poller.await(file, Readiness.READABLE, LONG))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
        }
    }

    @Test
    void manyThreadsExchangeManyBytesWithoutALostWakeUp() throws Exception {
        int pairs = 50;
        int rounds = 200;
        var done = new CountDownLatch(pairs * 2);
        var failures = new AtomicInteger();
        for (int i = 0; i < pairs; i++) {
            var sockets = UnixSockets.pair();
            for (var side : new Descriptor[] {sockets.first(), sockets.second()}) {
                boolean begins = side == sockets.first();
                Thread.startVirtualThread(() -> {
                    try (var channel = new DescriptorChannel(side, poller)) {
                        playPingPong(channel, begins, rounds);
                    } catch (Exception e) {
                        failures.incrementAndGet();
                    }
                    done.countDown();
                });
            }
        }
        assertThat(done.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(failures).hasValue(0);
    }

    private static void playPingPong(DescriptorChannel channel, boolean begins, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            if (begins) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) round}));
            }
            var got = ByteBuffer.allocate(1);
            assertThat(channel.read(got)).isEqualTo(1);
            assertThat(got.get(0)).isEqualTo((byte) round);
            if (!begins) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) round}));
            }
        }
    }
}
