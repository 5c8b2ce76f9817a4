package dev.posada.engine;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One flush for many: whoever asks while a flush is under way is served by the next one, together with all who ask
 * meanwhile. The lock is let go of while the disk works.
 */
final class SharedFlush {
    /** Makes lasting what was written before. */
    interface Force {
        void run() throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition served = lock.newCondition();
    private final Force force;
    private long asked;
    private long done;
    private boolean flushing;

    SharedFlush(Force force) {
        this.force = force;
    }

    /** Returns when a flush that began after this call has ended well. */
    void flush() throws IOException {
        lock.lock();
        try {
            long mine = ++asked;
            while (done < mine) {
                if (flushing) {
                    served.awaitUninterruptibly();
                } else {
                    flushOnce();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void flushOnce() throws IOException {
        long round = asked;
        flushing = true;
        lock.unlock();
        boolean well = false;
        try {
            force.run();
            well = true;
        } finally {
            lock.lock();
            flushing = false;
            done = well ? Math.max(done, round) : done;
            served.signalAll();
        }
    }
}
