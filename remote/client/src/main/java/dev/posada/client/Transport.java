package dev.posada.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes to and from a daemon. Reading and writing block, and may happen at the same time on two threads; {@link #close}
 * wakes both and may be called again.
 */
interface Transport extends AutoCloseable {

    /** Reads at least one byte, or returns -1 when the daemon has closed its side. */
    int read(ByteBuffer target) throws IOException;

    /** Writes all that remains in {@code source}. */
    void write(ByteBuffer source) throws IOException;

    /**
     * What the far side said besides the protocol, such as the messages of a remote shell; mostly empty. To be asked
     * when the connection has broken; may wait a moment for last words.
     */
    String complaints();

    /** Whether nobody on the way can read or change what is said. */
    boolean secure();

    @Override
    void close();
}
