package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Plugs processors into a running machine and asks the guest to let them go again. The machine tells which slots it has;
 * those it began with cannot be emptied.
 *
 * <p>{@code lock} guards {@code departures}, which counts processors that the guest has let go.
 */
final class ProcessorHotplug implements Abilities.ResizesVcpus {
    /** How long a guest may take to let a processor go. */
    private static final Duration DEPARTURE_PATIENCE = Duration.ofSeconds(5);

    private static final String PLUGGED = "/machine/peripheral/";
    private static final String ID_PREFIX = "vcpu";

    private final LiveState state;
    private final Monitor monitor;
    private final Processors processors;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition departed = lock.newCondition();
    private long departures;

    ProcessorHotplug(LiveState state, Monitor monitor, Processors processors) {
        this.state = state;
        this.monitor = monitor;
        this.processors = processors;
    }

    /** A device has left the machine. */
    void removed(String alias) {
        if (!alias.startsWith(ID_PREFIX)) {
            return;
        }
        lock.lock();
        try {
            departures++;
            departed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resizeVcpus(int count) {
        int maximum = state.definition().maxVcpus();
        if (count < 1 || count > maximum) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG,
                    ErrorOrigin.QEMU,
                    "requested vcpus is greater than max allowable vcpus for the live domain: " + count + " > "
                            + maximum);
        }
        try {
            while (processors.count() != count) {
                var slots = monitor.execute("query-hotpluggable-cpus").elements();
                if (count > processors.count()) {
                    plug(slots, count - processors.count());
                } else {
                    unplug(slots, processors.count() - count);
                }
                int before = processors.count();
                learn();
                if (processors.count() == before) {
                    throw refused("QEMU did not change the number of processors");
                }
            }
        } finally {
            learn();
        }
    }

    private void plug(List<Json> slots, int wanted) {
        // QEMU lists the last slot first.
        for (var slot : slots.reversed()) {
            if (slot.member("qom-path").isEmpty()) {
                int vcpus = (int) QmpHappenings.number(slot, "vcpus-count");
                if (vcpus > wanted) {
                    throw refused("processors of this machine are plugged in by " + vcpus);
                }
                var device = Json.object()
                        .with("driver", QmpHappenings.text(slot, "type"))
                        .with("id", freeId(slots));
                for (var property : slot.required("props").asObject().members().entrySet()) {
                    device = device.with(property.getKey(), property.getValue());
                }
                monitor.execute("device_add", device);
                return;
            }
        }
        throw refused("this machine has no free slot for a processor");
    }

    private static String freeId(List<Json> slots) {
        var used = new ArrayList<String>();
        slots.forEach(slot -> used.add(QmpHappenings.deviceAlias(QmpHappenings.text(slot, "qom-path"))));
        for (int number = 0; ; number++) {
            if (!used.contains(ID_PREFIX + number)) {
                return ID_PREFIX + number;
            }
        }
    }

    private void unplug(List<Json> slots, int wanted) {
        for (var slot : slots) {
            var path = QmpHappenings.text(slot, "qom-path");
            if (path.startsWith(PLUGGED) && QmpHappenings.number(slot, "vcpus-count") <= wanted) {
                long before = departures();
                monitor.execute("device_del", Json.object().with("id", QmpHappenings.deviceAlias(path)));
                awaitDeparture(before);
                return;
            }
        }
        throw refused("the processors the machine began with cannot be taken away: "
                + "define the domain with fewer of them and add the others while it runs");
    }

    private long departures() {
        lock.lock();
        try {
            return departures;
        } finally {
            lock.unlock();
        }
    }

    private void awaitDeparture(long before) {
        long nanos = DEPARTURE_PATIENCE.toNanos();
        lock.lock();
        try {
            while (departures == before) {
                if (nanos <= 0) {
                    throw new PosadaException(
                            ErrorCode.OPERATION_TIMEOUT,
                            ErrorOrigin.QEMU,
                            "vcpu unplug request timed out: the guest did not let the processor go within "
                                    + TimeUnit.NANOSECONDS.toSeconds(DEPARTURE_PATIENCE.toNanos()) + " s");
                }
                nanos = departed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PosadaException(
                    ErrorCode.OPERATION_ABORTED, ErrorOrigin.QEMU, "interrupted while a processor is taken away", e);
        } finally {
            lock.unlock();
        }
    }

    /** Looks which processors there are, and puts their number into the live definition. */
    private void learn() {
        processors.learn(monitor.execute("query-cpus-fast"));
        int count = processors.count();
        state.redefine(definition -> withCount(definition, count));
    }

    private static DomainDefinition withCount(DomainDefinition definition, int count) {
        if (definition.vcpus() == count) {
            return definition;
        }
        var vcpu = definition.root().child("vcpu").orElseGet(() -> Element.text("vcpu", "1"));
        return definition.withChild(
                count == definition.maxVcpus()
                        ? vcpu.without("current")
                        : vcpu.with("current", Integer.toString(count)));
    }

    private static PosadaException refused(String why) {
        return new PosadaException(ErrorCode.OPERATION_UNSUPPORTED, ErrorOrigin.QEMU, why);
    }
}
