package dev.posada.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Keeps what a monitor reports. */
final class Recorder implements QmpListener {
    private static final long DEADLINE_NANOS = 120_000_000_000L;

    final List<QmpEvent> events = new CopyOnWriteArrayList<>();
    final List<QmpException> ends = new CopyOnWriteArrayList<>();

    @Override
    public void event(QmpEvent event) {
        assertThat(ends).as("no event after the end").isEmpty();
        events.add(event);
    }

    @Override
    public void closed(QmpException reason) {
        ends.add(reason);
    }

    List<String> names() {
        return events.stream().map(QmpEvent::name).toList();
    }

    QmpException awaitEnd() {
        await(() -> !ends.isEmpty());
        return ends.getFirst();
    }

    void awaitEvent(String name) {
        await(() -> names().contains(name));
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
