package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyNumbersTest {
    private static final int LINUX = 0;
    private static final int XT = 1;
    private static final int SET1 = 2;
    private static final int SET2 = 3;
    private static final int SET3 = 4;
    private static final int OSX = 5;
    private static final int XT_KBD = 6;
    private static final int USB = 7;
    private static final int WIN32 = 8;
    private static final int QNUM = 9;

    private final KeyNumbers keys = KeyNumbers.load();

    @Test
    void theMainBlockHasTheSameNumbersInLinuxAndXt() {
        assertThat(IntStream.rangeClosed(1, 83)).allSatisfy(key -> {
            assertThat(keys.qnum(LINUX, key)).contains(key);
            assertThat(keys.qnum(XT, key)).contains(key);
        });
    }

    @Test
    void aKeyIsTheSameInEveryNumbering() {
        // The right control key, which has a prefix in every set of scan codes.
        int rightControl = 0x9d;
        assertThat(keys.qnum(LINUX, 97)).contains(rightControl);
        assertThat(keys.qnum(XT, 0xe01d)).contains(rightControl);
        assertThat(keys.qnum(SET1, 0xe01d)).contains(rightControl);
        assertThat(keys.qnum(SET2, 0xe014)).contains(rightControl);
        assertThat(keys.qnum(SET3, 0x58)).contains(rightControl);
        assertThat(keys.qnum(OSX, 0x3e)).contains(rightControl);
        assertThat(keys.qnum(XT_KBD, 0x11d)).contains(rightControl);
        assertThat(keys.qnum(USB, 228)).contains(rightControl);
        assertThat(keys.qnum(WIN32, 0xa3)).contains(rightControl);
        assertThat(keys.qnum(QNUM, rightControl)).contains(rightControl);
    }

    @Test
    void lettersAreWhereTheyBelong() {
        assertThat(keys.qnum(USB, 4)).isEqualTo(keys.qnum(LINUX, 30)); // A
        assertThat(keys.qnum(WIN32, 'Z')).isEqualTo(keys.qnum(LINUX, 44));
        assertThat(keys.qnum(OSX, 0)).isEqualTo(keys.qnum(LINUX, 30));
    }

    @Test
    void whatIsNoKeyHasNoNumber() {
        assertThat(keys.qnum(LINUX, 0)).isEmpty();
        assertThat(keys.qnum(LINUX, 9999)).isEmpty();
        assertThat(keys.qnum(QNUM, -1)).isEmpty();
        assertThat(keys.qnum(42, 30)).isEmpty();
    }
}
