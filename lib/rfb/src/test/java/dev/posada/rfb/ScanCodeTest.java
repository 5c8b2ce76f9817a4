package dev.posada.rfb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScanCodeTest {
    @Test
    void keysOfTheFirstBoardsKeepTheirNumbers() {
        assertThat(ScanCode.ofLinux(30)).as("A").isEqualTo(0x1e);
        assertThat(ScanCode.ofLinux(88)).as("F12").isEqualTo(0x58);
    }

    @Test
    void laterKeysHaveTheHighestBit() {
        assertThat(ScanCode.ofLinux(103)).as("up").isEqualTo(0xc8);
        assertThat(ScanCode.ofLinux(97)).as("right control").isEqualTo(0x9d);
    }

    @Test
    void noTwoKeysShareACodeAndOthersHaveNone() {
        int[] codes = IntStream.range(1, 256)
                .map(ScanCode::ofLinux)
                .filter(code -> code != 0)
                .toArray();
        // Print screen and the key that Linux numbers 84 are one on these boards.
        assertThat(IntStream.of(codes).distinct().count()).isEqualTo(codes.length - 1L);
        assertThat(ScanCode.ofLinux(0)).isZero();
        assertThat(ScanCode.ofLinux(-1)).isZero();
        assertThat(ScanCode.ofLinux(100_000)).isZero();
    }
}
