package dev.posada.client;

import dev.posada.posix.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Bytes to and from a daemon. Reading and writing block, and may happen at the same time on two threads; {@link #close}
 * wakes both and may be called again.
 */
interface Transport extends AutoCloseable {

    /** Reads at least one byte, or returns -1 when the daemon has closed its side. */
    int read(ByteBuffer target) throws IOException;

    /** Writes all that remains in {@code source}. */
    void write(ByteBuffer source) throws IOException;

    /** Whether open files can travel along. Whoever reads then must not read past the end of a message. */
    default boolean carriesFiles() {
        return false;
    }

    /**
     * Sends open files behind a message, one after the other, each with a byte that belongs to no message. They stay the
     * caller's.
     */
    default void send(List<Descriptor> files) throws IOException {
        throw new IOException("Sending file descriptors is not supported on this socket");
    }

    /** Receives as many open files as the message just read announced; they are the caller's. */
    default List<Descriptor> receive(int count) throws IOException {
        throw new IOException("Receiving file descriptors is not supported on this socket");
    }

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
