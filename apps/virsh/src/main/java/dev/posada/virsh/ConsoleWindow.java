package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Tty.WindowSize;
import dev.posada.xml.DomainXml;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells a domain's console the size of the window it is shown in, where the domain is of a kind whose consoles have one. A
 * thread of its own does it, so that nobody waits who types or reads; of sizes that follow each other fast only the last is
 * told. A daemon that does not know of it, or does not allow it, is as good as one whose consoles have no size.
 *
 * <p>{@code lock} guards all that changes; nothing is asked while it is held.
 */
final class ConsoleWindow implements AutoCloseable {
    private static final Set<String> KINDS_WITH_SIZE = Set.of("docker", "jvm");

    private final Domain domain;
    private final Optional<String> device;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable WindowSize wanted;
    private @Nullable WindowSize told;
    private boolean begun;
    private boolean over;

    ConsoleWindow(Domain domain, Optional<String> device) {
        this.domain = domain;
        this.device = device;
    }

    /** The window has this size now. */
    void is(WindowSize size) {
        lock.lock();
        try {
            if (size.equals(wanted)) {
                return;
            }
            wanted = size;
            if (begun) {
                changed.signalAll();
                return;
            }
            begun = true;
        } finally {
            lock.unlock();
        }
        Thread.ofPlatform().daemon().name("posada-console-window").start(this::tell);
    }

    private void tell() {
        try {
            if (!KINDS_WITH_SIZE.contains(DomainXml.parse(domain.xml(), false).type())) {
                return;
            }
            for (var next = next(); next.isPresent(); next = next()) {
                tell(next.get());
            }
        } catch (PosadaException unreadable) {
            // A guest whose kind is not known has a console without a size.
        }
    }

    private void tell(WindowSize size) {
        try {
            var _ = domain.humanMonitorCommand("console-resize "
                    + device.map(alias -> alias + " ").orElse("") + size.rows() + " " + size.columns());
        } catch (PosadaException refused) {
            // Between two runs of a program there is no terminal; the next size may find one.
        }
    }

    /** The next size to tell; empty when there will be none. */
    private Optional<WindowSize> next() {
        lock.lock();
        try {
            while (!over && (wanted == null || wanted.equals(told))) {
                changed.awaitUninterruptibly();
            }
            told = wanted;
            return over ? Optional.empty() : Optional.ofNullable(told);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is told. Does not wait for what is being told. */
    @Override
    public void close() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
