package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Persistent bitmaps, made by QEMU and kept true by us. */
class Qcow2BitmapTest {
    private static final int SIZE = 3 << 20;
    private static final int GRANULARITY = 1024;

    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void makeImage() {
        image = folder.resolve("image.qcow2");
        Images.create(image, CreateRequest.of(Format.QCOW2, SIZE).withOption("cluster_size", "512"));
        QemuImg.run("bitmap", "--add", "-g", GRANULARITY, image, "recording");
        QemuImg.run("bitmap", "--add", "--disable", "-g", "64k", image, "resting");
    }

    @Test
    void whatIsWrittenIsRecorded() throws IOException {
        long seed = new Random().nextLong();
        System.err.println("Qcow2BitmapTest seed " + seed);
        var random = new Random(seed);
        var expected = new BitSet();
        for (int session = 0; session < 4; session++) {
            try (var disk = Images.open(image, OpenOptions.WRITING)) {
                for (int i = 0; i < 5; i++) {
                    int position = random.nextInt(SIZE);
                    int length = 1 + random.nextInt(Math.min(SIZE - position, 30_000));
                    switch (random.nextInt(3)) {
                        case 0 -> disk.writeZeroes(position, length, true);
                        case 1 -> disk.discard(position, length);
                        default -> disk.write(position, ByteBuffer.allocate(length));
                    }
                    expected.set(position / GRANULARITY, (position + length - 1) / GRANULARITY + 1);
                }
            }
            Qcow2Test.assertClean(image);
            assertThat(bits("recording")).isEqualTo(expected);
            assertThat(bits("resting").isEmpty()).isTrue();
            assertThat(flags()).contains("recording[auto]", "resting[]");
        }
        assertThat(QemuImg.run("info", "--output=json", image)).doesNotContain("in-use");
    }

    @Test
    void whoIsKilledLeavesTheBitmapMarkedAsInUse() throws IOException {
        var copy = folder.resolve("killed.qcow2");
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.write(0, ByteBuffer.allocate(1));
            disk.flush();
            Files.copy(image, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        Qcow2Test.assertClean(copy);
        assertThat(QemuImg.run("info", "--output=json", copy)).contains("in-use");
        image = copy;
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.write(0, ByteBuffer.allocate(1));
        }
        assertThat(flags()).contains("recording[in-use, auto]");
        Qcow2Test.assertClean(image);
    }

