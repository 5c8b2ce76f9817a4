package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainBlocks.Abort;
import dev.posada.client.DomainBlocks.Job;
import dev.posada.client.DomainEventType;
import dev.posada.client.EventSubscription;
import dev.posada.model.DomainEvent;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a job of a disk: for the event that tells its end, or where no events come until the daemon knows of no job.
 *
 * <p>Made before the job begins, so that no event is missed.
 */
final class BlockJobWait implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;
    /** The first that says how the job ended is enough; what does not fit behind it tells nothing new. */
    private static final int MOST_WAITING = 16;
    /** No status of libvirt's: the user has had enough. */
    private static final int WOKEN = -1;

    private final Call call;
    private final Domain domain;
    private final String disk;
    private final String label;
    private final LinkedBlockingQueue<Integer> told = new LinkedBlockingQueue<>(MOST_WAITING);
    private final List<EventSubscription> subscriptions = new ArrayList<>();

    /** How a job ended, or that it is ready to be ended. */
    enum Outcome {
        COMPLETED,
        FAILED,
        CANCELED,
        READY
    }

    private BlockJobWait(Call call, Domain domain, String disk, String label) {
        this.call = call;
        this.domain = domain;
        this.disk = disk;
        this.label = label;
    }

    /** Listens for what becomes of the disk's job. */
    static BlockJobWait on(Call call, Domain domain, String disk, String label) {
        var wait = new BlockJobWait(call, domain, disk, label);
        for (var type : List.of(DomainEventType.BLOCK_JOB, DomainEventType.BLOCK_JOB_2)) {
            try {
                wait.subscriptions.add(domain.subscribe(Set.of(type), wait::tell));
            } catch (PosadaException e) {
                // Then the job itself is looked at.
            }
        }
        return wait;
    }

    private void tell(DomainEvent event) {
        if (event.happening() instanceof DomainEvent.BlockJob job && job.disk().equals(disk)) {
            put(job.status());
        }
    }

    private void put(int status) {
        if (!told.offer(status)) {
            told.poll();
        }
    }

    /** Waits; a job that takes longer than {@code timeout}, or that the user has enough of, is aborted. */
    Outcome await(Optional<Duration> timeout) {
        try (var _ = call.session().console().cancellation().heed(() -> put(WOKEN))) {
            return look(timeout);
        }
    }

    private Outcome look(Optional<Duration> timeout) {
        long begun = System.nanoTime();
        while (true) {
            var job = call.attempt(
                    "failed to query job for disk " + disk,
                    () -> domain.blocks().job(disk, false));
            var outcome = outcome(job);
            if (outcome.isPresent()) {
                if (call.has("verbose") && (outcome.get() == Outcome.COMPLETED || outcome.get() == Outcome.READY)) {
                    progress(call, label, new Job(0, 0, 1, 1));
                }
                return outcome.get();
            }
            if (call.has("verbose")) {
                job.ifPresent(now -> progress(call, label, now));
            }
            boolean late = timeout.isPresent()
                    && System.nanoTime() - begun > timeout.get().toNanos();
            if (late || call.session().console().cancellation().requested()) {
                domain.blocks().abort(disk, call.has("async") ? EnumSet.of(Abort.ASYNC) : Set.of());
                return Outcome.CANCELED;
            }
            pause();
        }
    }

    private Optional<Outcome> outcome(Optional<Job> job) {
        var status = told.poll();
        if (status != null && status >= 0 && status < Outcome.values().length) {
            return Optional.of(List.of(Outcome.values()).get(status));
        }
        if (subscriptions.isEmpty()) {
            if (job.isEmpty()) {
                return Optional.of(Outcome.COMPLETED);
            }
            if (job.get().end() > 0 && job.get().current() == job.get().end()) {
                return Optional.of(Outcome.READY);
            }
        }
        return Optional.empty();
    }

    private void pause() {
        try {
            var status = told.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (status != null && status != WOKEN) {
                put(status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }

    /** Writes how far a job is over what was written before. */
    static void progress(Call call, String label, Job job) {
        if (job.end() == 0) {
            return;
        }
        long left = job.end() - job.current();
        long percent = left == 0 ? 100 : Math.min(99, (long) (100.0 - left * 100.0 / job.end()));
        var number = Long.toString(percent);
        var console = call.session().console();
        console.out().flush();
        console.err().print("\r" + label + ": [" + " ".repeat(3 - number.length()) + number + " %]");
        console.err().flush();
    }

    @Override
    public void close() {
        subscriptions.forEach(EventSubscription::close);
    }
}
