package dev.posada.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The kernel's files under one root, so that a test can show a captured machine instead of this one. What is missing or
 * may not be read is an empty answer: kernels, containers and privileges differ in what they show.
 *
 * @param root where {@code proc} and {@code sys} are; {@code /} on a real host
 */
record HostFiles(Path root) {
    /** Enough for any single value and for the tables of a host with thousands of processors. */
    private static final int TEXT_LIMIT_BYTES = 4 << 20;

    /** A folder with more entries than this is not read to its end. */
    private static final int ENTRY_LIMIT = 65_536;

    /** The whole text of a file, cut at a limit. */
    Optional<String> text(String path) {
        return bytes(path, TEXT_LIMIT_BYTES).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** The first bytes of a file. */
    Optional<byte[]> bytes(String path, int limit) {
        try (var input = Files.newInputStream(root.resolve(path))) {
            return Optional.of(input.readNBytes(limit));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** A file that holds one value, without surrounding white space; nothing when it is empty. */
    Optional<String> value(String path) {
        return text(path).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** A file that holds one whole number. */
    Optional<Integer> number(String path) {
        return value(path).flatMap(HostFiles::integer);
    }

    /** A file that holds a list of processors or cells, as {@code 0-3,8}. */
    Optional<CpuList> list(String path) {
        return value(path).flatMap(CpuList::parse);
    }

    boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    /** The numbers of a folder's entries whose whole name matches a pattern with one group, in order. */
    List<Integer> numbered(String folder, Pattern name) {
        try (var entries = Files.list(root.resolve(folder))) {
            return entries.limit(ENTRY_LIMIT)
                    .map(entry -> name.matcher(entry.getFileName().toString()))
                    .filter(matcher -> matcher.matches())
                    .flatMap(matcher -> integer(matcher.group(1)).stream())
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Whether a folder has anything in it. */
    boolean populated(String folder) {
        try (var entries = Files.list(root.resolve(folder))) {
            return entries.findAny().isPresent();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static Optional<Integer> integer(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException notOne) {
            return Optional.empty();
        }
    }
}
