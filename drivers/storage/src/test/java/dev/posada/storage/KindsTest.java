package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.process.Executables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other kinds of pools than folders: file systems that are mounted, and what is only kept. */
final class KindsTest {
    private static final int BUILD_OVERWRITE = 8;
    private static final int BUILD_NO_OVERWRITE = 4;

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

    @Test
    void aFileSystemIsMadeMountedFoundAgainAndUnmounted() throws IOException {
        LoopDevice.need("mkfs.ext4", "e2fsprogs");
        try (var device = LoopDevice.of(root.resolve("image"), 16 << 20)) {
            aFileSystemIsMadeMountedFoundAgainAndUnmounted(device.path());
        }
    }

    private void aFileSystemIsMadeMountedFoundAgainAndUnmounted(Path device) {
        var target = root.resolve("mounted");
        var pool = house.pools()
                .define(
                        "<pool type='fs'><name>f</name><source><device path='" + device
                                + "'/><format type='ext4'/></source><target><path>" + target
                                + "</path></target></pool>",
                        0);
        house.pools().build(pool.uuid(), BUILD_OVERWRITE);
        assertThatThrownBy(() -> house.pools().build(pool.uuid(), BUILD_NO_OVERWRITE))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("already formatted using 'ext4'");
        house.pools().start(pool.uuid(), 0);
        try {
            house.volume(pool, "v", 1 << 20, "qcow2");
            house.close();
            house = StorageHouse.open(root);
            assertThat(house.pools().isActive(pool.uuid())).isTrue();
            assertThat(house.volumes().list(pool.uuid(), 0))
                    .extracting(volume -> volume.name())
                    .contains("v");
            assertThat(house.pools().info(pool.uuid()).capacityBytes()).isBetween(1L << 20, 16L << 20);
        } finally {
            house.pools().destroy(pool.uuid());
        }
        assertThat(target.resolve("v")).doesNotExist();
    }

    @Test
    void aMountThatFailsSaysWhyAndLeavesNothing() throws IOException {
        assumeTrue(CurrentProcess.effectiveUid() == 0, "needs root");
        var image = Files.write(root.resolve("nothing"), new byte[1 << 20]);
        var target = Files.createDirectory(root.resolve("mounted"));
        var pool = house.pools()
                .define(
                        "<pool type='fs'><name>f</name><source><device path='" + image
                                + "'/><format type='ext4'/></source><target><path>" + target
                                + "</path></target></pool>",
                        0);
        assertThatThrownBy(() -> house.pools().start(pool.uuid(), 0))
                .isInstanceOfSatisfying(PosadaException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
                    assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
                    assertThat(e).hasMessageContaining("mounting '" + image + "' on '" + target + "'");
                });
        assertThat(house.pools().isActive(pool.uuid())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "logical, <name>vg</name>, vgchange, lvm2",
        "disk, <device path='/dev/nothing'/>, parted, parted",
        "iscsi, <host name='h'/><device path='iqn.2020-01.com.example:t'/>, iscsiadm, open-iscsi"
    })
    void kindsWithoutTheirToolsAreKeptAndNotStarted(String type, String source, String program, String debianPackage) {
        assumeTrue(Executables.find(program).isEmpty(), program + " is installed");
        refusedAtStart(type, source, ErrorCode.OPERATION_FAILED, "install the package " + debianPackage);
    }

    @ParameterizedTest
    @CsvSource({
        "rbd, <name>p</name><host name='h'/>",
        "gluster, <name>p</name><host name='h'/>",
        "sheepdog, <name>p</name><host name='h'/>",
        "zfs, <name>p</name>",
        "vstorage, <name>p</name>",
        "iscsi-direct, <host name='h'/><device path='iqn.2020-01.com.example:t'/><initiator><iqn name='i'/></initiator>"
    })
    void kindsNobodyDrivesAreKeptAndSaySoAtTheStart(String type, String source) {
        refusedAtStart(type, source, ErrorCode.NO_SUPPORT, "pools of type '" + type + "' are kept and not driven here");
    }

    private void refusedAtStart(String type, String source, ErrorCode code, String words) {
        var pool = house.pools()
                .define(
                        "<pool type='" + type + "'><name>x</name><source>" + source
                                + "</source><target><path>/dev/x</path></target></pool>",
                        0);
        assertThatThrownBy(() -> house.pools().start(pool.uuid(), 0))
                .isInstanceOfSatisfying(PosadaException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e).hasMessageContaining(words);
                });
        assertThat(house.pools().isActive(pool.uuid())).isFalse();
        house.pools().undefine(pool.uuid());
    }

    @Test
    void sourcesAreLookedForWhereThatMeansSomething() {
        assertThatThrownBy(() -> house.pools().sources("dir", "", 0))
                .hasMessageContaining("pool type 'dir' does not support source discovery");
        assertThatThrownBy(() -> house.pools().sources("netfs", "", 0))
                .hasMessageContaining("hostname must be specified for netfs sources");
        assertThatThrownBy(() -> house.pools().sources("foo", "", 0))
                .hasMessageContaining("unknown storage pool type foo");
    }
}