    @Test
    void aDiskOfAnotherSizeHasBitmapsOfThatSize() throws IOException {
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.write(SIZE - 5000, ByteBuffer.allocate(5000));
            disk.resize(2 * SIZE);
            disk.write(2 * SIZE - 1, ByteBuffer.allocate(1));
        }
        Qcow2Test.assertClean(image);
        var expected = new BitSet();
        expected.set((SIZE - 5000) / GRANULARITY, SIZE / GRANULARITY);
        expected.set(2 * SIZE / GRANULARITY - 1);
        assertThat(bits("recording")).isEqualTo(expected);
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.resize(SIZE - 2048);
        }
        Qcow2Test.assertClean(image);
        expected.clear(SIZE / GRANULARITY - 2, 4 * SIZE / GRANULARITY);
        assertThat(bits("recording")).isEqualTo(expected);
        // QEMU reads it, and goes on recording.
        QemuImg.io(image, "qcow2", List.of("write 0 1k"));
        expected.set(0);
        assertThat(bits("recording")).isEqualTo(expected);
        assertThat(QemuImg.run("info", "--output=json", image)).doesNotContain("in-use");
    }

    @Test
    void afterASnapshotIsAppliedEverythingHasChanged() throws IOException {
        Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "s", Instant.EPOCH);
        assertThat(bits("recording").isEmpty()).isTrue();
        Qcow2Images.applySnapshot(image, OpenOptions.WRITING, "s");
        assertThat(bits("recording").cardinality()).isEqualTo(SIZE / GRANULARITY);
        Qcow2Test.assertClean(image);
        assertThat(flags()).contains("recording[auto]");
    }

    /** After a kill at any moment a bitmap that is not marked as in use has a bit for whatever is not as it was. */
    @Test
    void aBitmapThatIsNotMarkedIsComplete() {
        long seed = new Random().nextLong();
        System.err.println("Qcow2BitmapTest.killed seed " + seed);
        var random = new Random(seed);
        ByteBuffer before;
        try (var file = ImageFile.open(image, false)) {
            before = ByteBuffer.allocate((int) file.length());
            file.read(0, before);
            before.flip();
        }
        var store = new RecordedStore(before.duplicate());
        for (int session = 0; session < 2; session++) {
            try (var disk = new Qcow2Disk(Qcow2Image.open(store, true, 8 << 10), store, Optional.empty())) {
                for (int i = 0; i < 4; i++) {
                    var data = new byte[1 + random.nextInt(5000)];
                    Arrays.fill(data, (byte) 1);
                    disk.write(random.nextInt(SIZE - data.length), ByteBuffer.wrap(data));
                }
                if (session == 1) {
                    disk.resize(SIZE + 700_160);
                }
            }
        }
        int complete = 0;
        for (int moment = 0; moment <= store.moments(); moment += 1 + random.nextInt(4)) {
            var left = RecordedStore.at(before, store, moment);
            var opened = Qcow2Image.open(left, false, 1 << 20);
            if (!Qcow2Bitmap.readAll(opened).getFirst().inUse()) {
                complete++;
                var content = ByteBuffer.allocate((int) opened.header().layout().size());
                new Qcow2Disk(opened, left, Optional.empty()).read(0, content);
                var bits = bits(left, "recording");
                for (int at = 0; at < content.capacity(); at += GRANULARITY) {
                    int length = Math.min(GRANULARITY, content.capacity() - at);
                    assertThat(bits.get(at / GRANULARITY) || Zeroes.only(content, at, length))
                            .as("killed at " + moment + ", " + at)
                            .isTrue();
                }
            }
        }
        assertThat(complete).isBetween(1, store.moments());
    }

    /** Killed at any moment, a change of bitmaps has happened or has not, and leaks clusters at worst. */
    @Test
    void aKilledChangeLeavesTheOldBitmapsOrTheNew() {
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.write(100_000, ByteBuffer.allocate(300_000));
            disk.write(SIZE - 5000, ByteBuffer.allocate(5000));
        }
        for (var action : List.of(
                new BitmapAction.Add(OptionalLong.empty()),
                new BitmapAction.Merge("recording", Optional.empty()),
                new BitmapAction.Enable(),
                new BitmapAction.Clear(),
                new BitmapAction.Remove())) {
            var name = action instanceof BitmapAction.Add ? "new" : "resting";
            ByteBuffer before;
            try (var file = ImageFile.open(image, false)) {
                before = ByteBuffer.allocate((int) file.length());
                file.read(0, before);
                before.flip();
            }
            var store = new RecordedStore(before.duplicate());
            var opened = Qcow2Image.open(store, true, 1 << 20);
            new Qcow2BitmapChanges(opened).apply(name, action);
            opened.flush();
            var old = everything(RecordedStore.at(before, store, 0));
            var after = everything(store);
            assertThat(after).isNotEqualTo(old);
            for (int moment = 0; moment <= store.moments(); moment++) {
                var left = RecordedStore.at(before, store, moment);
                assertThat(everything(left)).as(action + " killed at " + moment).isIn(old, after);
                var found = Qcow2Images.check(left, false, Bounds.DEFAULT, CheckResult.Repair.NONE);
                assertThat(found.corruptions())
                        .as(action + " killed at " + moment)
                        .isZero();
                if (moment == store.moments()) {
                    assertThat(found.leaks()).as(action.toString()).isZero();
                }
            }
            if (!(action instanceof BitmapAction.Remove)) {
                Qcow2Images.changeBitmap(image, OpenOptions.WRITING, name, List.of(action));
                Qcow2Test.assertClean(image);
            }
        }
    }

    /** Names, flags and bits of all bitmaps. */
    private static String everything(ByteStore store) {
        var all = new StringBuilder();
        for (var each : Qcow2BitmapChanges.bitmaps(Qcow2Image.open(store, false, 1 << 20))) {
            all.append(each.name()).append(each.flags()).append(bits(store, each.name()));
        }
        return all.toString();
    }

    private String flags() {
        var bitmaps = new StringBuilder();
        try (var file = ImageFile.open(image, false)) {
            for (var each : Qcow2Bitmap.readAll(Qcow2Image.open(file, false, 1 << 20))) {
                var flags = (each.inUse() ? "in-use" : "")
                        + (each.inUse() && each.auto() ? ", " : "")
                        + (each.auto() ? "auto" : "");
                bitmaps.append(each.name()).append('[').append(flags).append("] ");
            }
        }
        return bitmaps.toString();
    }

    private BitSet bits(String name) {
        try (var file = ImageFile.open(image, false)) {
            return bits(file, name);
        }
    }

    private static BitSet bits(ByteStore file, String name) {
        var opened = Qcow2Image.open(file, false, 1 << 20);
        var bitmap = Qcow2Bitmap.readAll(opened).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        var all = ByteBuffer.allocate(bitmap.tableEntries() * opened.clusterBytes());
        for (long entry : opened.readWords(bitmap.tableOffset(), bitmap.tableEntries())) {
            var page = ByteBuffer.allocate(opened.clusterBytes());
            if (Qcow2Entry.offset(entry) != 0) {
                file.read(Qcow2Entry.offset(entry), page);
                page.flip();
            } else if (entry == 1) {
                while (page.hasRemaining()) {
                    page.put((byte) -1);
                }
                page.flip();
            }
            all.put(page);
        }
        return BitSet.valueOf(all.flip());
    }
}
