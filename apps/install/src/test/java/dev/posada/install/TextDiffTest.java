package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TextDiffTest {
    private static String diff(String before, String after) {
        return TextDiff.of(before, after, "old", "new");
    }

    @Test
    void equalTextsHaveNoDifference() {
        assertThat(diff("a\nb\n", "a\nb\n")).isEmpty();
    }

    @Test
    void aChangeStandsBetweenThreeLinesOnEachSide() {
        assertThat(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"))
                .isEqualTo("""
                --- old
                +++ new
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +five
                 6
                 7
                 8
                """);
    }

    @Test
    void farChangesStandApartAndNearOnesTogether() {
        var before = lines(40);
        var far = before.replace("line 3\n", "").replace("line 30\n", "other\n");
        assertThat(diff(before, far).lines().filter(line -> line.startsWith("@@")))
                .containsExactly("@@ -1,6 +1,5 @@", "@@ -27,7 +26,7 @@");
        var near = before.replace("line 3\n", "").replace("line 9\n", "other\n");
        assertThat(diff(before, near).lines().filter(line -> line.startsWith("@@")))
                .containsExactly("@@ -1,12 +1,11 @@");
    }

    @Test
    void whatIsAddedToNothingBeginsAtNought() {
        assertThat(diff("", "a\n")).isEqualTo("--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n");
    }

    @Test
    void aDifferenceLeadsFromOneTextToTheOther() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            var before = words(random);
            var after = words(random);
            assertThat(applied(before, diff(before, after)))
                    .as("seed " + seed + ", " + before.replace('\n', ' ') + "-> " + after.replace('\n', ' '))
                    .isEqualTo(after);
        }
    }

    private static String lines(int count) {
        return java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(i -> "line " + i + "\n")
                .collect(Collectors.joining());
    }

    private static String words(Random random) {
        return random.ints(random.nextInt(30), 'a', 'f')
                .mapToObj(c -> (char) c + "\n")
                .collect(Collectors.joining());
    }

    /** What a difference makes of a text: a patch program of a few lines. */
    private static String applied(String before, String diff) {
        if (diff.isEmpty()) {
            return before;
        }
        var old = before.lines().toList();
        var out = new StringBuilder();
        int at = 0;
        for (var line : diff.lines().skip(2).toList()) {
            if (line.startsWith("@@")) {
                var range = line.substring(4, line.indexOf(' ', 4)).split(",", -1);
                int begin = Integer.parseInt(range[0]);
                boolean none = range.length > 1 && range[1].equals("0");
                while (at < (none ? begin : begin - 1)) {
                    out.append(old.get(at++)).append('\n');
                }
            } else if (line.startsWith("+")) {
                out.append(line.substring(1)).append('\n');
            } else {
                assertThat(old.get(at++)).isEqualTo(line.substring(1));
                if (line.startsWith(" ")) {
                    out.append(line.substring(1)).append('\n');
                }
            }
        }
        while (at < old.size()) {
            out.append(old.get(at++)).append('\n');
        }
        return out.toString();
    }
}
