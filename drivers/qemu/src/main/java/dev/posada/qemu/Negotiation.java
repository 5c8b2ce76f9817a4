package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.qmp.Json;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;

/** What is settled with QEMU through its monitor before the guest's processors run, and what is learned from it. */
final class Negotiation {
    private static final String PTY = "pty:";
    private static final String CHARDEV_PREFIX = "char";
    private static final long BYTES_PER_KIB = 1024;

    private Negotiation() {}

    /** Sets the displays' passwords; until then nobody gets in. */
    static void passwords(Monitor monitor, List<LaunchPlan.GraphicsPassword> passwords) {
        for (var password : passwords) {
            var arguments = Json.object().with("protocol", password.protocol()).with("password", password.password());
            if (password.connected().isPresent()) {
                arguments = arguments.with("connected", password.connected().get());
            }
            monitor.execute("set_password", arguments);
            if (password.validTo().isPresent()) {
                monitor.execute(
                        "expire_password",
                        Json.object()
                                .with("protocol", password.protocol())
                                .with("time", expiry(password.validTo().get())));
            }
        }
    }

    /** QEMU takes seconds since 1970, definitions say a date in UTC. */
    private static String expiry(String validTo) {
        return Long.toString(LocalDateTime.parse(validTo).toEpochSecond(ZoneOffset.UTC));
    }

    /**
     * Learns what only QEMU knows: the terminals it opened, which ports the guest has open, which of its threads are
     * processors.
     */
    static void learn(LiveState state, Monitor monitor, Processors processors) {
        var chardevs = monitor.execute("query-chardev");
        var terminals = new HashMap<String, String>();
        for (var chardev : chardevs.elements()) {
            var file = QmpHappenings.text(chardev, "filename");
            if (file.startsWith(PTY)) {
                terminals.put(alias(QmpHappenings.text(chardev, "label")), file.substring(PTY.length()));
            }
        }
        state.redefine(definition -> withPorts(LiveEdits.withTerminals(definition, terminals), chardevs));
        processors.learn(monitor.execute("query-cpus-fast"));
        if (state.definition()
                .root()
                .childText("iothreads")
                .filter(count -> !count.equals("0"))
                .isPresent()) {
            processors.learnIothreads(monitor.execute("query-iothreads"));
        }
    }

    private static DomainDefinition withPorts(DomainDefinition definition, Json chardevs) {
        var changed = definition;
        for (var chardev : chardevs.elements()) {
            var alias = alias(QmpHappenings.text(chardev, "label"));
            boolean virtioPort = definition.devices("channel").stream()
                    .anyMatch(channel -> LiveEdits.hasAlias(channel, alias)
                            && channel.child("target").stream().anyMatch(target -> target.has("type", "virtio")));
            if (virtioPort) {
                changed = LiveEdits.withPortState(changed, alias, QmpHappenings.truth(chardev, "frontend-open"));
            }
        }
        return changed;
    }

    /** A device's alias in the name of the character device behind it. */
    private static String alias(String label) {
        return label.startsWith(CHARDEV_PREFIX) ? label.substring(CHARDEV_PREFIX.length()) : label;
    }

    /** Gives the guest the memory it begins with, and has its figures collected if the definition wants that. */
    static void balloon(DomainDefinition definition, Monitor monitor) {
        var balloon = MemoryStatistics.balloon(definition);
        if (balloon.isEmpty()) {
            return;
        }
        int period = MemoryStatistics.period(definition);
        if (period > 0) {
            monitor.execute(
                    "qom-set",
                    Json.object()
                            .with("path", balloon.get())
                            .with("property", "guest-stats-polling-interval")
                            .with("value", period));
        }
        if (definition.memoryKib() < definition.maxMemoryKib()) {
            monitor.execute("balloon", Json.object().with("value", definition.memoryKib() * BYTES_PER_KIB));
        }
    }
}
