package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands about disks, cards, processors, memory, snapshots, checkpoints and jobs of domains: libvirt's virsh and ours
 * ask the same daemon one after the other, and must print the same and end alike.
 */
class VirshPartsTest {
    /** The words to compare with are this version's. */
    private static final String VERSION = "9.0.";

    @TempDir
    Path folder;

    @Test
    void ourVirshTellsOfLibvirtdWhatLibvirtsTells() throws Exception {
        try (var libvirtd = Libvirtd.start(folder.resolve("libvirtd"))) {
            assumeTrue(libvirtd.version().startsWith(VERSION), "another libvirt than the one to compare with");
            compare(libvirtd.uri(), commands());
        }
    }

    @Test
    void ourVirshTellsOfPosadadWhatLibvirtsTells() throws Exception {
        Programs.need("virsh", "qemu-system-x86_64", "qemu-img");
        assumeTrue(
                Programs.run("virsh", "--version").out().startsWith(VERSION),
                "another virsh than the one to compare with");
        var root = folder.resolve("root");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/qemu.conf"), "cgroup_controllers = [ ]\n");
        try (var daemon = Daemon.startApart(root)) {
            // It has no snapshots, checkpoints and backups yet.
            compare(
                    daemon.uri(),
                    commands().stream()
                            .filter(line -> !line.startsWith("snapshot-") && !line.startsWith("checkpoint-"))
                            .toList());
        }
    }

    private void compare(String uri, List<String> commands) throws IOException {
        var made = Files.createDirectories(folder.resolve("files"));
        prepare(made, uri);
        var differing = new ArrayList<String>();
        for (var command : commands) {
            var theirs = answer(VirshPartsTest::libvirtsVirsh, uri, made, command);
            var ours = answer(OurVirsh::run, uri, made, command);
            if (!theirs.equals(ours)) {
                differing.add("== " + command + "\n-- libvirt's\n" + theirs + "\n-- ours\n" + ours);
            }
        }
        assertThat(String.join("\n", differing)).isEmpty();
    }

    private static String answer(Function<List<String>, Outcome> virsh, String uri, Path made, String command) {
        return Transcript.of(virsh, uri, made.toString(), List.of(command)).getOrDefault(command, "");
    }

    private static Outcome libvirtsVirsh(List<String> words) {
        var line = new ArrayList<>(List.of("virsh"));
        line.addAll(words);
        return Programs.run(line.toArray(String[]::new));
    }

    private static List<String> commands() throws IOException {
        try (var in = Objects.requireNonNull(VirshPartsTest.class.getResourceAsStream("transcript/parts.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    /** A domain that is suspended from its first moment on, and one that does not run. */
    private static void prepare(Path made, String uri) throws IOException {
        for (var file : List.of("cd.iso", "cd2.iso", "b.img")) {
            Files.write(made.resolve(file), new byte[1 << 20]);
        }
        int number = 1;
        for (var name : List.of("guest", "still")) {
            Programs.run(
                            "qemu-img",
                            "create",
                            "-q",
                            "-f",
                            "qcow2",
                            made.resolve(name + ".qcow2").toString(),
                            "64M")
                    .succeeded();
            var xml = made.resolve(name + ".xml");
            Files.writeString(xml, document(made, name, number++));
            virsh(uri, "define", xml.toString());
        }
        virsh(uri, "start", "guest", "--paused");
    }

    private static void virsh(String uri, String... words) {
        var line = new ArrayList<>(List.of("virsh", "-q", "-c", uri));
        line.addAll(List.of(words));
        Programs.run(line.toArray(String[]::new)).succeeded();
    }

    private static String document(Path made, String name, int number) {
        return """
                <domain type='qemu'>
                  <name>%s</name><uuid>%d1111111-2222-3333-4444-555555555555</uuid><title>A title</title>
                  <memory unit='KiB'>131072</memory><currentMemory unit='KiB'>98304</currentMemory>
                  <vcpu current='2'>4</vcpu><iothreads>2</iothreads>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
                  <devices>
                    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
                      <source file='%s'/><target dev='vda' bus='virtio'/></disk>
                    <disk type='file' device='cdrom'><source file='%s'/><target dev='hdc' bus='ide'/><readonly/></disk>
                    <interface type='user'><mac address='52:54:00:11:22:%d'/><model type='virtio'/></interface>
                    <memballoon model='virtio'/>
                    <serial type='pty'/>
                  </devices>
                </domain>
                """.formatted(name, number, made.resolve(name + ".qcow2"), made.resolve("cd.iso"), 22 + 11 * number);
    }
}
