package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Overlays: what shows of the image below, and what does not. */
class Qcow2BackingTest {
    private static final int SIZE = 700 << 10;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "raw, 300, compat=1.1",
        "raw, 900, compat=1.1",
        "raw, 301, compat=0.10",
        "qcow2, 700, compat=0.10",
        "qcow2, 500, cluster_size=512",
        "qcow2, 900, extended_l2=on",
        "raw, 333, extended_l2=on",
        "vdi, 400, cluster_size=2M"
    })
    void anOverlayReadsAsTheModel(String format, int baseKib, String option) throws IOException {
        long seed = new Random().nextLong();
        System.err.println("Qcow2BackingTest " + format + " " + baseKib + " " + option + " seed " + seed);
        var random = new Random(seed);
        var raw = folder.resolve("base.raw");
        var baseBytes = new byte[baseKib << 10];
        Qcow2Test.fillSparsely(baseBytes, random);
        Files.write(raw, baseBytes);
        var base = folder.resolve("base." + format);
        if (!format.equals("raw")) {
            QemuImg.run("convert", "-f", "raw", "-O", format, raw, base);
        }
        var overlay = folder.resolve("overlay.qcow2");
        int equals = option.indexOf('=');
        Images.create(
                overlay,
                CreateRequest.of(Format.QCOW2, SIZE)
                        .backedBy("base." + format, Format.named(format).orElseThrow())
                        .withOption(option.substring(0, equals), option.substring(equals + 1)));
        var model = new DiskModel(random, SIZE);
        System.arraycopy(baseBytes, 0, model.bytes(), 0, Math.min(SIZE, baseBytes.length));
        for (int session = 0; session < 2; session++) {
            try (var disk = Images.open(overlay, OpenOptions.WRITING)) {
                model.check(disk);
                for (int i = 0; i < 15; i++) {
                    model.change(disk);
                }
                Qcow2Test.discard(model, disk, random);
                model.check(disk);
            }
            Qcow2Test.assertClean(overlay);
            assertSame(overlay, model);
        }
        // Whatever the image below has beyond the end must not show when the disk grows.
        try (var disk = Images.open(overlay, OpenOptions.WRITING)) {
            model.resize(disk, 200_192);
            model.resize(disk, SIZE + (300 << 10));
            model.check(disk);
        }
        Qcow2Test.assertClean(overlay);
        assertSame(overlay, model);
        assertThat(Files.readAllBytes(raw)).isEqualTo(baseBytes);
    }

    private void assertSame(Path overlay, DiskModel model) throws IOException {
        var raw = folder.resolve("model.raw");
        Files.write(raw, model.bytes());
        assertThat(QemuImg.run("compare", "-f", "raw", "-F", "qcow2", raw, overlay))
                .contains("identical");
    }

    @Test
    void withoutBackingAbsentPlacesAreZeroes() throws IOException {
        var base = folder.resolve("base.raw");
        var bytes = new byte[1 << 20];
        Arrays.fill(bytes, (byte) 7);
        Files.write(base, bytes);
        var overlay = folder.resolve("overlay.qcow2");
        Images.create(overlay, CreateRequest.of(Format.QCOW2, 1 << 20).backedBy("base.raw", Format.RAW));
        var found = ByteBuffer.allocate(1 << 20);
        try (var disk = Images.open(overlay, OpenOptions.READING.withoutBacking())) {
            disk.read(0, found);
            assertThat(Zeroes.only(found, 0, found.capacity())).isTrue();
            assertThat(disk.extent(0, 1 << 20)).isEqualTo(Extent.absent(1 << 20));
        }
        // A zero that is written must hide what is below, also if that was not opened.
        try (var disk = Images.open(overlay, OpenOptions.WRITING.withoutBacking())) {
            disk.writeZeroes(0, 1 << 20, true);
        }
        try (var disk = Images.open(overlay, OpenOptions.READING)) {
            disk.read(0, found.clear());
            assertThat(Zeroes.only(found, 0, found.capacity())).isTrue();
        }
    }

    @Test
    void encryptedImagesAreDescribedAndRefused() {
        var image = folder.resolve("luks.qcow2");
        Images.create(image, CreateRequest.of(Format.QCOW2, 1 << 20));
        // The mark for LUKS. QEMU makes such images only on a machine that is quiet enough to measure its processor.
        try (var file = ImageFile.open(image, true)) {
            file.write(32, ByteBuffer.allocate(Integer.BYTES).putInt(0, 2));
        }
        var description = Images.describe(image, Optional.empty());
        assertThat(description.encrypted()).isTrue();
        assertThatThrownBy(() -> Images.open(image, OpenOptions.READING).close())
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.UNSUPPORTED))
                .hasMessageContaining("encrypted (LUKS)");
        assertThat(Qcow2Images.check(image, OpenOptions.READING, CheckResult.Repair.NONE)
                        .clean())
                .isTrue();
    }

    @Test
    void unknownIncompatibleFeaturesAreNamed() throws IOException {
        var image = folder.resolve("future.qcow2");
        Images.create(image, CreateRequest.of(Format.QCOW2, 1 << 20));
        var bytes = Files.readAllBytes(image);
        bytes[72] |= (byte) 0x80;
        bytes[79] |= 0x20;
        Files.write(image, bytes);
        assertThatThrownBy(() -> Images.open(image, OpenOptions.READING).close())
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("unknown feature 5, unknown feature 63");
    }

    @Test
    void unknownExtensionsStay() throws IOException {
        var image = folder.resolve("extended.qcow2");
        Images.create(image, CreateRequest.of(Format.QCOW2, 1 << 20));
        try (var file = ImageFile.open(image, true)) {
            var header = Qcow2Image.readHeader(file);
            var more = header.extensionsWith(
                    0x12345678, Optional.of(Qcow2Extension.ofText(0x12345678, "whatever this is")));
            file.write(0, header.withBacking(Optional.empty(), more).encode(image));
        }
        Images.create(folder.resolve("base.qcow2"), CreateRequest.of(Format.QCOW2, 1 << 20));
        Qcow2Images.replaceBacking(
                image, OpenOptions.WRITING, Optional.of(new BackingReference("base.qcow2", Optional.of("qcow2"))));
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.write(5, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            disk.resize(3 << 20);
        }
        try (var file = ImageFile.open(image, false)) {
            var header = Qcow2Image.readHeader(file);
            assertThat(header.extension(0x12345678).map(Qcow2Extension::text)).contains("whatever this is");
            assertThat(header.backingFile()).contains("base.qcow2");
        }
        Qcow2Test.assertClean(image);
    }
}
