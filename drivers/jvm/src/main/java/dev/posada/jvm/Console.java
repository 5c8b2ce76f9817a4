package dev.posada.jvm;

import dev.posada.driver.Abilities;
import dev.posada.driver.InstanceState;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.posix.Terminal;
import dev.posada.process.Child;
import dev.posada.process.ProcessFacts;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The console of a program: its screen is the domain's log, its keyboard the fifo that {@code script} types from. Neither is
 * held by the daemon, so a console opened after a restart shows what was written meanwhile. Held by one client at a time.
 *
 * <p>{@code lock} guards {@code session} and {@code over}; nothing is opened while it is held. The log of a program that says
 * nothing is looked at ever more seldom, ten times a second at least, and at once after a key.
 */
final class Console implements Abilities.HasConsoles, Abilities.ResizesConsoles {
    /** How much of what was written before is shown to whoever opens the console. */
    private static final long REPLAY_BYTES = 8 << 10;

    private static final System.Logger LOG = System.getLogger("posada.jvm");

    private static final Duration SHORTEST_LOOK = Duration.ofMillis(2);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(100);

    private final InstanceState state;
    private final Ledger ledger;
    private final Poller poller;
    private final Supplier<Optional<Child>> program;
    private final TypedLines typed = new TypedLines();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stirred = lock.newCondition();
    private @Nullable Session session;
    private boolean over;
    private volatile Abilities.WindowSize window = Abilities.WindowSize.USUAL;

    /** @param program what runs now; nothing between two runs */
    Console(InstanceState state, Ledger ledger, Poller poller, Supplier<Optional<Child>> program) {
        this.state = state;
        this.ledger = ledger;
        this.poller = poller;
        this.program = program;
    }

    /** The lines typed here last. */
    List<String> typed() {
        return typed.lines();
    }

