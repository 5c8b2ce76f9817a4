package dev.posada.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A configuration file in libvirt's format, read: one {@code key = value} a line, where a value is a whole number, text
 * in quotes or a list of texts in brackets, which may go over several lines; {@code #} begins a comment.
 *
 * @param path the file, for messages
 * @param entries what it sets, in its order
 */
record ConfFile(Path path, SequencedMap<String, Entry> entries) {
    /** A settings file longer than this is a mistake. */
    static final int LIMIT_BYTES = 1 << 20;

    ConfFile {
        entries = new LinkedHashMap<>(entries);
    }

    /**
     * What a key is set to.
     *
     * @param line where, from 1
     */
    record Entry(int line, Value value) {}

    /** A value, one of the three kinds. */
    sealed interface Value {
        /** The value as texts: a single one has one. */
        List<String> texts();

        /** What the value is, for messages. */
        String kind();
    }

    record NumberValue(long number) implements Value {
        @Override
        public List<String> texts() {
            return List.of(String.valueOf(number));
        }

        @Override
        public String kind() {
            return "a number";
        }
    }

    record TextValue(String text) implements Value {
        @Override
        public List<String> texts() {
            return List.of(text);
        }

        @Override
        public String kind() {
            return "text";
        }
    }

    record ListValue(List<String> texts) implements Value {
        ListValue {
            texts = List.copyOf(texts);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A file that sets nothing. */
    static ConfFile empty(Path path) {
        return new ConfFile(path, new LinkedHashMap<>());
    }

    /**
     * Reads a file.
     *
     * @throws StartException when it cannot be read or is not in the format
     */
    static ConfFile read(Path path) {
        try (var input = Files.newInputStream(path)) {
            var bytes = input.readNBytes(LIMIT_BYTES + 1);
            if (bytes.length > LIMIT_BYTES) {
                throw new StartException(
                        ExitCode.SETTINGS, path + ": longer than " + LIMIT_BYTES + " bytes; this is no settings file");
            }
            return new ConfReader(path, new String(bytes, StandardCharsets.UTF_8)).read();
        } catch (IOException e) {
            throw new StartException(ExitCode.SETTINGS, "cannot read the settings file " + path + ": " + reason(e), e);
        }
    }

    /** Reads a file that need not be there. */
    static ConfFile readIfThere(Path path) {
        return Files.exists(path) ? read(path) : empty(path);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Every key with its values in order, as drivers and the server take them. */
    Map<String, List<String>> values() {
        return entries.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().value().texts()));
    }

    /** A complaint about what a key is set to. */
    StartException wrong(String key, String complaint) {
        var entry = entries.get(key);
        var place = entry == null ? path.toString() : path + ":" + entry.line();
        return new StartException(ExitCode.SETTINGS, place + ": " + complaint);
    }
}
