package dev.posada.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileTest {
    @TempDir
    Path folder;

    @Test
    void fullFileIsSetAsideWhenItIsNextOpened() throws IOException {
        var log = new LogFile(folder.resolve("x.log"), 10, 3);
        for (int round = 1; round <= 6; round++) {
            log.append("round " + round + " ");
            log.append("more");
        }
        assertThat(log.path()).hasContent("round 6 more");
        assertThat(log.older(1)).hasContent("round 5 more");
        assertThat(log.older(2)).hasContent("round 4 more");
        assertThat(log.older(3)).hasContent("round 3 more");
        assertThat(folder.toFile().list()).hasSize(4);
    }

    @Test
    void fileBelowItsSizeIsAppendedTo() throws IOException {
        var log = new LogFile(folder.resolve("x.log"));
        log.append("a");
        log.append("b");
        assertThat(log.path()).hasContent("ab");
        assertThat(log.bytesMax()).isEqualTo(2L * 1024 * 1024);
        assertThat(log.keptMax()).isEqualTo(3);
    }

    @Test
    void missingFolderIsAnError() {
        var log = new LogFile(folder.resolve("none/x.log"));
        assertThatThrownBy(log::open).isInstanceOf(IOException.class).hasMessageContaining("none/x.log");
    }

    @Test
    void aWriterThatHoldsTheFileGoesOnWritingToIt() throws IOException {
        var log = new LogFile(folder.resolve("x.log"), 4, 1);
        Files.writeString(log.path(), "12345");
        try (var held = Files.newOutputStream(log.path(), java.nio.file.StandardOpenOption.APPEND)) {
            log.open().close();
            held.write('6');
        }
        assertThat(log.older(1)).hasContent("123456");
        assertThat(log.path()).isEmptyFile();
    }

    @Test
    void aFullFileIsEmptiedUnderItsWriter() throws IOException {
        var log = new LogFile(folder.resolve("x.log"), 4, 2);
        try (var held = Files.newOutputStream(
                log.path(), java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
            held.write("123".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(log.emptyIfFull()).isFalse();
            held.write("45".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(log.emptyIfFull()).isTrue();
            held.write("6789".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(log.path()).hasContent("6789");
            assertThat(log.emptyIfFull()).isTrue();
        }
        assertThat(log.path()).isEmptyFile();
        assertThat(log.older(1)).hasContent("6789");
        assertThat(log.older(2)).hasContent("12345");
    }
}
