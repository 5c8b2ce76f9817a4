package dev.posada.virsh;

/** Prints lists of commands, and one command's synopsis and options. */
final class Help {
    private static final int NAME_WIDTH = 30;
    private static final int OPTION_WIDTH = 15;

    private Help() {}

    /** A group's headline and its commands. */
    static String group(CommandGroup group, String afterHeadline) {
        var out = new StringBuilder();
        out.append(' ')
                .append(group.title())
                .append(" (help keyword '")
                .append(group.keyword())
                .append("')")
                .append(afterHeadline)
                .append('\n');
        for (var name : group.names()) {
            var summary = group.command(name).map(Command::summary).orElse("");
            out.append("    ")
                    .append(padded(name, NAME_WIDTH))
                    .append(' ')
                    .append(summary)
                    .append('\n');
        }
        return out.toString();
    }

    /** A command's own page. */
    static String command(Command command) {
        var out = new StringBuilder();
        out.append("  NAME\n    ").append(command.name()).append(" - ").append(command.summary());
        out.append("\n\n  SYNOPSIS\n    ").append(synopsis(command)).append('\n');
        out.append("\n  DESCRIPTION\n    ")
                .append(command.description().replace("\n", "\n    "))
                .append('\n');
        var options = new StringBuilder();
        boolean first = true;
        for (var option : command.options()) {
            if (option.kind() != Option.Kind.ALIAS) {
                options.append("    ")
                        .append(padded(left(option, first), OPTION_WIDTH))
                        .append("  ")
                        .append(option.help())
                        .append('\n');
            }
            first &= !option.takesValue();
        }
        if (!options.isEmpty()) {
            out.append("\n  OPTIONS\n").append(options);
        }
        return out.append('\n').toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** @param first whether no value can stand before it, so that its own needs no name */
    private static String left(Option option, boolean first) {
        var name = "--" + option.name();
        return switch (option.kind()) {
            case FLAG, OWN_FLAG, ALIAS -> name;
            case TEXT -> name + " <string>";
            case NUMBER -> option.isRequired() ? "[" + name + "] <number>" : name + " <number>";
            case VALUE -> "[" + name + "] <string>";
            case REST -> first ? "<" + option.name() + ">" : "[" + name + "] <string>";
        };
    }

    private static String synopsis(Command command) {
        var out = new StringBuilder(command.name());
        boolean first = true;
        for (var option : command.options()) {
            var name = "--" + option.name();
            switch (option.kind()) {
                case FLAG -> out.append(" [").append(name).append(']');
                case TEXT -> optional(option, name + " <string>", out);
                case NUMBER -> optional(option, name + " <number>", out);
                case VALUE -> out.append(" <").append(option.name()).append('>');
                case REST -> out.append(rest(option, first));
                case OWN_FLAG, ALIAS -> {}
            }
            first &= !option.takesValue();
        }
        return out.toString();
    }

    private static void optional(Option option, String text, StringBuilder out) {
        out.append(option.isRequired() ? " <" + option.name() + ">" : " [" + text + "]");
    }

    private static String rest(Option option, boolean first) {
        var value = first ? "<" + option.name() + ">" : "[--" + option.name() + "] <string>";
        return option.isRequired() ? " {" + value + "}..." : " [" + value + "]...";
    }
}
