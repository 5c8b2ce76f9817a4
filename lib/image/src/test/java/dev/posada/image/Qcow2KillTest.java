package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.image.CheckResult.Repair;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a kill leaves at any moment: every change of the file is recorded, and the file is looked at as it was after each of them. The
 * structure must be sound but for leaks, and the guest must find, at each place, what was there at the last flush or was written
 * since.
 */
class Qcow2KillTest {
    private static final int SIZE = 150 << 10;
    private static final long CACHE_BYTES = 8 << 10;

    @TempDir
    Path folder;

    private Random random = new Random();

    private ByteBuffer empty(String options) {
        var image = folder.resolve("image.qcow2");
        var request = CreateRequest.of(Format.QCOW2, SIZE);
        for (var option : options.split(",", -1)) {
            request = request.withOption(
                    option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        Images.create(image, request.replacing());
        try (var file = ImageFile.open(image, false)) {
            var bytes = ByteBuffer.allocate((int) file.length());
            file.read(0, bytes);
            return bytes.flip();
        }
    }

    private static Qcow2Disk open(ByteStore store) {
        return new Qcow2Disk(Qcow2Image.open(store, true, CACHE_BYTES), store, Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compat=0.10,cluster_size=512",
                "cluster_size=512,refcount_bits=64",
                "cluster_size=4k",
                "cluster_size=16k,extended_l2=on"
            })
    void aKilledWriterLeavesOldOrNewBytes(String options) {
        long seed = random.nextLong();
        System.err.println("Qcow2KillTest.writer " + options + " seed " + seed);
        random = new Random(seed);
        var before = empty(options);
        var store = new RecordedStore(before);
        var model = new DiskModel(random, SIZE);
        // Each state of the disk since the last flush, and when it was reached.
        var states =
                new ArrayList<ByteBuffer>(List.of(ByteBuffer.wrap(model.bytes().clone())));
        var spans = new ArrayList<Span>();
        int begin = 0;
        try (var disk = open(store)) {
            for (int step = 0; step < 24; step++) {
                if (random.nextInt(5) == 0) {
                    Qcow2Test.discard(model, disk, random);
                } else {
                    model.change(disk);
                }
                states.add(ByteBuffer.wrap(model.bytes().clone()));
                spans.add(new Span(begin, store.moments(), List.copyOf(states)));
                begin = store.moments();
                if (random.nextInt(3) == 0) {
                    disk.flush();
                    spans.add(new Span(begin, store.moments(), List.copyOf(states)));
                    begin = store.moments();
                    states.subList(0, states.size() - 1).clear();
                }
            }
        }
        spans.add(new Span(begin, store.moments() + 1, List.copyOf(states)));
        for (var span : spans) {
            for (int moment = span.from; moment < span.to; moment += 1 + random.nextInt(6)) {
                var left = RecordedStore.at(before, store, moment);
                assertSound(left, moment);
                assertOneOf(span.states, read(left), moment);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster_size=512", "cluster_size=4k,refcount_bits=64", "cluster_size=16k,extended_l2=on"})
    void aFullFileSystemLosesNothing(String options) {
        long seed = random.nextLong();
        System.err.println("Qcow2KillTest.full " + options + " seed " + seed);
        random = new Random(seed);
        var store = new RecordedStore(empty(options));
        var expected = new byte[SIZE];
        int refused = 0;
        try (var disk = open(store)) {
            for (int step = 0; step < 60; step++) {
                store.limit(store.length() + (step % 3 == 0 ? 20_000 : random.nextInt(3000)));
                var data = new byte[1 + random.nextInt(12_000)];
                random.nextBytes(data);
                int position = random.nextInt(SIZE - data.length);
                try {
                    disk.write(position, ByteBuffer.wrap(data));
                    System.arraycopy(data, 0, expected, position, data.length);
                } catch (ImageException e) {
                    assertThat(e.kind()).isEqualTo(ImageException.Kind.NO_SPACE);
                    refused++;
                    var found = new byte[data.length];
                    disk.read(position, ByteBuffer.wrap(found));
                    for (int i = 0; i < found.length; i++) {
                        assertThat(found[i] == data[i] || found[i] == expected[position + i])
                                .isTrue();
                    }
                    System.arraycopy(found, 0, expected, position, data.length);
                }
                if (step % 10 == 9) {
                    flushOrBeRefused(disk);
                }
            }
            store.limit(Integer.MAX_VALUE);
        }
        assertThat(refused).isPositive();
        var left = new RecordedStore(store.content());
        assertSound(left, store.moments());
        assertThat(read(left).mismatch(ByteBuffer.wrap(expected))).isEqualTo(-1);
    }

    private static void flushOrBeRefused(Disk disk) {
        try {
            disk.flush();
        } catch (ImageException e) {
            assertThat(e.kind()).isEqualTo(ImageException.Kind.NO_SPACE);
        }
    }

    /** Wide counts in small clusters: the refcount table soon has to move. */
    @Test
    void aGrowingRefcountTableIsTheOldOrTheNewOne() {
        var before = empty("cluster_size=512,refcount_bits=64");
        var store = new RecordedStore(before);
        int part = 100_000;
        int parts = 60;
        try (var disk = open(store)) {
            disk.resize((long) part * parts);
            for (int i = 0; i < parts; i++) {
                var data = new byte[part];
                Arrays.fill(data, (byte) (i + 1));
                disk.write((long) i * part, ByteBuffer.wrap(data));
            }
        }
        var headers = store.headerWrites();
        assertThat(headers).hasSizeGreaterThan(3);
        for (int header : headers) {
            for (int moment = header - 1; moment <= Math.min(header + 2, store.moments()); moment++) {
                var left = RecordedStore.at(before, store, moment);
                assertSound(left, moment);
                var found = read(left);
                for (int i = 0; i < found.limit(); i += 500) {
                    assertThat(found.get(i) == 0 || found.get(i) == i / part + 1)
                            .as("killed at " + moment + ", byte " + i)
                            .isTrue();
                }
            }
        }
        assertThat(read(RecordedStore.at(before, store, store.moments())).get(part * parts - 1))
                .isEqualTo((byte) parts);
    }

    private record Span(int from, int to, List<ByteBuffer> states) {}

    private static void assertSound(RecordedStore store, int moment) {
        var result = Qcow2Images.check(store, false, Bounds.DEFAULT, Repair.NONE);
        assertThat(result.corruptions())
                .as("at " + moment + ": " + result.messages())
                .isZero();
    }

    private static ByteBuffer read(RecordedStore store) {
        var disk = new Qcow2Disk(Qcow2Image.open(store, false, CACHE_BYTES), store, Optional.empty());
        var bytes = ByteBuffer.allocate((int) disk.size());
        disk.read(0, bytes);
        return bytes.flip();
    }

    private static void assertOneOf(List<ByteBuffer> states, ByteBuffer found, int moment) {
        for (int i = 0; i < found.limit(); i++) {
            boolean known = false;
            for (var state : states) {
                known |= state.get(i) == found.get(i);
            }
            if (!known) {
                throw new AssertionError("killed at " + moment + ", byte " + i + " is none of what was ever written");
            }
        }
    }

    /** Runs an operation on an image with two snapshots, and looks at every moment of it. */
    private void atomically(Consumer<Qcow2Image> operation) {
        for (var options :
                List.of("cluster_size=512,refcount_bits=16", "cluster_size=4k", "cluster_size=16k,extended_l2=on")) {
            long seed = random.nextLong();
            System.err.println("Qcow2KillTest.atomically " + options + " seed " + seed);
            random = new Random(seed);
            var prepared = new RecordedStore(empty(options));
            var model = new DiskModel(random, SIZE);
            for (int i = 0; i < 3; i++) {
                try (var disk = open(prepared)) {
                    for (int j = 0; j < 5; j++) {
                        model.change(disk);
                    }
                }
                if (i < 2) {
                    new Qcow2Snapshots(Qcow2Image.open(prepared, true, CACHE_BYTES)).create("s" + i, Instant.EPOCH);
                }
            }
            var before = prepared.content();
            var store = new RecordedStore(before);
            var image = Qcow2Image.open(store, true, CACHE_BYTES);
            operation.accept(image);
            image.flush();
            var old = everything(RecordedStore.at(before, store, 0));
            var now = everything(RecordedStore.at(before, store, store.moments()));
            for (int moment = 0; moment <= store.moments(); moment++) {
                var left = RecordedStore.at(before, store, moment);
                assertSound(left, moment);
                assertThat(everything(left).equals(old) || everything(left).equals(now))
                        .as("killed at " + moment + " of " + store.moments())
                        .isTrue();
            }
        }
    }

    /** What the disk and each snapshot hold. */
    private static List<ByteBuffer> everything(RecordedStore store) {
        var all = new ArrayList<ByteBuffer>();
        all.add(read(store));
        for (var snapshot : Qcow2Image.open(store, false, CACHE_BYTES).snapshots()) {
            var copy = new RecordedStore(store.content());
            var image = Qcow2Image.open(copy, true, CACHE_BYTES);
            var snapshots = new Qcow2Snapshots(image);
            snapshots.apply(snapshots.find(snapshot.id()));
            image.flush();
            all.add(read(copy));
        }
        return all;
    }

    @Test
    void takingASnapshotHappensAtOnce() {
        atomically(image -> new Qcow2Snapshots(image).create("new", Instant.EPOCH));
    }

    @Test
    void applyingASnapshotHappensAtOnce() {
        atomically(image -> {
            var snapshots = new Qcow2Snapshots(image);
            snapshots.apply(snapshots.find("s0"));
        });
    }

    @Test
    void deletingASnapshotHappensAtOnce() {
        atomically(image -> {
            var snapshots = new Qcow2Snapshots(image);
            snapshots.delete(snapshots.find("s0"));
        });
    }

    @Test
    void makingRefcountsAnewHappensAtOnce() {
        atomically(image -> new Qcow2Rebuild(image, 5).rebuild());
    }

    @Test
    void growingHappensAtOnce() {
        atomically(image -> resize(image, 3 * SIZE));
    }

    @Test
    void shrinkingHappensAtOnce() {
        atomically(image -> resize(image, SIZE / 3 & -512));
    }

    private static void resize(Qcow2Image image, long bytes) {
        new Qcow2Disk(image, image.store(), Optional.empty()).resize(bytes);
    }
}
