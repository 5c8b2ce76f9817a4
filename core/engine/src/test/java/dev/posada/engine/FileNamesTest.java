package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class FileNamesTest {
    @Test
    void ordinaryNamesAreTheirOwnFileNames() {
        for (var name : List.of("test", "web-01", "Debian 12", "a.b_c", "x@y:z,+=")) {
            assertThat(FileNames.of(name)).isEqualTo(name);
        }
    }

    @Test
    void namesThatHideClimbOrDependOnTheLocaleAreSpelledOut() {
        assertThat(FileNames.of(".hidden")).isEqualTo("%2Ehidden");
        assertThat(FileNames.of("..")).isEqualTo("%2E.");
        assertThat(FileNames.of("a/b")).isEqualTo("a%2Fb");
        assertThat(FileNames.of("100%")).isEqualTo("100%25");
        assertThat(FileNames.of("Gästehaus")).isEqualTo("G%C3%A4stehaus");
        assertThat(FileNames.of("a\nb\u0000")).isEqualTo("a%0Ab%00");
    }

    @Test
    void everyNameFitsAndNoTwoMeet() {
        long seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var seen = new HashMap<String, String>();
        for (int i = 0; i < 20_000; i++) {
            var name = new StringBuilder();
            int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 12);
            for (int j = 0; j < length; j++) {
                name.appendCodePoint("ab.%~ /é漢\n".codePointAt(random.nextInt(10)));
            }
            var file = FileNames.of(name.toString());
            assertThat(file)
                    .as("seed " + seed)
                    .hasSizeLessThanOrEqualTo(180)
                    .doesNotContain("/")
                    .doesNotStartWith(".");
            var before = seen.putIfAbsent(file, name.toString());
            assertThat(before == null || before.contentEquals(name))
                    .as("seed " + seed + ": " + file)
                    .isTrue();
        }
    }
}
