package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class CpuListTest {
    @Test
    void shortestTextIsWritten() {
        assertThat(CpuList.parse("3,0,1,2,8-8,10").orElseThrow()).hasToString("0-3,8,10");
        assertThat(CpuList.parse("").orElseThrow()).hasToString("");
    }

    @Test
    void whatIsNotAListIsNothing() {
        for (var text : new String[] {"a", "3-1", "-1", "1-", "0-99999999", "99999999999"}) {
            assertThat(CpuList.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void writtenListReadsBackTheSame() {
        long seed = System.nanoTime();
        var random =
                RandomGeneratorFactory.<RandomGenerator>of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 500; i++) {
            var text = new StringBuilder("0");
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append(',').append(random.nextInt(200));
            }
            var list = CpuList.parse(text.toString()).orElseThrow();
            assertThat(CpuList.parse(list.toString()).orElseThrow())
                    .as("seed %d, %s", seed, text)
                    .hasToString(list.toString());
        }
    }
}
