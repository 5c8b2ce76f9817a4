package dev.posada.model;

/** What a storage pool is doing ({@code virStoragePoolState}). */
public enum PoolState {
    INACTIVE(0),
    BUILDING(1),
    RUNNING(2),
    DEGRADED(3),
    INACCESSIBLE(4);

    private final int number;

    PoolState(int number) {
        this.number = number;
    }

    /** The number that travels on the wire. */
    public int number() {
        return number;
    }

    /** The state with this number; {@link #INACTIVE} for one we do not know. */
    public static PoolState of(int number) {
        for (var known : values()) {
            if (known.number == number) {
                return known;
            }
        }
        return INACTIVE;
    }
}
