package dev.posada.viewer;

import dev.posada.model.DomainIdentity;
import dev.posada.rfb.RfbClient;
import java.util.Optional;

/** What happens while a viewer waits or shows. */
sealed interface News {

    /** Some domain runs now. */
    record Started(DomainIdentity domain) implements News {}

    /** Some domain has ended. */
    record Stopped(DomainIdentity domain) implements News {}

    /** A screen's connection has ended; with a reason when it was no ordinary end. */
    record ScreenEnded(RfbClient client, Optional<String> reason) implements News {}

    /** The user has closed the window. */
    record WindowClosed() implements News {}

    /** The daemon is gone. */
    record DaemonLost() implements News {}
}
