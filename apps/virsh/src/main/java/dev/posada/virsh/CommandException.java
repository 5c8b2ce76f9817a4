package dev.posada.virsh;

import java.util.Arrays;
import java.util.List;

/** A command failed; each line is printed after {@code error: }. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    /** Says what went wrong, a line each. */
    CommandException(String... lines) {
        super(String.join("\n", lines));
        this.lines = List.of(lines);
    }

    /** Says what did not work and then what the daemon, or the host, had to say about it. */
    CommandException(String line, RuntimeException cause) {
        super(line, cause);
        this.lines = cause instanceof CommandException before
                ? java.util.stream.Stream.concat(java.util.stream.Stream.of(line), before.lines.stream())
                        .toList()
                : Arrays.asList(line, String.valueOf(cause.getMessage()));
    }

    /** Fails without a word, because all has been said. */
    static CommandException silent() {
        return new CommandException();
    }

    List<String> lines() {
        return lines;
    }
}
