package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Abilities.WindowSize;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleResizeTest {
    @Test
    void aSizeIsToldToTheFirstConsoleOrToANamedOne() {
        assertThat(ConsoleResize.parse("console-resize 24 80")).contains(new ConsoleResize("", new WindowSize(24, 80)));
        assertThat(ConsoleResize.parse("  console-resize\tconsole0  1   65535 "))
                .contains(new ConsoleResize("console0", new WindowSize(1, 65_535)));
    }

    @Test
    void whatIsNoSizeIsNotTakenForOne() {
        for (var line : List.of(
                "console-resize",
                "console-resize 24",
                "console-resize a 24",
                "console-resize 24 80 console0",
                "console-resize console0 24 80 1",
                "console-resize 0 80",
                "console-resize 24 65536",
                "console-resize 24 123456789012",
                "console-resize +24 80")) {
            assertThat(ConsoleResize.isOne(line)).as(line).isTrue();
            assertThat(ConsoleResize.parse(line)).as(line).isEmpty();
        }
    }

    @Test
    void otherLinesAreTheMonitorsOwn() {
        for (var line : List.of("", " ", "help", "console-resized 24 80", "help console-resize", "Thread.print -l")) {
            assertThat(ConsoleResize.isOne(line)).as(line).isFalse();
        }
    }
}
