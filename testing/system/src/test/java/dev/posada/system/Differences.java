package dev.posada.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The differences that are known, as a file has them:
 *
 * <pre>
 * # why
 * == command
 * -a line only libvirtd prints
 * +a line only posadad prints
 * == another command, different for the same reason
 * *
 * </pre>
 *
 * <p>A lone {@code *} means that what the command prints depends on the host.
 */
final class Differences {
    private static final String ANYTHING = "*";
    private static final String NEW = "not looked at yet";

    private final Map<String, Set<String>> lines = new LinkedHashMap<>();
    private final Map<String, String> reasons = new LinkedHashMap<>();

    private Differences() {}

    static Differences parse(String text) {
        var known = new Differences();
        var reason = NEW;
        var command = "";
        for (var line : text.lines().filter(line -> !line.isBlank()).toList()) {
            if (line.startsWith("# ")) {
                reason = line.substring(2);
            } else if (line.startsWith("== ")) {
                command = line.substring(3);
                known.reasons.put(command, reason);
                known.lines.put(command, new LinkedHashSet<>());
            } else {
                known.lines.get(command).add(line);
            }
        }
        return known;
    }

    /** What of these differences of a command is not known. */
    List<String> unknown(String command, List<String> differing) {
        var known = lines.getOrDefault(command, Set.of());
        return known.contains(ANYTHING)
                ? List.of()
                : differing.stream().filter(line -> !known.contains(line)).toList();
    }

    /** The file as it should be for these differences, each command under the reason it had. */
    String rewritten(Map<String, List<String>> differing) {
        var byReason = new LinkedHashMap<String, StringBuilder>();
        reasons.values().forEach(reason -> byReason.putIfAbsent(reason, new StringBuilder()));
        var all = new LinkedHashMap<>(differing);
        lines.forEach((command, known) -> {
            if (known.contains(ANYTHING)) {
                all.putIfAbsent(command, List.of());
            }
        });
        all.forEach((command, found) -> {
            boolean anything = lines.getOrDefault(command, Set.of()).contains(ANYTHING);
            var reason = reasons.getOrDefault(command, NEW);
            byReason.computeIfAbsent(reason, _ -> new StringBuilder())
                    .append("== " + command + "\n")
                    .append(anything ? ANYTHING + "\n" : String.join("\n", new LinkedHashSet<>(found)) + "\n");
        });
        var file = new StringBuilder();
        byReason.forEach((reason, entries) -> {
            if (!entries.isEmpty()) {
                file.append("# " + reason + "\n").append(entries).append("\n");
            }
        });
        return file.toString().stripTrailing() + "\n";
    }

    /** The lines only one of two texts has, in their order: {@code -} before those of the first, {@code +} the second's. */
    static List<String> between(String first, String second) {
        var a = first.lines().toList();
        var b = second.lines().toList();
        var common = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                common[i][j] = a.get(i).equals(b.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        var lines = new ArrayList<String>();
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
                i++;
                j++;
            } else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add("-" + a.get(i++));
            } else {
                lines.add("+" + b.get(j++));
            }
        }
        return lines;
    }
}
