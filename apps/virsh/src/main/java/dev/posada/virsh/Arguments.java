package dev.posada.virsh;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words after a command's name, each put to the option it belongs to. */
final class Arguments {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private @Nullable Option awaited;

    private Arguments() {}

    /** What every command understands without declaring it. */
    private static final Option OUTPUT = Option.text("output", "");

    /**
     * Puts words to options.
     *
     * @param strict whether it is an error if something needed is missing, as opposed to a line that is still typed
     * @throws CommandException when the words do not fit the command
     */
    static Arguments parse(Command command, List<String> words, boolean strict) {
        var parser = new Parser(command);
        parser.read(words, strict);
        if (strict) {
            parser.complainOfMissing();
        }
        return parser.result;
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    List<String> all(String option) {
        return values.getOrDefault(option, List.of());
    }

    /** The option whose value the next word is, because its name was the last one. */
    Optional<Option> awaited() {
        return Optional.ofNullable(awaited);
    }

    /** The option that a value without a name would belong to. */
    Optional<Option> next(Command command) {
        for (var option : command.options()) {
            if (option.takesValue() && !option.named() && (option.kind() == Option.Kind.REST || !has(option.name()))) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    private void add(String option, String value) {
        values.computeIfAbsent(option, _ -> new ArrayList<>()).add(value);
    }

    private static final class Parser {
        private final Command command;
        private final Arguments result = new Arguments();
        private final Set<String> seen = new HashSet<>();
        private int position;
        private boolean onlyValues;

        Parser(Command command) {
            this.command = command;
        }

        void read(List<String> words, boolean strict) {
            for (int i = 0; i < words.size(); i++) {
                var word = words.get(i);
                if (onlyValues || !word.startsWith("--")) {
                    value(word);
                } else if (word.equals("--")) {
                    onlyValues = true;
                } else if (named(word, i + 1 < words.size() ? words.get(i + 1) : null, strict)) {
                    i++;
                }
            }
        }

        /** Returns whether the next word was its value. */
        private boolean named(String word, @Nullable String next, boolean strict) {
            int equals = word.indexOf('=');
            var name = word.substring(2, equals < 0 ? word.length() : equals);
            var given = equals < 0 ? null : word.substring(equals + 1);
            var option = option(name);
            if (option.kind() == Option.Kind.ALIAS) {
                int with = option.help().indexOf('=');
                if (with >= 0) {
                    if (given != null) {
                        throw new CommandException("invalid '=' after option --" + name);
                    }
                    given = option.help().substring(with + 1);
                }
                option = option(with < 0 ? option.help() : option.help().substring(0, with));
            }
            if (option.kind() != Option.Kind.REST && !seen.add(option.name())) {
                throw new CommandException("option --" + option.name() + " already seen");
            }
            seen.add(option.name());
            if (!option.takesValue()) {
                if (given != null) {
                    throw new CommandException("invalid '=' after option --" + name);
                }
                result.add(option.name(), "");
                return false;
            }
            if (given != null) {
                result.add(option.name(), given);
                return false;
            }
            if (next == null) {
                if (!strict) {
                    result.awaited = option;
                    return false;
                }
                throw new CommandException("expected syntax: --" + name
                        + (option.kind() == Option.Kind.NUMBER ? " <number>" : " <string>"));
            }
            result.add(option.name(), next);
            return true;
        }

        private Option option(String name) {
            var own = command.option(name);
            if (own.isPresent()) {
                return own.get();
            }
            if (name.equals(OUTPUT.name())) {
                return OUTPUT;
            }
            throw new CommandException("command '" + command.name() + "' doesn't support option --" + name);
        }

        private void value(String word) {
            while (position < command.options().size()) {
                var option = command.options().get(position);
                if (option.takesValue() && !option.named()) {
                    if (option.kind() == Option.Kind.REST) {
                        seen.add(option.name());
                        result.add(option.name(), word);
                        return;
                    }
                    if (seen.add(option.name())) {
                        result.add(option.name(), word);
                        return;
                    }
                }
                position++;
            }
            // "help list --all": what was looked for comes first, the rest of the line is passed over.
            if (!command.name().equals("help")) {
                throw new CommandException("unexpected data '" + word + "'");
            }
        }

        void complainOfMissing() {
            var lines = new ArrayList<String>();
            for (var option : command.options()) {
                if (option.isRequired() && !seen.contains(option.name())) {
                    boolean bare = option.kind() == Option.Kind.VALUE || option.kind() == Option.Kind.REST;
                    lines.add("command '" + command.name() + "' requires "
                            + (bare ? "<" + option.name() + ">" : "--" + option.name()) + " option");
                }
            }
            if (!lines.isEmpty()) {
                throw new CommandException(lines.toArray(String[]::new));
            }
        }
    }
}
