package dev.posada.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that are folders: each test puts into one what a host of its kind has. */
class DoctorTest {
    @TempDir
    private Path root;

    @Test
    void processorWithoutVirtualizationFails() throws IOException {
        file("/proc/cpuinfo", "processor : 0\nflags : fpu sse2 hypervisor\n");

        var finding = finding(Topic.QEMU, "for hardware virtualization");

        assumeTrue(System.getProperty("os.arch").equals("amd64"));
        assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding.remedy()).contains("firmware").contains("nested=1");
        assertThat(findings(Topic.QEMU)).extracting(Finding::what).doesNotContain("if device /dev/kvm exists");
    }

    @Test
    void missingKvmNamesTheModule() throws IOException {
        processor("vmx");

        assertThat(finding(Topic.QEMU, "if device /dev/kvm exists").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding(Topic.QEMU, "if device /dev/kvm exists").remedy()).contains("modprobe kvm_intel");
    }

    @Test
    void fileInThePlaceOfKvmIsFoundOutByUsingIt() throws IOException {
        processor("svm");
        file("/dev/kvm", "");

        assertThat(finding(Topic.QEMU, "if device /dev/kvm exists").verdict()).isEqualTo(Verdict.PASS);
        assertThat(finding(Topic.QEMU, "if device /dev/kvm makes virtual machines")
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void iommuThatTheKernelLeavesOffNamesItsOption() throws IOException {
        processor("vmx");
        file("/sys/firmware/acpi/tables/DMAR", "");

        assertThat(finding(Topic.QEMU, "for device assignment IOMMU support").verdict())
                .isEqualTo(Verdict.PASS);
        var off = finding(Topic.QEMU, "if IOMMU is enabled by kernel");
        assertThat(off.verdict()).isEqualTo(Verdict.WARN);
        assertThat(off.remedy()).contains("intel_iommu=on");

        file("/sys/kernel/iommu_groups/0", "");
        assertThat(finding(Topic.QEMU, "if IOMMU is enabled by kernel").verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void controllersOfBothVersionsAreFound() throws IOException {
        file("/proc/mounts", "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n");
        assertThat(finding(Topic.QEMU, "for cgroup 'cpuacct' controller support")
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(finding(Topic.QEMU, "for cgroup 'memory' controller support").verdict())
                .isEqualTo(Verdict.WARN);

        file("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory\n");
        file("/proc/self/cgroup", "0::/system.slice/none\n");
        for (var controller : List.of("cpu", "cpuacct", "cpuset", "memory", "devices", "blkio")) {
            assertThat(finding(Topic.QEMU, "for cgroup '" + controller + "' controller support")
                            .verdict())
                    .as(controller)
                    .isEqualTo(Verdict.PASS);
        }
        var groups = finding(Topic.QEMU, "if groups of processes can be made");
        assertThat(groups.verdict()).isEqualTo(Verdict.WARN);
        assertThat(groups.note()).contains("/sys/fs/cgroup/system.slice/none");
        assertThat(groups.remedy()).contains("Delegate=yes");
    }

    @Test
    void emulatorsTellTheirVersions() throws IOException {
        assertThat(finding(Topic.QEMU, "for QEMU of " + architecture()).verdict())
                .isEqualTo(Verdict.FAIL);

        program("qemu-system-" + architecture(), "echo 'QEMU emulator version 9.9.1 (Debian 1)'");
        program("qemu-system-sparc", "exit 1");

        assertThat(finding(Topic.QEMU, "for QEMU of " + architecture()))
                .extracting(Finding::verdict, Finding::note)
                .containsExactly(Verdict.PASS, "9.9.1");
        assertThat(finding(Topic.QEMU, "for QEMU of sparc").verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void firmwareDescriptorsNeedTheirFiles() throws IOException {
        var descriptor = "{\"mapping\": {\"executable\": {\"filename\": \"/fw/CODE.fd\", \"format\": \"raw\"},"
                + " \"nvram-template\": {\"filename\": \"/fw/VARS.fd\"}}}";
        file("/usr/share/qemu/firmware/50-a.json", descriptor);
        file("/fw/CODE.fd", "");

        var broken = finding(Topic.QEMU, "for UEFI firmware");
        assertThat(broken.verdict()).isEqualTo(Verdict.WARN);
        assertThat(broken.note()).contains("50-a.json");

        file("/fw/VARS.fd", "");
        assertThat(finding(Topic.QEMU, "for UEFI firmware").verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void userWhoDoesNotExistFails() throws IOException {
        file("/etc/posada/qemu.conf", "# user = \"root\"\nuser = \"nobody-here\"\n");
        file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");

        var finding = finding(Topic.STORAGE, "for the user QEMU runs as");

        assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding.note()).contains("nobody-here");
    }

    @Test
    void foldersTheUserMayNotPassAreNamedWithTheirCommand() throws IOException {
        file("/etc/posada/qemu.conf", "user = \"libvirt-qemu\"\n");
        file("/etc/passwd", "libvirt-qemu:x:64055:64055::/:/bin/false\n");
        file("/etc/group", "disk:x:6:root,libvirt-qemu\n");
        file(
                "/etc/posada/storage/p.xml",
                "<pool type='dir'><name>p</name><target><path>/srv/a/b</path></target></pool>");
        Files.createDirectories(root.resolve("srv/a/b"));
        mode("srv", "rwxr-xr-x");
        mode("srv/a", "rwx------");
        mode("srv/a/b", "rwxr-xr-x");

        var closed = finding(Topic.STORAGE, "if libvirt-qemu gets to /srv/a/b");
        assertThat(closed.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(closed.remedy()).contains("setfacl -m u:libvirt-qemu:x /srv/a,");

        mode("srv/a", "rwx-----x");
        assertThat(finding(Topic.STORAGE, "if libvirt-qemu gets to /srv/a/b").verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void poolsOfFoldersThatAreGoneAreTold() throws IOException {
        file("/etc/posada/storage/p.xml", "<pool type='dir'><name>p</name><target><path>/srv/p</path></target></pool>");

        assertThat(finding(Topic.STORAGE, "for images in /srv/p").verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void firewallThatRefusesFailsWithItsWords() throws IOException {
        assertThat(finding(Topic.NETWORK, "for firewall rules").remedy()).contains("apt install nftables");

        program("nft", "echo 'netlink: Error: Operation not permitted' >&2; exit 1");

        var refused = finding(Topic.NETWORK, "for firewall rules");
        assertThat(refused.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(refused.note()).contains("Operation not permitted");
        program("nft", "exit 0");
        assertThat(finding(Topic.NETWORK, "for firewall rules").verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void otherFirewallsAreNamed() throws IOException {
        assertThat(finding(Topic.NETWORK, "for other firewalls").verdict()).isEqualTo(Verdict.PASS);

        file("/etc/ufw/ufw.conf", "# ENABLED=no\nENABLED=yes\nLOGLEVEL=low\n");
        file("/proc/77/comm", "firewalld\n");

        var others = finding(Topic.NETWORK, "for other firewalls");
        assertThat(others.verdict()).isEqualTo(Verdict.WARN);
        assertThat(others.note()).contains("firewalld", "ufw");
        assertThat(others.remedy()).contains("firewall-cmd", "ufw route allow");
    }

    @Test
    void takenPortsAreFoundInBothVersionsOfIp() throws IOException {
        var heading = "  sl  local_address rem_address   st\n";
        file("/proc/net/tcp", heading + "   0: 0100007F:170C 00000000:0000 0A 00000000:00000000\n");
        file("/proc/net/tcp6", heading + "   0: 00000000000000000000000000000000:407D 0:0 0A 0:0\n");

        assertThat(finding(Topic.HOST, "if port 16509 is free for TCP connections")
                        .verdict())
                .isEqualTo(Verdict.WARN);
        assertThat(finding(Topic.HOST, "if port 16514 is free for TLS connections")
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(finding(Topic.HOST, "for ports of displays").note()).startsWith("99 of ");
    }

    @Test
    void lowLimitsNameWhereTheyAreSet() throws IOException {
        file("/proc/self/limits", "Max cpu time   600  unlimited seconds\nMax open files  1024  4096  files\n");

        assertThat(finding(Topic.HOST, "limits for time on processors").remedy())
                .contains("LimitCPU=infinity");
        assertThat(finding(Topic.HOST, "limits for open files").verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void libvirtdThatListensIsTold() throws IOException {
        var socket = root.resolve("run/libvirt/libvirt-sock");
        Files.createDirectories(socket.getParent());
        assertThat(finding(Topic.HOST, "for another libvirt daemon").verdict()).isEqualTo(Verdict.PASS);

        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            assertThat(finding(Topic.HOST, "for another libvirt daemon").verdict())
                    .isEqualTo(Verdict.WARN);
        }
    }

    @Test
    void dockerIsNeededOnlyByWhoAsksForIt() {
        var host = new Host(root, true);

        assertThat(Doctor.examine(host, EnumSet.of(Topic.DOCKER), Optional.empty())
                        .isHealthy())
                .isFalse();
        assertThat(Doctor.examine(host, EnumSet.of(Topic.DOCKER, Topic.JVM), Optional.empty())
                        .isHealthy())
                .isTrue();
    }

    @Test
    void anEngineThatIsInstalledIsToBeStartedNotInstalled() throws IOException {
        assertThat(finding(Topic.DOCKER, "if Docker's socket exists").remedy()).contains("apt install docker.io");
        program("podman", "");
        assertThat(finding(Topic.DOCKER, "if Docker's socket exists").remedy()).contains("enable --now podman.socket");
        program("dockerd", "");
        assertThat(finding(Topic.DOCKER, "if Docker's socket exists").remedy())
                .contains("enable --now docker")
                .doesNotContain("apt install");
    }

    @Test
    void aModuleThatTheKernelLacksIsNotToBeLoaded() throws IOException {
        file("/proc/sys/kernel/osrelease", "6.1.0");
        assertThat(finding(Topic.QEMU, "if device /dev/vhost-net exists").remedy())
                .doesNotContain("modprobe");
        file("/lib/modules/6.1.0/kernel/drivers/vhost/vhost_net.ko", "");
        assertThat(finding(Topic.QEMU, "if device /dev/vhost-net exists").remedy())
                .contains("modprobe vhost_net");
    }

    @Test
    void withoutTheDatabaseOfSystemsItsPackageIsNamed() throws IOException {
        assertThat(finding(Topic.HOST, "for the database of operating systems").remedy())
                .contains("osinfo-db");
        file("/usr/share/osinfo/os/debian.org/debian-12.xml", "");
        assertThat(finding(Topic.HOST, "for the database of operating systems").verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void everyLineThatIsNotWellHasARemedy() {
        for (var finding : Doctor.examine(new Host(root, true), EnumSet.allOf(Topic.class), Optional.empty())
                .findings()) {
            assertThat(finding.remedy().isEmpty()).as(finding.what()).isEqualTo(finding.verdict() == Verdict.PASS);
        }
    }

    @Test
    void linesAreThoseOfVirtHostValidate() {
        var report = new Report();
        report.pass(Topic.QEMU, "if device /dev/net/tun exists", "");
        report.warn(Topic.NETWORK, "for IP forwarding", "off", "Turn it on.");

        assertThat(report.text(false).lines())
                .containsExactly(
                        "  QEMU: Checking if device /dev/net/tun exists                               : PASS",
                        "   NET: Checking for IP forwarding                                           : WARN (off)",
                        "        Turn it on.");
    }

    @Test
    void commandLineIsCheckedAndAnsweredByStatus() {
        assertThat(run("nonsense").status()).isEqualTo(1);
        assertThat(run("nonsense").err()).contains("there is no topic 'nonsense'");
        assertThat(run("--output", "xml").err()).contains("'xml'");
        assertThat(run("--root").err()).contains("needs a value");
        assertThat(run("--help").status()).isZero();
        assertThat(run("--root", root.toString(), "-q").out()).isEmpty();
        assertThat(run("--root", root.toString(), "jvm", "--output", "json").out())
                .startsWith("[\n")
                .contains("\"topic\": \"jvm\"", "\"verdict\": \"pass\"");
    }

    @Test
    void namesAndVerdictsOfHardwareAreThoseOfVirtHostValidate() throws Exception {
        var judge = Path.of("/usr/bin/virt-host-validate");
        assumeTrue(Files.isExecutable(judge), "virt-host-validate is not installed");
        var version = new ProcessBuilder(judge.toString(), "--version").start();
        assumeTrue(
                new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("9."),
                "the words are those of version 9");
        var process = new ProcessBuilder(judge.toString(), "qemu").start();
        var lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        var ours = Doctor.examine(
                new Host(Path.of("/"), System.getProperty("user.name").equals("root")),
                EnumSet.of(Topic.QEMU),
                Optional.empty());

        var missing = new ArrayList<String>();
        for (var line : lines.split("\n", -1)) {
            int colon = line.lastIndexOf(" : ");
            if (colon < 0) {
                continue;
            }
            var what = line.substring(line.indexOf("Checking ") + "Checking ".length(), colon)
                    .strip();
            boolean hardware = what.contains("hardware") || what.contains("device /dev");
            if (ours.findings().stream()
                    .noneMatch(finding -> finding.what().equals(what)
                            && (!hardware || line.startsWith(finding.verdict().name(), colon + " : ".length())))) {
                missing.add(line);
            }
        }
        assertThat(missing).isEmpty();
    }

    private record Result(int status, String out, String err) {}

    private static Result run(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = new Doctor()
                .run(
                        List.of(words),
                        new Console(
                                InputStream.nullInputStream(),
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                new Cancellation()));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private List<Finding> findings(Topic topic) {
        return Doctor.examine(new Host(root, true), EnumSet.of(topic), Optional.empty())
                .findings();
    }

    private Finding finding(Topic topic, String what) {
        return findings(topic).stream()
                .filter(finding -> finding.what().equals(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody looked " + what));
    }

    private static String architecture() {
        return new Host(Path.of("/"), false).architecture();
    }

    private void processor(String flag) throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "flags are those of x86");
        file("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu " + flag + " sse2\n");
    }

    private void program(String name, String script) throws IOException {
        file("/usr/bin/" + name, "#!/bin/sh\n" + script + "\n");
        mode("usr/bin/" + name, "rwxr-xr-x");
    }

    private void file(String path, String content) throws IOException {
        var file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void mode(String path, String mode) throws IOException {
        Files.setPosixFilePermissions(root.resolve(path), PosixFilePermissions.fromString(mode));
    }
}
