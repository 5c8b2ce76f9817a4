package dev.posada.virsh;

import dev.posada.client.Connection;
import dev.posada.terminal.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command with what was given to it, and the session it runs in. */
final class Call {
    private static final long MILLIS_PER_SECOND = 1000;

    private final Session session;
    private final Command command;
    private final Arguments arguments;

    Call(Session session, Command command, Arguments arguments) {
        this.session = session;
        this.command = command;
        this.arguments = arguments;
    }

    Session session() {
        return session;
    }

    Command command() {
        return command;
    }

    /** The daemon; connected to when it is first asked for. */
    Connection connection() {
        return session.connection();
    }

    /** Whether a flag was given. */
    boolean has(String option) {
        return arguments.has(option);
    }

    /**
     * The text given to an option.
     *
     * @throws CommandException when it is empty and may not be
     */
    Optional<String> text(String option) {
        var all = arguments.all(option);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        var value = all.getLast();
        if (value.isEmpty() && !command.option(option).map(Option::emptyAllowed).orElse(false)) {
            throw new CommandException("Failed to get option '" + option + "': Option argument is empty");
        }
        return Optional.of(value);
    }

    /** The text given to an option that the command needs. */
    String required(String option) {
        return text(option).orElseThrow(() -> new CommandException("missing option --" + option));
    }

    /** All values of an option that may be repeated. */
    List<String> all(String option) {
        return arguments.all(option);
    }

    /** A whole number between the bounds, decimal, or octal or hexadecimal as C writes them. */
    Optional<Long> number(String option, long least, long most) {
        return text(option).map(value -> {
            try {
                long number = Long.decode(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below, as for a number out of bounds.
            }
            throw malformed(option, value);
        });
    }

    /** A number that fits an {@code int}. */
    Optional<Integer> integer(String option) {
        return number(option, Integer.MIN_VALUE, Integer.MAX_VALUE).map(Long::intValue);
    }

    /** A number of 32 bits that is not negative, as its bits. */
    Optional<Integer> unsigned(String option) {
        return number(option, 0, 0xffff_ffffL).map(Long::intValue);
    }

    /** What is to be said of a value that is no number. */
    CommandException malformed(String option, String value) {
        return new CommandException(
                "Numeric value '" + value + "' for <" + option + "> option is malformed or out of range");
    }

    /**
     * A size such as {@code 10G}, in bytes.
     *
     * @param unitBytes what a number without a suffix counts
     */
    Optional<Long> bytes(String option, long unitBytes) {
        var given = arguments.all(option);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        var value = given.getLast();
        var complaint = "Scaled numeric value '" + value + "' for <" + option + "> option is malformed or out of range";
        return Optional.of(ScaledSize.bytes(value, unitBytes, complaint));
    }

    /** A number of seconds, at least one. */
    Optional<Duration> timeout() {
        return number("timeout", 1, Integer.MAX_VALUE / MILLIS_PER_SECOND).map(Duration::ofSeconds);
    }

    /** Complains when more than one of these options was given. */
    void exclusive(String... options) {
        String first = null;
        for (var option : options) {
            if (has(option)) {
                if (first != null) {
                    throw new CommandException("Options --" + first + " and --" + option + " are mutually exclusive");
                }
                first = option;
            }
        }
    }

    /** Complains when {@code option} was given without {@code other}. */
    void requires(String option, String other) {
        if (has(option) && !has(other)) {
            throw new CommandException("Option --" + other + " is required by option --" + option);
        }
    }

    /** Whether the user asked for JSON. */
    boolean json() {
        var own = command.option("output").isPresent() ? Optional.<String>empty() : text("output");
        return own.map(Session::isJson).orElseGet(session::json);
    }

    /** Prints a result as it is. */
    void print(String text) {
        session.out(text);
    }

    /** Prints a result and ends the line. */
    void println(String text) {
        session.out(text + "\n");
    }

    /** Prints what the quiet mode leaves out. */
    void extra(String text) {
        if (!session.quiet()) {
            session.out(text);
        }
    }

    /** Prints a table, or JSON. */
    void print(Table table) {
        if (json()) {
            println(Json.text(table.json()));
        } else {
            session.out(table.text(session.quiet(), session.colours()));
        }
    }

    /** Prints single words, a line each, or JSON objects that have them under {@code key}. */
    void print(String key, List<String> words) {
        if (json()) {
            println(Json.text(words.stream().map(word -> Map.of(key, word)).toList()));
        } else {
            words.forEach(this::println);
        }
    }

    /** Prints labelled values, or JSON. */
    void print(Fields fields) {
        if (json()) {
            println(Json.text(fields.json()));
        } else {
            session.out(fields.text());
        }
    }

    /** Prints an object as JSON: maps, lists, texts, numbers, truths. */
    void printJson(Map<String, ?> object) {
        println(Json.text(object));
    }

    /** Prints a complaint without ending the command. */
    void complain(String line) {
        session.complain(line);
    }

    /** Does {@code work}; where the daemon refuses, {@code line} goes before its message. */
    <T> T attempt(String line, java.util.function.Supplier<T> work) {
        try {
            return work.get();
        } catch (dev.posada.model.PosadaException e) {
            throw new CommandException(line, e);
        }
    }

    /** The same for what has no answer. */
    void attempt(String line, Runnable work) {
        try {
            work.run();
        } catch (dev.posada.model.PosadaException e) {
            throw new CommandException(line, e);
        }
    }
}
