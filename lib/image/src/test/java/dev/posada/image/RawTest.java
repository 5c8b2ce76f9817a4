package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RawTest {
    private static final long MEBI = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void aNewImageIsAllHole() {
        var path = folder.resolve("disk");
        Images.create(path, CreateRequest.of(Format.RAW, 100 * MEBI));
        var description = Images.describe(path, Optional.of(Format.RAW));
        assertThat(description.virtualBytes()).isEqualTo(100 * MEBI);
        assertThat(description.actualBytes()).isZero();
        try (var disk = Images.open(path, OpenOptions.READING)) {
            assertThat(disk.extent(MEBI, 3 * MEBI)).isEqualTo(Extent.zeroAt(3 * MEBI, MEBI));
        }
    }

    @Test
    void whatWasWrittenIsData() {
        var path = folder.resolve("disk");
        Images.create(path, CreateRequest.of(Format.RAW, 10 * MEBI));
        try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(Format.RAW))) {
            disk.write(2 * MEBI, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertThat(disk.extent(0, 10 * MEBI)).isEqualTo(Extent.zeroAt(2 * MEBI, 0));
            assertThat(disk.extent(2 * MEBI, 10 * MEBI - 2 * MEBI)).isEqualTo(Extent.data(4096, 2 * MEBI));
            disk.writeZeroes(2 * MEBI, 4096, true);
            assertThat(disk.extent(0, 10 * MEBI)).isEqualTo(Extent.zeroAt(10 * MEBI, 0));
            disk.resize(20 * MEBI);
            var tail = ByteBuffer.allocate(10);
            disk.read(20 * MEBI - 10, tail);
            assertThat(tail.array()).containsOnly(0);
            assertThatThrownBy(() -> disk.read(20 * MEBI - 9, tail.clear())).isInstanceOf(ImageException.class);
        }
    }

    @Test
    void aFileThatEndsInTheMidstOfASectorIsFilledUp() throws IOException {
        var path = Files.write(folder.resolve("disk"), new byte[] {7, 7, 7});
        try (var disk = Images.open(path, OpenOptions.READING)) {
            assertThat(disk.size()).isEqualTo(512);
            var sector = ByteBuffer.allocate(512);
            disk.read(0, sector);
            assertThat(sector.array()).startsWith(7, 7, 7, 0).endsWith(0);
        }
    }

    @Test
    void anImageIsNotReplacedUnlessAskedFor() throws IOException {
        var path = Files.writeString(folder.resolve("disk"), "precious");
        assertThatThrownBy(() -> Images.create(path, CreateRequest.of(Format.RAW, MEBI)))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.EXISTS));
        assertThat(path).hasContent("precious");
        Images.create(path, CreateRequest.of(Format.RAW, MEBI).replacing());
        assertThat(path).hasSize(MEBI);
        assertThat(folder).isDirectoryContaining(file -> file.equals(path));
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void aFailureLeavesNothing() {
        var path = folder.resolve("disk");
        var request = CreateRequest.of(Format.RAW, MEBI).withOption("cluster_size", "4096");
        assertThatThrownBy(() -> Images.create(path, request)).isInstanceOf(ImageException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writersKeepEachOtherOut() {
        var path = folder.resolve("disk");
        Images.create(path, CreateRequest.of(Format.RAW, MEBI));
        try (var first = Images.open(path, OpenOptions.WRITING)) {
            assertThat(first.readOnly()).isFalse();
            assertThatThrownBy(() -> Images.open(path, OpenOptions.WRITING))
                    .isInstanceOfSatisfying(
                            ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.IN_USE));
        }
        Images.open(path, OpenOptions.WRITING).close();
    }
}
