package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of each kind, written by us and read by QEMU, and the other way round. */
class Qcow2Test {
    private static final int ROUNDS = 40;

    @TempDir
    Path folder;

    /** Options of {@code qemu-img create}; the size of the disk follows the size of the clusters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "compat=0.10",
                "compat=0.10,cluster_size=512",
                "compat=1.1",
                "compat=1.1,cluster_size=512,refcount_bits=1",
                "compat=1.1,cluster_size=512,refcount_bits=64",
                "compat=1.1,cluster_size=1k,refcount_bits=2",
                "compat=1.1,cluster_size=4k,refcount_bits=4",
                "compat=1.1,cluster_size=32k,refcount_bits=8,lazy_refcounts=on",
                "compat=1.1,cluster_size=128k,refcount_bits=32",
                "compat=1.1,cluster_size=2M",
                "compat=1.1,cluster_size=16k,extended_l2=on",
                "compat=1.1,cluster_size=64k,extended_l2=on,compression_type=zstd",
                "compat=1.1,cluster_size=8k,compression_type=zstd",
                "compat=1.1,preallocation=metadata",
                "compat=1.1,preallocation=falloc,cluster_size=4k",
                "compat=1.1,preallocation=full,extended_l2=on",
                "compat=1.1,data_file=DATA",
                "compat=1.1,data_file=DATA,data_file_raw=on,cluster_size=4k",
                "compat=1.1,data_file=DATA,extended_l2=on",
            })
    void whatWeWriteQemuReads(String options) throws IOException {
        long seed = new Random().nextLong();
        System.err.println("Qcow2Test.whatWeWriteQemuReads " + options + " seed " + seed);
        var random = new Random(seed);
        var image = folder.resolve("ours.qcow2");
        Images.create(image, request(options, size(options)));
        assertClean(image);
        var model = new DiskModel(random, size(options));
        for (int session = 0; session < 2; session++) {
            try (var disk = (Qcow2Disk) Images.open(image, OpenOptions.WRITING)) {
                model.check(disk);
                for (int round = 0; round < ROUNDS / 2; round++) {
                    change(model, disk, random);
                }
                model.check(disk);
            }
            assertClean(image);
            assertSame(image, model);
        }
        if (!options.contains("0.10") || !options.contains("snap")) {
            try (var disk = Images.open(image, OpenOptions.WRITING)) {
                model.resize(disk, size(options) * 3 / 2 & -512);
                model.change(disk);
                model.resize(disk, size(options) / 3 & -512);
                model.change(disk);
                model.resize(disk, size(options) & -512);
                model.check(disk);
            }
            assertClean(image);
            assertSame(image, model);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compat=0.10",
                "compat=0.10,cluster_size=512",
                "compat=1.1,cluster_size=512,refcount_bits=1",
                "compat=1.1,cluster_size=64k,refcount_bits=8",
                "compat=1.1,cluster_size=2M,refcount_bits=64",
                "compat=1.1,cluster_size=16k,extended_l2=on",
                "compat=1.1,cluster_size=8k,compression_type=zstd",
                "compat=1.1,preallocation=metadata",
                "compat=1.1,data_file=DATA,data_file_raw=on",
            })
    void whatQemuWritesWeReadAndGoOnWriting(String options) throws IOException {
        long seed = new Random().nextLong();
        System.err.println("Qcow2Test.whatQemuWritesWeRead " + options + " seed " + seed);
        var random = new Random(seed);
        var raw = folder.resolve("theirs.raw");
        var image = folder.resolve("theirs.qcow2");
        var model = new DiskModel(random, size(options));
        fillSparsely(model.bytes(), random);
        Files.write(raw, model.bytes());
        QemuImg.run("convert", "-O", "qcow2", "-o", withData(options), raw, image);
        try (var disk = (Qcow2Disk) Images.open(image, OpenOptions.WRITING)) {
            model.check(disk);
            for (int round = 0; round < ROUNDS / 3; round++) {
                change(model, disk, random);
            }
            model.check(disk);
        }
        assertClean(image);
        assertSame(image, model);
        if (!options.contains("data_file") && !options.contains("prealloc")) {
            Files.write(raw, model.bytes());
            QemuImg.run("convert", "-c", "-O", "qcow2", "-o", withData(options), raw, image);
            try (var disk = (Qcow2Disk) Images.open(image, OpenOptions.WRITING)) {
                model.check(disk);
                change(model, disk, random);
            }
            assertClean(image);
            assertSame(image, model);
        }
    }

    /** The L1 table of such a disk takes more clusters in a row than a refcount block counts. */
    @ParameterizedTest
    @ValueSource(
            strings = {"cluster_size=512", "cluster_size=512,refcount_bits=64", "cluster_size=1k,refcount_bits=32"})
    void smallClustersHoldLargeDisks(String options) {
        var image = folder.resolve("large.qcow2");
        Images.create(image, request(options, 20L << 30));
        assertClean(image);
        try (var disk = Images.open(image, OpenOptions.WRITING)) {
            disk.write(15L << 30, ByteBuffer.wrap(new byte[300_000]));
            disk.resize(40L << 30);
            disk.write(39L << 30, ByteBuffer.wrap(new byte[300_000]));
        }
        Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "s", Instant.EPOCH);
        assertClean(image);
    }

    @Test
    void severalThreadsReadAtOnce() throws Exception {
        var raw = folder.resolve("source.raw");
        var image = folder.resolve("compressed.qcow2");
        var bytes = new byte[3 << 20];
        fillSparsely(bytes, new Random(11));
        Files.write(raw, bytes);
        QemuImg.run("convert", "-c", "-f", "raw", "-O", "qcow2", "-o", "cluster_size=4k", raw, image);
        // A cache of a few tables, so that they come and go.
        var options = OpenOptions.READING.within(new Bounds(1, 64 << 20, 16 << 10));
        try (var disk = Images.open(image, options);
                var threads = Executors.newFixedThreadPool(4)) {
            assertThat(disk.readsInParallel()).isTrue();
            var readers = new ArrayList<Future<?>>();
            for (int i = 0; i < 4; i++) {
                var random = new Random(i);
                readers.add(threads.submit(() -> {
                    for (int j = 0; j < 200; j++) {
                        int from = random.nextInt(bytes.length);
                        var found = ByteBuffer.allocate(Math.min(bytes.length - from, 1 + random.nextInt(50_000)));
                        disk.read(from, found);
                        assertThat(found.flip().mismatch(ByteBuffer.wrap(bytes, from, found.limit())))
                                .isEqualTo(-1);
                        disk.extent(from, bytes.length - from);
                    }
                }));
            }
            for (var reader : readers) {
                reader.get();
            }
        }
    }

    private void change(DiskModel model, Qcow2Disk disk, Random random) {
        switch (random.nextInt(8)) {
            case 0 -> discard(model, disk, random);
            case 1, 2 -> compress(model, disk, random);
            default -> model.change(disk);
        }
    }

    /** What is discarded reads as before or as zeroes; the model follows. */
    static void discard(DiskModel model, Disk disk, Random random) {
        int from = random.nextInt(model.bytes().length);
        int length = 1 + random.nextInt(model.bytes().length - from);
        disk.discard(from, length);
        var found = new byte[length];
        disk.read(from, ByteBuffer.wrap(found));
        for (int i = 0; i < length; i++) {
            assertThat(found[i] == 0 || found[i] == model.bytes()[from + i]).isTrue();
        }
        System.arraycopy(found, 0, model.bytes(), from, length);
    }

    private static void compress(DiskModel model, Qcow2Disk disk, Random random) {
        if (disk.image().header().hasDataFile()) {
            return;
        }
        int cluster = disk.clusterBytes();
        int clusters = (model.bytes().length + cluster - 1) / cluster;
        int start = random.nextInt(clusters);
        try (var codec = ClusterCodec.of(disk.compression())) {
            for (int i = start; i < Math.min(clusters, start + 5); i++) {
                var bytes = new byte[cluster];
                int length = Math.min(cluster, model.bytes().length - i * cluster);
                for (int j = 0; j < length; j++) {
                    bytes[j] = (byte) random.nextInt(j % 3 == 0 ? 4 : 1);
                }
                var target = ByteBuffer.allocate(codec.compressedBytesMax(cluster));
                codec.compress(ByteBuffer.wrap(bytes), target);
                if (target.position() < cluster) {
                    disk.writeCompressed((long) i * cluster, target.flip());
                    System.arraycopy(bytes, 0, model.bytes(), i * cluster, length);
                }
            }
        }
    }

    static void fillSparsely(byte[] bytes, Random random) {
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
            if (random.nextBoolean()) {
                for (int i = at; i < at + length; i++) {
                    bytes[i] = (byte) ((i * 31) >> random.nextInt(2));
                }
            }
            at += length;
        }
    }

    static long size(String options) {
        long size = options.contains("2M") ? 5 << 20 : options.contains("cluster_size=512") ? 400 << 10 : 2 << 20;
        return size + 3 * 512;
    }

    private String withData(String options) {
        return options.replace("DATA", folder.resolve("data.raw").toString());
    }

    CreateRequest request(String options, long size) {
        var request = CreateRequest.of(Format.QCOW2, size);
        for (var option : withData(options).split(",", -1)) {
            request = request.withOption(
                    option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        return request;
    }

    void assertSame(Path image, DiskModel model) throws IOException {
        var raw = folder.resolve("model.raw");
        Files.write(raw, model.bytes());
        assertThat(QemuImg.run("compare", "-f", "raw", "-F", "qcow2", raw, image))
                .contains("identical");
        try (var disk = Images.open(image, OpenOptions.READING.withFormat(Optional.of(Format.QCOW2)))) {
            model.check(disk);
        }
    }

    static void assertClean(Path image) {
        var answer = QemuImg.command("qemu-img", "check", "-f", "qcow2", image);
        assertThat(answer.text()).contains("No errors were found");
        assertThat(answer.status()).isZero();
    }
}
