package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;

/** What could stand where a line is still typed: commands, options, values. */
final class Completion {
    private final Session session;

    Completion(Session session) {
        this.session = session;
    }

    /** Proposals for the last word of a line, which is empty behind a blank. */
    List<String> propose(String line) {
        List<List<String>> commands;
        try {
            commands = LineReader.commands(line);
        } catch (CommandException e) {
            return List.of();
        }
        boolean fresh = line.isEmpty() || " \t;".indexOf(line.charAt(line.length() - 1)) >= 0;
        boolean another = commands.isEmpty() || line.stripTrailing().endsWith(";");
        if (another) {
            return commands("");
        }
        var words = new ArrayList<>(commands.getLast());
        var typed = fresh ? "" : words.removeLast();
        return propose(words, typed);
    }

    /** Proposals for a word behind others. */
    List<String> propose(List<String> before, String typed) {
        if (before.isEmpty()) {
            return commands(typed);
        }
        return Groups.command(before.getFirst())
                .map(command -> words(command, before.subList(1, before.size()), typed))
                .orElse(List.of());
    }

    private static List<String> commands(String typed) {
        var names = new ArrayList<String>();
        for (var group : Groups.all()) {
            for (var name : group.names()) {
                if (name.startsWith(typed)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private List<String> words(Command command, List<String> before, String typed) {
        Arguments arguments;
        try {
            arguments = Arguments.parse(command, before, false);
        } catch (CommandException e) {
            return List.of();
        }
        var call = new Call(session, command, arguments);
        var awaited = arguments.awaited();
        if (awaited.isPresent()) {
            return values(call, awaited.get(), typed);
        }
        if (typed.startsWith("-")) {
            return options(command, arguments, typed);
        }
        var found = new ArrayList<String>();
        arguments.next(command).ifPresent(option -> found.addAll(values(call, option, typed)));
        if (found.isEmpty() && typed.isEmpty()) {
            found.addAll(options(command, arguments, typed));
        }
        return found;
    }

    private static List<String> options(Command command, Arguments given, String typed) {
        var names = new ArrayList<String>();
        for (var option : command.options()) {
            var name = "--" + option.name();
            boolean again = option.kind() == Option.Kind.REST || !given.has(option.name());
            if (option.kind() != Option.Kind.ALIAS && again && name.startsWith(typed)) {
                names.add(name);
            }
        }
        return names;
    }

    private static List<String> values(Call call, Option option, String typed) {
        var values = new ArrayList<String>();
        for (var value : Proposals.answered(() -> option.completer().propose(call))) {
            if (value.startsWith(typed)) {
                values.add(value);
            }
        }
        return values;
    }
}
