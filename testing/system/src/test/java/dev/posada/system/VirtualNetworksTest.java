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

    /** Two real guests get their addresses, find each other by name, and reach beyond the host; nobody reaches them. */
    @Test
    void guestsFindEachOtherAndTheWorld() throws Exception {
        virsh("net-start", "default");
        var world = new ProcessBuilder("unshare", "-n", "sleep", "600").start();
        try {
            awaitApart(world);
            makeWorld(world.pid());
            for (var name : List.of("first", "second")) {
                var nic = "<interface type='network'><source network='default'/><model type='virtio'/></interface>";
                var xml = LinuxGuest.xml(name, Files.createDirectories(folder.resolve(name)), "qemu", nic);
                virsh(
                        "create",
                        Files.writeString(folder.resolve(name + ".xml"), xml).toString());
            }
            try (var second = shell("second");
                    var first = shell("first")) {
                askForAddress(second, "second");
                askForAddress(first, "first");
                var address = addressOf("second");
                tell(first, "nslookup second 192.168.122.1 | grep -q " + address, "NAME");
                tell(first, "ping -c 1 -W 20 " + address + " >/dev/null", "NEIGHBOUR");
                tell(first, "ping -c 1 -W 20 203.0.113.2 >/dev/null", "WORLD");
                var there = List.of("nsenter", "-t", Long.toString(world.pid()), "-n");
                assertThat(run(there, "ping", "-c", "1", "-W", "2", address).status())
                        .isNotZero();
            }
        } finally {
            world.destroyForcibly();
        }
    }

    /** A cable from the room to another network, which knows a way to the guests and is not let in. */
    private void makeWorld(long world) {
        var there = List.of("nsenter", "-t", Long.toString(world), "-n");
        inside("ip", "link", "add", "out0", "type", "veth", "peer", "name", "out1")
                .succeeded();
        inside("ip", "link", "set", "out1", "netns", Long.toString(world)).succeeded();
        inside("ip", "addr", "add", "203.0.113.1/24", "dev", "out0").succeeded();
        inside("ip", "link", "set", "out0", "up").succeeded();
        run(there, "ip", "addr", "add", "203.0.113.2/24", "dev", "out1").succeeded();
        run(there, "ip", "link", "set", "out1", "up").succeeded();
        run(there, "ip", "route", "add", "192.168.122.0/24", "via", "203.0.113.1")
                .succeeded();
    }

    private static Outcome run(List<String> around, String... command) {
        var all = new ArrayList<>(around);
        all.addAll(List.of(command));
        return Programs.run(all.toArray(String[]::new));
    }

    private PtyConversation shell(String guest) throws IOException {
        var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console " + guest);
        console.expect("Escape character");
        console.type("\n");
        console.expect("#");
        return console;
    }

    private static void askForAddress(PtyConversation guest, String name) throws IOException {
        guest.type(
                "echo '[ $1 = bound ] && ip addr add $ip/$mask dev eth0 && ip route add default via $router' > /u\n");
        tell(guest, "ip link set eth0 up && sed -i '1i#!/bin/sh' /u && chmod +x /u", "CARD");
        tell(guest, "udhcpc -i eth0 -n -q -t 20 -x hostname:" + name + " -s /u", "ADDRESS");
    }

    /** Has a guest do something and waits for it to say that it went well. */
    private static void tell(PtyConversation guest, String command, String done) throws IOException {
        guest.type(command + " && echo " + done + "-$((40 + 2))\n");
        guest.expect(done + "-42");
    }

    private String addressOf(String guest) {
        for (var word : virsh("domifaddr", guest).split("\\s+", -1)) {
            if (word.startsWith("192.168.122.")) {
                return word.substring(0, word.indexOf('/'));
            }
        }
        throw new AssertionError("no address of " + guest + ": " + virsh("domifaddr", guest));
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
