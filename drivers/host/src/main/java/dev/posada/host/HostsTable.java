package dev.posada.host;

import java.util.List;
import java.util.Optional;

/** Reads hosts(5): an address, then a name and its aliases. */
final class HostsTable {
    private HostsTable() {}

    /** The name with its domain from the first line that has {@code name}, or nothing. */
    static Optional<String> qualified(String table, String name) {
        return table.lines()
                .map(line -> line.split("#", 2)[0].strip())
                .map(line -> List.of(line.split("\\s+")))
                .filter(words ->
                        words.size() > 1 && words.subList(1, words.size()).contains(name))
                .flatMap(words -> words.stream().skip(1))
                .filter(alias -> alias.startsWith(name + "."))
                .findFirst();
    }
}
