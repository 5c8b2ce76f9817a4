package dev.posada.server;

/** A class of events clients register for; each counts its registrations for itself. */
enum EventClass {
    DOMAIN("domain", 30),
    NETWORK("network", 2),
    STORAGE_POOL("storage pool", 2),
    NODE_DEVICE("node device", 2),
    SECRET("secret", 2),
    QEMU_MONITOR("qemu monitor", 1);

    private final String noun;
    private final int events;

    EventClass(String noun, int events) {
        this.noun = noun;
        this.events = events;
    }

    /** What its objects are called in messages. */
    String noun() {
        return noun;
    }

    /** How many events there are; their ids are below. */
    int events() {
        return events;
    }
}
