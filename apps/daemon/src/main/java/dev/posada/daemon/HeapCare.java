package dev.posada.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps the heap near the size of what lives in it.
 *
 * <p>The serial collector is the smallest there is, but looks at its old generation only when the heap has reached its
 * greatest size: after days, or minutes with a thousand clients, a daemon with 15 MB alive would hold two gigabytes. So
 * somebody has to say when. A collection of what a daemon has alive takes some ten milliseconds; it is asked for when as
 * much has gathered as lives, but no more often than every other second, and once when work has ceased.
 */
final class HeapCare implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);

    /** Less than this is not worth a collection, however little lives. */
    private static final long WORTHWHILE_BYTES = 24L << 20;

    /** What a quiet daemon may hold beyond what lives; about what its young generation holds. */
    private static final long CRUMBS_BYTES = 8L << 20;

    /** So many looks without work make quiet. */
    private static final int QUIET_LOOKS = 15;

    private final LongSupplier work;
    private final LongSupplier used;
    private final Runnable collect;
    private final CountDownLatch closed = new CountDownLatch(1);

    // Touched by the caring thread alone.
    private long alive;
    private long workSeen;
    private int looksWithoutWork;

    /**
     * Care for a heap; nothing happens yet.
     *
     * @param work a count that grows with what the daemon does
     * @param used bytes in use, garbage included
     * @param collect frees what is garbage
     */
    HeapCare(LongSupplier work, LongSupplier used, Runnable collect) {
        this.work = work;
        this.used = used;
        this.collect = collect;
        this.alive = used.getAsLong();
    }

    /** Care for this process's heap, from now on. */
    static HeapCare ofProcess(LongSupplier work) {
        var runtime = Runtime.getRuntime();
        var care = new HeapCare(work, () -> runtime.totalMemory() - runtime.freeMemory(), System::gc);
        Thread.ofPlatform().name("posada-heap").daemon().start(care::careUntilClosed);
        return care;
    }

    private void careUntilClosed() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once, and collects if it is worth it. */
    void look() {
        long done = work.getAsLong();
        looksWithoutWork = done == workSeen ? looksWithoutWork + 1 : 0;
        workSeen = done;
        long garbage = used.getAsLong() - alive;
        boolean much = garbage > Math.max(alive, WORTHWHILE_BYTES);
        boolean quiet = looksWithoutWork == QUIET_LOOKS && garbage > CRUMBS_BYTES;
        if (much || quiet) {
            collect.run();
            alive = used.getAsLong();
        }
    }

    /** Ends the care. */
    @Override
    public void close() {
        closed.countDown();
    }
}
