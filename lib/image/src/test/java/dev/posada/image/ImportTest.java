package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.image.ImageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images that others made, sound and damaged. */
final class ImportTest {
    private static final int MEBI = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vmdk|subformat=monolithicSparse",
                "vmdk|subformat=streamOptimized",
                "vpc|subformat=dynamic,force_size=on",
                "vpc|subformat=fixed,force_size=on",
                "vpc|subformat=dynamic",
                "vhdx|subformat=dynamic",
                "vhdx|subformat=fixed,block_size=1M",
                "vdi|static=off"
            })
    void whatQemuMadeIsReadAsQemuReadsIt(String format, String options) throws IOException {
        var raw = someDisk();
        var image = folder.resolve("image");
        QemuImg.run("convert", "-f", "raw", "-O", format, "-o", options, raw, image);
        var copy = folder.resolve("copy");
        try (var disk = Images.open(image, OpenOptions.READING.withFormat(format(format)))) {
            Images.convert(disk, copy, ConvertRequest.to(CreateRequest.of(Format.RAW, disk.size())), Progress.NONE);
            assertThat(Images.describe(image, Optional.of(format(format))).virtualBytes())
                    .isEqualTo(disk.size());
        }
        QemuImg.run("compare", "-f", format, "-F", "raw", image, copy);
        assertThat(QemuImg.run("info", "-f", format, image)).contains("(" + Files.size(copy) + " bytes)");
        if (!options.contains("fixed")) {
            assertThat(Images.probe(image)).isEqualTo(format(format));
        }
        assertThatThrownBy(() -> Images.open(
                                image,
                                OpenOptions.WRITING.withFormat(format(format)).withoutLock())
                        .resize(1))
                .isInstanceOf(ImageException.class);
    }

    @Test
    void encryptedImagesAreDescribedAndRefused() throws IOException {
        var path = folder.resolve("luks");
        luks(path);
        var description = Images.describe(path, Optional.empty());
        assertThat(description.format()).isEqualTo(Format.LUKS);
        assertThat(description.encrypted()).isTrue();
        assertThat(description.virtualBytes()).isEqualTo(5 * 512);
        assertThatThrownBy(() -> Images.open(path, OpenOptions.READING))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
    }

    /** Bytes of the tables are changed and the files cut off: what comes is an {@link ImageException} or a disk, soon. */
    @ParameterizedTest
    @CsvSource({"vmdk,", "vmdk,streamOptimized", "vpc,dynamic", "vpc,fixed", "vhdx,dynamic", "vdi,", "raw,", "luks,"})
    void damageEndsInACleanError(String format, String subformat) throws IOException {
        var raw = folder.resolve("raw");
        Files.write(raw, someBytes(new Random(1), 300_000));
        var image = folder.resolve("image");
        if (format.equals("luks")) {
            luks(image);
        } else {
            var words = new ArrayList<Object>(List.of("convert", "-f", "raw", "-O", format));
            if (subformat != null) {
                words.addAll(List.of("-o", "subformat=" + subformat));
            }
            words.addAll(List.of(raw, image));
            QemuImg.run(words.toArray());
        }
        long seed = 17;
        var random = new Random(seed);
        var sound = Files.readAllBytes(image);
        var damaged = folder.resolve("damaged");
        int rounds = 400;
        Assertions.assertThatCode(() -> {
                    for (int round = 0; round < rounds; round++) {
                        damage(random, sound, damaged, round);
                        look(damaged, format(format));
                    }
                })
                .as("%s, seed %d", format, seed)
                .doesNotThrowAnyException();
    }

    private static void damage(Random random, byte[] sound, Path damaged, int round) throws IOException {
        long length = round % 8 == 0 ? random.nextInt(sound.length) : sound.length;
        if (round == 0) {
            Files.write(damaged, sound);
        }
        try (var file = FileChannel.open(damaged, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(sound, 0, Math.min(sound.length, 4 * MEBI)), 0);
            file.truncate(length);
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                // Most of what decides stands at the beginning.
                int at = random.nextInt(random.nextBoolean() ? 600 : Math.min(sound.length, 400_000));
                byte[] bytes = new byte[1 << random.nextInt(4)];
                switch (random.nextInt(3)) {
                    case 0 -> Arrays.fill(bytes, (byte) 0xff);
                    case 1 -> random.nextBytes(bytes);
                    default -> bytes[0] = (byte) (1 << random.nextInt(8));
                }
                file.write(ByteBuffer.wrap(bytes), at);
            }
        }
    }

    /** Describes, opens, maps and reads a little. */
    private static void look(Path image, Format format) {
        var start = System.nanoTime();
        try {
            Images.describe(image, Optional.empty());
            Images.describe(image, Optional.of(format));
            try (var disk =
                    Images.open(image, OpenOptions.READING.withFormat(format).withoutLock())) {
                var buffer = ByteBuffer.allocateDirect(64 << 10);
                long at = 0;
                for (int i = 0; i < 20 && at < disk.size(); i++) {
                    at += disk.extent(at, disk.size() - at).length();
                }
                for (long position = 0; position < Math.min(disk.size(), MEBI); position += buffer.capacity()) {
                    buffer.clear().limit((int) Math.min(buffer.capacity(), disk.size() - position));
                    disk.read(position, buffer);
                }
            }
        } catch (ImageException clean) {
            assertThat(clean.getMessage()).doesNotContain("\n");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
    }

    /** As cryptsetup and QEMU make them, as far as we look: QEMU's own takes its time and fails on a busy machine. */
    private static void luks(Path path) throws IOException {
        var bytes = ByteBuffer.allocate(9 * 512);
        bytes.put(new byte[] {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe, 0, 1})
                .putInt(104, 4);
        Files.write(path, bytes.array());
    }

    private static Format format(String label) {
        return Format.named(label).orElseThrow();
    }

    private Path someDisk() throws IOException {
        var random = new Random(3);
        var raw = folder.resolve("raw");
        Images.create(raw, CreateRequest.of(Format.RAW, 17 * MEBI));
        try (var disk = Images.open(raw, OpenOptions.WRITING.withFormat(Format.RAW))) {
            for (int i = 0; i < 12; i++) {
                disk.write(random.nextInt(16 * MEBI), ByteBuffer.wrap(someBytes(random, random.nextInt(300_000))));
            }
        }
        return raw;
    }

    /** Compressible in parts. */
    private static byte[] someBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Arrays.fill(bytes, 0, length / 2, (byte) 'x');
        return bytes;
    }
}
