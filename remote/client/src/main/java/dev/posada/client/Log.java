package dev.posada.client;

/** The log, looked up when there is something to say: the search for a logger takes longer than a small call. */
final class Log {
    static final System.Logger CLIENT = System.getLogger("posada.client");

    private Log() {}
}
