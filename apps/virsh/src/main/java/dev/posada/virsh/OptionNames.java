package dev.posada.virsh;

import java.util.Locale;

/** Constants whose names are also the names of options. */
final class OptionNames {
    private OptionNames() {}

    /** In small letters, words joined by dashes. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
