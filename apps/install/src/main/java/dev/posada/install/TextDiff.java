package dev.posada.install;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The difference of two texts in unified form.
 *
 * <p>Matching stretches are found from the longest on, each time the first of the longest (the method of Ratcliff and
 * Obershelp); lines that come too often in a long text begin no match. Other methods give other differences where there
 * is a choice, and scripts compare what they get.
 */
final class TextDiff {
    private static final int CONTEXT = 3;
    private static final int LONG_TEXT = 200;
    private static final int POPULAR_SHARE = 100;

    private final List<String> before;
    private final List<String> after;
    private final Map<String, List<Integer>> places = new HashMap<>();

    private TextDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
        for (int j = 0; j < after.size(); j++) {
            places.computeIfAbsent(after.get(j), _ -> new ArrayList<>()).add(j);
        }
        if (after.size() >= LONG_TEXT) {
            int most = after.size() / POPULAR_SHARE + 1;
            places.values().removeIf(all -> all.size() > most);
        }
    }

    private record Match(int a, int b, int length) {}

    /** A stretch of both texts: equal, or one replaced by the other. */
    private record Stretch(boolean equal, int a, int aEnd, int b, int bEnd) {}

    /** The difference with its heading; empty when there is none. */
    static String of(String before, String after, String beforeName, String afterName) {
        return new TextDiff(lines(before), lines(after)).unified(beforeName, afterName);
    }

    private static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        int begin = 0;
        while (begin < text.length()) {
            int end = text.indexOf('\n', begin);
            end = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(begin, end));
            begin = end;
        }
        return lines;
    }

    private Match longest(int aLow, int aHigh, int bLow, int bHigh) {
        int bestA = aLow;
        int bestB = bLow;
        int best = 0;
        var lengths = new HashMap<Integer, Integer>();
        for (int i = aLow; i < aHigh; i++) {
            var next = new HashMap<Integer, Integer>();
            for (int j : places.getOrDefault(before.get(i), List.of())) {
                if (j < bLow || j >= bHigh) {
                    continue;
                }
                int length = lengths.getOrDefault(j - 1, 0) + 1;
                next.put(j, length);
                if (length > best) {
                    bestA = i - length + 1;
                    bestB = j - length + 1;
                    best = length;
                }
            }
            lengths = next;
        }
        while (bestA > aLow && bestB > bLow && before.get(bestA - 1).equals(after.get(bestB - 1))) {
            bestA--;
            bestB--;
            best++;
        }
        while (bestA + best < aHigh
                && bestB + best < bHigh
                && before.get(bestA + best).equals(after.get(bestB + best))) {
            best++;
        }
        return new Match(bestA, bestB, best);
    }

    private void matches(int aLow, int aHigh, int bLow, int bHigh, List<Match> found) {
        var match = longest(aLow, aHigh, bLow, bHigh);
        if (match.length == 0) {
            return;
        }
        matches(aLow, match.a, bLow, match.b, found);
        found.add(match);
        matches(match.a + match.length, aHigh, match.b + match.length, bHigh, found);
    }

    private List<Stretch> stretches() {
        var found = new ArrayList<Match>();
        matches(0, before.size(), 0, after.size(), found);
        found.add(new Match(before.size(), after.size(), 0));
        var stretches = new ArrayList<Stretch>();
        int a = 0;
        int b = 0;
        for (var match : found) {
            if (a < match.a || b < match.b) {
                stretches.add(new Stretch(false, a, match.a, b, match.b));
            }
            a = match.a + match.length;
            b = match.b + match.length;
            if (match.length > 0) {
                add(stretches, new Stretch(true, match.a, a, match.b, b));
            }
        }
        return stretches;
    }

    /** Adjoining equal stretches are one. */
    private static void add(List<Stretch> stretches, Stretch equal) {
        if (!stretches.isEmpty() && stretches.getLast().equal) {
            var last = stretches.removeLast();
            stretches.add(new Stretch(true, last.a, equal.aEnd, last.b, equal.bEnd));
        } else {
            stretches.add(equal);
        }
    }

    private List<List<Stretch>> groups() {
        var groups = new ArrayList<List<Stretch>>();
        var group = new ArrayList<Stretch>();
        var all = stretches();
        for (int i = 0; i < all.size(); i++) {
            var stretch = all.get(i);
            if (!stretch.equal) {
                group.add(stretch);
                continue;
            }
            boolean first = i == 0;
            boolean last = i == all.size() - 1;
            int length = stretch.aEnd - stretch.a;
            if (first || last || length > 2 * CONTEXT) {
                if (!first) {
                    int kept = Math.min(CONTEXT, length);
                    group.add(new Stretch(true, stretch.a, stretch.a + kept, stretch.b, stretch.b + kept));
                    groups.add(List.copyOf(group));
                    group.clear();
                }
                if (!last) {
                    int kept = Math.min(CONTEXT, length);
                    group.add(new Stretch(true, stretch.aEnd - kept, stretch.aEnd, stretch.bEnd - kept, stretch.bEnd));
                }
            } else {
                group.add(stretch);
            }
        }
        if (group.stream().anyMatch(stretch -> !stretch.equal)) {
            groups.add(List.copyOf(group));
        }
        groups.removeIf(each -> each.stream().allMatch(Stretch::equal));
        return groups;
    }

    private String unified(String beforeName, String afterName) {
        var out = new StringBuilder();
        for (var group : groups()) {
            if (out.isEmpty()) {
                out.append("--- ")
                        .append(beforeName)
                        .append("\n+++ ")
                        .append(afterName)
                        .append('\n');
            }
            var first = group.getFirst();
            var last = group.getLast();
            out.append("@@ -")
                    .append(range(first.a, last.aEnd))
                    .append(" +")
                    .append(range(first.b, last.bEnd))
                    .append(" @@\n");
            for (var stretch : group) {
                before.subList(stretch.a, stretch.aEnd)
                        .forEach(line -> out.append(stretch.equal ? ' ' : '-').append(line));
                if (!stretch.equal) {
                    after.subList(stretch.b, stretch.bEnd)
                            .forEach(line -> out.append('+').append(line));
                }
            }
        }
        return out.toString();
    }

    private static String range(int begin, int end) {
        int length = end - begin;
        if (length == 1) {
            return Integer.toString(begin + 1);
        }
        return (length == 0 ? begin : begin + 1) + "," + length;
    }
}
