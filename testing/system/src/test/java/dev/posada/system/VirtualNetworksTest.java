package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network there is from the first day, with Debian's clients, real bridges and a real DHCP client. */
class VirtualNetworksTest {
    private static final String MAC = "52:54:00:0a:0b:0c";

    @TempDir
    Path folder;

    private Process room;
    private Daemon daemon;

    /** A network of the test's own, which outlives the daemons in it. */
    @BeforeEach
    void enter() throws IOException {
        Programs.need("unshare", "nsenter", "ip", "dnsmasq", "qemu-system-x86_64", "virsh", "busybox");
        Programs.needRoot();
        room = new ProcessBuilder(
                        "unshare",
                        "-n",
                        "-m",
                        "sh",
                        "-c",
                        "mount -t sysfs sysfs /sys && ip link set lo up && exec sleep 600")
                .start();
        awaitApart(room);
        Programs.await(
                "the room is furnished", () -> inside("ip", "-br", "link").out().contains("LOOPBACK,UP"));
        daemon = start();
    }

    /** Waits until a process has left the network of this machine, in which nothing here may be made. */
    private static void awaitApart(Process process) {
        Programs.await("process " + process.pid() + " has a network of its own", () -> {
            try {
                var own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
                return !Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/net"))
                        .equals(own);
            } catch (IOException e) {
                return false;
            }
        });
    }

    @AfterEach
    void leave() {
        if (daemon != null) {
            daemon.virsh("net-destroy", "default");
            daemon.close();
        }
        if (room != null) {
            room.destroyForcibly();
        }
    }

    private Daemon start() throws IOException {
        return Daemon.startWithin(
                List.of("nsenter", "-t", Long.toString(room.pid()), "-n", "-m"), folder.resolve("root"));
    }

    private Outcome inside(String... command) {
        var all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(room.pid()), "-n", "-m"));
        all.addAll(List.of(command));
        return Programs.run(all.toArray(String[]::new));
    }

    private String virsh(String... arguments) {
        return daemon.virsh(arguments).succeeded().out();
    }

    private void startGuest() throws IOException {
        var xml = Files.writeString(folder.resolve("g.xml"), """
                <domain type='qemu'>
                  <name>g</name>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                    <interface type='network'><mac address='%s'/><source network='default'/></interface>
                  </devices>
                </domain>
                """.formatted(MAC));
        virsh("create", xml.toString(), "--paused");
    }

    @Test
    void theFirstNetworkIsThereAndGivesOutAddresses() throws IOException {
        assertThat(virsh("net-list", "--all", "--name")).contains("default");
        virsh("net-start", "default");
        startGuest();
        assertThat(virsh("net-dumpxml", "default")).contains("connections='1'");
        assertThat(virsh("domiflist", "g")).contains("network", "default", MAC);
        // A DHCP client with the guest's card, on a cable of its own: what the guest would be given.
        inside("ip", "link", "add", "cable0", "type", "veth", "peer", "name", "cable1")
                .succeeded();
        inside("ip", "link", "set", "cable1", "address", MAC, "up").succeeded();
        inside("ip", "link", "set", "cable0", "master", "virbr0", "up").succeeded();
        virsh(
                "net-update",
                "default",
                "add",
                "ip-dhcp-host",
                "<host mac='" + MAC + "' ip='192.168.122.77'/>",
                "--live");
        inside("busybox", "udhcpc", "-n", "-q", "-f", "-i", "cable1", "-x", "hostname:inner", "-s", "/bin/true")
                .succeeded();
        Programs.await(
                "the lease is known", () -> virsh("net-dhcp-leases", "default").contains("192.168.122.77/24"));
        assertThat(virsh("net-dhcp-leases", "default", "--mac", MAC)).contains(MAC, "ipv4", "inner");
        assertThat(virsh("domifaddr", "g")).contains("vnet0", MAC, "192.168.122.77/24");
        assertThat(virsh("domhostname", "g", "--source", "lease")).contains("inner");
    }

    @Test
    void aKilledDaemonsNetworkAndItsPlacesAreFoundAgain() throws Exception {
        virsh("net-start", "default");
        virsh("net-autostart", "default");
        startGuest();
        var network = virsh("net-dumpxml", "default");
        var guest = virsh("dumpxml", "g");
        var port = virsh("net-port-list", "default").strip();
        daemon.kill();
        daemon = start();
        assertThat(virsh("net-dumpxml", "default")).isEqualTo(network);
        assertThat(virsh("dumpxml", "g")).isEqualTo(guest).contains("portid='" + port + "'");
        assertThat(virsh("net-list", "--name", "--autostart")).contains("default");
        virsh("destroy", "g");
        assertThat(virsh("net-port-list", "default")).doesNotContain(port);
        virsh("net-destroy", "default");
        assertThat(inside("ip", "-br", "link").out()).doesNotContain("virbr0", "vnet0");
        assertThat(daemon.virsh("net-destroy", "default").err()).contains("network 'default' is not active");
    }

    @Test
    void virtInstallTakesTheFirstNetworkByItself() {
        Programs.need("virt-install");
        virsh("net-start", "default");
        Programs.run(
                        "virt-install",
                        "--connect",
                        daemon.uri(),
                        "--name",
                        "installed",
                        "--memory",
                        "32",
                        "--disk",
                        "none",
                        "--import",
                        "--osinfo",
                        "generic",
                        "--virt-type",
                        "qemu",
                        "--noautoconsole")
                .succeeded();
        assertThat(virsh("domiflist", "installed")).contains("vnet0", "network", "default");
        assertThat(virsh("net-port-list", "default").strip()).hasSize(36);
    }
}
