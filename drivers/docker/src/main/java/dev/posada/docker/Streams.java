package dev.posada.docker;

import dev.posada.dockerengine.Attachment;
import dev.posada.dockerengine.EngineException;
import dev.posada.driver.Abilities;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The console of a container: its standard streams, held by one client at a time. Who opens it is shown the last of what
 * was printed before, as a screen would.
 *
 * <p>{@code lock} guards {@code holder}; nothing is opened or closed while it is held.
 */
final class Streams implements Abilities.HasConsoles, Abilities.ResizesConsoles {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    /** How much of what was printed before is shown. */
    private static final int LINES_BEFORE = 100;

    private static final int BYTES_BEFORE = 32 * 1024;

    private final Machinery machinery;
    private final DockerDomain domain;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Session holder;
    private boolean closed;

    Streams(Machinery machinery, DockerDomain domain) {
        this.machinery = machinery;
        this.domain = domain;
    }

    @Override
    public ByteChannel openConsole(String alias, boolean force, boolean safe) {
        var definition = domain.definition();
        var console = console(alias);
        var session = new Session();
        enter(session, force).ifPresent(Session::close);
        try {
            session.connect(attach(console), before(console));
            return session;
        } catch (EngineException e) {
            session.close();
            throw EngineErrors.of(definition.name(), e);
        } catch (IOException e) {
            session.close();
            throw Refusal.of(
                    ErrorCode.OPERATION_FAILED,
                    "the console of domain '" + definition.name() + "' cannot be opened: " + e.getMessage(),
                    e);
        }
    }

    private Element console(String alias) {
        return domain.definition().devices("console").stream()
                .filter(one -> alias.isEmpty()
                        || one.child("alias")
                                .filter(name -> name.has("name", alias))
                                .isPresent())
                .findFirst()
                .orElseThrow(() ->
                        Refusal.of(ErrorCode.INTERNAL_ERROR, "cannot find character device " + Refusal.shown(alias)));
    }

    @Override
    public void resizeConsole(String alias, Abilities.WindowSize size) {
        if (!isTerminal(console(alias))) {
            throw Refusal.of(
                    ErrorCode.OPERATION_UNSUPPORTED, "the console of this container is no terminal and has no size");
        }
        try {
            machinery.engine().consoles().resize(domain.container(), size.columns(), size.rows());
        } catch (EngineException e) {
            throw EngineErrors.of(domain.definition().name(), e);
        }
    }

    private static boolean isTerminal(Element console) {
        return console.attribute("type", "pty").equals("pty");
    }

    private Attachment attach(Element console) {
        var consoles = machinery.engine().consoles();
        var attachment = consoles.attach(domain.container(), isTerminal(console));
        if (isTerminal(console)) {
            try {
                // Until somebody says how large his is; a terminal of no size breaks lines nowhere.
                var usual = Abilities.WindowSize.USUAL;
                consoles.resize(domain.container(), usual.columns(), usual.rows());
            } catch (EngineException e) {
                LOG.log(Level.DEBUG, "no size for a terminal: {0}", e.getMessage());
            }
        }
        return attachment;
    }

    /** What was printed last, as far as it is kept. */
    private ByteBuffer before(Element console) {
        try (var log = machinery.engine().consoles().recent(domain.container(), isTerminal(console), LINES_BEFORE)) {
            var bytes = log.readNBytes(LINES_BEFORE * BYTES_BEFORE);
            int from = Math.max(0, bytes.length - BYTES_BEFORE);
            return ByteBuffer.wrap(bytes, from, bytes.length - from);
        } catch (EngineException | IOException e) {
            LOG.log(Level.DEBUG, "no log of a container: {0}", e.getMessage());
            return ByteBuffer.allocate(0);
        }
    }

    @Override
    public ByteChannel openChannel(String name, boolean force) {
        throw PosadaException.unsupportedCall(Refusal.ORIGIN, "virDomainOpenChannel");
    }

    private Optional<Session> enter(Session session, boolean force) {
        lock.lock();
        try {
            if (closed) {
                throw Refusal.of(ErrorCode.OPERATION_INVALID, "domain is not running");
            }
            var before = Optional.ofNullable(holder);
            if (before.isPresent() && !force) {
                throw Refusal.of(ErrorCode.OPERATION_FAILED, "Active console session exists for this domain");
            }
            holder = session;
            return before;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Session session) {
        lock.lock();
        try {
            if (holder == session) {
                holder = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session; no further one begins. */
    void close() {
        Optional<Session> open;
        lock.lock();
        try {
            closed = true;
            open = Optional.ofNullable(holder);
        } finally {
            lock.unlock();
        }
        open.ifPresent(Session::close);
    }

    /** One client's hold on the streams: ended by the client, by another who takes it by force, or by the domain's end. */
    private final class Session implements ByteChannel {
        private final ReentrantLock connecting = new ReentrantLock();
        private @Nullable Attachment line;
        private ByteBuffer before = ByteBuffer.allocate(0);
        private boolean over;

        private void connect(Attachment opened, ByteBuffer printed) throws IOException {
            connecting.lock();
            try {
                if (!over) {
                    before = printed;
                    line = opened;
                    return;
                }
            } finally {
                connecting.unlock();
            }
            opened.close();
            throw new AsynchronousCloseException();
        }

        private Attachment line() throws IOException {
            connecting.lock();
            try {
                if (line == null) {
                    throw new ClosedChannelException();
                }
                return line;
            } finally {
                connecting.unlock();
            }
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            var now = line();
            if (before.hasRemaining() && into.hasRemaining()) {
                int count = Math.min(before.remaining(), into.remaining());
                into.put(before.slice(before.position(), count));
                before.position(before.position() + count);
                return count;
            }
            return now.read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return line().write(from);
        }

        @Override
        public boolean isOpen() {
            connecting.lock();
            try {
                return !over && line != null && line.isOpen();
            } finally {
                connecting.unlock();
            }
        }

        @Override
        public void close() {
            Optional<Attachment> opened;
            connecting.lock();
            try {
                over = true;
                opened = Optional.ofNullable(line);
            } finally {
                connecting.unlock();
            }
            leave(this);
            opened.ifPresent(Attachment::close);
        }
    }
}
