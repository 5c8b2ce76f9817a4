package dev.posada.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeterTest {
    private static final long GIB = 1L << 30;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicLong now = new AtomicLong(1_000_000);

    @Test
    void lastLineNamesSizeAndTime() {
        var meter = meter(false);

        meter.start("Allocating 'guest-clone.qcow2'", 10 * GIB);
        now.addAndGet(65_000);
        meter.update(5 * GIB);
        meter.end(10 * GIB);

        assertThat(text())
                .isEqualTo("\rAllocating 'guest-clone.qcow2'                              |  10 GB  01:05     \n");
    }

    @Test
    void lastLineMarksWhatIsNotDone() {
        var meter = meter(false);

        meter.start("Allocating 'a'", GIB);
        meter.end(0);

        assertThat(text()).endsWith(" |    0 B  00:00 ... \n").hasSize(82);
    }

    @Test
    void whoSeesTheLineSeesItChangeButNotTooOften() {
        var meter = meter(true);

        meter.start("Allocating 'a'", 4 * GIB);
        now.addAndGet(100);
        meter.update(1);
        assertThat(text()).isEmpty();
        now.addAndGet(9_900);
        meter.update(GIB);

        assertThat(text())
                .contains(" 25%", " [====  ", "102 MB/s", "1.0 GB", "00:30 ETA")
                .hasSize(82);
    }

    @ParameterizedTest
    @CsvSource({
        "0, '0 '",
        "999, '999 '",
        "1000, '1.0 k'",
        "10485760, '10 M'",
        "10737418240, '10 G'",
        "1610612736, '1.5 G'"
    })
    void sizesHaveThreeDigitsAtMost(long bytes, String shown) {
        assertThat(Meter.size(bytes)).isEqualTo(shown);
    }

    private Meter meter(boolean updates) {
        return new Meter(
                new PrintStream(written, true, StandardCharsets.UTF_8),
                updates,
                80,
                () -> Instant.ofEpochMilli(now.get()));
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
