package dev.posada.model;

/** A step in a virtual network's life ({@code virNetworkEventLifecycleType}). */
public enum NetworkChange {
    DEFINED(0),
    UNDEFINED(1),
    STARTED(2),
    STOPPED(3);

    private final int number;

    NetworkChange(int number) {
        this.number = number;
    }

    /** The number that travels on the wire. */
    public int number() {
        return number;
    }

    /** The change with this number; {@link #DEFINED} for one we do not know. */
    public static NetworkChange of(int number) {
        for (var known : values()) {
            if (known.number == number) {
                return known;
            }
        }
        return DEFINED;
    }
}
