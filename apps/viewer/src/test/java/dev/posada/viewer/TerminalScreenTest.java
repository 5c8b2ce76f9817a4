package dev.posada.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TerminalScreenTest {
    private final List<String> answers = new ArrayList<>();
    private final TerminalScreen screen =
            new TerminalScreen(bytes -> answers.add(new String(bytes, StandardCharsets.US_ASCII)));

    private void says(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        screen.feed(bytes, bytes.length);
    }

    @Test
    void textWrapsAtTheEdgeAndNotBefore() {
        says("x".repeat(80));
        assertThat(screen.row()).isZero();
        says("y");
        assertThat(screen.line(1)).isEqualTo("y");
    }

    @Test
    void linesThatScrollAwayAreKeptWithinBounds() {
        for (int i = 0; i < TerminalScreen.MAX_HISTORY + 100; i++) {
            says("line " + i + "\r\n");
        }
        assertThat(screen.text().lines()).hasSize(TerminalScreen.MAX_HISTORY + TerminalScreen.ROWS);
        assertThat(screen.text()).contains("line 2000\n").doesNotContain("line 5\n");
    }

    @Test
    void theCursorGoesWhereItIsSent() {
        says("\033[5;10Hhere\033[2A\033[3Dup");
        assertThat(screen.line(4)).isEqualTo(" ".repeat(9) + "here");
        assertThat(screen.line(2)).isEqualTo(" ".repeat(10) + "up");
        says("\033[999;999H");
        assertThat(screen.row()).isEqualTo(23);
        assertThat(screen.column()).isEqualTo(79);
    }

    @Test
    void partsAreErased() {
        says("abcdef\033[3D\033[K\r\nsecond\033[1K\r\nthird");
        assertThat(screen.line(0)).isEqualTo("abc");
        assertThat(screen.line(1)).isEmpty();
        says("\033[2J");
        assertThat(screen.line(2)).isEmpty();
    }

    @Test
    void aRegionScrollsByItself() {
        says("top\r\n1\r\n2\r\n3\r\nbelow\033[2;4r\033[4;1H\n");
        assertThat(screen.line(0)).isEqualTo("top");
        assertThat(screen.line(1)).isEqualTo("2");
        assertThat(screen.line(3)).isEmpty();
        assertThat(screen.line(4)).isEqualTo("below");
        says("\033[2;1H\033M");
        assertThat(screen.line(1)).isEmpty();
        assertThat(screen.line(2)).isEqualTo("2");
    }

    @Test
    void charactersAndLinesAreInsertedAndDeleted() {
        says("abcdef\033[1;3H\033[2@\033[1;1H\033[1P");
        assertThat(screen.line(0)).isEqualTo("b  cdef");
        says("\033[2;1Hx\033[2;1H\033[L\033[1;1H\033[M");
        assertThat(screen.line(0)).isEmpty();
        assertThat(screen.line(1)).isEqualTo("x");
    }

    @Test
    void looksAreColoursAndMore() {
        says("\033[1;31;44ma\033[0mb\033[38;5;200;7mc\033[48;2;255;0;0md");
        assertThat(screen.style(0, 0))
                .isEqualTo(TerminalCells.BOLD
                        | TerminalCells.FOREGROUND_SET
                        | 1
                        | TerminalCells.BACKGROUND_SET
                        | 4 << TerminalCells.BACKGROUND_SHIFT);
        assertThat(screen.style(0, 1)).isZero();
        assertThat(screen.style(0, 2)).isEqualTo(TerminalCells.REVERSED | TerminalCells.FOREGROUND_SET | 200);
        assertThat(TerminalStyle.rgb(screen.style(0, 3) >> TerminalCells.BACKGROUND_SHIFT & 0xff))
                .isEqualTo(0xff0000);
    }

    @Test
    void fullScreenProgramsLeaveWhatWasThere() {
        says("before\033[?1049h\033[Hediting\033[?1049l");
        assertThat(screen.line(0)).isEqualTo("before");
        assertThat(screen.column()).isEqualTo(6);
    }

    @Test
    void utf8MayComeInPieces() {
        byte[] bytes = "Grüße 東".getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            screen.feed(new byte[] {b}, 1);
        }
        screen.feed(new byte[] {(byte) 0xff, (byte) 0xc3, 'x'}, 3);
        assertThat(screen.line(0)).isEqualTo("Grüße 東\ufffd\ufffdx");
    }

    @Test
    void linesAreDrawn() {
        says("\033(0lqk\033(Blqk");
        assertThat(screen.line(0)).isEqualTo("┌─┐lqk");
    }

    @Test
    void questionsAreAnswered() {
        says("\033[3;7H\033[6n\033[c\033[5n");
        assertThat(answers).containsExactly("\033[3;7R", "\033[?1;2c", "\033[0n");
    }

    @Test
    void titlesAndTheLikeAreNotShown() {
        says("\033]0;a title\007visible\033Pdevice\033\\ too\033[?2004h!");
        assertThat(screen.line(0)).isEqualTo("visible too!");
    }

    @Test
    void noNonsenseBreaksIt() {
        long seed = 42_2026;
        var random = new SplittableRandom(seed);
        byte[] bytes = new byte[4096];
        String likely = "\033[]();?0123456789HJKLMPXSTrhlm@ABCDc78\n\b\t";
        assertThatCode(() -> {
                    for (int round = 0; round < 500; round++) {
                        for (int i = 0; i < bytes.length; i++) {
                            bytes[i] = (byte)
                                    (random.nextInt(3) == 0
                                            ? random.nextInt()
                                            : likely.charAt(random.nextInt(likely.length())));
                        }
                        screen.feed(bytes, bytes.length);
                    }
                })
                .as("seed " + seed)
                .doesNotThrowAnyException();
    }
}
