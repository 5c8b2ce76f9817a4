package dev.posada.daemon;

import dev.posada.daemon.ConfFile.Entry;
import dev.posada.daemon.ConfFile.ListValue;
import dev.posada.daemon.ConfFile.NumberValue;
import dev.posada.daemon.ConfFile.TextValue;
import dev.posada.daemon.ConfFile.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** Reads the text of a configuration file; see {@link ConfFile} for the format. */
final class ConfReader {
    /** More settings than all files of libvirt have together. */
    private static final int ENTRY_LIMIT = 1_000;

    private static final int LIST_LIMIT = 10_000;
    private static final int KEY_LIMIT = 80;
    private static final String TRIPLE = "\"\"\"";

    private final Path path;
    private final String text;
    private int at;
    private int line = 1;

    ConfReader(Path path, String text) {
        this.path = path;
        this.text = text;
    }

    ConfFile read() {
        var entries = new LinkedHashMap<String, Entry>();
        skipLines();
        while (at < text.length()) {
            int began = line;
            var key = key();
            skipBlanks();
            if (peek() != '=') {
                throw wrong("expected '=' after '" + key + "', as in " + key + " = 1");
            }
            at++;
            skipBlanks();
            var value = value(key);
            skipBlanks();
            if (at < text.length() && peek() != '\n' && peek() != '#') {
                throw wrong("more than a value after " + key + shown(key) + "; each setting has its own line");
            }
            var earlier = entries.putIfAbsent(key, new Entry(began, value));
            if (earlier != null) {
                throw wrong(key + " is set a second time, first in line " + earlier.line());
            }
            if (entries.size() > ENTRY_LIMIT) {
                throw wrong("more than " + ENTRY_LIMIT + " settings");
            }
            skipLines();
        }
        return new ConfFile(path, entries);
    }

    private String key() {
        int start = at;
        while (isKeyCharacter(peek())) {
            at++;
        }
        if (at == start) {
            throw wrong("expected the name of a setting, found '" + rest() + "'");
        }
        if (at - start > KEY_LIMIT) {
            throw wrong("the name of a setting is longer than " + KEY_LIMIT + " characters");
        }
        return text.substring(start, at);
    }

    private static boolean isKeyCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private Value value(String key) {
        char first = peek();
        if (first == '"' || first == '\'') {
            return new TextValue(quoted(key));
        }
        if (first == '[') {
            return list(key);
        }
        if (first == '-' || isDigit(first)) {
            return number(key);
        }
        throw wrong("the value of " + key + " is neither a number, nor text in quotes, nor a list in brackets"
                + shown(key));
    }

    private NumberValue number(String key) {
        int start = at++;
        while (isDigit(peek())) {
            at++;
        }
        try {
            return new NumberValue(Long.parseLong(text.substring(start, at)));
        } catch (NumberFormatException e) {
            throw wrong("the value of " + key + " is no number of at most 64 bits");
        }
    }

    private String quoted(String key) {
        if (text.startsWith(TRIPLE, at)) {
            int end = text.indexOf(TRIPLE, at + TRIPLE.length());
            if (end < 0) {
                throw wrong("the text of " + key + " has no closing " + TRIPLE);
            }
            var inside = text.substring(at + TRIPLE.length(), end);
            line += (int) inside.chars().filter(c -> c == '\n').count();
            at = end + TRIPLE.length();
            return inside;
        }
        char quote = peek();
        int start = ++at;
        while (at < text.length() && peek() != quote && peek() != '\n') {
            at++;
        }
        if (peek() != quote) {
            throw wrong("the text of " + key + " has no closing " + quote + " in its line");
        }
        return text.substring(start, at++);
    }

    private ListValue list(String key) {
        int began = line;
        at++;
        var items = new ArrayList<String>();
        skipLines();
        while (peek() != ']') {
            if (peek() != '"' && peek() != '\'') {
                throw at >= text.length()
                        ? wrong("the list of " + key + " that begins in line " + began + " has no closing ]")
                        : wrong("the list of " + key + " takes texts in quotes" + shown(key));
            }
            items.add(quoted(key));
            if (items.size() > LIST_LIMIT) {
                throw wrong("the list of " + key + " has more than " + LIST_LIMIT + " items");
            }
            skipLines();
            if (peek() == ',') {
                at++;
                skipLines();
            } else if (peek() != ']') {
                throw wrong("expected ',' or ']' in the list of " + key + " that begins in line " + began + shown(key));
            }
        }
        at++;
        return new ListValue(items);
    }

    /** The character here, or NUL at the end, which no value begins with. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\r') {
            at++;
        }
    }

    /** Skips blanks, line ends and comments. */
    private void skipLines() {
        while (true) {
            skipBlanks();
            if (peek() == '\n') {
                line++;
                at++;
            } else if (peek() == '#') {
                while (at < text.length() && peek() != '\n') {
                    at++;
                }
            } else {
                return;
            }
        }
    }

    /** What follows in this line, short enough for a message. */
    private String rest() {
        int end = text.indexOf('\n', at);
        var rest = text.substring(at, end < 0 ? text.length() : end).strip();
        return rest.length() > 30 ? rest.substring(0, 30) + "…" : rest;
    }

    /** What was found, unless it may be a secret. */
    private String shown(String key) {
        boolean secret = key.contains("password") || key.contains("secret");
        return secret ? "" : ", found '" + rest() + "'";
    }

    private StartException wrong(String complaint) {
        return new StartException(ExitCode.SETTINGS, path + ":" + line + ": " + complaint);
    }
}
