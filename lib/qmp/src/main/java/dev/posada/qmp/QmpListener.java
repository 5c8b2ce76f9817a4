package dev.posada.qmp;

/**
 * Hears of what a monitor reports by itself, one call after the other on a virtual thread of its own: it may block, and may
 * execute commands. A listener that throws ends the connection.
 */
public interface QmpListener {
    /** Something happened; in the order in which QEMU told. */
    void event(QmpEvent event);

    /**
     * The connection ended, by either side; called exactly once, after the last event.
     *
     * @param reason of kind DISCONNECTED or MALFORMED
     */
    void closed(QmpException reason);
}
