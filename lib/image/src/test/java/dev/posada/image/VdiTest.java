package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.image.ImageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VdiTest {
    private static final int MEBI = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"off", "on"})
    void aRandomScriptAgreesWithAModelAndWithQemu(String fixed) throws IOException {
        long seed = 7;
        var random = new Random(seed);
        var path = folder.resolve("disk.vdi");
        var model = new DiskModel(random, 9 * MEBI + 1536);
        Images.create(path, CreateRequest.of(Format.VDI, 9 * MEBI + 1536).withOption("static", fixed));
        for (int round = 0; round < 6; round++) {
            try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(Format.VDI))) {
                for (int i = 0; i < 12; i++) {
                    model.change(disk);
                }
                model.check(disk);
            }
            assertThat(QemuImg.run("check", path))
                    .as("seed %d round %d", seed, round)
                    .contains("No errors");
        }
        var raw = Files.write(folder.resolve("raw"), model.bytes());
        QemuImg.run("compare", "-f", "vdi", "-F", "raw", path, raw);
    }

    @Test
    void whatQemuWroteIsRead() {
        var path = folder.resolve("disk.vdi");
        QemuImg.run("create", "-f", "vdi", path, "20M");
        QemuImg.io(path, "vdi", List.of("write -P 5 3M 10k", "write -P 6 17000k 2M"));
        try (var disk = Images.open(path, OpenOptions.READING)) {
            assertThat(disk.format()).isEqualTo(Format.VDI);
            assertThat(byteAt(disk, 3 * MEBI + 10239)).isEqualTo((byte) 5);
            assertThat(byteAt(disk, 3 * MEBI + 10240)).isZero();
            assertThat(byteAt(disk, 17_000 * 1024)).isEqualTo((byte) 6);
            assertThat(disk.extent(0, 20L * MEBI)).isEqualTo(Extent.absent(3 * MEBI));
        }
    }

    @Test
    void anImageGrowsInPlace() {
        var path = folder.resolve("disk.vdi");
        Images.create(path, CreateRequest.of(Format.VDI, 2 * MEBI));
        try (var disk = Images.open(path, OpenOptions.WRITING)) {
            disk.write(MEBI, ByteBuffer.wrap(new byte[] {9}));
            disk.resize(5 * MEBI);
            disk.write(5 * MEBI - 1, ByteBuffer.wrap(new byte[] {8}));
            assertThatThrownBy(() -> disk.resize(MEBI)).hasMessageContaining("convert");
        }
        assertThat(QemuImg.run("check", path)).contains("No errors");
        try (var disk = Images.open(path, OpenOptions.READING)) {
            assertThat(disk.size()).isEqualTo(5 * MEBI);
            assertThat(byteAt(disk, MEBI)).isEqualTo((byte) 9);
            assertThat(byteAt(disk, 5 * MEBI - 1)).isEqualTo((byte) 8);
        }
    }

    @Test
    void aCountThatLagsBehindGivesNoPlaceAwayTwice() throws IOException {
        var path = folder.resolve("disk.vdi");
        Images.create(path, CreateRequest.of(Format.VDI, 4 * MEBI));
        try (var disk = Images.open(path, OpenOptions.WRITING)) {
            disk.write(0, ByteBuffer.wrap(new byte[] {1}));
        }
        // As if a process had been killed before it could count.
        try (var file = ImageFile.open(path, true)) {
            file.write(VdiHeader.ALLOCATED_OFFSET, ByteBuffer.allocate(4));
        }
        try (var disk = Images.open(path, OpenOptions.WRITING)) {
            disk.write(MEBI, ByteBuffer.wrap(new byte[] {2}));
            assertThat(byteAt(disk, 0)).isEqualTo((byte) 1);
        }
        assertThat(QemuImg.run("check", path)).contains("No errors");
    }

    @Test
    void differencesAreRefused() throws IOException {
        var path = folder.resolve("disk.vdi");
        Images.create(path, CreateRequest.of(Format.VDI, 4 * MEBI));
        try (var file = ImageFile.open(path, true)) {
            file.write(0x4c, ByteBuffer.wrap(new byte[] {4, 0, 0, 0}));
        }
        assertThatThrownBy(() -> Images.open(path, OpenOptions.READING))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
    }

    @Test
    void aTruncatedImageIsRefused() throws IOException {
        var path = folder.resolve("disk.vdi");
        Images.create(path, CreateRequest.of(Format.VDI, 4 * MEBI));
        try (var disk = Images.open(path, OpenOptions.WRITING)) {
            disk.write(0, ByteBuffer.allocate(3 * MEBI));
        }
        try (var file = ImageFile.open(path, true)) {
            file.truncate(file.length() - MEBI);
        }
        assertThatThrownBy(() -> Images.open(path, OpenOptions.READING))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }

    private static byte byteAt(Disk disk, long position) {
        var one = ByteBuffer.allocate(1);
        disk.read(position, one);
        return one.get(0);
    }
}
