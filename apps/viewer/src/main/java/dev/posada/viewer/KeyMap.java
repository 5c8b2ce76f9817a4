package dev.posada.viewer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Keys for which others are sent, or none: {@code --keymap}. */
final class KeyMap {
    private final Map<Integer, List<GuestKey>> byKeysym = new HashMap<>();

    private KeyMap() {}

    /** Reads {@code key=key+key,key=}; what is not understood is told and left out. */
    static KeyMap read(Optional<String> text, Keys keys, Consumer<String> complain) {
        var map = new KeyMap();
        for (String part : text.filter(given -> !given.isEmpty())
                .map(given -> given.split(",", -1))
                .orElse(new String[0])) {
            int equals = part.indexOf('=');
            String source = equals < 0 ? part : part.substring(0, equals);
            Optional<GuestKey> key = keys.byName(source);
            if (equals < 0) {
                complain.accept("Missing mapping value for key '" + source + "'");
            } else if (key.isEmpty()) {
                complain.accept("Unable to lookup '" + source + "' key");
            } else {
                map.byKeysym.put(key.get().keysym(), targets(part.substring(equals + 1), keys, complain));
            }
        }
        return map;
    }

    private static List<GuestKey> targets(String text, Keys keys, Consumer<String> complain) {
        List<GuestKey> targets = new ArrayList<>();
        if (!text.isEmpty() && !text.equalsIgnoreCase("void")) {
            for (String name : text.split("\\+", -1)) {
                keys.byName(name)
                        .ifPresentOrElse(
                                targets::add,
                                () -> complain.accept("Unable to lookup mapped key '" + name + "' it will be ignored"));
            }
        }
        return List.copyOf(targets);
    }

    /** What is sent for a key: itself unless something else is set. */
    List<GuestKey> sent(GuestKey key) {
        return byKeysym.getOrDefault(key.keysym(), List.of(key));
    }
}
