package dev.posada.image;

import java.util.Locale;
import java.util.Optional;

/** How much of a new image occupies room from the beginning. */
public enum Preallocation {
    /** Nothing: the image grows as it is written. */
    OFF,
    /** The tables are complete, the data stays sparse. */
    METADATA,
    /** All room is reserved, without writing it where the file system can. */
    FALLOC,
    /** All room is reserved by writing zeroes. */
    FULL;

    /** QEMU's name for it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of QEMU's name. */
    public static Optional<Preallocation> named(String label) {
        for (var one : values()) {
            if (one.label().equals(label)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
