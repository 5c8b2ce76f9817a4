package dev.posada.virsh;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** What a word could be. */
final class Words {
    private static final int UUID_CHARS = 36;
    private static final int UUID_DIGITS = 32;

    private Words() {}

    /** The number it is, if it is nothing but a decimal number that fits an {@code int}. */
    static OptionalInt decimal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) < '0' || word.charAt(i) > '9') {
                return OptionalInt.empty();
            }
        }
        try {
            return OptionalInt.of(Integer.parseInt(word));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** The uuid it is in its usual spelling, which is the only one by which most objects are looked up. */
    static Optional<UUID> fullUuid(String word) {
        return word.length() == UUID_CHARS ? uuid(word) : Optional.empty();
    }

    /** The uuid it is: with dashes, or 32 digits. */
    static Optional<UUID> uuid(String word) {
        var text = word;
        if (word.length() == UUID_DIGITS) {
            text = word.substring(0, 8) + "-" + word.substring(8, 12) + "-" + word.substring(12, 16) + "-"
                    + word.substring(16, 20) + "-" + word.substring(20);
        }
        if (text.length() != UUID_CHARS) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
