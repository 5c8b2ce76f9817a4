package dev.posada.qmp;

import dev.posada.posix.DescriptorPassing;
import java.time.Duration;
import java.util.Optional;

/**
 * How to talk to a monitor.
 *
 * @param handshakeTimeout for greeting and capabilities together
 * @param limits what one message may cost
 * @param eventsMax events that may wait for a slow listener before the most frequent kind is thinned out
 * @param passing sends descriptors; without it {@code getfd} and {@code add-fd} cannot be used
 */
public record QmpSettings(
        Duration handshakeTimeout, JsonLimits limits, int eventsMax, Optional<DescriptorPassing> passing) {
    /** Five seconds, a monitor's limits, 4,096 events, no descriptors. */
    public static final QmpSettings DEFAULT =
            new QmpSettings(Duration.ofSeconds(5), JsonLimits.MONITOR, 4096, Optional.empty());

    public QmpSettings {
        if (eventsMax < 1) {
            throw new IllegalArgumentException("at least one event must fit the queue");
        }
    }

    /** A copy with another time for the handshake. */
    public QmpSettings withHandshakeTimeout(Duration timeout) {
        return new QmpSettings(timeout, limits, eventsMax, passing);
    }

    /** A copy with other limits. */
    public QmpSettings withLimits(JsonLimits other) {
        return new QmpSettings(handshakeTimeout, other, eventsMax, passing);
    }

    /** A copy with another bound for waiting events. */
    public QmpSettings withEventsMax(int count) {
        return new QmpSettings(handshakeTimeout, limits, count, passing);
    }

    /** A copy that can send descriptors. */
    public QmpSettings withPassing(DescriptorPassing sender) {
        return new QmpSettings(handshakeTimeout, limits, eventsMax, Optional.of(sender));
    }
}
