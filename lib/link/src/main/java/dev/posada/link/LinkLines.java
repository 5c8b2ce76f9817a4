package dev.posada.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code ip -o -d link show} prints: a line for each link, its number and name, flags, then words in pairs; a backslash
 * parts what is several lines without {@code -o}.
 */
final class LinkLines {
    private static final Pattern HEAD = Pattern.compile("^(\\d{1,9}): ([^:@]+)(?:@[^:]*)?: <([^>]*)> (.*)$");
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5,}");

    private LinkLines() {}

    static List<Link> parse(String text) {
        return text.lines().flatMap(line -> link(line).stream()).toList();
    }

    private static Optional<Link> link(String line) {
        var head = HEAD.matcher(line.strip());
        if (!head.matches()) {
            return Optional.empty();
        }
        var words =
                new ArrayList<>(List.of(head.group(4).replace("\\", " ").strip().split("\\s+", -1)));
        return Optional.of(new Link(
                head.group(2),
                Integer.parseInt(head.group(1)),
                address(words),
                after(words, "mtu")
                        .filter(mtu -> mtu.matches("\\d{1,9}"))
                        .map(Integer::parseInt)
                        .orElse(0),
                List.of(head.group(3).split(",", -1)).contains("UP"),
                // What kind it is stands before what is particular to the kind.
                after(words, "bridge").filter("forward_delay"::equals).isPresent(),
                after(words, "master")));
    }

    private static String address(List<String> words) {
        return words.stream()
                .filter(word -> word.startsWith("link/"))
                .findFirst()
                .flatMap(kind -> after(words, kind))
                .filter(word -> MAC.matcher(word).matches())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .orElse("");
    }

    private static Optional<String> after(List<String> words, String word) {
        int at = words.indexOf(word);
        return at < 0 || at + 1 >= words.size() ? Optional.empty() : Optional.of(words.get(at + 1));
    }
}
