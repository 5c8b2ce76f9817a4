package dev.posada.engine;

import java.util.UUID;

/** A definition at rest. */
interface Stored {
    /** What the object is called; no two of a kind share a name. */
    String name();

    /** The object's lasting identity; no two of a kind share one. */
    UUID uuid();

    /** What stands in the definition's file. */
    String sealed();
}
