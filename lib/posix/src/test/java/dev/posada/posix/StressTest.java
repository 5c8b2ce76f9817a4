package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Everything at once, closed at any moment: nobody waits for ever, no descriptor is lost or closed twice. */
final class StressTest {
    @Test
    void closingAtAnyMomentStrandsNobodyAndLosesNothing() throws Exception {
        long seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        // One round first, for what is loaded and opened only once.
        round(random);
        int before = OpenDescriptors.targets().size();
        for (int i = 0; i < 150; i++) {
            round(random);
        }
        System.out.println("seed " + seed);
        // A JVM opens one or the other by itself.
        OpenDescriptors.assertNoMoreThan(before + 3);
    }

    private static void round(RandomGenerator random) throws Exception {
        int actors = 8;
        var done = new CountDownLatch(actors);
        var surprise = new AtomicReference<Throwable>();
        var poller = new Poller();
        try (var pair = UnixSockets.pair()) {
            for (int i = 0; i < actors; i++) {
                int action = random.nextInt(5);
                long pause = random.nextLong(200_000);
                var socket = random.nextBoolean() ? pair.first() : pair.second();
                Thread.startVirtualThread(() -> {
                    try {
                        act(action, pause, socket, poller);
                    } catch (ClosedChannelException | IllegalStateException expected) {
                        // Somebody closed it, which is the point.
                    } catch (Throwable e) {
                        surprise.set(e);
                    }
                    done.countDown();
                });
            }
            LockSupport.parkNanos(random.nextLong(200_000));
            if (random.nextBoolean()) {
                pair.first().close();
            }
            if (random.nextInt(4) == 0) {
                poller.close();
            }
            pair.second().close();
            pair.first().close();
            assertThat(done.await(2, TimeUnit.MINUTES))
                    .as("nobody waits for ever")
                    .isTrue();
        } finally {
            poller.close();
        }
        assertThat(surprise.get()).isNull();
    }

    private static void act(int action, long pauseNanos, Descriptor socket, Poller poller) throws Exception {
        LockSupport.parkNanos(pauseNanos);
        switch (action) {
            case 0 -> poller.await(socket, Readiness.READABLE, Duration.ofMinutes(1));
            case 1 -> poller.await(socket, Readiness.WRITABLE, Duration.ofNanos(pauseNanos));
            case 2 -> poller.watch(socket, () -> {});
            case 3 -> socket.duplicate().close();
            default -> socket.close();
        }
    }

    @Test
    void spawningFromManyThreadsGivesEachChildItsOwnDescriptors() throws Exception {
        int children = 60;
        var done = new CountDownLatch(children);
        var wrong = new AtomicInteger();
        try (var poller = new Poller()) {
            for (int i = 0; i < children; i++) {
                var text = "child " + i;
                Thread.startVirtualThread(() -> {
                    wrong.addAndGet(text.equals(echo(text, poller)) ? 0 : 1);
                    done.countDown();
                });
            }
            assertThat(done.await(2, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(wrong).hasValue(0);
    }

    private static String echo(String text, Poller poller) {
        try (var out = Pipe.open()) {
            int pid = new Spawn(Path.of("/bin/echo"), List.of("echo", "-n", text))
                    .descriptor(1, out.writer())
                    .start();
            out.writer().close();
            var got = new StringBuilder();
            try (var channel = new DescriptorChannel(out.reader(), poller);
                    var process = ProcessDescriptor.open(pid).orElseThrow()) {
                var part = ByteBuffer.allocate(100);
                while (channel.read(part.clear()) >= 0) {
                    got.append(StandardCharsets.UTF_8.decode(part.flip()));
                }
                poller.await(process.descriptor(), Readiness.READABLE, Duration.ofMinutes(2));
                assertThat(process.reap()).isPresent();
            }
            return got.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
