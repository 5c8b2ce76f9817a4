package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools and volumes by Debian's virsh and virt-install, with qemu-img and libvirt's schemas as judges. */
class StorageTest {
    private static final Path SCHEMAS = Path.of("/usr/share/libvirt/schemas");
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Daemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-img");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private String virsh(String... arguments) {
        return daemon.virsh(arguments).succeeded().out();
    }

    private String refused(String... arguments) {
        return daemon.virsh(arguments).refused().err();
    }

    private Path pool(String name) {
        var place = folder.resolve(name);
        virsh("pool-define-as", name, "dir", "--target", place.toString());
        virsh("pool-build", name);
        virsh("pool-start", name);
        return place;
    }

    @Test
    void aPoolsLifeFromTheCommandLine() throws IOException {
        var place = folder.resolve("p");
        virsh("pool-define-as", "p", "dir", "--target", place.toString());
        assertThat(refused("pool-start", "p")).contains("cannot open directory '" + place + "'");
        virsh("pool-build", "p");
        virsh("pool-start", "p");
        virsh("pool-autostart", "p");
        assertThat(virsh("pool-list", "--name", "--autostart").lines())
                .anyMatch(line -> line.strip().equals("p"));
        assertThat(virsh("pool-info", "p")).contains("State:          running").contains("Autostart:      yes");
        valid("storagepool.rng", virsh("pool-dumpxml", "p"));
        valid("storagepool.rng", virsh("pool-dumpxml", "p", "--inactive"));
        valid("storagepoolcaps.rng", virsh("pool-capabilities"));
        assertThat(virsh("pool-name", virsh("pool-uuid", "p").strip())).startsWith("p");
        assertThat(refused("pool-define-as", "q", "dir", "--target", place.toString()))
                .contains("Storage source conflict with pool: 'p'");
        virsh("pool-destroy", "p");
        assertThat(virsh("pool-list", "--inactive", "--name").strip()).isEqualTo("p");
        virsh("pool-delete", "p");
        virsh("pool-undefine", "p");
        assertThat(place).doesNotExist();
        assertThat(refused("pool-info", "p")).contains("Storage pool not found");
    }

    @Test
    void imagesAreWhatQemuImgTakesThemFor() {
        var place = pool("p");
        virsh("vol-create-as", "p", "a.raw", "8M", "--allocation", "1M");
        virsh("vol-create-as", "p", "b.qcow2", "8M", "--format", "qcow2", "--prealloc-metadata");
        virsh("vol-create-as", "p", "c.vdi", "8M", "--format", "vdi");
        virsh(
                "vol-create-as",
                "p",
                "d.qcow2",
                "8M",
                "--format",
                "qcow2",
                "--backing-vol",
                "c.vdi",
                "--backing-vol-format",
                "vdi");
        virsh("vol-clone", "d.qcow2", "e.qcow2", "p");
        virsh("vol-resize", "b.qcow2", "16M", "p");
        for (var name : new String[] {"b.qcow2", "c.vdi", "d.qcow2", "e.qcow2"}) {
            Programs.run("qemu-img", "check", "-q", place.resolve(name).toString())
                    .succeeded();
            valid("storagevol.rng", virsh("vol-dumpxml", name, "p"));
        }
        assertThat(Programs.run("qemu-img", "info", place.resolve("e.qcow2").toString())
                        .succeeded()
                        .out())
                .contains("backing file: " + place.resolve("c.vdi"))
                .contains("backing file format: vdi");
        assertThat(virsh("vol-info", "b.qcow2", "p", "--bytes")).contains("Capacity:       16777216 bytes");
        assertThat(virsh("vol-info", "a.raw", "p", "--bytes")).contains("Allocation:     1048576 bytes");
        assertThat(virsh("vol-list", "p", "--details").lines()).hasSize(5);
        assertThat(virsh("vol-pool", place.resolve("a.raw").toString()).strip()).isEqualTo("p");
        assertThat(virsh("vol-key", "a.raw", "p").strip())
                .isEqualTo(place.resolve("a.raw").toString());
    }

    @Test
    void bytesGoInAndOutUnchanged() throws IOException {
        var place = pool("p");
        var content = new byte[6 * MIB + 12_345];
        var random = new SplittableRandom(1);
        random.nextBytes(content);
        Arrays.fill(content, MIB, 4 * MIB, (byte) 0);
        var in = Files.write(folder.resolve("in"), content);
        virsh("vol-create-as", "p", "v", "1M", "--allocation", "0");
        virsh("vol-upload", "v", in.toString(), "p");
        assertThat(place.resolve("v")).hasSameBinaryContentAs(in);
        Programs.run(
                        "cp",
                        "--sparse=always",
                        in.toString(),
                        folder.resolve("holes").toString())
                .succeeded();
        virsh("vol-create-as", "p", "w", "1M", "--allocation", "0");
        virsh("vol-upload", "w", folder.resolve("holes").toString(), "p", "--sparse");
        assertThat(place.resolve("w")).hasSameBinaryContentAs(in);
        var out = folder.resolve("out");
        virsh("vol-download", "w", out.toString(), "p", "--sparse");
        assertThat(out).hasSameBinaryContentAs(in);
        assertThat(blocks(out)).isLessThan(blocks(in));
        assertThat(blocks(place.resolve("w"))).isLessThan(blocks(in));
        virsh("vol-download", "v", out.toString(), "p", "--offset", "1000", "--length", "5000");
        assertThat(Files.readAllBytes(out)).isEqualTo(Arrays.copyOfRange(content, 1000, 6000));
        virsh("vol-wipe", "v", "p");
        assertThat(Files.readAllBytes(place.resolve("v"))).containsOnly(0);
    }

    private static long blocks(Path file) {
        return Long.parseLong(
                Programs.run("stat", "-c", "%b", file.toString()).out().strip());
    }

    @Test
    void virtInstallMakesItsDiskAndFindsOthers() throws IOException {
        Programs.need("virt-install", "qemu-system-x86_64");
        var disk = Files.write(folder.resolve("disk.raw"), new byte[MIB]);
        virtInstall("found", disk.toString());
        virtInstall("made", "size=1,format=qcow2");
        assertThat(virsh("vol-list", "default")).contains("made.qcow2");
        assertThat(virsh("domblklist", "found")).contains(disk.toString());
        assertThat(virsh("dumpxml", "made")).contains("<backingStore/>");
        assertThat(refused("vol-delete", "made.qcow2", "default")).contains("is in use by a guest");
        virsh("destroy", "made");
        virsh("undefine", "made", "--remove-all-storage");
        assertThat(virsh("vol-list", "default")).doesNotContain("made.qcow2");
    }

    private void virtInstall(String name, String disk) {
        Programs.run(
                        "virt-install",
                        "--connect",
                        daemon.uri(),
                        "--import",
                        "--name",
                        name,
                        "--memory",
                        "32",
                        "--virt-type",
                        "qemu",
                        "--disk",
                        disk,
                        "--network",
                        "none",
                        "--osinfo",
                        "detect=on,require=off",
                        "--graphics",
                        "none",
                        "--noautoconsole")
                .succeeded();
    }

    @Test
    void aGuestRunsFromAVolumeByName() throws IOException {
        Programs.need("qemu-system-x86_64");
        var place = pool("p");
        virsh("vol-create-as", "p", "base.vdi", "4M", "--format", "vdi");
        virsh(
                "vol-create-as",
                "p",
                "over.qcow2",
                "4M",
                "--format",
                "qcow2",
                "--backing-vol",
                "base.vdi",
                "--backing-vol-format",
                "vdi");
        var disk = """
                <disk type='volume' device='disk'>
                  <driver name='qemu' type='qcow2'/>
                  <source pool='p' volume='over.qcow2'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                """;
        var xml = Files.writeString(folder.resolve("g.xml"), """
                <domain type='qemu'><name>g</name><memory unit='MiB'>32</memory>
                <os><type arch='x86_64'>hvm</type></os><devices>%s</devices></domain>
                """.formatted(disk));
        virsh("define", xml.toString());
        virsh("start", "g", "--paused");
        var live = virsh("dumpxml", "g");
        valid("domain.rng", live);
        assertThat(live)
                .contains("pool='p' volume='over.qcow2'")
                .contains("<backingStore type='file' index='2'>")
                .contains("<source file='" + place.resolve("base.vdi") + "'/>");
        assertThat(virsh("dumpxml", "g", "--inactive")).contains("pool='p' volume='over.qcow2'");
        assertThat(virsh("domblkinfo", "g", "vda")).contains("4194304");
        assertThat(refused("vol-delete", "base.vdi", "p")).contains("is in use by a guest");
        virsh("destroy", "g");
        virsh("pool-destroy", "p");
        assertThat(refused("start", "g")).contains("storage pool 'p' containing volume 'over.qcow2' is not active");
    }

    @Test
    void aKillDuringACloneLeavesNothingUnderItsName() throws Exception {
        var place = pool("p");
        virsh("vol-create-as", "p", "big.raw", "300M");
        var cloning = Programs.background(() -> daemon.virsh("vol-clone", "big.raw", "copy.qcow2", "p"));
        Programs.await("the copy has begun", () -> parts(place) > 0 || cloning.isDone());
        daemon.kill();
        cloning.get();
        daemon = Daemon.start(folder.resolve("root"));
        assertThat(virsh("pool-info", "p")).contains("running");
        var volumes = virsh("vol-list", "p");
        if (volumes.contains("copy.qcow2")) { // it was quicker than the kill
            Programs.run(
                            "qemu-img",
                            "compare",
                            "-q",
                            place.resolve("big.raw").toString(),
                            place.resolve("copy.qcow2").toString())
                    .succeeded();
        } else {
            virsh("vol-clone", "big.raw", "copy.qcow2", "p");
        }
        assertThat(virsh("vol-list", "p").lines()).hasSize(2);
    }

    private static long parts(Path place) {
        try (var files = Files.list(place)) {
            return files.filter(file -> file.getFileName().toString().startsWith("."))
                    .count();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void aFullDiskIsOneLineAndNoDebris() throws IOException {
        Programs.needRoot();
        var place = Files.createDirectory(folder.resolve("small"));
        Programs.run("mount", "-t", "tmpfs", "-o", "size=4m", "posada-test", place.toString())
                .succeeded();
        try {
            virsh("pool-create-as", "small", "dir", "--target", place.toString());
            assertThat(refused("vol-create-as", "small", "v", "16M")).contains("No space left on device");
            virsh("vol-create-as", "small", "src", "3M", "--allocation", "0");
            Files.write(folder.resolve("in"), new byte[16 * MIB]);
            assertThat(refused("vol-upload", "src", folder.resolve("in").toString(), "small"))
                    .contains("No space left on device");
            virsh("vol-delete", "src", "small");
            assertThat(parts(place)).isZero();
            assertThat(virsh("vol-list", "small").strip()).isEmpty();
            virsh("pool-destroy", "small");
        } finally {
            Programs.run("umount", "-l", place.toString());
        }
    }

    @Test
    void theReadOnlySocketShowsAndChangesNothing() {
        pool("p");
        virsh("vol-create-as", "p", "v", "1M");
        var uri = daemon.uri().replace("posada-sock", "posada-sock-ro");
        assertThat(Programs.run("virsh", "-q", "-r", "-c", uri, "vol-list", "p", "--details")
                        .succeeded()
                        .out())
                .contains("1.00 MiB");
        for (var command : new String[] {"pool-destroy p", "vol-delete v p", "vol-download v /dev/null p"}) {
            assertThat(Programs.run("virsh", "-q", "-r", "-c", uri, command)
                            .refused()
                            .err())
                    .contains("read only access prevents");
        }
    }

    @Test
    void aConnectionToStorageAloneSeesThePools() {
        pool("p");
        var uri = daemon.uri().replace("qemu+unix", "storage+unix");
        assertThat(Programs.run("virsh", "-q", "-c", uri, "pool-list", "--name")
                        .succeeded()
                        .out())
                .contains("p");
        Programs.run("virsh", "-q", "-c", uri, "vol-create-as", "p", "v", "1M").succeeded();
        assertThat(Programs.run("virsh", "-q", "-c", uri, "version").out()).contains("Using API: storage");
        assertThat(Programs.run("virsh", "-q", "-c", uri, "list").refused().err())
                .contains("this function is not supported by the connection driver: virConnectNumOfDomains");
    }

    private void valid(String schema, String document) {
        if (!Programs.find("xmllint") || !Files.exists(SCHEMAS.resolve(schema))) {
            return;
        }
        Programs.runIn(
                        folder,
                        document,
                        "xmllint",
                        "--noout",
                        "--relaxng",
                        SCHEMAS.resolve(schema).toString(),
                        "-")
                .succeeded();
    }
}
