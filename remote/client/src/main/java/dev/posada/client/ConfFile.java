package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A settings file in libvirt's format, read. A client's files are short, so this reader is: values are texts, numbers or
 * lists of texts.
 *
 * @param path for messages
 * @param values what each key is set to: a {@link String}, a {@link Long} or a {@link List} of texts and numbers
 */
record ConfFile(Path path, Map<String, Object> values) {

    private static final int LIMIT_BYTES = 1 << 20;

    ConfFile {
        values = new LinkedHashMap<>(values);
    }

    /** Reads a file that exists. */
    static ConfFile read(Path path) {
        try (var input = Files.newInputStream(path)) {
            var bytes = input.readNBytes(LIMIT_BYTES + 1);
            if (bytes.length > LIMIT_BYTES) {
                throw syntax(path + ": longer than " + LIMIT_BYTES + " bytes");
            }
            return new ConfFile(path, new Reader(path, new String(bytes, StandardCharsets.UTF_8)).read());
        } catch (IOException e) {
            var reason = e instanceof AccessDeniedException ? "Permission denied" : Failures.reason(e);
            throw new PosadaException(
                    ErrorCode.SYSTEM_ERROR, ErrorOrigin.CONF, "Failed to open file '" + path + "': " + reason, e);
        }
    }

    /** The text a key is set to. */
    Optional<String> text(String key) {
        return switch (values.get(key)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw wrongType(key, "a string");
        };
    }

    /** The list of texts a key is set to; empty when it is not set. */
    List<String> texts(String key) {
        return switch (values.get(key)) {
            case null -> List.of();
            case List<?> list -> list.stream().map(item -> oneText(key, item)).toList();
            default -> throw wrongType(key, "a string list");
        };
    }

    private String oneText(String key, Object item) {
        if (item instanceof String text) {
            return text;
        }
        throw wrongType(key, "a string list");
    }

    private PosadaException wrongType(String key, String expected) {
        return new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.CONF,
                path + ": expected " + expected + " for '" + key + "' parameter");
    }

    private static PosadaException syntax(String detail) {
        return new PosadaException(ErrorCode.CONF_SYNTAX, ErrorOrigin.CONF, detail);
    }

    /** Goes through the text once. */
    private static final class Reader {
        private static final char END = '\0';

        private final Path path;
        private final String text;
        private int at;
        private int line = 1;

        Reader(Path path, String text) {
            this.path = path;
            this.text = text;
        }

        Map<String, Object> read() {
            var values = new LinkedHashMap<String, Object>();
            skip(true);
            while (at < text.length()) {
                var key = key();
                skip(false);
                if (peek() != '=') {
                    throw wrong("expecting an assignment");
                }
                at++;
                skip(false);
                values.put(key, value());
                skip(false);
                if (at < text.length() && peek() != '\n') {
                    throw wrong("expecting a separator");
                }
                skip(true);
            }
            return values;
        }

        private String key() {
            int start = at;
            while (isKeyCharacter(peek())) {
                at++;
            }
            if (at == start) {
                throw wrong("expecting a name");
            }
            return text.substring(start, at);
        }

        private Object value() {
            return switch (peek()) {
                case '"', '\'' -> quoted();
                case '[' -> list();
                case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
                default -> throw wrong("expecting a value");
            };
        }

        private List<Object> list() {
            var items = new ArrayList<>();
            at++;
            skip(true);
            while (peek() != ']') {
                if (at >= text.length()) {
                    throw wrong("list is not closed with ]");
                }
                if (peek() == '[') {
                    throw wrong("lists not allowed in lists");
                }
                items.add(value());
                skip(true);
                if (peek() == ',') {
                    at++;
                    skip(true);
                } else if (at < text.length() && peek() != ']') {
                    throw wrong("expecting a separator in list");
                }
            }
            at++;
            return items;
        }

        private Long number() {
            int start = at++;
            while (peek() >= '0' && peek() <= '9') {
                at++;
            }
            try {
                return Long.valueOf(text.substring(start, at));
            } catch (NumberFormatException e) {
                throw wrong("unterminated number");
            }
        }

        private String quoted() {
            var mark = text.startsWith("\"\"\"", at) ? "\"\"\"" : text.substring(at, at + 1);
            int start = at + mark.length();
            int end = text.indexOf(mark, start);
            var inside = end < 0 ? "" : text.substring(start, end);
            boolean broken = inside.indexOf('\n') >= 0;
            if (end < 0 || (broken && mark.length() == 1)) {
                throw wrong("unterminated string");
            }
            line += (int) inside.chars().filter(c -> c == '\n').count();
            at = end + mark.length();
            return inside;
        }

        /** Passes over blanks and comments, and over ends of lines if told so. */
        private void skip(boolean lines) {
            while (at < text.length()) {
                char c = peek();
                if (c == '#') {
                    int end = text.indexOf('\n', at);
                    at = end < 0 ? text.length() : end;
                } else if (c == '\n' && lines) {
                    line++;
                    at++;
                } else if (c == ' ' || c == '\t' || c == '\r') {
                    at++;
                } else {
                    return;
                }
            }
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : END;
        }

        private static boolean isKeyCharacter(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        }

        private PosadaException wrong(String complaint) {
            return syntax(path + ":" + line + ": " + complaint);
        }
    }
}
