package dev.posada.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One folder of the kernel's tree of devices. What is missing or may not be read is an empty answer: kernels, containers
 * and privileges differ in what they show.
 *
 * @param root the host's root folder, {@code /} but for tests
 * @param folder the folder itself, no link, below {@code root}
 */
record SysNode(Path root, Path folder) {
    /** No attribute of a device is longer, and binary ones are wanted only so far. */
    private static final int ATTRIBUTE_LIMIT_BYTES = 4096;

    /** A folder with more entries than this is not read to its end. */
    private static final int ENTRY_LIMIT = 65_536;

    /** The folder behind a path, links followed; nothing when there is none. */
    static Optional<SysNode> of(Path root, Path path) {
        try {
            return Optional.of(new SysNode(root, path.toRealPath()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The nodes that the entries of a folder lead to. */
    static List<SysNode> in(Path root, String folder) {
        try (Stream<Path> entries = Files.list(root.resolve(folder))) {
            return entries.limit(ENTRY_LIMIT)
                    .flatMap(entry -> of(root, entry).stream())
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The last part of its path, which the kernel names it by. */
    String name() {
        return folder.getFileName().toString();
    }

    /** Its path as the host sees it. */
    String path() {
        return "/" + root.relativize(folder);
    }

    /** The text of an attribute without surrounding white space; nothing when it is empty. */
    Optional<String> value(String attribute) {
        return bytes(attribute)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                .filter(text -> !text.isEmpty());
    }

    /** The first bytes of an attribute. */
    Optional<byte[]> bytes(String attribute) {
        try (var input = Files.newInputStream(folder.resolve(attribute))) {
            return Optional.of(input.readNBytes(ATTRIBUTE_LIMIT_BYTES));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** An attribute that is a whole number: decimal, or hexadecimal after {@code 0x}. */
    Optional<Long> number(String attribute) {
        return value(attribute).flatMap(text -> {
            try {
                return Optional.of(Long.decode(text));
            } catch (NumberFormatException notOne) {
                return Optional.empty();
            }
        });
    }

    /** The node a link leads to. */
    Optional<SysNode> link(String name) {
        return of(root, folder.resolve(name));
    }

    /** The last part of what a link says, which need not lead anywhere. */
    Optional<String> linkName(String name) {
        try {
            return Optional.ofNullable(
                            Files.readSymbolicLink(folder.resolve(name)).getFileName())
                    .map(Path::toString);
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    /** The names of what is in it, in order; none when it cannot be looked into. */
    List<String> entries() {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.limit(ENTRY_LIMIT)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The node above; nothing at the root. */
    Optional<SysNode> above() {
        return Optional.ofNullable(folder.getParent()).map(parent -> new SysNode(root, parent));
    }
}
