package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.image.ImageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BackingChainsTest {
    private static final int MEBI = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"qcow2,qcow2,1.1", "qcow2,raw,1.1", "vdi,qcow2,1.1", "qcow2,qcow2,0.10", "raw,vdi,0.10"})
    void rebaseChangesNothingForTheGuest(String from, String to, String compat) throws IOException {
        var random = new Random(5);
        some("old", from, 6 * MEBI, random);
        some("new", to, 4 * MEBI + 512, random);
        var top = overlay("top", "old", from, 8 * MEBI, compat);
        scribble(top, Format.QCOW2, random);
        var before = flat(top);
        BackingChains.rebase(top, OpenOptions.WRITING.withFormat(Format.QCOW2), reference("new", to), Progress.NONE);
        assertThat(Files.mismatch(flat(top), before)).isEqualTo(-1);
        assertThat(Images.describe(top, Optional.of(Format.QCOW2)).backing()).isEqualTo(reference("new", to));
        judge(top, before);
        BackingChains.rebase(top, OpenOptions.WRITING.withFormat(Format.QCOW2), Optional.empty(), Progress.NONE);
        assertThat(Images.describe(top, Optional.of(Format.QCOW2)).backing()).isEmpty();
        judge(top, before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void commitMovesTheContentDown(boolean keep) throws IOException {
        var random = new Random(6);
        some("base", "qcow2", 3 * MEBI, random);
        var top = overlay("top", "base", "qcow2", 5 * MEBI, "1.1");
        scribble(top, Format.QCOW2, random);
        var before = flat(top);
        BackingChains.commit(top, OpenOptions.WRITING.withFormat(Format.QCOW2), Optional.empty(), keep, Progress.NONE);
        judge(top, before);
        judge(folder.resolve("base"), before);
        try (var disk = Images.open(top, OpenOptions.READING.withoutBacking())) {
            assertThat(disk.extent(0, disk.size()).equals(Extent.absent(disk.size())))
                    .isEqualTo(!keep);
        }
    }

    @Test
    void commitReachesADeeperBase() throws IOException {
        var random = new Random(7);
        some("base", "raw", 3 * MEBI, random);
        var middle = overlay("middle", "base", "raw", 3 * MEBI, "1.1");
        scribble(middle, Format.QCOW2, random);
        var top = overlay("top", "middle", "qcow2", 3 * MEBI, "1.1");
        scribble(top, Format.QCOW2, random);
        var before = flat(top);
        BackingChains.commit(
                top,
                OpenOptions.WRITING.withFormat(Format.QCOW2),
                Optional.of(folder.resolve("base")),
                true,
                Progress.NONE);
        judge(top, before);
        assertThat(Files.mismatch(folder.resolve("base"), before)).isEqualTo(-1);
    }

    @Test
    void aLoopIsFoundByAll() throws IOException {
        some("base", "qcow2", MEBI, new Random(1));
        var top = overlay("top", "base", "qcow2", MEBI, "1.1");
        QemuImg.run("rebase", "-u", "-b", "top", "-F", "qcow2", folder.resolve("base"));
        assertThatThrownBy(() -> Images.open(top, OpenOptions.READING)).hasMessageContaining("it has no end");
        assertThatThrownBy(() -> Images.describeChain(top, Optional.empty(), Bounds.DEFAULT))
                .hasMessageContaining("it has no end");
        assertThatThrownBy(() -> BackingChains.commit(top, OpenOptions.WRITING, Optional.empty(), true, Progress.NONE))
                .hasMessageContaining("it has no end");
        assertThatThrownBy(() -> Images.create(
                        folder.resolve("new"),
                        CreateRequest.of(Format.QCOW2, MEBI).backedBy("top", Format.QCOW2)))
                .hasMessageContaining("it has no end");
        var single = overlay("single", "other", "raw", MEBI, "1.1");
        assertThatThrownBy(() ->
                        BackingChains.rebase(single, OpenOptions.WRITING, reference("single", "qcow2"), Progress.NONE))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    }

    @Test
    void aLongChainIsBounded() throws IOException {
        some("link0", "qcow2", MEBI, new Random(1));
        for (int i = 1; i < 12; i++) {
            overlay("link" + i, "link" + (i - 1), "qcow2", MEBI, "1.1");
        }
        var top = folder.resolve("link11");
        Images.open(top, OpenOptions.READING).close();
        var bounds = new Bounds(10, 1 << 20, 1 << 20);
        assertThatThrownBy(() -> Images.open(top, OpenOptions.READING.within(bounds)))
                .hasMessageContaining("more than 10");
        assertThatThrownBy(() -> Images.describeChain(top, Optional.empty(), bounds))
                .hasMessageContaining("more than 10");
    }

    @Test
    void whatIsNoFileOrHasNoFormatIsRefused() {
        var top = folder.resolve("top");
        QemuImg.run("create", "-f", "qcow2", "-u", "-b", "json:{\"driver\":\"null-co\"}", "-F", "raw", top, "1M");
        refused(top, "json");
        QemuImg.run("create", "-f", "qcow2", "-u", "-b", "nbd://localhost/x", "-F", "raw", top, "1M");
        refused(top, "nbd");
        QemuImg.run("create", "-f", "qcow2", "-u", "-b", "gone", "-F", "raw", top, "1M");
        assertThatThrownBy(() -> Images.open(top, OpenOptions.READING))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
        Images.open(top, OpenOptions.READING.withoutBacking()).close();
        // Version 2 images of old have no format beside the name.
        Images.create(top, CreateRequest.of(Format.QCOW2, MEBI).replacing());
        Qcow2Images.replaceBacking(
                top, OpenOptions.WRITING, Optional.of(new BackingReference("base", Optional.empty())));
        refused(top, "does not say which format");
    }

    private void refused(Path top, String reason) {
        assertThatThrownBy(() -> Images.open(top, OpenOptions.READING))
                .hasMessageContaining(reason)
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
    }

    private void judge(Path image, Path raw) {
        assertThat(QemuImg.run("check", image)).contains("No errors");
        assertThat(QemuImg.run("compare", "-F", "raw", image, raw)).contains("identical");
    }

    private Optional<BackingReference> reference(String name, String format) {
        return Optional.of(new BackingReference(name, Optional.of(format)));
    }

    private void some(String name, String format, int size, Random random) {
        var path = folder.resolve(name);
        Images.create(path, CreateRequest.of(Format.named(format).orElseThrow(), size));
        scribble(path, Format.named(format).orElseThrow(), random);
    }

    private Path overlay(String name, String base, String format, int size, String compat) throws IOException {
        if (!Files.exists(folder.resolve(base))) {
            Images.create(
                    folder.resolve(base), CreateRequest.of(Format.named(format).orElseThrow(), size));
        }
        var path = folder.resolve(name);
        Images.create(
                path,
                CreateRequest.of(Format.QCOW2, size)
                        .backedBy(base, Format.named(format).orElseThrow())
                        .withOption("compat", compat));
        return path;
    }

    private static void scribble(Path path, Format format, Random random) {
        try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(format))) {
            for (int i = 0; i < 10; i++) {
                int length = 1 + random.nextInt(200_000);
                int position = random.nextInt((int) disk.size() - length);
                if (i % 4 == 3) {
                    disk.writeZeroes(position, length, random.nextBoolean());
                } else {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    disk.write(position, ByteBuffer.wrap(bytes));
                }
            }
        }
    }

    /** What a guest reads, as QEMU sees it. */
    private Path flat(Path image) throws IOException {
        var raw = Files.createTempFile(folder, "flat", ".raw");
        QemuImg.run("convert", "-O", "raw", image, raw);
        return raw;
    }

    @Test
    void anImageBetweenThatSomebodyWritesStopsACommit() {
        var base = folder.resolve("between-base");
        var middle = folder.resolve("between-middle");
        var top = folder.resolve("between-top");
        Images.create(base, CreateRequest.of(Format.RAW, 1 << 20));
        Images.create(middle, CreateRequest.of(Format.QCOW2, 1 << 20).backedBy(base.toString(), Format.RAW));
        Images.create(top, CreateRequest.of(Format.QCOW2, 1 << 20).backedBy(middle.toString(), Format.QCOW2));
        try (var writer = Images.open(middle, OpenOptions.WRITING.withoutBacking())) {
            assertThatThrownBy(() ->
                            BackingChains.commit(top, OpenOptions.WRITING, Optional.of(base), false, Progress.NONE))
                    .isInstanceOfSatisfying(
                            ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
            writer.write(0, ByteBuffer.wrap(new byte[] {1}));
        }
        BackingChains.commit(top, OpenOptions.WRITING, Optional.of(base), false, Progress.NONE);
        try (var disk = Images.open(base, OpenOptions.READING.withFormat(Format.RAW))) {
            var first = ByteBuffer.allocate(1);
            disk.read(0, first);
            assertThat(first.get(0)).isEqualTo((byte) 1);
        }
    }
}
