package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.image.CheckResult.Repair;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images with changed bytes, or cut off: whatever they say, there is an answer or a clear refusal, and soon. */
class Qcow2MutationTest {
    private static final int MUTATIONS = 4000;
    private static final int SIZE = 300 << 10;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final Random random = new Random();

    @Test
    void aDamagedImageIsRefusedOrUsedButNeverBreaksUs() {
        long seed = new Random().nextLong();
        System.err.println("Qcow2MutationTest seed " + seed);
        random.setSeed(seed);
        var originals = originals();
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            var bytes = mutate(originals.get(random.nextInt(originals.size())));
            long begin = System.nanoTime();
            try {
                use(bytes);
            } catch (ImageException e) {
                refused++;
                assertThat(e.getMessage()).doesNotContain("\n");
            } catch (RuntimeException e) {
                throw new AssertionError("mutation " + i + " of seed " + seed, e);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("mutation " + i + " of seed " + seed)
                    .isLessThan(LIMIT);
        }
        assertThat(refused).isBetween(MUTATIONS / 20, MUTATIONS - 1);
    }

    /** The largest L1 table there can be, all entries of which lead to one L2 table. */
    @Test
    void aTableReachedFromEverywhereCostsNoTime() {
        var image = folder.resolve("loops.qcow2");
        int entries = (int) (Qcow2Header.MAX_L1_BYTES / Long.BYTES);
        Images.create(
                image,
                CreateRequest.of(Format.QCOW2, ((long) entries << 29) - 512).withOption("compat", "0.10"));
        long table;
        try (var file = ImageFile.open(image, true)) {
            var opened = Qcow2Image.open(file, true, 1 << 20);
            var zeroes = ByteBuffer.allocate(opened.clusterBytes());
            zeroes.putLong(800, (1L << 16) | Qcow2Entry.COPIED);
            table = (file.length() + 0xffff) & -0x10000;
            file.write(table, zeroes);
            var words = new long[entries];
            Arrays.fill(words, table | Qcow2Entry.COPIED);
            opened.writeWords(opened.header().layout().l1Offset(), words);
        }
        long begin = System.nanoTime();
        assertThat(Qcow2Images.check(image, OpenOptions.READING, Repair.NONE).corruptions())
                .isPositive();
        assertThatThrownBy(() -> Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "s", Instant.EPOCH))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("lead to one table");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT);
    }

    private List<ByteBuffer> originals() {
        var all = new ArrayList<ByteBuffer>();
        for (var options : List.of(
                "compat=0.10,cluster_size=512",
                "cluster_size=4k",
                "cluster_size=16k,extended_l2=on",
                "cluster_size=1k")) {
            var image = folder.resolve("image.qcow2");
            var request = CreateRequest.of(Format.QCOW2, SIZE).replacing();
            for (var option : options.split(",", -1)) {
                request = request.withOption(
                        option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
            }
            Images.create(image, request);
            var model = new DiskModel(random, SIZE);
            try (var disk = Images.open(image, OpenOptions.WRITING)) {
                for (int i = 0; i < 6; i++) {
                    model.change(disk);
                }
            }
            Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "snapshot", Instant.EPOCH);
            try (var disk = (Qcow2Disk) Images.open(image, OpenOptions.WRITING);
                    var codec = ClusterCodec.of(Compression.ZLIB)) {
                model.change(disk);
                var target = ByteBuffer.allocate(codec.compressedBytesMax(disk.clusterBytes()));
                codec.compress(ByteBuffer.allocate(disk.clusterBytes()), target);
                disk.writeCompressed(0, target.flip());
            }
            if (!options.contains("0.10")) {
                QemuImg.run("bitmap", "--add", "-g", "512", image, "dirty");
            }
            try (var file = ImageFile.open(image, false)) {
                var bytes = ByteBuffer.allocate((int) file.length());
                file.read(0, bytes);
                all.add(bytes.flip());
            }
        }
        return all;
    }

    private ByteBuffer mutate(ByteBuffer original) {
        var bytes = ByteBuffer.allocate(original.limit());
        bytes.put(0, original, 0, original.limit());
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(6)) {
                case 0 -> bytes.put(random.nextInt(120), (byte) random.nextInt(256));
                case 1 -> bytes.putLong(random.nextInt(15) * 8, interesting(bytes.limit()));
                case 2 -> bytes.putInt(random.nextInt(30) * 4, (int) interesting(bytes.limit()));
                case 3 -> bytes.putLong(random.nextInt(bytes.limit() / 8) * 8, interesting(bytes.limit()));
                case 4 -> metadataWord(bytes);
                default -> bytes.limit(Math.max(128, bytes.limit() - random.nextInt(bytes.limit())));
            }
        }
        return bytes;
    }

    /** Changes a word that is not zero, near which tables are. */
    private void metadataWord(ByteBuffer bytes) {
        for (int attempt = 0; attempt < 50; attempt++) {
            int at = random.nextInt(Math.min(bytes.limit(), 64 << 10) / 8) * 8;
            if (bytes.getLong(at) != 0 && bytes.getLong(at) >>> 48 != bytes.getShort(at + 6)) {
                bytes.putLong(
                        at,
                        random.nextBoolean()
                                ? interesting(bytes.limit())
                                : bytes.getLong(at) ^ (1L << random.nextInt(64)));
                return;
            }
        }
    }

    private long interesting(int limit) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> 1L << random.nextInt(64);
            case 4 -> random.nextInt(limit) & -512;
            case 5 -> (random.nextInt(limit) & -512) | Qcow2Entry.COPIED;
            case 6 -> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    private void use(ByteBuffer bytes) {
        switch (random.nextInt(5)) {
            case 0 -> check(bytes);
            case 1 -> snapshots(bytes);
            case 2 -> {
                var disk = open(bytes, false);
                read(disk);
            }
            default -> {
                var disk = open(bytes, true);
                read(disk);
                write(disk);
                disk.close();
            }
        }
    }

    private static Qcow2Disk open(ByteBuffer bytes, boolean writable) {
        var store = new RecordedStore(bytes.duplicate());
        var image = Qcow2Image.open(store, writable, 64 << 10);
        if (image.header().encryption() != 0 || image.header().hasDataFile()) {
            throw new ImageException(ImageException.Kind.UNSUPPORTED, "not here");
        }
        if (writable) {
            Qcow2Opening.prepareForWriting(image);
        }
        Qcow2Opening.refuseTruncated(image);
        return new Qcow2Disk(image, store, Optional.empty());
    }

    private void read(Disk disk) {
        long size = disk.size();
        int part = (int) Math.min(size, 128 << 10);
        disk.read(0, ByteBuffer.allocate(part));
        disk.read(size - part, ByteBuffer.allocate(part));
        for (long at = 0, looks = 0; at < size && looks < 500; looks++) {
            at += disk.extent(at, size - at).length();
        }
    }

    private void write(Disk disk) {
        for (int i = 0; i < 6 && disk.size() > 0; i++) {
            long position = random.nextLong(Math.min(disk.size(), SIZE));
            int length = (int) Math.min(disk.size() - position, 1 + random.nextInt(20_000));
            switch (random.nextInt(4)) {
                case 0 -> disk.writeZeroes(position, length, random.nextBoolean());
                case 1 -> disk.discard(position, length);
                default -> disk.write(position, ByteBuffer.allocate(length));
            }
        }
        if (random.nextInt(4) == 0) {
            disk.resize(Math.min(disk.size(), SIZE) + random.nextInt(100_000) - 50_000);
        }
    }

    private void check(ByteBuffer bytes) {
        var store = new RecordedStore(bytes.duplicate());
        var repair = List.of(Repair.NONE, Repair.LEAKS, Repair.ALL).get(random.nextInt(3));
        var result = Qcow2Images.check(store, repair != Repair.NONE, Bounds.DEFAULT, repair);
        if (repair == Repair.ALL && result.clean()) {
            assertThat(Qcow2Images.check(store, false, Bounds.DEFAULT, Repair.NONE)
                            .clean())
                    .isTrue();
        }
    }

    private void snapshots(ByteBuffer bytes) {
        var store = new RecordedStore(bytes.duplicate());
        var image = Qcow2Image.open(store, true, 64 << 10);
        switch (random.nextInt(3)) {
            case 0 -> new Qcow2Snapshots(image).create("more", Instant.EPOCH);
            case 1 -> {
                var snapshots = new Qcow2Snapshots(image);
                snapshots.apply(snapshots.find("1"));
            }
            default -> {
                var snapshots = new Qcow2Snapshots(image);
                snapshots.delete(snapshots.find("1"));
            }
        }
    }
}
