package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescriptorTest {
    @TempDir
    Path folder;

    @Test
    void closingTwiceClosesOnce() throws IOException {
        var first = Descriptor.open(Files.createFile(folder.resolve("a")), OpenFlag.READ);
        int number = first.number();
        first.close();
        try (var second = Descriptor.open(folder.resolve("a"), OpenFlag.READ)) {
            assertThat(second.number())
                    .as("the lowest free number is given again")
                    .isEqualTo(number);
            first.close();
            assertThat(Path.of("/proc/self/fd/" + number)).isSymbolicLink();
        }
    }

    @Test
    void numberIsKeptUntilTheLastUseEnds() throws IOException {
        var file = Descriptor.open(Files.createFile(folder.resolve("used")), OpenFlag.READ);
        int number = file.acquire();
        file.close();
        assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + number))).hasFileName("used");
        file.done();
        assertThat(OpenDescriptors.targets()).noneMatch(target -> target.endsWith("/used"));
    }

    @Test
    void closedDescriptorHasNoNumber() throws IOException {
        var file = Descriptor.open(Files.createFile(folder.resolve("a")), OpenFlag.READ);
        file.close();
        assertThatThrownBy(file::number)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(file::duplicate).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void releasedNumberStaysOpen() throws IOException {
        var file = Descriptor.open(Files.createFile(folder.resolve("released")), OpenFlag.READ);
        int number = file.release();
        file.close();
        assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + number))).hasFileName("released");
        Descriptor.adopt(number).close();
    }

    @Test
    void duplicateOutlivesTheOriginal() throws IOException {
        var file = Descriptor.open(Files.createFile(folder.resolve("dup")), OpenFlag.READ);
        try (var copy = file.duplicate()) {
            file.close();
            assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + copy.number())))
                    .hasFileName("dup");
        }
    }

    @Test
    void failureNamesCallObjectAndErrno() {
        var missing = folder.resolve("missing");
        assertThatThrownBy(() -> Descriptor.open(missing, OpenFlag.READ))
                .isInstanceOfSatisfying(PosixException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                    assertThat(e.symbol()).isEqualTo("ENOENT");
                    assertThat(e.call()).isEqualTo("open");
                    assertThat(e).hasMessage("open " + missing + ": No such file or directory (ENOENT)");
                });
    }

    @Test
    void unknownErrnoStillHasAName() {
        assertThat(new PosixException("call", "", 4000)).hasMessage("call: Unknown error 4000 (E4000)");
    }

    @Test
    void zeroByteInAPathIsRefused() {
        assertThatThrownBy(() -> new Spawn(Path.of("/bin/true"), java.util.List.of("a\0b")).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zero byte");
    }
}
