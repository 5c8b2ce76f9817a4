package dev.posada.daemon;

import dev.posada.daemon.SettingKey.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every key of a settings file. What is checked and the template that is shipped both come from here.
 *
 * @param owner whose settings these are, as in "no setting of posadad"
 * @param title what stands at the head of the template
 * @param keys in the order of the template
 */
record KeyTable(String owner, String title, List<SettingKey> keys) {
    KeyTable {
        keys = List.copyOf(keys);
    }

    Optional<SettingKey> named(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /**
     * Checks what a file sets; answers what is worth a word.
     *
     * @throws StartException for a value of the wrong kind, and for one that cannot be kept but would be relied on
     */
    List<String> check(ConfFile conf) {
        var notes = new ArrayList<String>();
        conf.entries().forEach((name, entry) -> {
            var key = named(name);
            var where = conf.path() + ":" + entry.line() + ": " + name;
            if (key.isEmpty()) {
                notes.add(where + " is no setting of " + owner + suggestion(name));
                return;
            }
            if (key.get().idle().isEmpty() && !key.get().kind().fits(entry.value())) {
                throw conf.wrong(
                        name,
                        name + " takes " + key.get().kind().words() + ", as in " + name + " = "
                                + key.get().standard() + ", not "
                                + entry.value().kind());
            }
            var harmless = key.get().harmless();
            if (!harmless.isEmpty() && !harmless.containsAll(entry.value().texts())) {
                throw conf.wrong(
                        name,
                        name + " cannot be had: " + key.get().idle().orElse("only " + harmless)
                                + "; remove it once that is" + " taken care of otherwise");
            }
            if (harmless.isEmpty()) {
                key.get().idle().ifPresent(why -> notes.add(where + " has no effect: " + why));
            }
        });
        return notes;
    }

    /** A key that differs in little from what was written. */
    private String suggestion(String name) {
        var plain = name.toLowerCase(Locale.ROOT).replace("-", "_");
        return keys.stream()
                .map(SettingKey::name)
                .filter(known -> known.equals(plain) || known.startsWith(plain) || plain.startsWith(known))
                .findFirst()
                .map(known -> "; is " + known + " meant?")
                .orElse("");
    }

    /** Puts a table together, section by section. */
    static final class Builder {
        private final List<SettingKey> keys = new ArrayList<>();
        private String section = "";

        Builder section(String title) {
            section = title;
            return this;
        }

        Builder number(String name, String standard, String text) {
            return add(name, Kind.NUMBER, standard, Optional.empty(), List.of(), text);
        }

        Builder text(String name, String standard, String text) {
            return add(name, Kind.TEXT, standard, Optional.empty(), List.of(), text);
        }

        /** A key that is known and does nothing. */
        Builder idle(String name, Kind kind, String standard, String why) {
            return add(name, kind, standard, Optional.of(why), List.of(), why);
        }

        /** A key that does nothing and may be set only to what it would do anyway. */
        Builder refused(String name, Kind kind, String standard, List<String> harmless, String why) {
            return add(name, kind, standard, Optional.of(why), harmless, why);
        }

        private Builder add(
                String name, Kind kind, String standard, Optional<String> idle, List<String> harmless, String text) {
            keys.add(new SettingKey(section, name, kind, standard, idle, harmless, text));
            return this;
        }

        KeyTable table(String owner, String title) {
            return new KeyTable(owner, title, keys);
        }
    }
}
