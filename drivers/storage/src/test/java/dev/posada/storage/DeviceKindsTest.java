package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.ErrorCode;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools whose volumes are block devices, on loop devices of their own. */
final class DeviceKindsTest {
    private static final int MIB = 1 << 20;
    private static final int OVERWRITE = 8;
    private static final int REFLINK = 2;

    @TempDir
    Path root;

    private StorageHouse house;

    @BeforeEach
    void open() {
        house = StorageHouse.open(root);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private PoolIdentity define(String type, String source, String target) {
        return house.pools()
                .define(
                        "<pool type='" + type + "'><name>d</name><source>" + source + "</source><target><path>" + target
                                + "</path></target></pool>",
                        0);
    }

    private PoolIdentity diskPool(LoopDevice disk, String format) {
        return define("disk", "<device path='" + disk.path() + "'/><format type='" + format + "'/>", "/dev");
    }

    private VolumeIdentity make(PoolIdentity pool, String name, long bytes, String format) {
        return house.volumes()
                .create(
                        pool.uuid(),
                        "<volume><name>" + name + "</name><capacity>" + bytes + "</capacity><target><format type='"
                                + format + "'/></target></volume>",
                        0);
    }

    private static void refused(ErrorCode code, String words, ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(words);
            assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt", "dos"})
    void partitionsAreMadeUsedAndRemoved(String format) throws IOException {
        LoopDevice.need("parted", "parted");
        try (var disk = LoopDevice.of(root.resolve("disk"), 64 * MIB)) {
            var pool = diskPool(disk, format);
            refused(
                    ErrorCode.STORAGE_PROBE_FAILED,
                    "requires build",
                    () -> house.pools().start(pool.uuid(), 0));
            house.pools().build(pool.uuid(), 0);
            refused(
                    ErrorCode.STORAGE_POOL_BUILT,
                    "already formatted using '" + format + "'",
                    () -> house.pools().build(pool.uuid(), 0));
            house.pools().start(pool.uuid(), 0);
            try {
                usePartitions(pool, disk);
            } finally {
                house.pools().destroy(pool.uuid());
            }
            house.pools().delete(pool.uuid(), 0);
            refused(
                    ErrorCode.STORAGE_PROBE_FAILED,
                    "requires build",
                    () -> house.pools().start(pool.uuid(), 0));
        }
    }

    private void usePartitions(PoolIdentity pool, LoopDevice disk) throws IOException {
        var first = String.valueOf(disk.partition(1).getFileName());
        var second = String.valueOf(disk.partition(2).getFileName());
        refused(ErrorCode.INVALID_ARG, "expected '" + first + "'", () -> make(pool, "other", MIB, "none"));
        refused(ErrorCode.INTERNAL_ERROR, "no large enough free extent", () -> make(pool, first, 65L * MIB, "none"));
        refused(ErrorCode.NO_SUPPORT, "volume capacity required", () -> make(pool, first, 0, "none"));
        refused(ErrorCode.CONFIG_UNSUPPORTED, "unknown volume format", () -> make(pool, first, MIB, "qcow2"));
        var volume = make(pool, first, 4 * MIB, "linux");
        make(pool, second, 4 * MIB + 1, "linux-swap");
        assertThat(house.volumes().xml(volume, 0))
                .contains("<volume type='block'>")
                .contains("<path>" + disk.partition(1) + "</path>")
                .contains("<extent start='1048576' end='5242880'/>")
                .contains("<format type='linux'/>");
        assertThat(house.volumes().info(volume, 0).capacityBytes()).isEqualTo(4 * MIB);
        var content = new byte[4 * MIB];
        new SplittableRandom(1).nextBytes(content);
        house.upload(volume, content);
        assertThat(house.download(volume)).isEqualTo(content);
        house.volumes().wipe(volume, 0, 0);
        assertThat(house.download(volume)).containsOnly(0);
        assertThat(house.pools().xml(pool.uuid(), 0)).contains("<freeExtent start='");
        assertThat(house.pools().xml(pool.uuid(), 1)).doesNotContain("freeExtent");
        house.volumes().delete(volume, 0);
        assertThat(house.volumes().list(pool.uuid(), 0))
                .extracting(VolumeIdentity::name)
                .containsExactly(second);
        assertThat(disk.partition(1)).doesNotExist();
        make(pool, first, 4 * MIB, "none");
        assertThat(house.pools().info(pool.uuid()).allocationBytes()).isEqualTo(8 * MIB + 512);
    }

    @Test
    void logicalPartitionsAreNumberedAnewWhenOneGoes() throws IOException {
        LoopDevice.need("parted", "parted");
        try (var disk = LoopDevice.of(root.resolve("disk"), 64 * MIB)) {
            var pool = diskPool(disk, "dos");
            house.pools().build(pool.uuid(), 0);
            house.pools().start(pool.uuid(), 0);
            var names = new String[8];
            Arrays.setAll(names, at -> String.valueOf(disk.partition(at).getFileName()));
            for (int number = 1; number <= 3; number++) {
                make(pool, names[number], 2 * MIB, "none");
            }
            make(pool, names[4], 40 * MIB, "extended");
            refused(
                    ErrorCode.INTERNAL_ERROR,
                    "extended partition already exists",
                    () -> make(pool, names[5], MIB, "extended"));
            var fifth = make(pool, names[5], 2 * MIB, "none");
            make(pool, names[6], 3 * MIB, "none");
            house.volumes().delete(fifth, 0);
            assertThat(house.volumes().list(pool.uuid(), 0))
                    .extracting(VolumeIdentity::name)
                    .containsExactly(names[1], names[2], names[3], names[4], names[5]);
            assertThat(house.volumes().info(fifth, 0).capacityBytes()).isEqualTo(3 * MIB);
            house.pools().destroy(pool.uuid());
        }
    }

    @Test
    void aPartitionSeveralWantIsMadeOnceAndFoundByTheNextDaemon() throws Exception {
        LoopDevice.need("parted", "parted");
        try (var disk = LoopDevice.of(root.resolve("disk"), 32 * MIB)) {
            var pool = diskPool(disk, "gpt");
            house.pools().build(pool.uuid(), 0);
            house.pools().start(pool.uuid(), 0);
            var name = String.valueOf(disk.partition(1).getFileName());
            var made = new AtomicInteger();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int thread = 0; thread < 4; thread++) {
                    var _ = threads.submit(() -> {
                        make(pool, name, 4 * MIB, "none");
                        return made.incrementAndGet();
                    });
                }
            }
            assertThat(made)
                    .as("the others were told that it exists, or that another is next")
                    .hasValue(1);
            house.close();
            house = StorageHouse.open(root);
            assertThat(house.pools().isActive(pool.uuid())).isTrue();
            assertThat(house.volumes().list(pool.uuid(), 0))
                    .extracting(VolumeIdentity::name)
                    .containsExactly(name);
            house.pools().destroy(pool.uuid());
        }
    }

