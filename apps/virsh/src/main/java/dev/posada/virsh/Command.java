package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command of the shell: its name, its options in order and what it does. Made when it is asked for, never before.
 *
 * @param name what the user types
 * @param summary a line for the lists of commands
 * @param description sentences for {@code help NAME}
 * @param options in the order of the synopsis, which is also the order of values without names
 * @param offline whether it needs no connection
 * @param action what it does
 */
record Command(String name, String summary, String description, List<Option> options, boolean offline, Action action) {

    Command {
        options = List.copyOf(options);
    }

    /** Begins a command. */
    static Builder named(String name) {
        return new Builder(name);
    }

    /** The option of that name, an alias included. */
    Optional<Option> option(String optionName) {
        for (var option : options) {
            if (option.name().equals(optionName)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    /** Collects the parts of a command. */
    static final class Builder {
        private final String name;
        private final List<Option> options = new ArrayList<>();
        private String summary = "";
        private String description = "";
        private boolean offline;

        private Builder(String name) {
            this.name = name;
        }

        /** A line for the lists of commands, beginning with a verb. */
        Builder summary(String line) {
            summary = line;
            return this;
        }

        /** Sentences for the command's own help; the summary where none are given. */
        Builder description(String sentences) {
            description = sentences;
            return this;
        }

        /** The next options. */
        Builder options(Option... more) {
            options.addAll(List.of(more));
            return this;
        }

        /** No connection is opened for it. */
        Builder offline() {
            offline = true;
            return this;
        }

        /** Ends the command with what it does. */
        Command action(Action action) {
            return new Command(name, summary, description.isEmpty() ? summary : description, options, offline, action);
        }
    }
}
