package dev.posada.model;

/** What a domain is doing, as libvirt numbers it ({@code virDomainState}). */
public enum DomainState {
    NOSTATE(0),
    RUNNING(1),
    BLOCKED(2),
    PAUSED(3),
    SHUTDOWN(4),
    SHUTOFF(5),
    CRASHED(6),
    PMSUSPENDED(7);

    private final int number;

    DomainState(int number) {
        this.number = number;
    }

    /** The number that travels on the wire. */
    public int number() {
        return number;
    }

    /** Whether an instance of the domain exists on the host: anything but shut off. */
    public boolean active() {
        return this != SHUTOFF;
    }
}
