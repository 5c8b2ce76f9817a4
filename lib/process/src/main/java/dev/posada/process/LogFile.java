package dev.posada.process;

import dev.posada.posix.Descriptor;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A log that outlives its writers: NAME, and before it NAME.1 (younger) to NAME.3 (older).
 *
 * <p>Only appended to, so that writers who know nothing of each other do not overwrite each other. A file that has grown
 * beyond its size is set aside when it is next opened; a child that holds it open goes on writing to it, so the size is
 * a bound for starts, not for one endless talker.
 *
 * @param path of the file
 * @param bytesMax size from which the file is set aside
 * @param keptMax how many set aside files are kept, at least 1
 */
public record LogFile(Path path, long bytesMax, int keptMax) {
    /** Size from which a file is set aside, unless told otherwise: 2 MiB. */
    public static final long BYTES_MAX = 2 << 20;

    /** How many set aside files are kept, unless told otherwise. */
    public static final int KEPT_MAX = 3;

    private static final int MODE = 0_600;

    public LogFile {
        if (bytesMax < 1 || keptMax < 1) {
            throw new IllegalArgumentException("a log holds at least one byte, and one older file");
        }
    }

    /** A log of the usual size, 2 MiB and three older files. */
    public LogFile(Path path) {
        this(path, BYTES_MAX, KEPT_MAX);
    }

    /**
     * Opens the file for appending, for the owner only, made or set aside if need be.
     *
     * @throws IOException when the folder is missing or the file cannot be used
     */
    public Descriptor open() throws IOException {
        setAsideIfFull();
        try {
            return Descriptor.open(path, Set.of(OpenFlag.WRITE, OpenFlag.APPEND, OpenFlag.CREATE), MODE);
        } catch (PosixException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Appends text, as one write if it is not huge; the file is made or set aside if need be. */
    public void append(String text) throws IOException {
        // By open(), for the file's mode.
        open().close();
        Files.writeString(path, text, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }

    /**
     * Sets a full file aside under those who hold it open: it is copied and emptied, and they go on at its beginning. What
     * is written between the two is lost, which is why this is for endless talkers only.
     *
     * @return whether it was full
     */
    public boolean emptyIfFull() throws IOException {
        if (!isFull()) {
            return false;
        }
        makeRoom();
        Files.copy(path, older(1), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.newByteChannel(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
        return true;
    }

    /** The file that was set aside that many times ago, 1 to {@link #keptMax}; it need not exist. */
    public Path older(int age) {
        return path.resolveSibling(path.getFileName() + "." + age);
    }

    private void setAsideIfFull() throws IOException {
        if (isFull()) {
            makeRoom();
            Files.move(path, older(1), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private boolean isFull() throws IOException {
        return Files.isRegularFile(path) && Files.size(path) >= bytesMax;
    }

    private void makeRoom() throws IOException {
        for (int age = keptMax - 1; age >= 1; age--) {
            if (Files.exists(older(age))) {
                Files.move(older(age), older(age + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
