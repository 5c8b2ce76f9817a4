package dev.posada.virsh;

import java.util.Locale;
import java.util.Optional;

/** Hardware addresses of network cards, as libvirt reads them: one or two digits a byte. */
final class HardwareAddress {
    private static final int BYTES = 6;

    private HardwareAddress() {}

    /** The address in small letters with two digits a byte; empty when the text is none. */
    static Optional<String> normal(String text) {
        var parts = text.split(":", -1);
        if (parts.length != BYTES) {
            return Optional.empty();
        }
        var normal = new StringBuilder();
        for (var part : parts) {
            if (part.isEmpty() || part.length() > 2 || !part.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                return Optional.empty();
            }
            normal.append(normal.isEmpty() ? "" : ":")
                    .append(part.length() == 1 ? "0" : "")
                    .append(part.toLowerCase(Locale.ROOT));
        }
        return Optional.of(normal.toString());
    }
}
