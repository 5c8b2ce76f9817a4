package dev.posada.install;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** In which order the parts of each kind of element are written: the file {@code element-order.txt}. */
final class ElementOrder {
    private static final Kind PLAIN = new Kind(List.of(Rest.REST));

    private final Map<String, Kind> kinds;

    private ElementOrder(Map<String, Kind> kinds) {
        this.kinds = kinds;
    }

    /** One place in an order. */
    sealed interface Item {}

    /** An attribute or a text. */
    record Property(String path) implements Item {}

    /**
     * An element with an order of its own.
     *
     * @param path to it, without the mark
     * @param kind the name of its kind
     * @param many whether there may be several
     */
    record Part(String path, String kind, boolean many) implements Item {}

    /** Whatever is not named. */
    enum Rest implements Item {
        REST
    }

    /** An order. */
    record Kind(List<Item> items) {
        Kind {
            items = List.copyOf(items);
        }
    }

    /** The kind of that name; of one that is not in the file, everything stands in the order in which it was set. */
    Kind kind(String name) {
        return kinds.getOrDefault(name, PLAIN);
    }

    static ElementOrder read() {
        var kinds = new HashMap<String, Kind>();
        try (var in = ElementOrder.class.getResourceAsStream("element-order.txt")) {
            if (in == null) {
                throw new IllegalStateException("element-order.txt is missing from the program");
            }
            var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            var name = "";
            var items = new ArrayList<Item>();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                if (!line.startsWith(" ")) {
                    if (!name.isEmpty()) {
                        kinds.put(name, new Kind(items));
                    }
                    int colon = line.indexOf(": ");
                    name = line.substring(0, colon);
                    items.clear();
                    line = line.substring(colon + 1);
                }
                for (var word : line.strip().split(" ", -1)) {
                    add(items, word);
                }
            }
            kinds.put(name, new Kind(items));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read element-order.txt", e);
        }
        return new ElementOrder(Map.copyOf(kinds));
    }

    private static void add(List<Item> items, String word) {
        if (word.equals("*")) {
            items.add(Rest.REST);
        } else if (word.equals("+device")) {
            items.add(new Part("driver", "virtio-driver", false));
            items.add(new Part("alias", "alias", false));
            items.add(new Part("address", "address", false));
            items.add(Rest.REST);
            items.add(new Part("boot", "boot", false));
        } else if (word.endsWith(">") || word.contains(">:")) {
            items.add(part(word, word.indexOf('>'), 1, false));
        } else if (word.contains("[]")) {
            items.add(part(word, word.indexOf("[]"), 2, true));
        } else {
            items.add(new Property(word));
        }
    }

    private static Part part(String word, int mark, int length, boolean many) {
        var path = word.substring(0, mark);
        var kind = word.length() > mark + length
                ? word.substring(mark + length + 1)
                : path.substring(path.lastIndexOf('/') + 1);
        return new Part(path, kind, many);
    }
}
