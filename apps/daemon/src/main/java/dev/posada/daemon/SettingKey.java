package dev.posada.daemon;

import java.util.List;
import java.util.Optional;

/**
 * A key of a settings file: the name and meaning it has in libvirt's file of the same purpose.
 *
 * @param section the part of the file it is in
 * @param name the key
 * @param kind what its value is
 * @param standard what holds when it is not set, written as in the file; for a key with no such value, an example
 * @param idle why it has no effect here, when it has none
 * @param harmless the only values that may be set all the same; any may where there are none. Others would look as if
 *     they protected something
 * @param text what it does, as the template tells it
 */
record SettingKey(
        String section,
        String name,
        Kind kind,
        String standard,
        Optional<String> idle,
        List<String> harmless,
        String text) {

    /** What a value is. */
    enum Kind {
        NUMBER("a number"),
        TEXT("text in quotes"),
        LIST("a list of texts in brackets");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean fits(ConfFile.Value value) {
            return switch (value) {
                case ConfFile.NumberValue number -> this == NUMBER;
                case ConfFile.TextValue text -> this == TEXT;
                case ConfFile.ListValue list -> this == LIST;
            };
        }
    }
}
