package dev.posada.client;

import dev.posada.model.PosadaException;
import dev.posada.protocol.Frame;
import dev.posada.protocol.KeepaliveProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks after a link's signs of life, with two threads that exist only when needed: one writes what the reader must
 * not write itself, the other watches the clock. They are two because a write may block for as long as the daemon does
 * not read, which is exactly when somebody has to watch the clock.
 */
final class KeepAlive {

    private static final int MAX_WAITING = 16;

    private final Link link;
    private final long intervalNanos;
    private final int count;
    private final BlockingQueue<ByteBuffer> outgoing = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean writerStarted = new AtomicBoolean();
    private volatile long lastHeardNanos = System.nanoTime();
    private final CountDownLatch stopped = new CountDownLatch(1);

    KeepAlive(Link link, Duration interval, int count) {
        this.link = link;
        this.intervalNanos = interval.toNanos();
        this.count = count;
    }

    /** Notes that something arrived. */
    void heard() {
        lastHeardNanos = System.nanoTime();
    }

    /** Has a message written soon; when too many wait already the daemon is not reading and one more is of no use. */
    void send(ByteBuffer message) {
        if (outgoing.offer(message) && writerStarted.compareAndSet(false, true)) {
            Thread.ofVirtual().name("posada-client-keepalive").start(this::writeAll);
        }
    }

    /** Starts to ask for signs of life, if that is wanted at all. */
    void start() {
        if (intervalNanos > 0) {
            heard();
            // Not a virtual thread: a command that connects for one call would pay for the start of their scheduler.
            Thread.ofPlatform().daemon().name("posada-client-watch").start(this::watch);
        }
    }

    void stop() {
        stopped.countDown();
        // No bytes, to wake the writer once more; fails only when the queue is full and the writer not waiting at it.
        boolean woken = outgoing.offer(ByteBuffer.allocate(0));
        assert woken || outgoing.remainingCapacity() == 0;
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private void writeAll() {
        try {
            while (!isStopped()) {
                link.write(outgoing.take());
            }
        } catch (InterruptedException | PosadaException e) {
            // The link is gone, and everybody who cares has been told.
        }
    }

    private void watch() {
        try {
            long waitNanos = intervalNanos;
            while (!stopped.await(waitNanos, TimeUnit.NANOSECONDS)) {
                long silentNanos = System.nanoTime() - lastHeardNanos;
                if (silentNanos >= intervalNanos * (count + 1) && !link.isPaused()) {
                    link.lose(
                            CloseReason.KEEP_ALIVE,
                            Failures.lost("no sign of life from the daemon for "
                                    + Duration.ofNanos(silentNanos).toMillis() + " ms"));
                    return;
                }
                if (silentNanos >= intervalNanos) {
                    send(Frame.encode(
                            MessageHeader.of(KeepaliveProcedure.PING, MessageType.MESSAGE, 0, MessageStatus.OK),
                            NoPayload.INSTANCE));
                }
                waitNanos = silentNanos >= intervalNanos ? intervalNanos : intervalNanos - silentNanos;
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if somebody does, nobody watches any more.
            Thread.currentThread().interrupt();
        }
    }
}
