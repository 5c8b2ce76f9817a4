package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogBookTest {
    @TempDir
    Path folder;

    @Test
    void lineHasDateLevelPartAndMessage() throws IOException {
        var book = opened(LogLevel.INFO, List.of());
        book.tell(LogLevel.WARNING, "qemu", "the monitor is slow");
        book.close();

        assertThat(lines())
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z warning qemu: the monitor is slow");
    }

    @Test
    void dateIsThatOfTheMessage() {
        assertThat(LogLine.dated(1_795_401_296_007L, LogLevel.ERROR, "engine", "x"))
                .isEqualTo("2026-11-23T02:34:56.007Z error engine: x\n");
    }

    @Test
    void journalTakesThePriorityInFrontOfEveryLine() {
        assertThat(LogLine.forJournal(LogLevel.WARNING, "qemu", "one\n    two"))
                .isEqualTo("<4>qemu: one\n<4>    two\n");
    }

    @Test
    void filterThatMatchesFirstDecides() {
        var book = opened(LogLevel.WARNING, LogSettings.filters("4:qem 1:qemu 2:*engine*"));

        assertThat(book.tells("qemu", LogLevel.WARNING)).isFalse();
        assertThat(book.tells("qemu", LogLevel.ERROR)).isTrue();
        assertThat(book.tells("engine", LogLevel.INFO)).isTrue();
        assertThat(book.tells("server", LogLevel.INFO)).isFalse();
        book.close();
    }

    @Test
    void outputTakesOnlyWhatReachesItsLevel() throws IOException {
        var grave = folder.resolve("grave.log");
        var book = new LogBook();
        book.open(new LogSettings(
                LogLevel.DEBUG, List.of(), LogSettings.outputs("1:file:" + file() + " 4:file:" + grave, false)));
        book.tell(LogLevel.INFO, "a", "small");
        book.tell(LogLevel.ERROR, "a", "big");
        book.close();

        assertThat(lines()).hasSize(2);
        assertThat(Files.readAllLines(grave)).singleElement().asString().endsWith("error a: big");
    }

    @Test
    void whatAGuestSaysCannotForgeALine() {
        assertThat(LogLine.message("it said: ok\n2026-01-01T00:00:00.000Z error engine: gone\u001b[2J", null, null))
                .doesNotContain("\n", "\u001b")
                .contains("ok\\n2026", "\\u001b");
        assertThat(LogLine.message("x".repeat(100_000), null, null)).hasSizeLessThan(9_000);
    }

    @Test
    void parametersAreFilledInAndAWrongPatternDoesNoHarm() {
        assertThat(LogLine.message("domain {0} of {1}", new Object[] {"web", 2}, null))
                .isEqualTo("domain web of 2");
        assertThat(LogLine.message("domain {0", new Object[] {"web"}, null)).contains("domain {0");
        assertThat(LogLine.message(null, null, null)).isEqualTo("null");
    }

    @Test
    void whatWentWrongStandsBelowIndentedAndBounded() {
        var deep = new IllegalStateException("outer", new IOException("inner\nline"));

        assertThat(LogLine.message("failed", null, deep))
                .startsWith("failed\n    java.lang.IllegalStateException: outer")
                .contains("caused by java.io.IOException: inner\\nline");
        assertThat(LogLine.message("failed", null, deep).lines()).hasSizeLessThan(50);
    }

    @Test
    void logFileIsItsOwnersAlone() throws IOException {
        opened(LogLevel.INFO, List.of()).close();

        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void logFileThatCannotBeWrittenIsTold() {
        var book = new LogBook();
        var outputs = LogSettings.outputs("1:file:/proc/posada/x.log", false);

        assertThatThrownBy(() -> book.open(LogSettings.standard().withOutputs(outputs)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("cannot write the log file /proc/posada/x.log");
    }

    @Test
    void outputsThatCannotBeHadAreRefused() {
        assertThatThrownBy(() -> LogSettings.outputs("3:syslog:libvirtd", false))
                .hasMessageContaining("journald");
        assertThatThrownBy(() -> LogSettings.outputs("3:journald", false)).hasMessageContaining("systemd");
        assertThatThrownBy(() -> LogSettings.outputs("3:file:relative", false)).hasMessageContaining("absolute");
        assertThatThrownBy(() -> LogSettings.outputs("9:stderr", false)).hasMessageContaining("'9' is no level");
        assertThatThrownBy(() -> LogSettings.filters("qemu")).hasMessageContaining("LEVEL:PART");
        assertThat(LogSettings.outputs("3:journald", true)).hasSize(1);
    }

    @Test
    void thousandMessagesAtOnceAllArrive() throws IOException, InterruptedException {
        var book = opened(LogLevel.INFO, List.of());
        var writers = new Thread[10];
        for (int i = 0; i < writers.length; i++) {
            int writer = i;
            writers[i] = Thread.startVirtualThread(() -> {
                for (int n = 0; n < 100; n++) {
                    book.tell(LogLevel.INFO, "test", writer + "/" + n);
                }
            });
        }
        for (var writer : writers) {
            writer.join();
        }
        book.close();

        assertThat(lines()).hasSize(1_000);
    }

    @Test
    void loggersOfTheProcessAreOurs() {
        assertThat(System.LoggerFinder.getLoggerFinder()).isInstanceOf(DaemonLoggers.class);
        assertThat(System.getLogger("posada.qemu").getName()).isEqualTo("posada.qemu");
    }

    private LogBook opened(LogLevel level, List<LogSettings.Filter> filters) {
        var book = new LogBook();
        book.open(new LogSettings(level, filters, LogSettings.outputs("2:file:" + file(), false)));
        return book;
    }

    private Path file() {
        return folder.resolve("log/posadad.log");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }
}
