package dev.posada.engine;

import java.util.UUID;

/** What happens to the domains of a driver, for whoever asked to be told. */
public final class Events {
    Events() {}

    /** Tells of everything that happens to any domain. */
    public Subscription subscribe(EventSink sink) {
        return Pending.body();
    }

    /** Tells of everything that happens to one domain, also after it was forgotten and defined again. */
    public Subscription subscribe(UUID domain, EventSink sink) {
        return Pending.body();
    }
}
