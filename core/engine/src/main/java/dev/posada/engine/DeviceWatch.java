package dev.posada.engine;

import dev.posada.model.NodeDevice;
import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.NodeDeviceEvent.Happening;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of devices that come and go, by looking every {@link #PERIOD} while anybody wants to be told and not at all
 * otherwise. The kernel's own messages would tell sooner, but reach neither session daemons nor those in a network
 * namespace.
 */
final class DeviceWatch implements AutoCloseable {
    static final Duration PERIOD = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final Supplier<? extends Map<String, NodeDevice>> look;
    private final EventBus<NodeDeviceEvent> bus;
    private int watchers;
    private @Nullable CountDownLatch ending;

    DeviceWatch(Supplier<? extends Map<String, NodeDevice>> look, EventBus<NodeDeviceEvent> bus) {
        this.look = look;
        this.bus = bus;
    }

    /** Somebody wants to be told of what differs from now on. */
    void begin() {
        var before = look.get();
        synchronized (this) {
            watchers++;
            if (ending == null) {
                var end = new CountDownLatch(1);
                ending = end;
                Thread.ofVirtual().name("node-devices").start(() -> run(before, end));
            }
        }
    }

    /** One who wanted to be told does not any more. */
    synchronized void end() {
        watchers--;
        if (watchers == 0) {
            close();
        }
    }

    /** Whether nobody looks. */
    synchronized boolean idle() {
        return ending == null;
    }

    private void run(Map<String, NodeDevice> first, CountDownLatch end) {
        var before = first;
        try {
            while (!end.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                before = compare(before);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, NodeDevice> compare(Map<String, NodeDevice> before) {
        try {
            var now = look.get();
            before.keySet().stream()
                    .filter(name -> !now.containsKey(name))
                    .forEach(name -> publish(name, new NodeDeviceEvent.Lifecycle(false)));
            now.forEach((name, device) -> {
                var old = before.get(name);
                if (old == null) {
                    publish(name, new NodeDeviceEvent.Lifecycle(true));
                } else if (!old.equals(device)) {
                    publish(name, new NodeDeviceEvent.Update());
                }
            });
            return now;
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot look at the host's devices: " + e.getMessage());
            return before;
        }
    }

    private void publish(String device, Happening happening) {
        bus.publish(new NodeDeviceEvent(device, happening));
    }

    @Override
    public synchronized void close() {
        if (ending != null) {
            ending.countDown();
            ending = null;
        }
    }
}
