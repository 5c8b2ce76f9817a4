package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * virsh asks QEMU's own guest agent in a real Linux, through the daemon. The answers and refusals are those libvirtd 9.0
 * gave for the same guest.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentTest {
    private static final long DISK_BYTES = 16 << 20;

    private static final String CHANNEL =
            "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";

    @TempDir
    static Path folder;

    private Daemon daemon;

    @BeforeAll
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-system-x86_64", "qemu-ga");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void anAgentInTheGuestAnswers() throws Exception {
        var image = folder.resolve("disk.img");
        try (var disk = new RandomAccessFile(image.toFile(), "rw")) {
            disk.setLength(DISK_BYTES);
        }
        var devices = CHANNEL + "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='" + image
                + "'/><target dev='vdb' bus='virtio'/></disk>";
        start("inner", LinuxGuest.xml("inner", folder, "qemu", devices).replace("<vcpu>1<", "<vcpu>2<"));
        Programs.await(
                "the agent is there", () -> daemon.virsh("domtime", "inner").status() == 0);

        timeAndNames();
        fileSystems();
        processors();
        keysAndPasswords();
        anyCommand();
        theAgentEndsTheGuest();
    }

    private void timeAndNames() {
        long inside = Long.parseLong(said("domtime", "inner").replaceAll("\\D", ""));
        assertThat(inside).isCloseTo(System.currentTimeMillis() / 1000, org.assertj.core.data.Offset.offset(600L));
        assertThat(said("domhostname", "inner", "--source", "agent")).isEqualTo("inner");
        assertThat(said("domhostname", "inner")).isEqualTo("inner");
        assertThat(refused("domhostname", "inner", "--source", "lease"))
                .endsWith("error: no hostname found: no hostname found for domain inner");
        assertThat(said("domifaddr", "inner", "--source", "agent"))
                .contains("lo")
                .contains("127.0.0.1/8");
        assertThat(said("guestinfo", "inner", "--os", "--hostname"))
                .contains("os.id               : test")
                .contains("hostname            : inner");
    }

    private void fileSystems() {
        assertThat(said("domfsinfo", "inner").split("\\s+")).containsExactly("/mnt", "vda", "ext2", "vdb");
        assertThat(said("guestinfo", "inner", "--filesystem"))
                .contains("fs.0.mountpoint     : /mnt")
                .contains("fs.0.disk.0.alias   : vdb");
        said("domfsfreeze", "inner");
        assertThat(refused("domfsfreeze", "inner"))
                .endsWith("error: internal error: unable to execute QEMU agent command 'guest-fsfreeze-freeze': "
                        + "Command guest-fsfreeze-freeze has been disabled: the agent is in frozen state");
        said("domfsthaw", "inner");
        assertThat(refused("domfsthaw", "inner", "--mountpoint", "/mnt"))
                .endsWith("error: argument unsupported: specifying mountpoints is not supported");
        assertThat(refused("domfstrim", "inner", "--mountpoint", "/mnt"))
                .endsWith("error: argument unsupported: Specifying mount point is not supported for now");
    }

    private void processors() {
        assertThat(said("vcpucount", "inner", "--guest")).isEqualTo("2");
        said("setvcpus", "inner", "1", "--guest");
        assertThat(said("guestvcpus", "inner").lines().map(String::strip))
                .containsExactly("vcpus          : 0-1", "online         : 0", "offlinable     : 1");
        said("guestvcpus", "inner", "--enable", "--cpulist", "1");
        assertThat(said("vcpucount", "inner", "--guest")).isEqualTo("2");
        assertThat(refused("setvcpus", "inner", "3", "--guest"))
                .endsWith("error: invalid argument: requested vcpu count is greater than the count of enabled vcpus in "
                        + "the domain: 3 > 2");
        assertThat(refused("guestvcpus", "inner", "--disable", "--cpulist", "0,1"))
                .endsWith("error: Operation not supported: vCPU '0' is not offlinable");
        assertThat(refused("guestvcpus", "inner", "--disable", "--cpulist", "5"))
                .endsWith("error: invalid argument: guest is missing vCPUs '5'");
    }

    private void keysAndPasswords() throws IOException {
        var keys = Files.writeString(folder.resolve("keys"), "ssh-ed25519 AAAA somebody\n");
        said("set-user-sshkeys", "inner", "root", "--reset", "--file", keys.toString());
        assertThat(said("get-user-sshkeys", "inner", "root")).isEqualTo("ssh-ed25519 AAAA somebody");
        said("set-user-sshkeys", "inner", "root", "--remove", "--file", keys.toString());
        assertThat(said("get-user-sshkeys", "inner", "root")).isEmpty();
        assertThat(refused("get-user-sshkeys", "inner", "nobody"))
                .contains("unable to execute QEMU agent command 'guest-ssh-get-authorized-keys'");
    }

    private void anyCommand() {
        assertThat(said("qemu-agent-command", "inner", "{\"execute\":\"guest-ping\"}"))
                .isEqualTo("{\"return\":{}}");
        assertThat(refused("qemu-agent-command", "inner", "{\"execute\":\"guest-foo\"}"))
                .endsWith("error: internal error: unable to execute QEMU agent command 'guest-foo': "
                        + "The command guest-foo has not been found");
        assertThat(refused("qemu-agent-command", "inner", "--async", "{\"execute\":\"guest-ping\"}"))
                .endsWith("error: Guest agent is not responding: Guest agent not available for now");
        assertThat(refused("guest-agent-timeout", "inner", "--timeout", "-3"))
                .endsWith("error: invalid argument: guest agent timeout '-3' is less than the minimum '-2'");
        said("guest-agent-timeout", "inner", "--timeout", "30");
        said("suspend", "inner");
        assertThat(refused("domtime", "inner"))
                .endsWith("error: Requested operation is not valid: domain is not running");
        said("resume", "inner");
    }

    private void theAgentEndsTheGuest() {
        said("shutdown", "inner", "--mode", "agent");
        Programs.await("the guest ends", () -> daemon.virsh("domstate", "inner").status() != 0);
    }

    @Test
    void aChannelWithoutAnAgentIsNotConnected() throws IOException {
        start("silent", LinuxGuest.xml("silent", folder, "qemu", CHANNEL));
        refusesAll("silent", "error: Guest agent is not responding: QEMU guest agent is not connected");
    }

    @Test
    void aDomainWithoutAChannelHasNoAgent() throws IOException {
        start("bare", LinuxGuest.xml("bare", folder, "qemu", ""));
        refusesAll("bare", "error: argument unsupported: QEMU guest agent is not configured");
    }

    private void refusesAll(String name, String error) {
        for (var command : List.of(
                "domtime NAME",
                "domtime NAME --sync",
                "domhostname NAME",
                "guestinfo NAME",
                "guestvcpus NAME",
                "vcpucount NAME --guest",
                "setvcpus NAME 1 --guest",
                "domifaddr NAME --source agent",
                "domfsinfo NAME",
                "domfsfreeze NAME",
                "domfsthaw NAME",
                "domfstrim NAME",
                "dompmsuspend NAME mem",
                "set-user-password NAME root x",
                "get-user-sshkeys NAME root",
                "shutdown NAME --mode agent",
                "reboot NAME --mode agent")) {
            assertThat(refused(command.replace("NAME", name).split(" ")))
                    .as(command)
                    .endsWith(error);
        }
    }

    private void start(String name, String xml) throws IOException {
        var initrd = LinuxGuest.initrdWithAgent(folder);

        var definition =
                name.equals("inner") ? xml.replace(folder.resolve("initrd.gz").toString(), initrd.toString()) : xml;
        var file = Files.writeString(folder.resolve(name + ".xml"), definition);
        daemon.virsh("create", file.toString()).succeeded();
    }

    private String said(String... command) {
        return daemon.virsh(command).succeeded().out().strip();
    }

    private String refused(String... command) {
        return daemon.virsh(command).refused().err().strip();
    }
}
