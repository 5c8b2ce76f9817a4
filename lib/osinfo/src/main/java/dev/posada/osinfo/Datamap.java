package dev.posada.osinfo;

import java.util.Map;
import java.util.Optional;

/**
 * Translates words of one list to words of another, as keyboards' names.
 *
 * @param id its name in the database, a URI
 * @param entries from each word to its translation
 */
public record Datamap(String id, Map<String, String> entries) {
    /** Copies the map. */
    public Datamap {
        entries = Map.copyOf(entries);
    }

    /** What stands for a word. */
    public Optional<String> translate(String word) {
        return Optional.ofNullable(entries.get(word));
    }
}
