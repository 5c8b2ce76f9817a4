package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.VolumeReader;
import dev.posada.driver.WipeAlgorithm;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes in a folder, through the engine: what they hold, and what nobody gets out of them. */
final class VolumesTest {
    private static final int MIB = 1 << 20;
    private static final int SHRINK = 4;

    @TempDir
    Path root;

    private StorageHouse house;
    private PoolIdentity pool;

    @BeforeEach
    void open() {
        house = StorageHouse.open(root);
        pool = house.pool("p");
    }

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../v", "a/b", "/etc/passwd", ".", "..", ".posada-new-1", ".v.posada-part"})
    void namesLeadNowhereElse(String name) throws IOException {
        assertThatThrownBy(() -> house.volume(pool, name, MIB, "raw")).isInstanceOf(PosadaException.class);
        assertThat(house.filesOf("p")).isEmpty();
    }

    @Test
    void linksAreNoVolumes() throws IOException {
        var secret = Files.writeString(root.resolve("secret"), "secret");
        Files.createSymbolicLink(house.folder("p").resolve("link"), secret);
        house.pools().refresh(pool.uuid(), 0);
        assertThat(house.volumes().list(pool.uuid(), 0)).isEmpty();
        refused(ErrorCode.OPERATION_INVALID, "already exists", () -> house.volume(pool, "link", MIB, "raw"));
        assertThat(secret).hasContent("secret");
    }

    @Test
    void aVolumeThatBecameALinkIsNotFollowed() throws IOException {
        var volume = house.volume(pool, "v", MIB, "raw");
        var secret = Files.writeString(root.resolve("secret"), "secret");
        var file = house.folder("p").resolve("v");
        Files.delete(file);
        Files.createSymbolicLink(file, secret);
        var volumes = house.volumes();
        assertThatThrownBy(() -> volumes.download(volume, 0, 0, 0).close()).isInstanceOf(PosadaException.class);
        assertThatThrownBy(() -> volumes.upload(volume, 0, 0, 0).close()).isInstanceOf(PosadaException.class);
        assertThatThrownBy(() -> volumes.wipe(volume, 0, 0)).isInstanceOf(PosadaException.class);
        assertThatThrownBy(() -> volumes.resize(volume, 2 * MIB, 0)).isInstanceOf(PosadaException.class);
        assertThatThrownBy(() -> volumes.info(volume, 0)).isInstanceOf(PosadaException.class);
        assertThat(secret).hasContent("secret");
    }

    @Test
    void ofManyWhoMakeOneVolumeOneDoes() throws Exception {
        Callable<String> make = () -> {
            try {
                return house.volume(pool, "v", MIB, "qcow2").key();
            } catch (PosadaException e) {
                return e.code().name();
            }
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(Collections.nCopies(16, make));
            int made = 0;
            for (var answer : answers) {
                made += answer.get().equals(house.folder("p") + "/v") ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
        }
        assertThat(house.filesOf("p")).containsExactly("v");
    }

    @Test
    void aNameSomebodyElseTookStaysTheirs() throws IOException {
        Files.writeString(house.folder("p").resolve("v"), "theirs");
        refused(ErrorCode.OPERATION_INVALID, "already exists", () -> house.volume(pool, "v", MIB, "raw"));
        assertThat(house.folder("p").resolve("v")).hasContent("theirs");
        assertThat(house.filesOf("p")).containsExactly("v");
    }

    @Test
    void volumesHaveTheRightsTheyWereGiven() throws IOException {
        house.volume(pool, "plain", MIB, "raw");
        house.volumes()
                .create(
                        pool.uuid(),
                        "<volume><name>shared</name><capacity>1000</capacity><target><permissions><mode>0640</mode>"
                                + "</permissions></target></volume>",
                        0);
        assertThat(rights("plain")).isEqualTo("rw-------");
        assertThat(rights("shared")).isEqualTo("rw-r-----");
    }

    private String rights(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(house.folder("p").resolve(name)));
    }

