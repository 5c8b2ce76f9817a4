package dev.posada.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second daemon away from the same folders: a lock on {@code posadad.lock} in the run directory, with the
 * holder's process number beside it in {@code posadad.pid}. The kernel gives the lock up when the process ends, however
 * it ends, so nothing stale can be left.
 *
 * <p>The number has a file of its own because such a lock belongs to the process: whoever in the process closes any
 * descriptor of the locked file gives the lock up for all. So the locked file is opened only where it is known that no
 * daemon of this process holds it.
 */
final class RootLock implements AutoCloseable {
    private static final int PID_LIMIT = 20;

    private final FileChannel lock;
    private final Path pidFile;

    private RootLock(FileChannel lock, Path pidFile) {
        this.lock = lock;
        this.pidFile = pidFile;
    }

    /**
     * Takes the lock.
     *
     * @throws StartException {@code TAKEN} when another daemon holds it
     */
    static RootLock take(Path runDirectory) {
        var path = runDirectory.resolve("posadad.lock");
        var pidFile = runDirectory.resolve("posadad.pid");
        try {
            if (heldHere(pidFile)) {
                throw taken(runDirectory, pidFile);
            }
            var lock = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(lock)) {
                lock.close();
                throw taken(runDirectory, pidFile);
            }
            Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
            return new RootLock(lock, pidFile);
        } catch (IOException e) {
            throw new StartException(ExitCode.FAILED, "cannot lock " + path + ": " + Reasons.of(e), e);
        }
    }

    /**
     * Whether a daemon in this very process holds the lock. A number left by an earlier process can be ours too, as
     * numbers begin anew in every container; such a file is older than we are.
     */
    private static boolean heldHere(Path pidFile) throws IOException {
        var began = ProcessHandle.current().info().startInstant();
        return pid(pidFile).equals(String.valueOf(ProcessHandle.current().pid()))
                && began.isPresent()
                && Files.getLastModifiedTime(pidFile).toInstant().isAfter(began.get());
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException anotherDaemonStartsInThisProcess) {
            return false;
        }
    }

    private static String pid(Path pidFile) throws IOException {
        try (var input = Files.newInputStream(pidFile)) {
            return new String(input.readNBytes(PID_LIMIT), StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException nobody) {
            return "";
        }
    }

    private static StartException taken(Path runDirectory, Path pidFile) throws IOException {
        var pid = pid(pidFile);
        return new StartException(
                ExitCode.TAKEN,
                "another daemon" + (pid.isEmpty() ? "" : " (process " + pid + ")") + " runs in " + runDirectory
                        + "; stop it, or give this one a folder of its own with --root DIR");
    }

    /** Gives the lock up. The locked file stays: removing it would let two daemons hold locks on two files of one name. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(pidFile);
            lock.close();
        } catch (IOException e) {
            System.getLogger("posada.daemon").log(System.Logger.Level.DEBUG, "giving up the lock: " + e.getMessage());
        }
    }
}
