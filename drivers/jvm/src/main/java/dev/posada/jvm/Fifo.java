package dev.posada.jvm;

import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pipe by which a console types. */
final class Fifo {
    private static final int OWNER_ONLY = 0600;

    private Fifo() {}

    /** Makes it anew. */
    static void make(Path path) {
        try {
            Files.deleteIfExists(path);
            PosixFiles.makeFifo(path, OWNER_ONLY);
        } catch (IOException | PosixException e) {
            throw Refusal.failed("cannot make the console's pipe " + path + ": " + e.getMessage(), e);
        }
    }
}
