package dev.posada.qemu;

import dev.posada.driver.LiveListener;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Keeps what a driver reports of one instance. */
final class Observed implements LiveListener {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<String> story = new ArrayList<>();
    private final List<Happening> happenings = new ArrayList<>();
    private DomainStatus status = DomainStatus.NOSTATE_UNKNOWN;
    private Optional<DomainDefinition> definition = Optional.empty();
    private boolean over;
    private volatile Consumer<Element> guard = _ -> {};

    @Override
    public synchronized void status(DomainStatus next, Optional<LifecycleChange> change) {
        record(next + change.map(step -> " " + step).orElse(""));
        status = next;
    }

    /** What is done to each interface before it comes to life. */
    void guard(Consumer<Element> action) {
        guard = action;
    }

    @Override
    public void plugged(Element nic) {
        guard.accept(nic);
    }

    @Override
    public synchronized void happened(Happening happening) {
        happenings.add(happening);
        notifyAll();
    }

    @Override
    public synchronized void changed(DomainDefinition live) {
        definition = Optional.of(live);
        notifyAll();
    }

    @Override
    public synchronized void ended(DomainStatus how, LifecycleChange change) {
        record("ended " + how + " " + change);
        status = how;
        over = true;
    }

    private void record(String line) {
        story.add(over ? "after the end: " + line : line);
        notifyAll();
    }

    /** Statuses with their changes, in order. */
    synchronized List<String> story() {
        return List.copyOf(story);
    }

    synchronized List<Happening> happenings() {
        return List.copyOf(happenings);
    }

    synchronized DomainStatus status() {
        return status;
    }

    synchronized DomainDefinition definition() {
        return definition.orElseThrow();
    }

    /** The definition reported last; nothing when none was. */
    synchronized Optional<DomainDefinition> lastDefinition() {
        return definition;
    }

    synchronized boolean over() {
        return over;
    }

    /** Waits until something is true of what was reported. */
    synchronized void await(Predicate<Observed> condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(this)) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("not reported in time; so far " + story + " " + happenings);
            }
            wait(millis);
        }
    }

    void awaitStatus(DomainStatus wanted) throws InterruptedException {
        await(seen -> seen.status == wanted);
    }

    void awaitEnd() throws InterruptedException {
        await(seen -> seen.over);
    }
}
