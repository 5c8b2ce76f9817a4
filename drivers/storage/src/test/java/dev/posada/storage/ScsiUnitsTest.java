package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.Element;
import dev.posada.model.PoolDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks behind SCSI adapters and sessions with iSCSI targets, in folders laid out as the kernel lays out /sys. */
final class ScsiUnitsTest {
    @TempDir
    Path root;

    private Path sys() {
        return root.resolve("sys");
    }

    private void unit(String address, String type, String wwid, String block) throws IOException {
        var device = Files.createDirectories(sys().resolve("bus/scsi/devices/" + address));
        Files.writeString(device.resolve("type"), type + "\n");
        Files.writeString(device.resolve("wwid"), wwid + "\n");
        if (!block.isEmpty()) {
            Files.createDirectories(device.resolve("block/" + block));
            Files.writeString(device.resolve("block/" + block + "/size"), "65536\n");
        }
    }

    private Path links(String... namesAndNodes) throws IOException {
        var folder = Files.createDirectories(root.resolve("by-path"));
        for (int at = 0; at < namesAndNodes.length; at += 2) {
            Files.createSymbolicLink(folder.resolve(namesAndNodes[at]), Path.of(namesAndNodes[at + 1]));
        }
        return folder;
    }

    @Test
    void disksOfOneAdapterAreListedByTheirStablePaths() throws IOException {
        // Any nodes that every host has will do for disks.
        unit("2:0:0:0", "0", "naa.60000000000000000e00000000010001", "null");
        unit("2:0:1:5", "5", "t10.ATA     QEMU HARDDISK   QM00001", "zero");
        unit("2:0:0:1", "12", "naa.1", "full"); // not a disk
        unit("2:0:0:2", "0", "naa.2", ""); // no driver has it
        unit("3:0:0:0", "0", "naa.3", "full"); // another adapter
        unit("2:0:0:3", "0", "naa.4", "random"); // has no stable path
        var folder = links("a-lun-0", "/dev/null", "z-lun-0", "/dev/null", "b", "/dev/zero", "c", "/dev/gone");
        var units = new ScsiUnits(sys()).of(2, folder);
        assertThat(units).extracting(unit -> unit.entry().name()).containsExactly("unit:0:0:0", "unit:0:1:5");
        assertThat(units)
                .extracting(unit -> unit.entry().path())
                .containsExactly(
                        folder.resolve("a-lun-0").toString(),
                        folder.resolve("b").toString());
        assertThat(units)
                .extracting(unit -> unit.entry().key())
                .containsExactly("360000000000000000e00000000010001", "1ATA_QEMU_HARDDISK_QM00001");
        assertThat(units).extracting(ScsiUnits.Unit::bytes).containsOnly(32L << 20);
    }

    @Test
    void inDevEachDiskHasItsOwnPath() throws IOException {
        unit("2:0:0:0", "0", "naa.1", "null");
        assertThat(new ScsiUnits(sys()).of(2, Path.of("/dev")))
                .extracting(unit -> unit.entry().path())
                .containsExactly("/dev/null");
    }

    @Test
    void aSessionIsFoundByItsTarget() throws IOException {
        var device = Files.createDirectories(sys().resolve("devices/platform/host7/session3/iscsi_session/session3"));
        Files.writeString(device.resolve("targetname"), "iqn.2020-01.org.example:t\n");
        Files.createDirectories(sys().resolve("class/iscsi_session"));
        Files.createSymbolicLink(sys().resolve("class/iscsi_session/session3"), device);
        var sessions = new IscsiSessions(sys());
        assertThat(sessions.of("iqn.2020-01.org.example:t")).contains(new IscsiSessions.Session(3, 7));
        assertThat(sessions.of("iqn.2020-01.org.example:other")).isEmpty();
        assertThat(new IscsiSessions(root.resolve("none")).of("x")).isEmpty();
    }

    @Test
    void disksOnSeveralWaysAreThoseTheKernelSaysAreMultipath() throws IOException {
        for (var name : new String[] {"dm-0", "dm-1"}) {
            Files.createDirectories(sys().resolve("block/" + name + "/dm"));
            Files.writeString(sys().resolve("block/" + name + "/size"), "2048\n");
        }
        Files.writeString(sys().resolve("block/dm-0/dm/uuid"), "LVM-abc\n");
        Files.writeString(sys().resolve("block/dm-1/dm/uuid"), "mpath-36001405\n");
        var definition = new PoolDefinition(Element.of("pool", "type", "mpath"));
        var contents = new MultipathKind(sys()).start(definition).look();
        assertThat(contents.volumes()).hasSize(1);
        assertThat(contents.volumes().getFirst().name()).isEqualTo("dm-1");
        assertThat(contents.volumes().getFirst().key()).isEqualTo("36001405");
        assertThat(contents.figures().capacityBytes()).isEqualTo(1 << 20);
    }
}
