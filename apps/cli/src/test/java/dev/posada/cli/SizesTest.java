package dev.posada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SizesTest {
    private static final int RANDOM_SIZES = 20_000;

    @Test
    void threeDigitsAreShownRoundedToTheEvenNeighbour() {
        var random = RandomGenerator.of("Xoshiro256PlusPlus");
        for (int i = 0; i < RANDOM_SIZES; i++) {
            long bytes = random.nextLong() >>> (1 + random.nextInt(63));
            assertThat(Sizes.text(bytes)).as("%d bytes", bytes).isEqualTo(exactly(bytes));
        }
    }

    @Test
    void halvesAndUnitsAreShownAsQemuDoes() {
        assertThat(Sizes.text(0)).isEqualTo("0 B");
        assertThat(Sizes.text(999)).isEqualTo("999 B");
        assertThat(Sizes.text(1000)).isEqualTo("0.977 KiB");
        assertThat(Sizes.text(1536)).isEqualTo("1.5 KiB");
        assertThat(Sizes.text(1L << 30)).isEqualTo("1 GiB");
        assertThat(Sizes.text(10L << 30)).isEqualTo("10 GiB");
        assertThat(Sizes.text((100L << 20) + (1L << 19))).isEqualTo("100 MiB");
        assertThat(Sizes.text((101L << 20) + (1L << 19))).isEqualTo("102 MiB");
        assertThat(Sizes.text(Long.MAX_VALUE)).isEqualTo("8 EiB");
    }

    @Test
    void sizesAreReadWithTheirUnits() {
        assertThat(Sizes.parse("512", "size")).isEqualTo(512);
        assertThat(Sizes.parse("512b", "size")).isEqualTo(512);
        assertThat(Sizes.parse("10G", "size")).isEqualTo(10L << 30);
        assertThat(Sizes.parse("1.5m", "size")).isEqualTo(3L << 19);
        assertThat(Sizes.parse("0x10K", "size")).isEqualTo(16 << 10);
        assertThat(Sizes.parse("7E", "size")).isEqualTo(7L << 60);
        assertThat(Sizes.parse("9223372036854775807", "size")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsNoSizeIsRefused() {
        for (var text : new String[] {"", "-1", "1.", ".5G", "1X", "1GG", "0x", "1 G", "٣"}) {
            assertThatThrownBy(() -> Sizes.parse(text, "size"))
                    .as("'%s'", text)
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith("Invalid size '");
        }
        for (var text : new String[] {"8E", "9223372036854775808", "99999999999999999999K"}) {
            assertThatThrownBy(() -> Sizes.parse(text, "size"))
                    .as("'%s'", text)
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("too large");
        }
    }

    /** The same by numbers of any size. */
    private static String exactly(long bytes) {
        var number = new BigDecimal(bytes);
        var names = new String[] {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        int power = 0;
        while (power < names.length - 1 && number.compareTo(BigDecimal.valueOf(1000)) >= 0) {
            number = number.divide(BigDecimal.valueOf(1024));
            power++;
        }
        var rounded = number.round(new MathContext(3, RoundingMode.HALF_EVEN));
        return (rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString()) + " " + names[power];
    }
}
