package dev.posada.install;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** An option whose suboptions are about no document, taken apart and checked. */
final class PlainOption {
    private final Map<String, Optional<String>> values = new HashMap<>();

    PlainOption(OptionTable.Section section, String text) {
        var words = OptionWords.parse(section, text);
        var unknown = new ArrayList<String>();
        try {
            words.forEach((name, value) -> {
                var suboption = OptionWords.find(section, name);
                if (suboption.isEmpty()) {
                    unknown.add(name);
                } else {
                    values.put(suboption.get().name(), checked(suboption.get(), name, value));
                }
            });
        } catch (BadWord e) {
            throw e;
        } catch (InstallException e) {
            throw new InstallException("Error: --" + section.name() + " " + text + ": " + e.getMessage(), e);
        }
        if (!unknown.isEmpty()) {
            throw new BadWord("Unknown --" + section.name() + " options: ["
                    + String.join(", ", unknown.stream().map(Arguments::quoted).toList()) + "]");
        }
    }

    private static Optional<String> checked(Suboption suboption, String name, Optional<String> value) {
        if (value.isEmpty()) {
            throw new InstallException("Option '" + name + "' had no value set.");
        }
        var text = value.filter(word -> !word.isEmpty());
        if (!suboption.yesOrNo()) {
            return text;
        }
        return text.map(word -> Values.bool(word)
                .map(yes -> yes ? "yes" : "no")
                .orElseThrow(() -> new BadWord(name + " must be 'yes' or 'no'")));
    }

    Optional<String> text(String name) {
        return values.getOrDefault(name, Optional.empty());
    }

    Optional<Boolean> bool(String name) {
        return text(name).map("yes"::equals);
    }

    /** All that was said, by name. */
    Map<String, Optional<String>> values() {
        return Map.copyOf(values);
    }
}
