package dev.posada.virsh;

import java.util.List;

/** Proposes values of an option while a line is typed. */
@FunctionalInterface
interface Completer {
    /** Proposes nothing. */
    Completer NONE = _ -> List.of();

    /**
     * Values that could stand here; those that do not begin with what is typed are left out by the caller.
     *
     * <p>Never waits for a password, prints nothing, and proposes nothing where the daemon does not answer.
     *
     * @param call the command as far as it is typed; options may be missing
     */
    List<String> propose(Call call);

    /** Proposes words that are always the same. */
    static Completer words(String... words) {
        var list = List.of(words);
        return _ -> list;
    }
}
