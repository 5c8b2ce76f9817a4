package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.image.ImageException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our locks and those of a running QEMU. */
final class QemuLocksTest {
    @TempDir
    Path folder;

    @Test
    void anImageInUseByAGuestIsNotWritten() throws Exception {
        var path = folder.resolve("disk.vdi");
        Images.create(path, CreateRequest.of(Format.VDI, 1 << 20));
        var guest = guest(path, "vdi");
        try {
            assertThatThrownBy(() -> Images.open(path, OpenOptions.WRITING))
                    .isInstanceOfSatisfying(
                            ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
            assertThatThrownBy(() -> Images.open(path, OpenOptions.READING))
                    .as("tables may change under us")
                    .isInstanceOfSatisfying(
                            ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
            assertThatThrownBy(() -> Images.create(
                            path, CreateRequest.of(Format.VDI, 1 << 20).replacing()))
                    .isInstanceOfSatisfying(
                            ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
            Images.open(path, OpenOptions.READING.withoutLock()).close();
            assertThat(Images.describe(path, Optional.empty()).format()).isEqualTo(Format.VDI);
        } finally {
            end(guest);
        }
        Images.open(path, OpenOptions.WRITING).close();
    }

    @Test
    void whatWeWriteAGuestDoesNotUse() throws Exception {
        var path = folder.resolve("disk");
        Images.create(path, CreateRequest.of(Format.RAW, 1 << 20));
        try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(Format.RAW))) {
            assertThat(disk.readOnly()).isFalse();
            var refused = QemuImg.command("qemu-img", "resize", "-f", "raw", path, "2M");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.text()).contains("lock");
        }
        QemuImg.run("resize", "-f", "raw", path, "2M");
    }

    @Test
    void readersBearEachOther() {
        var path = folder.resolve("disk.vdi");
        Images.create(path, CreateRequest.of(Format.VDI, 1 << 20));
        try (var first = Images.open(path, OpenOptions.READING);
                var second = Images.open(path, OpenOptions.READING)) {
            assertThat(first.size()).isEqualTo(second.size());
            assertThat(QemuImg.run("info", path)).contains("vdi");
            assertThat(QemuImg.run("check", path)).contains("No errors");
        }
    }

    /** A QEMU that has opened the image for writing and does nothing. */
    private static Process guest(Path image, String format) throws IOException {
        var line = List.of(
                "qemu-system-x86_64",
                "-machine",
                "none",
                "-nodefaults",
                "-display",
                "none",
                "-qmp",
                "stdio",
                "-blockdev",
                "driver=" + format + ",node-name=disk,file.driver=file,file.filename=" + image);
        var process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // The greeting comes when all images are open.
        var greeting =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(greeting).contains("QMP");
        return process;
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
