package dev.posada.qmp;

import java.time.Instant;

/**
 * An event of QEMU.
 *
 * @param name such as {@code SHUTDOWN}
 * @param data its members; often none
 * @param when by the host's clock; {@link Instant#EPOCH} when QEMU could not tell
 */
public record QmpEvent(String name, Json.ObjectValue data, Instant when) {
    private static final int NANOS_PER_MICRO = 1000;

    static QmpEvent of(String name, Json.ObjectValue message) {
        var data = message.member("data").map(Json::asObject).orElse(Json.ObjectValue.EMPTY);
        return new QmpEvent(
                name, data, message.member("timestamp").map(QmpEvent::instant).orElse(Instant.EPOCH));
    }

    private static Instant instant(Json timestamp) {
        long seconds = timestamp.required("seconds").integer();
        long micros = timestamp.required("microseconds").integer();
        boolean sensible = seconds >= 0 && seconds <= Instant.MAX.getEpochSecond() && micros >= 0 && micros < 1_000_000;
        return sensible ? Instant.ofEpochSecond(seconds, micros * NANOS_PER_MICRO) : Instant.EPOCH;
    }
}
