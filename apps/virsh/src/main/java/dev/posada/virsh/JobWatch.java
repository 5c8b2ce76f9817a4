package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for a call that takes long, shows how far it is, and has the daemon abort it when the user has had enough.
 *
 * <p>The call runs on a thread of its own; what is printed is printed by the one that watches.
 */
final class JobWatch {
    /** How often a daemon is asked. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    private static final int DONE = 100;

    private final Call call;
    private final Domain domain;
    private final String label;
    private final boolean verbose;

    /**
     * Watches a job of a domain.
     *
     * @param label goes before the percentage
     * @param verbose whether to show how far it is
     */
    JobWatch(Call call, Domain domain, String label, boolean verbose) {
        this.call = call;
        this.domain = domain;
        this.label = label;
        this.verbose = verbose;
    }

    /** Runs the job until it ends, however it does. */
    void run(Runnable job) {
        run(job, Duration.ofNanos(Long.MAX_VALUE), () -> {});
    }

    /**
     * Runs the job until it ends.
     *
     * @param patience after this {@code late} is run, once
     */
    void run(Runnable job, Duration patience, Runnable late) {
        var task = new FutureTask<Void>(job, null);
        Thread.ofVirtual().name("virsh-job").start(task);
        long begun = System.nanoTime();
        boolean wasLate = false;
        boolean aborted = false;
        while (!ended(task)) {
            aborted = aborted || abortedByUser();
            if (verbose) {
                showProgress();
            }
            if (!wasLate && System.nanoTime() - begun > patience.toNanos()) {
                wasLate = true;
                late.run();
            }
        }
        if (verbose) {
            show(DONE);
        }
    }

    /** Waits a moment; whether the job has ended. What it threw is thrown here. */
    private static boolean ended(FutureTask<Void> task) {
        try {
            task.get(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private boolean abortedByUser() {
        try {
            call.session().console().cancellation().check();
            return false;
        } catch (CancellationException e) {
            try {
                domain.job().abort();
            } catch (PosadaException notAborted) {
                call.complain(notAborted.getMessage());
            }
            return true;
        }
    }

    private void showProgress() {
        try {
            var progress = domain.job().progress();
            if (progress.dataTotal() > 0) {
                show(percent(progress.dataRemaining(), progress.dataTotal()));
            }
        } catch (PosadaException e) {
            // A daemon that cannot tell: the job itself is what counts.
        }
    }

    private static int percent(long remaining, long total) {
        if (remaining == 0) {
            return DONE;
        }
        // Not all before it is all.
        return Math.min(DONE - 1, (int) (DONE - remaining * (double) DONE / total));
    }

    private void show(int percent) {
        call.session().console().out().flush();
        call.session()
                .console()
                .err()
                .print("\r" + label + ": [" + " ".repeat(percent < 10 ? 2 : percent < DONE ? 1 : 0) + percent + " %]");
        call.session().console().err().flush();
    }
}
