package dev.posada.driver;

import java.util.Optional;

/** How a volume is overwritten ({@code virStorageVolWipeAlgorithm}). */
public enum WipeAlgorithm {
    ZERO(0),
    NNSA(1),
    DOD(2),
    BSI(3),
    GUTMANN(4),
    SCHNEIER(5),
    PFITZNER7(6),
    PFITZNER33(7),
    RANDOM(8),
    TRIM(9);

    private final int number;

    WipeAlgorithm(int number) {
        this.number = number;
    }

    /** The number that travels on the wire. */
    public int number() {
        return number;
    }

    /** The algorithm with this number. */
    public static Optional<WipeAlgorithm> of(int number) {
        for (var known : values()) {
            if (known.number == number) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }
}
