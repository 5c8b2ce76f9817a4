package dev.posada.model;

/** A step in a storage pool's life ({@code virStoragePoolEventLifecycleType}). */
public enum PoolChange {
    DEFINED(0),
    UNDEFINED(1),
    STARTED(2),
    STOPPED(3),
    CREATED(4),
    DELETED(5);

    private final int number;

    PoolChange(int number) {
        this.number = number;
    }

    /** The number that travels on the wire. */
    public int number() {
        return number;
    }

    /** The change with this number; {@link #DEFINED} for one we do not know. */
    public static PoolChange of(int number) {
        for (var known : values()) {
            if (known.number == number) {
                return known;
            }
        }
        return DEFINED;
    }
}
