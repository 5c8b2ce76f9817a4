package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConversionTest {
    private static final int MEBI = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "raw,raw",
        "raw,vdi",
        "vdi,raw",
        "vdi,vdi",
        "raw,qcow2",
        "qcow2,raw",
        "qcow2,qcow2",
        "qcow2,vdi",
        "vdi,qcow2"
    })
    void whatIsCopiedIsTheSameForQemu(String from, String to) throws IOException {
        var raw = someDisk(20 * MEBI + 7 * 512);
        var source = folder.resolve("source");
        QemuImg.run("convert", "-f", "raw", "-O", from, raw, source);
        var target = folder.resolve("target");
        convert(source, from, target, ConvertRequest.to(CreateRequest.of(format(to), 20 * MEBI + 7 * 512)));
        QemuImg.run("compare", "-f", "raw", "-F", to, raw, target);
        assertThat(Images.describe(target, Optional.of(format(to))).actualBytes())
                .as("holes are kept")
                .isLessThan(6 * MEBI);
    }

    @ParameterizedTest
    @CsvSource({"zlib,65536,1.1", "zstd,65536,1.1", "zlib,4096,0.10", "zstd,2097152,1.1", "zlib,512,1.1"})
    void whatIsCompressedQemuReads(String compression, int cluster, String compat) throws IOException {
        int size = 9 * MEBI + 7 * 512;
        var raw = someDisk(size);
        try (var disk = Images.open(raw, OpenOptions.WRITING.withFormat(Format.RAW))) {
            // Repeats at all distances: beyond what QEMU's own compressor would refer to.
            byte[] text = new byte[3 * MEBI];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) ((i % 20011) * 31 / 8);
            }
            disk.write(MEBI, ByteBuffer.wrap(text));
        }
        var target = folder.resolve("target");
        var image = CreateRequest.of(Format.QCOW2, size)
                .withOption("cluster_size", Integer.toString(cluster))
                .withOption("compat", compat);
        if (compression.equals("zstd")) {
            image = image.withOption("compression_type", "zstd");
        }
        convert(raw, "raw", target, ConvertRequest.to(image).compressed());
        assertThat(QemuImg.run("check", target)).contains("No errors");
        QemuImg.run("compare", "-f", "raw", "-F", "qcow2", raw, target);
        assertThat(Files.size(target)).isLessThan(6 * MEBI + 4L * cluster);
        var back = folder.resolve("back");
        convert(target, "qcow2", back, ConvertRequest.to(CreateRequest.of(Format.RAW, size)));
        assertThat(Files.mismatch(raw, back)).isEqualTo(-1);
    }

    @Test
    void anOverlayGetsOnlyWhatTheTopImageHas() throws IOException {
        var base = someDisk(8 * MEBI);
        var top = folder.resolve("top");
        Images.create(top, CreateRequest.of(Format.QCOW2, 8 * MEBI).backedBy("raw", Format.RAW));
        try (var disk = Images.open(top, OpenOptions.WRITING)) {
            disk.write(3 * MEBI, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            disk.writeZeroes(5 * MEBI, MEBI, true);
        }
        var target = folder.resolve("target");
        convert(
                top,
                "qcow2",
                target,
                ConvertRequest.to(CreateRequest.of(Format.QCOW2, 8 * MEBI).backedBy(base.toString(), Format.RAW)));
        assertThat(QemuImg.run("compare", top, target)).contains("identical");
        try (var disk = Images.open(target, OpenOptions.READING.withoutBacking())) {
            assertThat(disk.extent(0, 8 * MEBI)).isEqualTo(Extent.absent(3 * MEBI));
        }
    }

    @Test
    void zeroesOfAnyLengthAreStoredWhenAskedFor() throws IOException {
        var raw = someDisk(8 * MEBI);
        var target = folder.resolve("target");
        convert(
                raw,
                "raw",
                target,
                ConvertRequest.to(CreateRequest.of(Format.RAW, 8 * MEBI)).sparseFrom(0));
        assertThat(Images.describe(target, Optional.of(Format.RAW)).actualBytes())
                .isEqualTo(8 * MEBI);
        assertThat(Files.mismatch(raw, target)).isEqualTo(-1);
    }

    @Test
    void anExistingImageIsOverwrittenWholly() throws IOException {
        var raw = someDisk(8 * MEBI);
        var target = Files.write(folder.resolve("target"), new byte[10 * MEBI]);
        try (var disk = Images.open(target, OpenOptions.WRITING.withFormat(Format.RAW))) {
            var ones = new byte[10 * MEBI];
            Arrays.fill(ones, (byte) 1);
            disk.write(0, ByteBuffer.wrap(ones));
        }
        convert(
                raw,
                "raw",
                target,
                ConvertRequest.to(CreateRequest.of(Format.RAW, 10 * MEBI)).onto(ConvertRequest.Onto.EXISTING_IMAGE));
        try (var first = Images.open(raw, OpenOptions.READING);
                var second = Images.open(target, OpenOptions.READING)) {
            assertThat(second.size()).isEqualTo(10 * MEBI);
            assertThat(Comparison.firstDifference(first, second, Progress.NONE)).isEmpty();
        }
    }

    @Test
    void aCancelledCopyLeavesNothing() throws IOException {
        var raw = someDisk(8 * MEBI);
        var target = folder.resolve("made/target");
        Files.createDirectory(target.getParent());
        try (var source = Images.open(raw, OpenOptions.READING)) {
            assertThatThrownBy(() -> Images.convert(
                            source,
                            target,
                            ConvertRequest.to(CreateRequest.of(Format.VDI, 8 * MEBI)),
                            (done, total) -> {
                                if (done > 0) {
                                    throw new CancellationException();
                                }
                            }))
                    .isInstanceOf(CancellationException.class);
        }
        assertThat(target.getParent()).isEmptyDirectory();
    }

    @Test
    void theFirstSectorThatDiffersIsFound() throws IOException {
        var raw = someDisk(8 * MEBI);
        var other = folder.resolve("other");
        Files.copy(raw, other);
        try (var disk = Images.open(other, OpenOptions.WRITING.withFormat(Format.RAW))) {
            disk.resize(9 * MEBI);
        }
        assertThat(difference(raw, other)).isEmpty();
        try (var disk = Images.open(other, OpenOptions.WRITING.withFormat(Format.RAW))) {
            disk.write(8 * MEBI + 1000, ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(difference(raw, other)).hasValue(8 * MEBI + 512);
        assertThat(QemuImg.command("qemu-img", "compare", "-f", "raw", "-F", "raw", raw, other)
                        .text())
                .contains("" + (8 * MEBI + 512));
    }

    @Test
    void aCopyOntoItselfIsRefused() throws IOException {
        var raw = someDisk(MEBI);
        assertThatThrownBy(() -> convert(
                        raw,
                        "raw",
                        raw,
                        ConvertRequest.to(CreateRequest.of(Format.RAW, MEBI).replacing())))
                .hasMessageContaining("onto itself");
    }

    private static OptionalLong difference(Path one, Path two) {
        try (var first = Images.open(one, OpenOptions.READING.withFormat(Format.RAW));
                var second = Images.open(two, OpenOptions.READING.withFormat(Format.RAW))) {
            return Comparison.firstDifference(first, second, Progress.NONE);
        }
    }

    private static void convert(Path source, String format, Path target, ConvertRequest request) {
        try (var disk = Images.open(source, OpenOptions.READING.withFormat(format(format)))) {
            Images.convert(disk, target, request, Progress.NONE);
        }
    }

    private static Format format(String label) {
        return Format.named(label).orElseThrow();
    }

    /** Holes, data and written zeroes, in pieces of odd sizes. */
    private Path someDisk(int size) throws IOException {
        var random = new Random(11);
        var path = folder.resolve("raw");
        Images.create(path, CreateRequest.of(Format.RAW, size));
        try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(Format.RAW))) {
            for (int at = 0; at < size; ) {
                int length = Math.min(size - at, 1 + random.nextInt(MEBI));
                byte[] piece = new byte[length];
                switch (random.nextInt(5)) {
                    case 0 -> {
                        random.nextBytes(piece);
                        disk.write(at, ByteBuffer.wrap(piece));
                    }
                    case 1 -> disk.write(at, ByteBuffer.wrap(piece));
                    default -> {}
                }
                at += length;
            }
        }
        return path;
    }
}
