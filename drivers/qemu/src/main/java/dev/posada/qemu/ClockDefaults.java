package dev.posada.qemu;

/** Completes {@code <clock>}: a clock that keeps its own offset says where it stands. */
final class ClockDefaults {
    private ClockDefaults() {}

    static void complete(Draft draft) {
        draft.child("clock").filter(clock -> clock.has("offset", "variable")).ifPresent(clock -> {
            var changed = clock;
            if (changed.attribute("adjustment").isEmpty()) {
                changed = Draft.withAfter(changed, "offset", "adjustment", "0");
            }
            if (changed.attribute("basis").isEmpty()) {
                changed = Draft.withAfter(changed, "adjustment", "basis", "utc");
            }
            draft.put(changed);
        });
    }
}