    @Test
    void aMountedPartitionIsNotRemoved() throws IOException {
        LoopDevice.need("parted", "parted");
        LoopDevice.need("mkfs.ext4", "e2fsprogs");
        try (var disk = LoopDevice.of(root.resolve("disk"), 32 * MIB)) {
            var pool = diskPool(disk, "gpt");
            house.pools().build(pool.uuid(), 0);
            house.pools().start(pool.uuid(), 0);
            var name = String.valueOf(disk.partition(1).getFileName());
            var volume = make(pool, name, 8 * MIB, "linux");
            LoopDevice.run("mkfs.ext4", "-q", disk.partition(1).toString());
            var mounted = Files.createDirectory(root.resolve("mounted")).toString();
            LoopDevice.run("mount", disk.partition(1).toString(), mounted);
            try {
                refused(
                        ErrorCode.RESOURCE_BUSY,
                        "is in use on this host",
                        () -> house.volumes().delete(volume, 0));
            } finally {
                LoopDevice.run("umount", mounted);
            }
            house.volumes().delete(volume, 0);
            house.pools().destroy(pool.uuid());
        }
    }

    @Test
    void whatIsOnADiskIsNotOverwrittenUnasked() throws IOException {
        LoopDevice.need("parted", "parted");
        LoopDevice.need("mkfs.ext4", "e2fsprogs");
        try (var disk = LoopDevice.of(root.resolve("disk"), 32 * MIB)) {
            LoopDevice.run("mkfs.ext4", "-q", disk.path().toString());
            var pool = diskPool(disk, "gpt");
            refused(
                    ErrorCode.OPERATION_INVALID,
                    "does not match the expected format 'gpt'",
                    () -> house.pools().start(pool.uuid(), 0));
            refused(
                    ErrorCode.STORAGE_POOL_BUILT,
                    "forced overwrite is necessary",
                    () -> house.pools().build(pool.uuid(), 0));
            house.pools().build(pool.uuid(), OVERWRITE);
            house.pools().start(pool.uuid(), 0);
            house.pools().destroy(pool.uuid());
        }
    }

