package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code virt-clone}: copies that boot as somebody else, and what is refused. */
class CloneTest {
    private static final String COMMAND =
            Checkout.root().resolve("bin/virt-clone").toString();

    @TempDir
    private Path folder;

    private Path images;

    @BeforeEach
    void makeFolder() throws IOException {
        images = Files.createDirectories(folder.resolve("images"));
    }

    @Test
    void copiesBootFromTheirOwnDisksWithANewIdentity() throws Exception {
        Programs.need("virsh", "qemu-system-x86_64", "qemu-img", "debugfs");
        var disk = Files.move(LinuxGuest.installedDisk(folder), images.resolve("installed.raw"));
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, guest());
            var first = boot(daemon, "installed", 1);
            var original = Files.readAllBytes(disk);

            clone(daemon, "-o", "installed", "--auto-clone");
            clone(daemon, "-o", "installed", "-n", "linked", "--auto-clone", "--linked");
            var copied = boot(daemon, "installed-clone", 2);
            var linked = boot(daemon, "linked", 2);

            assertThat(List.of(first, copied, linked)).doesNotHaveDuplicates();
            assertThat(copied).isEqualTo(identity(daemon, "installed-clone"));
            assertThat(linked).isEqualTo(identity(daemon, "linked"));
            assertThat(Files.readAllBytes(disk)).as("the original's disk").isEqualTo(original);
            var boots = Programs.run(
                    "debugfs",
                    "-R",
                    "cat /boots",
                    images.resolve("installed-clone.raw").toString());
            assertThat(boots.out()).isEqualTo("boot\nboot\n");
            assertThat(Programs.run(
                                    "qemu-img",
                                    "info",
                                    images.resolve("linked.qcow2").toString())
                            .out())
                    .contains("backing file: " + disk);
        }
    }

    @Test
    void copiesShareBlocksWhereTheFileSystemCanAndElseNothingIsLeft() throws Exception {
        Programs.need("virsh", "qemu-img");
        var disk = image("a.raw", "raw");
        boolean can = Programs.run(
                                "cp",
                                "--reflink=always",
                                disk,
                                images.resolve("trial").toString())
                        .status()
                == 0;
        Files.deleteIfExists(images.resolve("trial"));
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, idle("a", disk));

            var outcome = attempt(daemon, "-o", "a", "--auto-clone", "--reflink");

            if (can) {
                outcome.succeeded();
                assertThat(images.resolve("a-clone.raw")).hasSameBinaryContentAs(Path.of(disk));
            } else {
                assertThat(outcome.refused().err())
                        .startsWith("ERROR    Couldn't create storage volume 'a-clone.raw': '");
                assertThat(domains(daemon)).containsExactly("a");
                assertThat(files()).containsExactly("a.raw");
            }
        }
    }

    @Test
    void whatFailsMidwayLeavesNothing() throws Exception {
        Programs.need("virsh", "qemu-img");
        var good = image("good.qcow2", "qcow2");
        var base = image("base.qcow2", "qcow2");
        var bad = images.resolve("bad.qcow2").toString();
        Programs.run("qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", bad)
                .succeeded();
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, idle("two", good, bad));
            var pools = pools(daemon);
            Files.delete(Path.of(base));

            var refused = attempt(daemon, "-o", "two", "--auto-clone").refused();

            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).contains("ERROR    Couldn't create storage volume 'bad-clone.qcow2': '");
            assertThat(files()).containsExactly("bad.qcow2", "good.qcow2");
            assertThat(domains(daemon)).containsExactly("two");
            assertThat(pools(daemon)).isEqualTo(pools);
        }
    }

    @Test
    void whatRunsIsClonedOnlyWhenNothingOfItIsCopied() throws Exception {
        Programs.need("virsh", "qemu-img", "qemu-system-x86_64");
        var disk = image("a.qcow2", "qcow2");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, idle("a", disk));
            succeed(daemon, "start", "a");

            assertThat(attempt(daemon, "-o", "a", "--auto-clone").refused().err())
                    .isEqualTo("ERROR    Domain to clone must be shutoff.\n");
            clone(daemon, "-o", "a", "-n", "shares", "--auto-clone", "--skip-copy", "vda");

            assertThat(domains(daemon)).containsExactlyInAnyOrder("a", "shares");
            assertThat(files()).containsExactly("a.qcow2");
        }
    }

    @Test
    void whatStandsStillIsCopied() throws Exception {
        Programs.need("virsh", "qemu-img", "qemu-io", "qemu-system-x86_64");
        var base = image("base.qcow2", "qcow2");
        var overlay = images.resolve("over.qcow2").toString();
        Programs.run("qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", overlay)
                .succeeded();
        Programs.run("qemu-io", "-c", "write -P 7 64k 1M", overlay).succeeded();
        var raw = image("b.raw", "raw");
        Programs.run("qemu-io", "-f", "raw", "-c", "write -P 9 1M 1M", raw).succeeded();
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, idle("a", overlay, raw));
            succeed(daemon, "start", "--paused", "a");

            clone(daemon, "-o", "a", "--auto-clone");

            assertThat(succeed(daemon, "domstate", "a")).startsWith("paused");
            succeed(daemon, "destroy", "a");
            var copy = images.resolve("over-clone.qcow2");
            Programs.run("qemu-img", "check", "-q", copy.toString()).succeeded();
            Programs.run("qemu-img", "compare", overlay, copy.toString()).succeeded();
            assertThat(images.resolve("b-clone.raw")).hasSameBinaryContentAs(Path.of(raw));
            succeed(daemon, "start", "a-clone");
        }
    }

    @Test
    void overlaysAreRefusedWhereTheBaseWouldBeWritten() throws Exception {
        Programs.need("virsh", "qemu-img", "qemu-system-x86_64");
        var disk = image("a.qcow2", "qcow2");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, idle("a", disk));
            succeed(daemon, "autostart", "a");
            assertThat(attempt(daemon, "-o", "a", "--auto-clone", "--linked")
                            .refused()
                            .err())
                    .contains("virsh autostart --disable a");
            succeed(daemon, "autostart", "--disable", "a");
            succeed(daemon, "start", "--paused", "a");
            assertThat(attempt(daemon, "-o", "a", "--auto-clone", "--linked")
                            .refused()
                            .err())
                    .contains("must be shutoff");
            assertThat(files()).containsExactly("a.qcow2");
        }
    }

    @Test
    void replacedDomainComesBackWhenItsSuccessorFails() throws Exception {
        Programs.need("virsh", "qemu-img");
        var disk = image("a.raw", "raw");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, idle("a", disk));
            define(daemon, idle("b", disk));
            var uuid = succeed(daemon, "domuuid", "b");

            attempt(daemon, "-o", "a", "-n", "b", "--auto-clone", "--replace", "-u", "nonsense")
                    .refused();
            assertThat(succeed(daemon, "domuuid", "b")).isEqualTo(uuid);

            clone(daemon, "-o", "a", "-n", "b", "--auto-clone", "--replace");
            assertThat(succeed(daemon, "domuuid", "b")).isNotEqualTo(uuid);
        }
    }

    @Test
    void wordsAndDocumentsAreThoseOfTheOriginal() throws Exception {
        Programs.need("virsh", "qemu-img", "virt-clone");
        assumeTrue(Programs.run("virt-clone", "--version").out().startsWith("4.1."), "the words are those of 4.1");
        var one = image("one.qcow2", "qcow2");
        var two = image("two.raw", "raw");
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            define(daemon, idle("a", one, two));
            var different = new ArrayList<String>();
            for (var line : LINES) {
                var words = new ArrayList<>(List.of("--connect", daemon.uri()));
                words.addAll(List.of(line.replace("IMAGES", images.toString()).split(" ", -1)));
                var theirs = run("virt-clone", words);
                var ours = run(COMMAND, words);
                if (!told(ours).equals(told(theirs))) {
                    different.add(line + "\n--- original\n" + told(theirs) + "\n--- ours\n" + told(ours));
                }
            }
            assertThat(different).isEmpty();
        }
    }

    /** Lines that make nothing, so that one cannot be in another's way. */
    private static final List<String> LINES = List.of(
            "-o a",
            "-o a -n x",
            "--auto-clone",
            "-o nobody --auto-clone",
            "-o a -n a --auto-clone",
            "-o a -f IMAGES/x.qcow2",
            "-o a --bad",
            "-o a --auto-clone more",
            "-o",
            "-o a --auto-clone=1",
            "-o a --auto --print",
            "-o a --auto-clone --print-xml",
            "-o a -n x --auto-clone --print-xml --skip-copy vdb",
            "-o a -n x -f IMAGES/x.qcow2 -f IMAGES/y.raw --print-xml -m 52:54:00:11:22:33",
            "-o a -n x -f IMAGES/one.qcow2 -f IMAGES/y.raw --print-xml",
            "-o a -n x -f /no/such/folder/x.qcow2 -f IMAGES/y.raw --print-xml",
            "-o a -n x --auto-clone --print-xml -m 52:54:00:00:00:01",
            "-o a -n x --auto-clone --print-xml -m 52:54:00:00:00:01 --check mac_in_use=off",
            "-o a -n x --auto-clone --print-xml --preserve-data",
            "-o a -n x -f IMAGES/two.raw -f IMAGES/one.qcow2 --print-xml --preserve-data",
            "-o a -n x -f IMAGES/two.raw -f IMAGES/one.qcow2 --print-xml --preserve-data --check all=off",
            "-o a -n x --auto-clone --check nothing=off",
            "-o a -n x --auto-clone --check all=perhaps",
            "-o a -n x --auto-clone -u nonsense");

    private static String told(Outcome outcome) {
        return (outcome.status() + "\n" + outcome.out() + outcome.err())
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("52:54:00(:[0-9a-f]{2}){3}", "MAC");
    }

    private String boot(Daemon daemon, String name, int number) throws IOException {
        var log = folder.resolve("serial.log");
        Files.deleteIfExists(log);
        succeed(daemon, "start", name);
        Programs.await(
                name + " has powered itself off",
                () -> succeed(daemon, "domstate", name).startsWith("shut off"));
        var lines = Files.readString(log);
        assertThat(lines).contains("BOOT " + number + " FROM DISK");
        return lines.lines()
                .filter(line -> line.startsWith("I AM "))
                .findFirst()
                .orElse(lines)
                .substring("I AM ".length())
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static String identity(Daemon daemon, String name) {
        var xml = succeed(daemon, "dumpxml", name);
        int mac = xml.indexOf("<mac address='") + "<mac address='".length();
        return succeed(daemon, "domuuid", name).strip() + " " + xml.substring(mac, mac + 17);
    }

    private String guest() throws IOException {
        return """
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
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='raw'/>
                      <source file='%s'/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                    <interface type='user'><model type='virtio'/></interface>
                    <serial type='file'><source path='%s'/></serial>
                  </devices>
                </domain>
                """.formatted(
                        LinuxGuest.kernel(),
                        LinuxGuest.initrd(folder),
                        images.resolve("installed.raw"),
                        folder.resolve("serial.log"));
    }

    /** A machine that has nothing to boot. */
    private static String idle(String name, String... disks) {
        var devices = new StringBuilder();
        char letter = 'a';
        for (var disk : disks) {
            devices.append("""
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='%s'/>
                      <source file='%s'/>
                      <target dev='vd%c' bus='virtio'/>
                    </disk>
                    """.formatted(disk.substring(disk.lastIndexOf('.') + 1), disk, letter++));
        }
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <memory unit='MiB'>64</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                    %s
                    <interface type='user'><mac address='52:54:00:00:00:01'/></interface>
                    <graphics type='vnc' port='5977'/>
                  </devices>
                </domain>
                """.formatted(name, devices);
    }

    private String image(String name, String format) {
        var path = images.resolve(name).toString();
        Programs.run("qemu-img", "create", "-q", "-f", format, path, "4M").succeeded();
        return path;
    }

    private void define(Daemon daemon, String xml) throws IOException {
        succeed(
                daemon,
                "define",
                Files.writeString(folder.resolve("domain.xml"), xml).toString());
    }

    private static void clone(Daemon daemon, String... words) {
        attempt(daemon, words).succeeded();
    }

    private static Outcome attempt(Daemon daemon, String... words) {
        var all = new ArrayList<>(List.of("--connect", daemon.uri(), "-q"));
        all.addAll(List.of(words));
        return run(COMMAND, all);
    }

    private static Outcome run(String program, List<String> words) {
        return Programs.run(Stream.concat(Stream.of(program), words.stream()).toArray(String[]::new));
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(images)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> domains(Daemon daemon) {
        return succeed(daemon, "list", "--all", "--name")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<String> pools(Daemon daemon) {
        return succeed(daemon, "pool-list", "--all", "--name")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String succeed(Daemon daemon, String... arguments) {
        return daemon.virsh(arguments).succeeded().out();
    }
}
