package dev.posada.qemu;

import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How devices of one kind leave a running machine: because they were asked to, when the guest lets go later, or while no
 * daemon was there. A device is part of the live definition until it has left.
 */
final class Unplugging {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    private final LiveState state;
    private final Departures departures;
    private final String kind;
    private final Consumer<Element> takeAway;

    /**
     * @param kind the element's name
     * @param takeAway takes away what stays of a device that has left, and takes it out of the live definition
     */
    Unplugging(LiveState state, Departures departures, String kind, Consumer<Element> takeAway) {
        this.state = state;
        this.departures = departures;
        this.kind = kind;
        this.takeAway = takeAway;
    }

    /** Asks the guest to let go of a device, and sees to the rest when it does so in time. */
    void detach(Element device) {
        var alias = LiveEdits.alias(device);
        if (departures.ask(alias)) {
            takeAway(alias);
        }
    }

    /** A device has left the machine that nobody waits for. */
    void removed(String alias) {
        if (find(alias).isPresent()) {
            // The monitor's events are told by a thread that must not wait for the monitor.
            Thread.ofVirtual().name("qemu-unplug-" + alias).start(() -> {
                try {
                    takeAway(alias);
                } catch (PosadaException e) {
                    LOG.log(Level.WARNING, "domain {0}: {1}", state.definition().name(), e.getMessage());
                }
            });
        }
    }

    /** Notices what left the machine while no daemon was there to hear of it; {@code there} is what is in it. */
    void catchUp(Set<String> there) {
        for (var device : state.definition().devices(kind)) {
            var alias = LiveEdits.alias(device);
            if (!alias.isEmpty() && !there.contains(alias)) {
                takeAway(alias);
            }
        }
    }

    private void takeAway(String alias) {
        find(alias).ifPresent(takeAway);
    }

    private Optional<Element> find(String alias) {
        return state.definition().devices(kind).stream()
                .filter(device -> LiveEdits.hasAlias(device, alias))
                .findFirst();
    }
}
