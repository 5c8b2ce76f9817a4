package dev.posada.engine;

/** Whether others may see an object. */
enum Presence {
    /** Its name and uuid are taken, but nothing has come of it yet. */
    RESERVED,
    /** It is there. */
    THERE,
    /** It is gone for good; whoever still holds it must look again. */
    GONE
}
