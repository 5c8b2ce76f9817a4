package dev.posada.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder of small files that are there whole or not at all, whenever the power fails.
 *
 * <p>A file is written beside its place, under its name with {@link #UNFINISHED} added, and moved there. How often that
 * has to wait for the disk:
 * <ul>
 *   <li>{@link #replace} flushes the file, moves it, then flushes the folder: the old content may only go when the new one
 *       is safe.
 *   <li>{@link #add} moves first and flushes file and folder then. Nothing old is at stake, so all that a power failure
 *       can leave is a torn file nobody was promised, and journalling file systems make one commit of it instead of two.
 * </ul>
 * The folder's flush is shared: those who ask while one is under way are all served by the next one.
 */
final class DurableDirectory {
    /** What marks a file that was never finished; such files are removed at start-up. */
    static final String UNFINISHED = ".new";

    private static final Set<StandardOpenOption> FRESH =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);

    private final Path folder;
    private final SharedFlush flush = new SharedFlush(this::force);

    DurableDirectory(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Makes the folder, for its owner alone, if it is not there. */
    void make() throws IOException {
        if (!Files.isDirectory(folder)) {
            var parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder)) { // else somebody else made it meanwhile
                    throw e;
                }
            }
        }
    }

    /** Writes a file that is not there yet; nothing of it is left when this fails. */
    void add(String name, String content) throws IOException {
        try (var channel = writeBeside(name, content)) {
            move(name);
            channel.force(true);
            flush();
        } catch (IOException e) {
            Files.deleteIfExists(file(name));
            throw e;
        }
    }

    /** Writes a file in place of an older one, which stays when this fails. */
    void replace(String name, String content) throws IOException {
        try (var channel = writeBeside(name, content)) {
            channel.force(true);
        }
        move(name);
        flush();
    }

    /** Writes a file that is whole after a kill of this process, though not after a failure of the host. */
    void put(String name, String content) throws IOException {
        writeBeside(name, content).close();
        move(name);
    }

    /** Waits until a file's content is on the disk; one that is gone needs nothing. */
    void flush(String name) throws IOException {
        try (var channel = FileChannel.open(file(name), StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException _) {
            return; // it was removed since, and the folder's own flush makes that lasting
        }
    }

    /** Waits until all that was done in this folder is on the disk. */
    void flush() throws IOException {
        flush.flush();
    }

    private void force() throws IOException {
        // Another's interrupt must not become the failure of those who wait for this round.
        boolean interrupted = Thread.interrupted();
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (ClosedChannelException _) {
            Thread.interrupted();
            interrupted = true;
            try (var again = FileChannel.open(folder, StandardOpenOption.READ)) {
                again.force(true);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FileChannel writeBeside(String name, String content) throws IOException {
        var beside = file(name + UNFINISHED);
        var channel = FileChannel.open(
                beside, FRESH, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(beside);
            throw e;
        }
    }

    private void move(String name) throws IOException {
        Files.move(file(name + UNFINISHED), file(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
