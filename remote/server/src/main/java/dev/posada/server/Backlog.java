package dev.posada.server;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be read by all clients together. Each client's own bound keeps it from harming the others only as long
 * as there are few of it; when all that waits passes a part of the heap, those who hoard and do not read are dropped,
 * the largest first.
 *
 * <p>Safe for use by several threads. {@code relieving} lets one of them look for hoarders while the others go on.
 */
final class Backlog {
    private static final long LEAST_BYTES = 64L << 20;

    /** A client that has taken nothing for so long does not read, as far as memory is concerned. */
    private static final Duration HOARDING = Duration.ofMillis(250);

    private final Collection<Client> clients;
    private final long limitBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock relieving = new ReentrantLock();

    /**
     * Counts nothing yet.
     *
     * @param clients those who may be dropped; a live view
     */
    Backlog(Collection<Client> clients, long limitBytes) {
        this.clients = clients;
        this.limitBytes = limitBytes;
    }

    /** An eighth of this process's heap, but never too little for two of the largest messages. */
    static long limitOfThisHeap() {
        return Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / 8);
    }

    /** So many bytes wait, or are about to. */
    void add(long count) {
        bytes.addAndGet(count);
        relieveIfPressed();
    }

    /** Drops the largest hoarder when too much waits. */
    void relieveIfPressed() {
        if (bytes.get() > limitBytes) {
            relieve();
        }
    }

    /** So many bytes wait no more. */
    void remove(long count) {
        bytes.addAndGet(-count);
    }

    /** What waits now. */
    long bytes() {
        return bytes.get();
    }

    private void relieve() {
        if (!relieving.tryLock()) {
            return;
        }
        try {
            long now = System.nanoTime();
            clients.stream()
                    .filter(client -> client.outbound().stalledNanos(now) > HOARDING.toNanos())
                    .max(Comparator.comparingLong(client -> client.outbound().waitingBytes()))
                    .ifPresent(client -> client.drop("memory is short, and it does not read the "
                            + client.outbound().waitingBytes() + " bytes that wait for it"));
        } finally {
            relieving.unlock();
        }
    }
}