    @Test
    void aDiskThatIsNotThereIsNamed() {
        LoopDevice.need("parted", "parted");
        var pool = define("disk", "<device path='/dev/nosuch'/><format type='gpt'/>", "/dev");
        refused(
                ErrorCode.INVALID_ARG,
                "device path '/dev/nosuch' doesn't exist",
                () -> house.pools().start(pool.uuid(), 0));
        refused(
                ErrorCode.STORAGE_PROBE_FAILED,
                "/dev/nosuch",
                () -> house.pools().build(pool.uuid(), 0));
    }

    @Test
    void aCopyOntoAPartitionIsWhatTheGuestSees() throws IOException {
        LoopDevice.need("parted", "parted");
        try (var disk = LoopDevice.of(root.resolve("disk"), 32 * MIB)) {
            var folder = house.pool("images");
            var image = house.volume(folder, "i.qcow2", 3 * MIB, "qcow2");
            var pool = diskPool(disk, "gpt");
            house.pools().build(pool.uuid(), 0);
            house.pools().start(pool.uuid(), 0);
            var first = make(pool, String.valueOf(disk.partition(1).getFileName()), 3 * MIB, "none");
            var old = new byte[3 * MIB];
            Arrays.fill(old, (byte) 7);
            house.upload(first, old);
            house.volumes().delete(first, 0);
            // What was there before must not show through the holes of the copy.
            var copy = house.volumes()
                    .createFrom(pool.uuid(), "<volume><name>" + first.name() + "</name></volume>", image, 0);
            assertThat(house.download(copy)).hasSize(3 * MIB).containsOnly(0);
            house.pools().destroy(pool.uuid());
        }
    }

    @Test
    void copiesShareBlocksWhereTheFileSystemCan() throws IOException {
        LoopDevice.need("mkfs.xfs", "xfsprogs");
        assumeTrue(Files.readString(Path.of("/proc/filesystems")).contains("\txfs\n"), "this kernel has no xfs");
        try (var disk = LoopDevice.of(root.resolve("disk"), 320L * MIB)) {
            LoopDevice.run("mkfs.xfs", "-q", "-m", "reflink=1", disk.path().toString());
            var pool = define(
                    "fs",
                    "<device path='" + disk.path() + "'/><format type='xfs'/>",
                    root.resolve("xfs").toString());
            house.pools().build(pool.uuid(), 0);
            house.pools().start(pool.uuid(), 0);
            var content = new byte[8 * MIB];
            new SplittableRandom(1).nextBytes(content);
            var volume = house.volume(pool, "v", 8 * MIB, "raw");
            house.upload(volume, content);
            long before = house.pools().info(pool.uuid()).allocationBytes();
            var copy = house.volumes()
                    .createFrom(
                            pool.uuid(),
                            "<volume><name>c</name><capacity>9437184</capacity></volume>",
                            volume,
                            REFLINK);
            assertThat(house.pools().info(pool.uuid()).allocationBytes()).isLessThan(before + MIB);
            assertThat(Arrays.copyOf(house.download(copy), 8 * MIB)).isEqualTo(content);
            assertThat(house.volumes().info(copy, 0).capacityBytes()).isEqualTo(9 * MIB);
            house.volumes().wipe(volume, 0, 0);
            assertThat(Arrays.copyOf(house.download(copy), 8 * MIB)).isEqualTo(content);
            house.pools().destroy(pool.uuid());
        }
    }

