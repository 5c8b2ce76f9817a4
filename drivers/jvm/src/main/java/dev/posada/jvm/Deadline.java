package dev.posada.jvm;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closes a channel when its time is over, which ends whatever waits on it; does nothing when closed before. */
final class Deadline implements AutoCloseable {
    private final CountDownLatch inTime = new CountDownLatch(1);

    Deadline(Closeable channel, Duration time) {
        Thread.ofVirtual().name("jvm-deadline").start(() -> {
            try {
                if (!inTime.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                    channel.close();
                }
            } catch (InterruptedException | IOException nobodyWaits) {
                // Closed it is in any case.
            }
        });
    }

    @Override
    public void close() {
        inTime.countDown();
    }
}
