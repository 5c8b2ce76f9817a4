package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;

/** Options that mean the same wherever they stand. */
final class CommonOptions {
    private CommonOptions() {}

    /** {@code <file>}: an XML document. */
    static Option file(String help) {
        return Option.value("file", help);
    }

    /** {@code --validate}. */
    static Option validate() {
        return Option.flag("validate", "hold the document against its schema first");
    }

    /** {@code --disable} of commands that make things start with the host. */
    static Option disable() {
        return Option.flag("disable", "do not start it with the host any more");
    }

    /** Options followed by {@code --xpath} and {@code --wrap}. */
    static Option[] withSelection(Option... before) {
        var all = new ArrayList<>(List.of(before));
        all.addAll(List.of(XmlSelection.options()));
        return all.toArray(Option[]::new);
    }

    static String yesOrNo(boolean truth) {
        return truth ? "yes" : "no";
    }
}