    @Test
    void copiesThatCannotShareBlocksAreRefusedAndLeaveNothing() throws IOException {
        LoopDevice.need("mkfs.ext4", "e2fsprogs");
        try (var disk = LoopDevice.of(root.resolve("disk"), 16 * MIB)) {
            LoopDevice.run("mkfs.ext4", "-q", disk.path().toString());
            var pool = define(
                    "fs",
                    "<device path='" + disk.path() + "'/>",
                    root.resolve("ext4").toString());
            house.pools().build(pool.uuid(), 0);
            house.pools().start(pool.uuid(), 0);
            var raw = house.volume(pool, "v", MIB, "raw");
            var image = house.volume(pool, "q", MIB, "qcow2");
            var names = house.volumes().list(pool.uuid(), 0);
            var copy = "<volume><name>c</name></volume>";
            refused(
                    ErrorCode.SYSTEM_ERROR,
                    "failed to clone files from '" + root.resolve("ext4/v") + "'",
                    () -> house.volumes().createFrom(pool.uuid(), copy, raw, REFLINK));
            refused(
                    ErrorCode.INVALID_ARG,
                    "only raw volumes share blocks",
                    () -> house.volumes().createFrom(pool.uuid(), copy, image, REFLINK));
            assertThat(house.volumes().list(pool.uuid(), 0)).isEqualTo(names);
            house.pools().destroy(pool.uuid());
        }
    }

    @Test
    void aVolumeGroupIsMadeAndTakenAway() throws IOException {
        LoopDevice.need("vgcreate", "lvm2");
        try (var disk = LoopDevice.of(root.resolve("disk"), 32 * MIB)) {
            var group = "posada-test-" + ProcessHandle.current().pid();
            var pool = define(
                    "logical", "<device path='" + disk.path() + "'/><name>" + group + "</name>", "/dev/" + group);
            refused(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "cannot find logical volume group name '" + group + "'",
                    () -> house.pools().start(pool.uuid(), 0));
            house.pools().build(pool.uuid(), 0);
            refused(
                    ErrorCode.STORAGE_POOL_BUILT,
                    "already formatted using 'LVM2_member'",
                    () -> house.pools().build(pool.uuid(), 0));
            assertThat(house.pools().sources("logical", "", 0))
                    .contains("<device path='" + disk.path() + "'/>")
                    .contains("<name>" + group + "</name>");
            try {
                useVolumes(pool, group);
            } finally {
                if (house.pools().isActive(pool.uuid())) {
                    house.pools().destroy(pool.uuid());
                }
                house.pools().delete(pool.uuid(), 0);
            }
            assertThat(house.pools().sources("logical", "", 0)).doesNotContain(group);
        }
    }

    private void useVolumes(PoolIdentity pool, String group) throws IOException {
        assumeTrue(
                Files.exists(Path.of("/sys/class/misc/device-mapper")),
                "this kernel has no device-mapper: logical volumes cannot be made");
        house.pools().start(pool.uuid(), 0);
        var origin = make(pool, "origin", 4 * MIB, "none");
        var content = new byte[4 * MIB];
        new SplittableRandom(1).nextBytes(content);
        house.upload(origin, content);
        var snapshot = house.volumes()
                .create(
                        pool.uuid(),
                        "<volume><name>snap</name><capacity>4194304</capacity><backingStore><path>/dev/" + group
                                + "/origin</path></backingStore></volume>",
                        0);
        house.volumes().wipe(origin, 0, 0);
        assertThat(house.download(snapshot)).isEqualTo(content);
        assertThat(house.volumes().xml(snapshot, 0)).contains("<path>/dev/" + group + "/origin</path>");
        refused(
                ErrorCode.OPERATION_INVALID,
                "cannot be used in volume group",
                () -> make(pool, "no name", MIB, "none"));
        refused(ErrorCode.INTERNAL_ERROR, "insufficient", () -> make(pool, "big", 1L << 30, "none"));
        house.volumes().delete(snapshot, 0);
        assertThat(house.volumes().list(pool.uuid(), 0))
                .extracting(VolumeIdentity::name)
                .containsExactly("origin");
    }
}
