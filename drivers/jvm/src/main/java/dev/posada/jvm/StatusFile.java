package dev.posada.jvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The file to which a shell writes how a program ended. */
final class StatusFile {
    private static final int STATUS_MAX = 255;

    private StatusFile() {}

    /** The status; nothing when the program has not ended, or whoever was to write it was killed. */
    static OptionalInt read(Path file) {
        try {
            int status = Integer.parseInt(Files.readString(file).strip());
            return status >= 0 && status <= STATUS_MAX ? OptionalInt.of(status) : OptionalInt.empty();
        } catch (IOException | NumberFormatException none) {
            return OptionalInt.empty();
        }
    }
}
