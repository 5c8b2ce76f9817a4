package dev.posada.engine;

import dev.posada.driver.NodeDeviceDriver;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NodeDevice;
import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The devices of a host. They are looked at when somebody asks; what was seen serves for {@link #FRESH}, because clients
 * that draw a tree ask for each device by itself. Nobody looks while nobody asks.
 */
final class DeviceHost implements AutoCloseable {
    /** How long a look at the host is good for. */
    static final Duration FRESH = Duration.ofSeconds(1);

    private final NodeDeviceDriver driver;
    private final Duration jobWait;
    private final JobSlot changes = new JobSlot();
    private final EventBus<NodeDeviceEvent> bus = new EventBus<>();
    private final DeviceWatch watch = new DeviceWatch(this::look, bus);

    /** Held while the host is looked at, by one for all who wait: the kernel's files answer at once. */
    private final ReentrantLock looking = new ReentrantLock();

    private volatile Seen seen = new Seen(new LinkedHashMap<>(), 0, true);

    /** What there was, when, and whether it is no longer to be relied on. */
    private record Seen(SequencedMap<String, NodeDevice> devices, long atNanos, boolean stale) {}

    DeviceHost(NodeDeviceDriver driver, Duration jobWait) {
        this.driver = driver;
        this.jobWait = jobWait;
    }

    NodeDeviceDriver driver() {
        return driver;
    }

    EventBus<NodeDeviceEvent> bus() {
        return bus;
    }

    DeviceWatch watch() {
        return watch;
    }

    /** The devices by name, as they were a moment ago at most. */
    SequencedMap<String, NodeDevice> devices() {
        if (isFresh(seen)) {
            return seen.devices();
        }
        looking.lock();
        try {
            return isFresh(seen) ? seen.devices() : look();
        } finally {
            looking.unlock();
        }
    }

    private static boolean isFresh(Seen seen) {
        return !seen.stale() && System.nanoTime() - seen.atNanos() < FRESH.toNanos();
    }

    private SequencedMap<String, NodeDevice> look() {
        var found = new LinkedHashMap<String, NodeDevice>();
        driver.devices().forEach(device -> found.put(device.name(), device));
        seen = new Seen(found, System.nanoTime(), false);
        return found;
    }

    /** The device of this name; {@code NO_NODE_DEVICE} when there is none. */
    NodeDevice device(String name) {
        var device = devices().get(name);
        if (device == null) {
            throw new PosadaException(
                    ErrorCode.NO_NODE_DEVICE, ErrorOrigin.NODEDEV, "no node device with matching name '" + name + "'");
        }
        return device;
    }

    /** Makes a change, one at a time; what was seen before it counts no more. */
    void change(String api, Runnable change) {
        var _ = make(api, () -> {
            change.run();
            return "";
        });
    }

    /** Makes a device, as the only change at its time; the answer is its name. */
    String make(String api, Supplier<String> making) {
        try (var _ = changes.begin(JobSlot.Kind.MODIFY, api, jobWait, ErrorOrigin.NODEDEV)) {
            return making.get();
        } finally {
            seen = new Seen(new LinkedHashMap<>(), 0, true);
        }
    }

    @Override
    public void close() {
        watch.close();
        driver.close();
    }
}
