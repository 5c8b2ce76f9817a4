package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots taken, applied and deleted by us and by QEMU, on one image. */
class Qcow2SnapshotTest {
    private static final Instant DATE = Instant.parse("2026-02-03T04:05:06.000000007Z");

    @TempDir
    Path folder;

    private record Kept(String name, ByteBuffer bytes) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compat=0.10,cluster_size=512",
                "compat=1.1",
                "compat=1.1,cluster_size=512,refcount_bits=4",
                "compat=1.1,cluster_size=4k,refcount_bits=64",
                "compat=1.1,cluster_size=16k,extended_l2=on",
                "compat=1.1,cluster_size=4k,compression_type=zstd",
            })
    void eachSnapshotKeepsWhatTheDiskWas(String options) throws IOException {
        long seed = new Random().nextLong();
        System.err.println("Qcow2SnapshotTest " + options + " seed " + seed);
        var random = new Random(seed);
        var image = folder.resolve("image.qcow2");
        long size = options.contains("512") ? 200 << 10 : 1 << 20;
        var request = CreateRequest.of(Format.QCOW2, size);
        for (var option : options.split(",", -1)) {
            request = request.withOption(
                    option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        Images.create(image, request);
        var model = new DiskModel(random, size);
        var kept = new ArrayList<Kept>();
        for (int step = 0; step < 16; step++) {
            try (var disk = Images.open(image, OpenOptions.WRITING)) {
                for (int i = 0; i < 4; i++) {
                    model.change(disk);
                }
                if (!options.contains("0.10") && random.nextInt(4) == 0) {
                    model.resize(disk, (model.bytes().length + random.nextInt(100_000) - 50_000) & -512);
                }
            }
            switch (random.nextInt(5)) {
                case 0, 1 -> take(image, "s" + step, model, kept, random);
                case 2 -> apply(image, model, kept, random);
                case 3 -> delete(image, kept, random);
                default -> {}
            }
            Qcow2Test.assertClean(image);
            try (var disk = Images.open(image, OpenOptions.READING)) {
                model.check(disk);
            }
            assertThat(Images.describe(image, Optional.empty()).snapshots())
                    .extracting(SnapshotEntry::name)
                    .containsExactlyElementsOf(kept.stream().map(Kept::name).toList());
        }
        for (var each : List.copyOf(kept)) {
            var raw = folder.resolve("snapshot.raw");
            QemuImg.run("convert", "-l", "snapshot.name=" + each.name, "-f", "qcow2", "-O", "raw", image, raw);
            assertThat(startsAlike(ByteBuffer.wrap(Files.readAllBytes(raw)), each.bytes))
                    .isTrue();
        }
    }

    /** QEMU converts a snapshot with the size that the disk has now. */
    private static boolean startsAlike(ByteBuffer converted, ByteBuffer bytes) {
        int length = Math.min(converted.limit(), bytes.limit());
        return converted.slice(0, length).equals(bytes.slice(0, length));
    }

    private static void take(Path image, String name, DiskModel model, List<Kept> kept, Random random) {
        if (random.nextInt(3) == 0) {
            QemuImg.run("snapshot", "-c", name, image);
        } else {
            var entry = Qcow2Images.createSnapshot(image, OpenOptions.WRITING, name, DATE);
            assertThat(entry.name()).isEqualTo(name);
            assertThat(entry.date()).isEqualTo(DATE);
            assertThat(entry.diskBytes()).isEqualTo(model.bytes().length);
        }
        kept.add(new Kept(name, ByteBuffer.wrap(model.bytes().clone())));
    }

    private static void apply(Path image, DiskModel model, List<Kept> kept, Random random) {
        if (!kept.isEmpty()) {
            var chosen = kept.get(random.nextInt(kept.size()));
            if (random.nextInt(3) == 0) {
                QemuImg.run("snapshot", "-a", chosen.name, image);
            } else {
                Qcow2Images.applySnapshot(image, OpenOptions.WRITING, chosen.name);
            }
            model.become(chosen.bytes);
        }
    }

    private static void delete(Path image, List<Kept> kept, Random random) {
        if (!kept.isEmpty()) {
            var chosen = kept.remove(random.nextInt(kept.size()));
            if (random.nextInt(3) == 0) {
                QemuImg.run("snapshot", "-d", chosen.name, image);
            } else {
                Qcow2Images.deleteSnapshot(image, OpenOptions.WRITING, chosen.name);
            }
        }
    }

    @Test
    void aRefusedSnapshotLeavesTheFileAsItWas() throws IOException {
        var image = folder.resolve("narrow.qcow2");
        Images.create(image, CreateRequest.of(Format.QCOW2, 1 << 20).withOption("refcount_bits", "1"));
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.write(70_000, ByteBuffer.wrap(new byte[200_000]));
        }
        var before = Files.readAllBytes(image);
        assertThatThrownBy(() -> Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "s", DATE))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.UNSUPPORTED))
                .hasMessageContaining("refcounts have only 1 bits");
        assertThat(Files.readAllBytes(image)).isEqualTo(before);
    }

    @Test
    void aSnapshotThatIsNotThereIsNotFound() {
        var image = folder.resolve("image.qcow2");
        Images.create(image, CreateRequest.of(Format.QCOW2, 1 << 20));
        assertThatThrownBy(() -> Qcow2Images.deleteSnapshot(image, OpenOptions.WRITING, "gone"))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.NOT_FOUND));
    }
}
