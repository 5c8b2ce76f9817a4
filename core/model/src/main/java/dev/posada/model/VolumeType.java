package dev.posada.model;

import java.util.Locale;

/** What a storage volume is to its host ({@code virStorageVolType}). */
public enum VolumeType {
    FILE(0),
    BLOCK(1),
    DIR(2),
    NETWORK(3),
    NETDIR(4),
    PLOOP(5);

    private final int number;

    VolumeType(int number) {
        this.number = number;
    }

    /** The number that travels on the wire. */
    public int number() {
        return number;
    }

    /** The word that stands in documents. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type with this number; {@link #FILE} for one we do not know. */
    public static VolumeType of(int number) {
        for (var known : values()) {
            if (known.number == number) {
                return known;
            }
        }
        return FILE;
    }
}
