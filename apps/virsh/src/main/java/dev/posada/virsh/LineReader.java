package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes a line apart into commands and words.
 *
 * <p>Words are separated by blanks, commands by {@code ;} and line ends. Between single quotes everything stands for
 * itself; between double quotes and outside {@code \} takes its meaning from the next character. A word that begins with
 * {@code #} begins a comment.
 */
final class LineReader {
    private final String line;

    private int at;

    LineReader(String line) {
        this.line = line;
    }

    /**
     * All commands of a line; those without a word are left out.
     *
     * @throws CommandException when a double quote is not closed or a {@code \} ends the line
     */
    static List<List<String>> commands(String line) {
        return new LineReader(line).commands();
    }

    private List<List<String>> commands() {
        var commands = new ArrayList<List<String>>();
        var words = new ArrayList<String>();
        while (at < line.length()) {
            char c = line.charAt(at);
            if (c == ' ' || c == '\t') {
                at++;
            } else if (c == ';' || c == '\n') {
                at++;
                end(words, commands);
            } else if (c == '#') {
                skipComment();
            } else {
                words.add(word());
            }
        }
        end(words, commands);
        return commands;
    }

    private static void end(List<String> words, List<List<String>> commands) {
        if (!words.isEmpty()) {
            commands.add(List.copyOf(words));
            words.clear();
        }
    }

    private void skipComment() {
        while (at < line.length() && line.charAt(at) != '\n') {
            at++;
        }
    }

    private String word() {
        var word = new StringBuilder();
        boolean doubled = false;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (!doubled && (c == ' ' || c == '\t' || c == ';' || c == '\n')) {
                break;
            }
            at++;
            switch (c) {
                case '"' -> doubled = !doubled;
                case '\'' -> {
                    if (doubled) {
                        word.append(c);
                    } else {
                        quoted(word);
                    }
                }
                case '\\' -> {
                    if (at == line.length()) {
                        throw new CommandException("dangling \\");
                    }
                    word.append(line.charAt(at++));
                }
                default -> word.append(c);
            }
        }
        if (doubled) {
            throw new CommandException("missing \"");
        }
        return word.toString();
    }

    private void quoted(StringBuilder word) {
        // One that is not closed ends with the line, as in libvirt's virsh.
        int closing = line.indexOf('\'', at);
        int end = closing < 0 ? line.length() : closing;
        word.append(line, at, end);
        at = Math.min(end + 1, line.length());
    }
}
