package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qemu.QemuSettings.PortRange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ports handed to displays. A port is taken from here and then found free on the host by binding it, so that two starts
 * of this daemon never get the same one, however long QEMU takes to bind it itself.
 *
 * <p>{@code lock} guards {@code taken}; it is not held while a port is tried.
 */
final class PortPool {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Integer> taken = new HashSet<>();

    /**
     * Takes the first port of a range that nobody has.
     *
     * @param what whom it is for, for the error's message
     * @throws PosadaException {@code INTERNAL_ERROR} when all are in use
     */
    int take(PortRange range, String what) {
        for (int port = range.first(); port <= range.last(); port++) {
            if (reserve(port)) {
                if (free(port)) {
                    return port;
                }
                giveBack(port);
            }
        }
        throw new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.QEMU,
                "Unable to find an unused port in range '" + what + "' (" + range.first() + "-" + range.last() + ")");
    }

    /** Keeps a port that an instance has already; false when it is taken. */
    boolean reserve(int port) {
        lock.lock();
        try {
            return taken.add(port);
        } finally {
            lock.unlock();
        }
    }

    void giveBack(int port) {
        lock.lock();
        try {
            taken.remove(port);
        } finally {
            lock.unlock();
        }
    }

    /** Whether nobody on this host listens on a port; connections that are winding up do not count. */
    private static boolean free(int port) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(port), 1);
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
