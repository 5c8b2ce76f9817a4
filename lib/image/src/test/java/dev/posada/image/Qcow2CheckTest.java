package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.image.CheckResult.Repair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damages that a check must find as QEMU does, and mend. */
class Qcow2CheckTest {
    private static final int CLUSTER = 4096;

    @TempDir
    Path folder;

    private Path image;
    private DiskModel model;

    @BeforeEach
    void makeImage() {
        image = folder.resolve("image.qcow2");
        Images.create(image, CreateRequest.of(Format.QCOW2, 1 << 20).withOption("cluster_size", "4k"));
        model = new DiskModel(new Random(7), 1 << 20);
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            for (int i = 0; i < 20; i++) {
                model.change(disk);
            }
        }
    }

    @Test
    void aSoundImageHasTheFiguresQemuGives() {
        assertSameFigures();
        Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "s", Instant.EPOCH);
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            model.change(disk);
            disk.writeZeroes(100_000, 50_000, false);
        }
        assertSameFigures();
        assertThat(check(Repair.NONE).clean()).isTrue();
    }

    @Test
    void compressedClustersHaveTheFiguresQemuGives() {
        var compressed = folder.resolve("compressed.qcow2");
        QemuImg.run("convert", "-c", "-O", "qcow2", image, compressed);
        image = compressed;
        assertSameFigures();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64})
    void leaksAreFoundAndFreed(int refcountBits) throws IOException {
        Qcow2Images.amend(image, OpenOptions.WRITING, Map.of("refcount_bits", String.valueOf(refcountBits)));
        assertThat(check(Repair.NONE).clean()).isTrue();
        long cluster = Files.size(image) / CLUSTER + 5;
        try (var file = ImageFile.open(image, true)) {
            file.truncate((cluster + 1) * CLUSTER);
        }
        setRefcount(cluster, 1);
        var found = check(Repair.NONE);
        assertThat(found.leaks()).isEqualTo(1);
        assertThat(found.corruptions()).isZero();
        assertSameFigures();
        var mended = check(Repair.LEAKS);
        assertThat(mended.leaksFixed()).isEqualTo(1);
        assertThat(mended.clean()).isTrue();
        Qcow2Test.assertClean(image);
        assertContent();
    }

    @Test
    void refcountsThatAreTooSmallAreMended() throws IOException {
        long l2 = l2Offset();
        long data = dataOffset(l2);
        setRefcount(data / CLUSTER, 0);
        setRefcount(l2 / CLUSTER, 0);
        var found = check(Repair.NONE);
        assertThat(found.corruptions()).isGreaterThanOrEqualTo(2);
        var mended = check(Repair.ALL);
        assertThat(mended.clean()).as(mended.toString()).isTrue();
        assertThat(mended.corruptionsFixed()).isEqualTo(found.corruptions());
        Qcow2Test.assertClean(image);
        assertContent();
    }

    @Test
    void refcountBlocksThatAreGoneAreMadeAnew() throws IOException {
        poke(CLUSTER, 0);
        var found = check(Repair.NONE);
        assertThat(found.corruptions()).isPositive();
        var mended = check(Repair.ALL);
        assertThat(mended.clean()).as(mended.toString()).isTrue();
        Qcow2Test.assertClean(image);
        assertContent();
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            for (int i = 0; i < 10; i++) {
                model.change(disk);
            }
        }
        Qcow2Test.assertClean(image);
        assertContent();
    }

    @Test
    void aRefcountBlockBeyondTheFileIsMadeAnew() throws IOException {
        poke(CLUSTER, 1L << 40);
        assertThat(check(Repair.NONE).corruptions()).isPositive();
        assertThat(check(Repair.ALL).clean()).isTrue();
        Qcow2Test.assertClean(image);
        assertContent();
    }

    @Test
    void wrongMarksAreFoundAndMended() throws IOException {
        long l2 = l2Offset();
        long entry = firstEntry(l2);
        poke(entry, peek(entry) ^ Qcow2Entry.COPIED);
        assertSameFigures();
        assertThat(check(Repair.NONE).corruptions()).isEqualTo(1);
        assertThat(check(Repair.ALL).corruptionsFixed()).isEqualTo(1);
        Qcow2Test.assertClean(image);
        assertContent();
    }

    @Test
    void twoClustersAtOnePlaceAreToldApartByTheNextWrite() throws IOException {
        long l2 = l2Offset();
        long first = firstEntry(l2);
        long second = first + 8;
        poke(second, peek(first));
        assertThat(check(Repair.NONE).corruptions()).isPositive();
        assertThat(check(Repair.ALL).clean()).isTrue();
        Qcow2Test.assertClean(image);
    }

    @Test
    void anEntryBeyondTheFileIsFound() throws IOException {
        long entry = firstEntry(l2Offset());
        poke(entry, 1L << 40 | Qcow2Entry.COPIED);
        assertSameFigures();
        assertThat(check(Repair.NONE).corruptions()).isEqualTo(2);
    }

    @Test
    void aDirtyImageIsMendedWhenItIsOpenedForWriting() throws IOException {
        long data = dataOffset(l2Offset());
        setRefcount(data / CLUSTER, 0);
        poke(72, Qcow2Header.DIRTY);
        assertThat(Images.describe(image, Optional.empty()).dirty()).isTrue();
        assertContent();
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            model.change(disk);
        }
        assertThat(Images.describe(image, Optional.empty()).dirty()).isFalse();
        Qcow2Test.assertClean(image);
        assertContent();
    }

    @Test
    void anImageMarkedCorruptIsReadButNotWritten() throws IOException {
        poke(72, Qcow2Header.CORRUPT);
        assertContent();
        assertThatThrownBy(() -> Images.open(image, OpenOptions.WRITING).close())
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("marked as corrupt");
        assertThat(check(Repair.ALL).clean()).isTrue();
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            model.change(disk);
        }
        Qcow2Test.assertClean(image);
    }

    @Test
    void aTruncatedImageIsRefused() throws IOException {
        try (var file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 3 * CLUSTER);
        }
        assertThatThrownBy(() -> Images.open(image, OpenOptions.READING).close())
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("truncated");
    }

    @Test
    void amendingChangesWhatQemuReads() throws IOException {
        Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "s", Instant.EPOCH);
        Qcow2Images.amend(image, OpenOptions.WRITING, Map.of("lazy_refcounts", "on", "refcount_bits", "64"));
        assertThat(QemuImg.run("info", image)).contains("refcount bits: 64").contains("lazy refcounts: true");
        Qcow2Test.assertClean(image);
        Qcow2Images.deleteSnapshot(image, OpenOptions.WRITING, "s");
        Qcow2Images.amend(image, OpenOptions.WRITING, Map.of("compat", "0.10", "refcount_bits", "16"));
        assertThat(QemuImg.run("info", image)).contains("compat: 0.10");
        Qcow2Test.assertClean(image);
        assertContent();
        Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "s", Instant.EPOCH);
        Qcow2Images.amend(image, OpenOptions.WRITING, Map.of("compat", "1.1"));
        assertThat(QemuImg.run("info", image)).contains("compat: 1.1");
        Qcow2Test.assertClean(image);
        assertContent();
    }

    private CheckResult check(Repair repair) {
        return Qcow2Images.check(image, OpenOptions.READING, repair);
    }

    private void assertContent() {
        try (var disk = Images.open(image, OpenOptions.READING)) {
            model.check(disk);
        }
    }

    private void assertSameFigures() {
        var theirs = QemuImg.command("qemu-img", "check", "--output=json", "-f", "qcow2", image)
                .text();
        var ours = check(Repair.NONE);
        assertThat(ours.imageEndBytes()).as(theirs).isEqualTo(figure(theirs, "image-end-offset"));
        assertThat(ours.totalClusters()).isEqualTo(figure(theirs, "total-clusters"));
        assertThat(ours.allocatedClusters()).as(theirs).isEqualTo(figure(theirs, "allocated-clusters"));
        assertThat(ours.fragmentedClusters()).as(theirs).isEqualTo(figure(theirs, "fragmented-clusters"));
        assertThat(ours.compressedClusters()).isEqualTo(figure(theirs, "compressed-clusters"));
        assertThat(ours.corruptions()).as(theirs).isEqualTo(figure(theirs, "corruptions"));
        assertThat(ours.leaks()).as(theirs).isEqualTo(figure(theirs, "leaks"));
    }

    private static long figure(String json, String name) {
        var matcher = Pattern.compile("\"" + name + "\": (\\d+)").matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private long l2Offset() throws IOException {
        return peek(peek(40)) & Qcow2Entry.OFFSET;
    }

    /** Where the first entry of a table stands that has a cluster of its own. */
    private long firstEntry(long l2) throws IOException {
        long at = l2;
        while ((peek(at) & (Qcow2Entry.COPIED | Qcow2Entry.ZERO)) != Qcow2Entry.COPIED) {
            at += 8;
        }
        return at;
    }

    private long dataOffset(long l2) throws IOException {
        return peek(firstEntry(l2)) & Qcow2Entry.OFFSET;
    }

    private void setRefcount(long cluster, long count) {
        try (var file = ImageFile.open(image, true)) {
            var opened = Qcow2Image.open(file, true, 1 << 20);
            opened.refcounts().set(cluster, count);
            opened.refcounts().writeAll();
        }
    }

    private long peek(long offset) throws IOException {
        try (var file = FileChannel.open(image, StandardOpenOption.READ)) {
            var word = ByteBuffer.allocate(8);
            file.read(word, offset);
            return word.getLong(0);
        }
    }

    private void poke(long offset, long value) throws IOException {
        try (var file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(8).putLong(0, value), offset);
        }
    }
}
