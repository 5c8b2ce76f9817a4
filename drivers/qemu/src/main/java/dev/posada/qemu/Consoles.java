package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.posix.Terminal;
import dev.posada.posix.UnixSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The ends of a guest's character devices that clients talk to. Each is held by one client at a time.
 *
 * <p>{@code lock} guards {@code sessions}; nothing is opened or closed while it is held.
 */
final class Consoles implements AutoCloseable {
    private static final List<String> CONSOLE_KINDS = List.of("console", "serial", "parallel");

    private final Supplier<DomainDefinition> definition;
    private final Poller poller;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Session> sessions = new HashMap<>();
    private boolean closed;

    Consoles(Supplier<DomainDefinition> definition, Poller poller) {
        this.definition = definition;
        this.poller = poller;
    }

    /**
     * Opens a console, serial or parallel port.
     *
     * @param alias which; empty means the first console, or the first serial port when there is none
     * @param force end the session of whoever holds it
     */
    ByteChannel console(String alias, boolean force) {
        var device = alias.isEmpty()
                ? CONSOLE_KINDS.stream()
                        .flatMap(kind -> definition.get().devices(kind).stream())
                        .findFirst()
                : CONSOLE_KINDS.stream()
                        .flatMap(kind -> definition.get().devices(kind).stream())
                        .filter(candidate -> LiveEdits.hasAlias(candidate, alias))
                        .findFirst();
        return open(
                device.orElseThrow(() -> failure(
                        ErrorCode.INTERNAL_ERROR,
                        alias.isEmpty()
                                ? "domain '" + definition.get().name() + "' has no console, serial or parallel port"
                                : "cannot find character device " + alias)),
                force,
                "Active console session exists for this domain");
    }

    /** Opens a channel by its target's name or its alias; an empty name means the first. */
    ByteChannel channel(String name, boolean force) {
        var device = definition.get().devices("channel").stream()
                .filter(candidate -> name.isEmpty()
                        || LiveEdits.hasAlias(candidate, name)
                        || candidate.child("target").stream().anyMatch(target -> target.has("name", name)))
                .findFirst()
                .orElseThrow(() -> failure(ErrorCode.INTERNAL_ERROR, "cannot find channel " + name));
        return open(device, force, "Active channel stream exists for this domain");
    }

    private ByteChannel open(Element device, boolean force, String busy) {
        var alias = LiveEdits.alias(device);
        var path = device.child("source")
                .flatMap(source -> source.attribute("path"))
                .or(() -> device.attribute("tty"))
                .filter(text -> !text.isEmpty());
        var type = device.attribute("type", "");
        if (path.isEmpty() || !(type.equals("pty") || type.equals("unix"))) {
            throw failure(
                    ErrorCode.INTERNAL_ERROR,
                    "character device " + alias + " is not using a PTY or a unix socket: there is nothing to open");
        }
        // A console that is a serial port seen again is the same line.
        var key = path.get();
        var session = new Session(key);
        var before = enter(key, session, force, busy);
        before.ifPresent(Session::close);
        try {
            session.connect(type.equals("pty") ? terminal(Path.of(key)) : socket(Path.of(key)));
            return session;
        } catch (PosixException | IOException e) {
            session.close();
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.QEMU,
                    "cannot open character device " + alias + " at " + key + ": " + e.getMessage(),
                    e);
        }
    }

    private Optional<Session> enter(String key, Session session, boolean force, String busy) {
        lock.lock();
        try {
            if (closed) {
                throw failure(ErrorCode.OPERATION_INVALID, "domain is not running");
            }
            var before = Optional.ofNullable(sessions.get(key));
            if (before.isPresent() && !force) {
                throw failure(ErrorCode.OPERATION_FAILED, busy);
            }
            sessions.put(key, session);
            return before;
        } finally {
            lock.unlock();
        }
    }

    private ByteChannel terminal(Path path) {
        var channel = DescriptorChannel.open(path, OpenFlag.READ_WRITE, poller);
        try {
            // For good: QEMU's side is a serial line, and what stands at ours between two sessions must not edit it.
            Terminal.makeRaw(channel.descriptor());
            return channel;
        } catch (PosixException e) {
            channel.close();
            throw e;
        }
    }

    private static ByteChannel socket(Path path) throws IOException {
        return UnixSockets.connect(path);
    }

    /** Ends all sessions; no further one begins. */
    @Override
    public void close() {
        List<Session> open;
        lock.lock();
        try {
            closed = true;
            open = List.copyOf(sessions.values());
            sessions.clear();
        } finally {
            lock.unlock();
        }
        open.forEach(Session::close);
    }

    private void leave(String key, Session session) {
        lock.lock();
        try {
            sessions.remove(key, session);
        } finally {
            lock.unlock();
        }
    }

    private static PosadaException failure(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.QEMU, detail);
    }

    /** One client's hold on a line: ended by the client, by another who takes it by force, or by the domain's end. */
    private final class Session implements ByteChannel {
        private final String key;
        private final ReentrantLock connecting = new ReentrantLock();
        private Optional<ByteChannel> line = Optional.empty();
        private boolean over;

        private Session(String key) {
            this.key = key;
        }

        private void connect(ByteChannel opened) throws IOException {
            connecting.lock();
            try {
                if (!over) {
                    line = Optional.of(opened);
                    return;
                }
            } finally {
                connecting.unlock();
            }
            opened.close();
            throw new java.nio.channels.AsynchronousCloseException();
        }

        private ByteChannel line() throws IOException {
            connecting.lock();
            try {
                return line.orElseThrow(java.nio.channels.ClosedChannelException::new);
            } finally {
                connecting.unlock();
            }
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return line().read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return line().write(from);
        }

        @Override
        public boolean isOpen() {
            connecting.lock();
            try {
                return !over && line.filter(ByteChannel::isOpen).isPresent();
            } finally {
                connecting.unlock();
            }
        }

        @Override
        public void close() {
            Optional<ByteChannel> opened;
            connecting.lock();
            try {
                over = true;
                opened = line;
            } finally {
                connecting.unlock();
            }
            leave(key, this);
            if (opened.isPresent()) {
                try {
                    opened.get().close();
                } catch (IOException gone) {
                    // The line is no longer ours either way.
                }
            }
        }
    }
}
