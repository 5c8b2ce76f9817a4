package dev.posada.process;

import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.posix.ProcessDescriptor;
import dev.posada.posix.Signals;
import dev.posada.posix.Spawn;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Starts processes that outlive us, finds them again, and notices their ends.
 *
 * <p>A child gets a session of its own and no pipe to us, so that nothing that happens to us reaches it. Each is watched by
 * its process descriptor through the poller: no thread waits, nobody else's children are touched ({@link ProcessBuilder}
 * works beside this), and our own are reaped at once. A process that is adopted must not be one of {@link ProcessBuilder}.
 *
 * <p>Closing ends the watching, not the children. Safe for use by several threads.
 */
public final class Children implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.process");
    private static final Path SHELL = Path.of("/bin/sh");

    private final Poller poller;
    private final Set<Child> watched = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** The poller stays the caller's, and must be closed later than this. */
    public Children(Poller poller) {
        this.poller = poller;
        CurrentProcess.keepEndedChildren();
    }

    /**
     * Starts a process.
     *
     * @throws ProcessException CANNOT_START, then nothing runs
     */
    public Child start(ChildCommand command) {
        requireOpen();
        int pid = spawn(command);
        boolean kept = false;
        try {
            var process = ProcessDescriptor.open(pid)
                    .orElseThrow(() -> new PosixException("pidfd_open", "process " + pid, Errno.ESRCH));
            var identity = ProcessIdentity.of(pid)
                    .orElseThrow(() -> new PosixException("stat", "process " + pid, Errno.ESRCH));
            if (command.pidFile().isPresent()) {
                writePidFile(command.pidFile().get(), pid);
            }
            var child = new Child(identity, process);
            watch(child);
            kept = true;
            return child;
        } catch (IOException | PosixException e) {
            throw cannotStart(command, e);
        } finally {
            if (!kept) {
                // With all it may have started by now: it leads a group of its own.
                CurrentProcess.signal(-pid, Signals.KILL);
                CurrentProcess.killChild(pid);
            }
        }
    }

    /**
     * Watches a process that was started before, most often by an earlier life of this program.
     *
     * @return empty when that very process is gone, or has ended and is not yet forgotten by the kernel
     */
    public Optional<Child> adopt(ProcessIdentity identity) {
        requireOpen();
        var opened = ProcessDescriptor.open(identity.pid());
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        // Looked at after it was opened: whatever happens from now on, the descriptor means the process we look at.
        boolean same = identity.bootId().equals(ProcessIdentity.currentBootId())
                && ProcessFacts.of(identity.pid())
                        .filter(facts -> facts.startTicks() == identity.startTicks())
                        .filter(facts -> facts.state() != ProcessFacts.State.ZOMBIE)
                        .isPresent();
        if (!same) {
            opened.get().close();
            return Optional.empty();
        }
        var child = new Child(identity, opened.get());
        try {
            watch(child);
        } catch (ClosedChannelException e) {
            throw new ProcessException(ProcessException.Kind.CLOSED, "the poller is closed", e);
        }
        return Optional.of(child);
    }

    /** How many processes are watched now. */
    public int count() {
        return watched.size();
    }

    /** Ends the watching; the processes run on. Those who wait get CLOSED. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        for (var child : List.copyOf(watched)) {
            if (watched.remove(child)) {
                child.abandoned();
            }
        }
    }

    private void watch(Child child) throws ClosedChannelException {
        watched.add(child);
        boolean registered = false;
        try {
            poller.watch(child.process().descriptor(), () -> ended(child));
            registered = true;
        } finally {
            // Closed meanwhile: whoever removes it from the set does the rest.
            if ((!registered || closed) && watched.remove(child)) {
                child.abandoned();
            }
        }
    }

    private void ended(Child child) {
        // If it is not there any more, close() has abandoned it.
        if (watched.remove(child)) {
            child.ended(reap(child));
        }
    }

    private static Ending reap(Child child) {
        try {
            return child.process().reap().<Ending>map(Ending.Known::new).orElseGet(Ending.Unknown::new);
        } catch (PosixException e) {
            if (e.errno() != Errno.ECHILD) {
                LOG.log(Level.WARNING, "cannot tell how {0} ended: {1}", child, e.getMessage());
            }
            return new Ending.Unknown();
        }
    }

    private int spawn(ChildCommand command) {
        var opened = new ArrayList<Descriptor>();
        try {
            var spawn = program(command)
                    .environment(command.environment())
                    .directory(command.directory())
                    .newSession();
            command.descriptors().forEach(spawn::descriptor);
            if (command.log().isPresent()) {
                var log = command.log().get().open();
                opened.add(log);
                spawn.descriptor(1, log).descriptor(2, log);
            }
            return spawn.start();
        } catch (IOException | PosixException | IllegalArgumentException e) {
            throw cannotStart(command, e);
        } finally {
            opened.forEach(Descriptor::close);
        }
    }

    /**
     * posix_spawn cannot set a umask, and ours is shared by all threads: a shell sets its own and becomes the program. It
     * cannot choose the program's name, which is then the path.
     */
    private static Spawn program(ChildCommand command) {
        if (command.umask().isEmpty()) {
            return new Spawn(command.executable(), command.arguments());
        }
        var arguments = new ArrayList<String>(List.of("sh", "-c", "umask \"$0\" && exec \"$@\""));
        arguments.add("0" + Integer.toOctalString(command.umask().getAsInt()));
        arguments.add(command.executable().toString());
        arguments.addAll(command.arguments().subList(1, command.arguments().size()));
        return new Spawn(SHELL, arguments);
    }

    private static void writePidFile(Path file, int pid) throws IOException {
        var beside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(beside, pid + "\n");
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ProcessException cannotStart(ChildCommand command, Exception cause) {
        return new ProcessException(
                ProcessException.Kind.CANNOT_START,
                "cannot start " + command.executable() + ": " + cause.getMessage(),
                cause);
    }

    private void requireOpen() {
        if (closed) {
            throw new ProcessException(ProcessException.Kind.CLOSED, "no more children: this is closed", null);
        }
    }
}
