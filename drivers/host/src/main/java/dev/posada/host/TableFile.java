package dev.posada.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A table that comes with the program: one entry a line, {@code #} begins a comment line. */
final class TableFile {
    private TableFile() {}

    static List<String> lines(String name) {
        try (var input = TableFile.class.getResourceAsStream(name)) {
            if (input == null) {
                throw new IllegalStateException("the program is incomplete: it has no " + name);
            }
            return new String(input.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
