package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.List;
import java.util.stream.Stream;

/**
 * What clients are shown of a running domain beyond what its driver was handed.
 *
 * @param disks of its disks
 * @param nics of its interfaces
 */
record Shown(ShownDisks disks, ShownNics nics) {
    static final Shown NOTHING = new Shown(ShownDisks.NONE, ShownNics.NONE);

    /** A live definition as clients see it. */
    DomainDefinition in(DomainDefinition live) {
        return nics.in(disks.in(live));
    }

    /** With what is to be seen of interfaces that were plugged in. */
    Shown with(ShownNics more) {
        return new Shown(disks, nics.with(more));
    }

    /** With another look of a disk. */
    Shown with(ShownDisks others) {
        return new Shown(others, nics);
    }

    /** As it stands in the record of an instance. */
    List<? extends Content> toElements() {
        return Stream.concat(disks.toElement().stream(), nics.toElement().stream())
                .toList();
    }

    /** Reads what {@link #toElements} wrote, from the record it stands in. */
    static Shown of(Element instance) {
        return new Shown(ShownDisks.of(instance), ShownNics.of(instance));
    }
}
