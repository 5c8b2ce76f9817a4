package dev.posada.engine;

import java.util.UUID;

/** An object that is defined and started, as pools and virtual networks are. */
interface KeptObject {
    /** Its lasting identity; no two of a kind share one. */
    UUID uuid();

    /** What it is called; no two of a kind share a name. */
    String name();

    /** What is known of it now. */
    KeptView<?, ?, ?> view();
}