    /** The console of an alias, which has to be a terminal. */
    private void requireTerminal(String alias) {
        var console = state.definition().devices("console").stream()
                .filter(device -> alias.isEmpty()
                        || alias.equals(device.child("alias")
                                .flatMap(one -> one.attribute("name"))
                                .orElse("")))
                .findFirst()
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INTERNAL_ERROR,
                        Refusal.ORIGIN,
                        "cannot find character device " + (alias.isEmpty() ? "console" : Refusal.shown(alias))));
        if (!console.attribute("type", "pty").equals("pty")) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    Refusal.ORIGIN,
                    "character device " + Plan.CONSOLE + " is not using a PTY: what the program writes is in "
                            + ledger.journal().log());
        }
    }

    @Override
    public ByteChannel openConsole(String alias, boolean force, boolean safe) {
        requireTerminal(alias);
        var opened = new Session();
        var before = enter(opened, force);
        before.ifPresent(Session::close);
        try {
            opened.connect();
            // Whose window that was is gone; who opened it now may never say how large his is.
            window = Abilities.WindowSize.USUAL;
            program.get().ifPresent(this::begin);
            return opened;
        } catch (IOException | PosixException e) {
            opened.close();
            throw Refusal.failed(
                    "cannot open the console of domain '" + state.definition().name() + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void resizeConsole(String alias, Abilities.WindowSize size) {
        requireTerminal(alias);
        window = size;
        apply(program.get().orElseThrow(() -> Refusal.invalid("the program is not running just now")), size);
    }

    /** A run begins: its terminal is a new one, in the same window as the last. */
    void begin(Child run) {
        try {
            apply(run, window);
        } catch (PosadaException e) {
            LOG.log(Level.DEBUG, "domain {0}: {1}", state.definition().name(), e.getMessage());
        }
    }

    private static void apply(Child run, Abilities.WindowSize size) {
        var path = ProcessFacts.terminal(run.pid())
                .orElseThrow(() -> Refusal.failed("the program has left its terminal, or has ended"));
        try (var terminal = Descriptor.open(path, OpenFlag.READ_WRITE, OpenFlag.NO_CONTROLLING_TERMINAL)) {
            // The number of a terminal that is gone may be another one's already; ours is there as long as the program.
            if (run.isRunning() && ProcessFacts.terminal(run.pid()).equals(Optional.of(path))) {
                Terminal.resize(terminal, new Terminal.Size(size.columns(), size.rows()));
            }
        } catch (PosixException e) {
            throw Refusal.failed("cannot tell " + path + " its size: " + e.getMessage(), e);
        }
    }

    @Override
    public ByteChannel openChannel(String name, boolean force) {
        throw new PosadaException(
                ErrorCode.INTERNAL_ERROR, Refusal.ORIGIN, "cannot find channel " + Refusal.shown(name));
    }

    private Optional<Session> enter(Session opened, boolean force) {
        lock.lock();
        try {
            if (over) {
                throw Refusal.invalid("domain is not running");
            }
            var before = Optional.ofNullable(session);
            if (before.isPresent() && !force) {
                throw Refusal.failed("Active console session exists for this domain");
            }
            session = opened;
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** The instance is over: who reads hears the rest, and then the end. */
    void end() {
        lock.lock();
        try {
            over = true;
            stirred.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The daemon lets go of the instance. */
    void close() {
        end();
        Optional<Session> open;
        lock.lock();
        try {
            open = Optional.ofNullable(session);
        } finally {
            lock.unlock();
        }
        open.ifPresent(Session::close);
    }

    /** One client's hold on the console; one thread reads, another one writes. */
    private final class Session implements ByteChannel {
        /** Guarded by {@code lock}, like the console's own state. */
        private boolean closed;

        private boolean keyPressed;

        /** The reader's and the writer's own, each used by one thread and closed by it or after it. */
        private final ReentrantLock reading = new ReentrantLock();

        private final ReentrantLock typing = new ReentrantLock();
        private @Nullable LogReader screen;
        private @Nullable DescriptorChannel keyboard;

        private void connect() throws IOException {
            reading.lock();
            try {
                var journal = ledger.journal();
                screen = new LogReader(journal.log(), journal.logStart(), REPLAY_BYTES);
            } finally {
                reading.unlock();
            }
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            reading.lock();
            try {
                var log = screen;
                var pace = SHORTEST_LOOK;
                while (log != null && isOpen()) {
                    boolean last = isOver();
                    int count = into.hasRemaining() ? log.read(into) : 0;
                    if (count > 0 || !into.hasRemaining()) {
                        return count;
                    }
                    if (last) {
                        return -1;
                    }
                    pace = await(pace) ? SHORTEST_LOOK : longer(pace);
                }
                throw new ClosedChannelException();
            } finally {
                reading.unlock();
            }
        }

        /** Waits until it is time to look again; true when there is a reason to look often. */
        private boolean await(Duration pace) {
            lock.lock();
            try {
                long nanos = pace.toNanos();
                while (!keyPressed && !closed && !over && nanos > 0) {
                    nanos = stirred.awaitNanos(nanos);
                }
                boolean pressed = keyPressed;
                keyPressed = false;
                return pressed;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
                return false;
            } finally {
                lock.unlock();
            }
        }

        private static Duration longer(Duration pace) {
            var twice = pace.multipliedBy(2);
            return twice.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : twice;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            typing.lock();
            try {
                if (!isOpen()) {
                    throw new ClosedChannelException();
                }
                int count = from.remaining();
                typed.take(from);
                try {
                    type(from);
                } catch (IOException broken) {
                    // The program was started anew, and its keyboard with it.
                    shut();
                    type(from);
                }
                return count;
            } finally {
                typing.unlock();
                stir();
            }
        }

        private void type(ByteBuffer keys) throws IOException {
            var open = keyboard;
            if (open == null) {
                try {
                    open = DescriptorChannel.open(ledger.journal().files().input(), OpenFlag.WRITE, poller);
                } catch (PosixException e) {
                    throw new IOException("nobody reads the keyboard: " + e.getMessage(), e);
                }
                keyboard = open;
            }
            open.write(keys);
        }

        private void shut() {
            var open = keyboard;
            if (open != null) {
                open.close();
                keyboard = null;
            }
        }

        private void stir() {
            lock.lock();
            try {
                keyPressed = true;
                stirred.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private boolean isOver() {
            lock.lock();
            try {
                return over;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean isOpen() {
            lock.lock();
            try {
                return !closed;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                closed = true;
                if (session == this) {
                    session = null;
                }
                stirred.signalAll();
            } finally {
                lock.unlock();
            }
            // Not waited for: whoever reads or types just now sees that it is closed, and this thread may be that one.
            Thread.ofVirtual().name("jvm-console-close").start(this::letGo);
        }

        private void letGo() {
            typing.lock();
            try {
                shut();
            } finally {
                typing.unlock();
            }
            reading.lock();
            try {
                var log = screen;
                screen = null;
                if (log != null) {
                    log.close();
                }
            } catch (IOException gone) {
                // It was only read.
            } finally {
                reading.unlock();
            }
        }
    }
}
