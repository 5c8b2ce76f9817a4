package dev.posada.process;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads files of /proc, which vanish at any moment with their process. */
final class ProcFiles {
    static final Path PROC = Path.of("/proc");

    private ProcFiles() {}

    /** Up to that many bytes of the file as text; empty when the process is gone, or not ours to look at. */
    static Optional<String> read(Path file, int bytesMax) {
        try (var in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(bytesMax), StandardCharsets.UTF_8));
        } catch (NoSuchFileException | FileNotFoundException gone) {
            return Optional.empty();
        } catch (IOException e) {
            // ESRCH while reading: it ended in between. EACCES: somebody else's process. Neither is there for us.
            return Optional.empty();
        }
    }

    /** The number that a directory of /proc is named by; empty for other names. */
    static Optional<Integer> number(Path directory) {
        var name = String.valueOf(directory.getFileName());
        if (name.isEmpty() || name.length() > 9 || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(name));
    }
}
