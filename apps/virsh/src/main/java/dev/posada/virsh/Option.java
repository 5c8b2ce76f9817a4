package dev.posada.virsh;

/**
 * An option or a positional value of a command.
 *
 * <p>As in libvirt's virsh every option that takes a value can also be given without its name, in the order of
 * declaration, unless it is declared {@link #onlyNamed()}.
 *
 * @param name without the dashes
 * @param kind what it takes
 * @param need whether it can be left out
 * @param help for {@code help COMMAND}; of an {@link Kind#ALIAS alias} the option it stands for, maybe with a value
 * @param completer proposes values
 */
record Option(
        String name, Kind kind, Need need, boolean named, boolean emptyAllowed, String help, Completer completer) {

    /** What follows an option. */
    enum Kind {
        /** Nothing: it is there or not. */
        FLAG,
        /** A {@link #FLAG} that libvirt's virsh does not have: the synopsis, which is libvirt's, leaves it out. */
        OWN_FLAG,
        /** A text. */
        TEXT,
        /** A whole number. */
        NUMBER,
        /** A text that the synopsis shows without the option's name. */
        VALUE,
        /** All texts that are left, at least one where needed. */
        REST,
        /** Another spelling of an option, not shown in the help. */
        ALIAS
    }

    /** Whether a command works without it. */
    enum Need {
        OPTIONAL,
        REQUIRED
    }

    /** There or not. */
    static Option flag(String name, String help) {
        return new Option(name, Kind.FLAG, Need.OPTIONAL, true, false, help, Completer.NONE);
    }

    /** There or not, and beyond what libvirt's virsh takes. */
    static Option ownFlag(String name, String help) {
        return new Option(name, Kind.OWN_FLAG, Need.OPTIONAL, true, false, help, Completer.NONE);
    }

    /** {@code [--name <string>]}. */
    static Option text(String name, String help) {
        return new Option(name, Kind.TEXT, Need.OPTIONAL, false, false, help, Completer.NONE);
    }

    /** {@code [--name <number>]}. */
    static Option number(String name, String help) {
        return new Option(name, Kind.NUMBER, Need.OPTIONAL, false, false, help, Completer.NONE);
    }

    /** {@code <name>}: a value without which the command does nothing. */
    static Option value(String name, String help) {
        return new Option(name, Kind.VALUE, Need.REQUIRED, false, false, help, Completer.NONE);
    }

    /** {@code [<name>]...}. */
    static Option rest(String name, String help) {
        return new Option(name, Kind.REST, Need.OPTIONAL, false, false, help, Completer.NONE);
    }

    /** An older spelling: {@code target} is an option's name, or {@code name=value}. */
    static Option alias(String name, String target) {
        return new Option(name, Kind.ALIAS, Need.OPTIONAL, true, false, target, Completer.NONE);
    }

    /** The same, and the command needs it. */
    Option required() {
        return new Option(name, kind, Need.REQUIRED, named, emptyAllowed, help, completer);
    }

    /** The same, and no value without the name counts for it. */
    Option onlyNamed() {
        return new Option(name, kind, need, true, emptyAllowed, help, completer);
    }

    /** The same, and {@code ""} is a value like others. */
    Option orEmpty() {
        return new Option(name, kind, need, named, true, help, completer);
    }

    /** The same with proposals for its values. */
    Option completing(Completer proposals) {
        return new Option(name, kind, need, named, emptyAllowed, help, proposals);
    }

    boolean takesValue() {
        return kind != Kind.FLAG && kind != Kind.OWN_FLAG && kind != Kind.ALIAS;
    }

    boolean isRequired() {
        return need == Need.REQUIRED;
    }
}
