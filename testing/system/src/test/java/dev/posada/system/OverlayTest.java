package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest whose disk is an overlay on an image of another format, both of them made by Posada. */
class OverlayTest {
    @TempDir
    private Path folder;

    @Test
    void aLinuxBootsFromAnOverlayOnAVdiAndKeepsWhatItWrites() throws Exception {
        Programs.need("virsh", "qemu-img", "qemu-system-x86_64");
        var installed = LinuxGuest.installedDisk(folder);
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            var place = folder.resolve("p");
            succeed(daemon, "pool-create-as", "p", "dir", "--target", place.toString(), "--build");
            var base = place.resolve("base.vdi");
            var command = Checkout.root().resolve("bin/posada").toString();
            Programs.run(command, "image", "convert", "-f", "raw", "-O", "vdi", installed.toString(), base.toString())
                    .succeeded();
            succeed(daemon, "pool-refresh", "p");
            succeed(
                    daemon,
                    "vol-create-as",
                    "p",
                    "over.qcow2",
                    "16M",
                    "--format",
                    "qcow2",
                    "--backing-vol",
                    "base.vdi",
                    "--backing-vol-format",
                    "vdi");
            var before = Files.readAllBytes(base);
            succeed(daemon, "define", guest().toString());

            boot(daemon, 1);
            boot(daemon, 2);

            assertThat(Arrays.equals(Files.readAllBytes(base), before))
                    .as("the base is as it was")
                    .isTrue();
            var overlay = place.resolve("over.qcow2").toString();
            Programs.run("qemu-img", "check", "-q", overlay).succeeded();
            var flat = folder.resolve("flat.raw").toString();
            Programs.run(command, "image", "convert", "-f", "qcow2", "-O", "raw", overlay, flat)
                    .succeeded();
            assertThat(Programs.run("debugfs", "-R", "cat /boots", flat).out()).isEqualTo("boot\nboot\n");
        }
    }

    private void boot(Daemon daemon, int number) {
        succeed(daemon, "start", "installed");
        Programs.await(
                "the guest has powered itself off",
                () -> succeed(daemon, "domstate", "installed").startsWith("shut off"));
        assertThat(folder.resolve("serial.log")).content().contains("BOOT " + number + " FROM DISK");
    }

    private Path guest() throws IOException {
        return Files.writeString(folder.resolve("installed.xml"), """
                <domain type='qemu'>
                  <name>installed</name>
                  <memory unit='MiB'>192</memory>
                  <os>
                    <type arch='x86_64'>hvm</type>
                    <kernel>%s</kernel>
                    <initrd>%s</initrd>
                    <cmdline>console=ttyS0 no_timer_check panic=1 quiet rdinit=/init root=/dev/vda</cmdline>
                  </os>
                  <features><acpi/></features>
                  <devices>
                    <disk type='volume' device='disk'>
                      <driver name='qemu' type='qcow2'/>
                      <source pool='p' volume='over.qcow2'/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                    <serial type='file'><source path='%s' append='on'/></serial>
                  </devices>
                </domain>
                """.formatted(
                        LinuxGuest.kernel(), LinuxGuest.initrd(folder), folder.resolve("serial.log")));
    }

    private static String succeed(Daemon daemon, String... arguments) {
        return daemon.virsh(arguments).succeeded().out();
    }
}
