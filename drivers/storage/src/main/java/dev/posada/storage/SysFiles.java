package dev.posada.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads what the kernel tells of devices in the files of {@code /sys}; a device may go while one looks. */
final class SysFiles {
    /** No file read here holds more than a line or two. */
    private static final int MAX_BYTES = 4096;

    private SysFiles() {}

    /** The text of a file without blanks around it; nothing when it is not there or holds nothing. */
    static Optional<String> text(Path file) {
        try (var in = Files.newInputStream(file)) {
            var text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The number in a file. */
    static Optional<Long> number(Path file) {
        try {
            return text(file).map(Long::parseLong);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The entries of a folder whose names fit a pattern, by name; none when there is no such folder. */
    static List<Path> entries(Path folder, String glob) {
        var entries = new ArrayList<Path>();
        try (var listed = Files.newDirectoryStream(folder, glob)) {
            listed.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException gone) {
            return List.of();
        }
        entries.sort(Comparator.comparing(Path::toString));
        return entries;
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