    @Test
    void thousandsOfFilesAreFoundAtOnce() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            Files.createFile(house.folder("p").resolve("f" + i));
        }
        long begun = System.nanoTime();
        house.pools().refresh(pool.uuid(), 0);
        long millis = (System.nanoTime() - begun) / 1_000_000;
        assertThat(house.volumes().list(pool.uuid(), 0)).hasSize(3_000);
        assertThat(millis).as("milliseconds").isLessThan(60_000);
        assertThat(house.volumes().byPath(house.folder("p") + "/f77").name()).isEqualTo("f77");
    }

    @Test
    void aPoolWithWorkInItDoesNotStop() throws IOException {
        var volume = house.volume(pool, "v", MIB, "raw");
        try (var _ = house.volumes().download(volume, 0, 0, 0)) {
            refused(
                    ErrorCode.INTERNAL_ERROR,
                    "pool 'p' has asynchronous jobs running.",
                    () -> house.pools().destroy(pool.uuid()));
            refused(
                    ErrorCode.OPERATION_INVALID,
                    "volume 'v' is still in use.",
                    () -> house.volumes().delete(volume, 0));
            house.pools().refresh(pool.uuid(), 0);
        }
        house.volumes().delete(volume, 0);
        house.pools().destroy(pool.uuid());
    }

    @Test
    void aTornHeaderIsShownAsFarAsItGoes() throws IOException {
        Files.write(house.folder("p").resolve("torn"), new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3});
        Files.write(house.folder("p").resolve("empty"), new byte[0]);
        house.pools().refresh(pool.uuid(), 0);
        for (var volume : house.volumes().list(pool.uuid(), 0)) {
            assertThat(house.volumes().info(volume, 0).capacityBytes()).isLessThan(9);
            assertThat(house.volumes().xml(volume, 0)).contains("<name>" + volume.name() + "</name>");
        }
    }

    @Test
    void anImageThatIsItsOwnBaseHarmsNobody() throws IOException {
        var base = house.volume(pool, "base", MIB, "raw");
        var overlay = house.volumes()
                .create(
                        pool.uuid(),
                        "<volume><name>over</name><target><format type='qcow2'/></target><backingStore><path>"
                                + base.key() + "</path><format type='raw'/></backingStore></volume>",
                        0);
        assertThat(house.volumes().info(overlay, 0).capacityBytes()).isEqualTo(MIB);
        assertThat(house.volumes().xml(overlay, 0)).contains("<path>" + base.key() + "</path>");
        // The base becomes the overlay itself: a loop.
        Files.delete(Path.of(base.key()));
        Files.createLink(Path.of(base.key()), Path.of(overlay.key()));
        assertThat(house.volumes().xml(overlay, 0)).contains("<name>over</name>");
        var copy = StorageHouse.volumeXml("copy", MIB, "raw");
        assertThatThrownBy(() -> house.volumes().createFrom(pool.uuid(), copy, overlay, 0))
                .isInstanceOf(PosadaException.class);
        assertThat(house.filesOf("p")).containsExactly("base", "over");
    }

    @Test
    void impossibleSizesLeaveNothing() throws IOException {
        refused(
                ErrorCode.SYSTEM_ERROR,
                "File too large",
                () -> house.volumes().create(pool.uuid(), sized("huge", "<capacity unit='E'>7</capacity>"), 0));
        refused(
                ErrorCode.XML_ERROR,
                "malformed capacity element",
                () -> house.volumes().create(pool.uuid(), sized("negative", "<capacity>-1</capacity>"), 0));
        refused(
                ErrorCode.OVERFLOW,
                "value too large",
                () -> house.volumes().create(pool.uuid(), sized("overflow", "<capacity unit='E'>99</capacity>"), 0));
        refused(
                ErrorCode.XML_ERROR,
                "missing capacity element",
                () -> house.volumes().create(pool.uuid(), sized("none", ""), 0));
        refused(
                ErrorCode.CONFIG_UNSUPPORTED,
                "unknown volume format type foo",
                () -> house.volumes().create(pool.uuid(), StorageHouse.volumeXml("foo", 1, "foo"), 0));
        assertThat(house.filesOf("p")).isEmpty();
        assertThat(house.volumes().list(pool.uuid(), 0)).isEmpty();
        var odd = house.volume(pool, "odd", 1001, "raw");
        assertThat(house.volumes().info(odd, 0).capacityBytes()).isEqualTo(1001);
    }

    private static String sized(String name, String size) {
        return "<volume><name>" + name + "</name>" + size + "<allocation>0</allocation></volume>";
    }

    @ParameterizedTest
    @EnumSource(WipeAlgorithm.class)
    void wipingLeavesNothingOfTheOldAndNoNewRoom(WipeAlgorithm algorithm) throws IOException {
        var volume = house.volume(pool, "v", 8 * MIB, "raw");
        var content = new byte[100_000];
        Arrays.fill(content, (byte) 'x');
        try (var writer = house.volumes().upload(volume, 4 * MIB, 0, 0)) {
            writer.write(ByteBuffer.wrap(content));
            writer.finish();
        }
        long before = house.volumes().info(volume, 0).allocationBytes();
        if (algorithm == WipeAlgorithm.TRIM) {
            refused(
                    ErrorCode.ARGUMENT_UNSUPPORTED,
                    "'trim' algorithm not supported",
                    () -> house.volumes().wipe(volume, algorithm.number(), 0));
            return;
        }
        house.volumes().wipe(volume, algorithm.number(), 0);
        var after = house.download(volume);
        assertThat(after).hasSize(8 * MIB);
        int longest = 0;
        int run = 0;
        for (byte octet : after) {
            run = octet == 'x' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        assertThat(longest).isLessThan(16);
        assertThat(house.volumes().info(volume, 0).allocationBytes()).isLessThanOrEqualTo(before);
    }

    @Test
    void whatGoesInComesOutWithItsHoles() throws IOException {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        var model = new byte[4 * MIB];
        var volume = house.volume(pool, "v", model.length, "raw");
        for (int round = 0; round < 20; round++) {
            int from = random.nextInt(model.length);
            int length = random.nextInt(Math.min(model.length - from, 200_000)) + 1;
            var data = new byte[length];
            boolean hole = random.nextBoolean();
            if (!hole) {
                random.nextBytes(data);
            }
            System.arraycopy(data, 0, model, from, length);
            try (var writer = house.volumes().upload(volume, from, length, 1)) {
                if (hole) {
                    writer.hole(length);
                } else {
                    writer.write(ByteBuffer.wrap(data));
                }
                writer.finish();
            }
        }
        assertThat(house.download(volume)).as("seed %d", seed).isEqualTo(model);
        assertThat(sparse(volume.name(), model.length)).as("seed %d", seed).isEqualTo(model);
    }

    /** What a sparse download gives, its holes filled with zeroes. */
    private byte[] sparse(String name, int length) throws IOException {
        var all = new byte[length];
        int at = 0;
        try (var reader = house.volumes().download(house.volumes().byName(pool.uuid(), name), 0, 0, 1)) {
            var buffer = ByteBuffer.allocate(70_000);
            for (var part = reader.read(buffer, true);
                    part != VolumeReader.Part.END;
                    part = reader.read(buffer, true)) {
                if (part == VolumeReader.Part.HOLE) {
                    at += (int) reader.holeBytes();
                } else {
                    System.arraycopy(buffer.array(), 0, all, at, buffer.position());
                    at += buffer.position();
                }
                buffer.clear();
            }
        }
        assertThat(at).isEqualTo(length);
        return all;
    }

    @Test
    void moreThanWasAnnouncedIsRefused() throws IOException {
        var volume = house.volume(pool, "v", MIB, "raw");
        try (var writer = house.volumes().upload(volume, 10, 5, 0)) {
            assertThatThrownBy(() -> writer.write(ByteBuffer.wrap(new byte[6])))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
        }
    }

    @Test
    void resizingFollowsItsFlags() throws IOException {
        var raw = house.volume(pool, "raw", MIB, "raw");
        house.volumes().resize(raw, 2 * MIB, 0);
        assertThat(Files.size(Path.of(raw.key()))).isEqualTo(2 * MIB);
        refused(ErrorCode.INVALID_ARG, "shrink", () -> house.volumes().resize(raw, MIB, 0));
        house.volumes().resize(raw, MIB, SHRINK);
        assertThat(Files.size(Path.of(raw.key()))).isEqualTo(MIB);
        refused(ErrorCode.OVERFLOW, "value too large", () -> house.volumes().resize(raw, -1, 0));
        var qcow = house.volume(pool, "qcow", MIB, "qcow2");
        house.volumes().resize(qcow, 3 * MIB, 0);
        assertThat(house.volumes().info(qcow, 0).capacityBytes()).isEqualTo(3 * MIB);
        refused(
                ErrorCode.OPERATION_UNSUPPORTED,
                "preallocate is only supported for raw",
                () -> house.volumes().resize(qcow, 4 * MIB, 1));
    }

    @Test
    void copiesBetweenFormatsHoldTheSame() throws IOException {
        var raw = house.volume(pool, "a.raw", MIB, "raw");
        var content = new byte[MIB];
        new SplittableRandom(7).nextBytes(content);
        Arrays.fill(content, 100_000, 800_000, (byte) 0);
        house.upload(raw, content);
        var previous = raw;
        for (var format : List.of("qcow2", "vdi", "qcow2", "raw")) {
            var xml = StorageHouse.volumeXml(previous.name() + "." + format, 0, format);
            previous = house.volumes().createFrom(pool.uuid(), xml, previous, 0);
            assertThat(house.volumes().info(previous, 0).capacityBytes()).isEqualTo(MIB);
        }
        assertThat(house.download(previous)).isEqualTo(content);
    }

    @Test
    void anUploadCutOffLeavesTheRestAlone() throws IOException {
        var volume = house.volume(pool, "v", MIB, "raw");
        house.upload(volume, new byte[] {1, 2, 3});
        var writer = house.volumes().upload(volume, 1, 0, 0);
        writer.write(ByteBuffer.wrap(new byte[] {9}));
        writer.close(); // without the end
        assertThat(Arrays.copyOf(house.download(volume), 3)).containsExactly(1, 9, 3);
        house.volumes().delete(volume, 0);
        assertThat(house.filesOf("p")).isEmpty();
    }

    @Test
    void whatAKillLeftIsRemovedLater() throws IOException {
        var part = Files.createFile(house.folder("p").resolve(VolumeNames.partial(42)));
        try (var file = new RandomAccessFile(part.toFile(), "rw")) {
            file.setLength(1000);
        }
        Files.setLastModifiedTime(part, FileTime.fromMillis(0));
        var fresh = Files.createFile(house.folder("p").resolve(VolumeNames.partial(43)));
        house.pools().refresh(pool.uuid(), 0);
        assertThat(house.volumes().list(pool.uuid(), 0)).isEmpty();
        assertThat(part).doesNotExist();
        assertThat(fresh).exists();
    }

    private static void refused(ErrorCode code, String words, Runnable act) {
        assertThatThrownBy(act::run).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e).hasMessageContaining(words);
            assertThat(e.code()).isEqualTo(code);
            assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
        });
    }
}
