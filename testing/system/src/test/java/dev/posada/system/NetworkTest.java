package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual networks with real guests, on a host of their own with an internet behind it. */
class NetworkTest {
    private static final Pattern LEASE = Pattern.compile("LEASE (192\\.168\\.\\d+\\.\\d+)");

    @TempDir
    private Path folder;

    private NetworkHost host;
    private Daemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-system-x86_64", "dnsmasq", "nft");
        host = NetworkHost.make("nets");
        daemon = Daemon.startWithin(host.words(), folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
        if (host != null) {
            host.close();
        }
    }

    private String virsh(String... arguments) {
        return daemon.virsh(arguments).succeeded().out();
    }

    /** Defines a guest with cards in networks and starts it. */
    private PtyConversation boot(String name, String... networks) throws IOException {
        var devices = new StringBuilder();
        for (var network : networks) {
            devices.append("<interface type='network'><source network='%s'/><model type='virtio'/></interface>"
                    .formatted(network));
        }
        // QEMU maps the initrd: a later guest must not write to it.
        var own = Files.createDirectories(folder.resolve(name));
        var xml = Files.writeString(own.resolve("guest.xml"), LinuxGuest.networked(name, own, devices.toString()));
        virsh("define", xml.toString());
        virsh("start", name, "--paused");
        var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console " + name);
        console.expect("Escape character is ^]");
        virsh("resume", name);
        return console;
    }

    private void startDefault() {
        if (!virsh("net-list", "--name").contains("default")) {
            virsh("net-start", "default");
        }
    }

    /** The address a guest was given. */
    private static String address(PtyConversation guest) {
        guest.expect("LEASE ");
        guest.expect("GUEST-UP");
        Matcher found = LEASE.matcher(guest.screen());
        assertThat(found.find()).as(guest.screen()).isTrue();
        return found.group(1);
    }

    /** Runs a command in a guest and waits for its answer. */
    private static void ask(PtyConversation guest, String command, String answer) throws IOException {
        guest.type(command + "\n");
        guest.expect(answer);
    }

    @Test
    void guestsOnTheDefaultNetworkReachEachOtherAndTheWorldBeyond() throws Exception {
        startDefault();
        try (var one = boot("one", "default");
                var two = boot("two", "default")) {
            var first = address(one);
            var second = address(two);
            assertThat(first).isNotEqualTo(second);

            // They find each other, by address and by name.
            ask(one, "ping -c 1 -W 5 " + second + " >/dev/null && echo pinged-$((1+1))", "pinged-2");
            ask(two, "nslookup -type=a one", first);

            // The world is reached, and sees the host's own address only.
            try (var _ = served()) {
                ask(one, "wget -q -O - http://" + NetworkHost.INTERNET + ":8000/hello", "hello from beyond");
            }
            // Who out there knows a way to the guests is not let in.
            host.beyond("ip", "route", "add", "192.168.122.0/24", "via", NetworkHost.HOST)
                    .succeeded();
            assertThat(host.beyond("ping", "-c", "1", "-W", "2", first).status())
                    .isNotZero();

            // The host knows whom it gave what.
            assertThat(virsh("net-dhcp-leases", "default")).contains(first, second, "one", "two");
            assertThat(virsh("domifaddr", "one")).contains(first);
            assertThat(virsh("domiflist", "one")).contains("network", "default", "virtio", "vnet");
            assertThat(virsh("net-info", "default")).contains("Active:         yes");
        }
    }

    /** A web server in the internet. */
    private AutoCloseable served() throws IOException {
        var files = Files.createDirectories(folder.resolve("www"));
        Files.writeString(files.resolve("hello"), "hello from beyond\n");
        var server = host.serve("busybox", "httpd", "-f", "-p", "8000", "-h", files.toString());
        return server::destroyForcibly;
    }

    @Test
    void aNetworkSurvivesTheDaemonAndItsOwnServer() throws Exception {
        startDefault();
        try (var one = boot("one", "default")) {
            var first = address(one);
            daemon.kill();
            for (var pid : host.run("pidof", "dnsmasq").out().strip().split(" ", -1)) {
                if (host.run("ip", "netns", "pids", host.words().getLast())
                        .out()
                        .lines()
                        .anyMatch(pid::equals)) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            host.run("nft", "flush", "ruleset");

            daemon = Daemon.startWithin(host.words(), folder.resolve("root"));

            assertThat(virsh("net-list", "--name")).contains("default");
            assertThat(virsh("net-dhcp-leases", "default")).contains(first);
        }
        try (var again = new PtyConversation("virsh -c '" + daemon.uri() + "' console one");
                var _ = served();
                var two = boot("two", "default")) {
            again.type("\n");
            ask(again, "wget -q -O - http://" + NetworkHost.INTERNET + ":8000/hello", "hello from beyond");
            address(two);
        }
        virsh("destroy", "one");
        virsh("destroy", "two");
        virsh("net-destroy", "default");
        assertThat(host.run("ip", "-brief", "link").out())
                .doesNotContain("virbr")
                .doesNotContain("vnet");
        assertThat(host.run("nft", "list", "ruleset").out()).doesNotContain("virbr");
        assertThat(folder.resolve("root/lib/network/dnsmasq/default.leases")).exists();
        virsh("net-undefine", "default");
        assertThat(folder.resolve("root/lib/network/dnsmasq/default.leases")).doesNotExist();
    }

    @Test
    void aHostWithoutAnyAddressHasADefaultNetworkToo() throws IOException {
        var root = folder.resolve("bare");
        try (var bare = Daemon.startWithin(List.of("unshare", "-n"), root)) {
            Programs.await(
                    "the network is there",
                    () -> bare.virsh("net-list", "--all", "--name")
                            .succeeded()
                            .out()
                            .contains("default"));
        }
        assertThat(root.resolveSibling("bare.log")).content().doesNotContain("error");
    }

    @Test
    void virtInstallTakesTheDefaultNetwork() throws Exception {
        Programs.need("virt-install");
        startDefault();
        Programs.run(
                        "virt-install",
                        "--connect",
                        daemon.uri(),
                        "--import",
                        "--name",
                        "installed",
                        "--memory",
                        "192",
                        "--virt-type",
                        "qemu",
                        "--disk",
                        "none",
                        "--network",
                        "network=default,model=virtio",
                        "--boot",
                        "kernel=" + LinuxGuest.kernel() + ",initrd=" + LinuxGuest.initrd(folder)
                                + ",kernel_args=console=ttyS0 no_timer_check rdinit=/init name=installed",
                        "--osinfo",
                        "detect=on,require=off",
                        "--graphics",
                        "none",
                        "--noautoconsole")
                .succeeded();
        Programs.await(
                "the guest has an address",
                () -> virsh("domifaddr", "installed").contains("192.168."));
    }

    @Test
    void whatCannotBeIsSaidInOneLineAndLeavesNothing() throws Exception {
        var before = host.run("ip", "-brief", "address").out();
        refusedNetwork("clash", "<ip address='203.0.113.9' netmask='255.255.255.0'/>", "already in use");
        refusedNetwork("prefix", "<ip address='10.9.0.1' prefix='33'/>", "prefix");
        refusedNetwork(
                "outside",
                "<ip address='10.9.0.1' netmask='255.255.255.0'><dhcp><range start='10.8.0.2' end='10.8.0.9'/></dhcp></ip>",
                "10.8.0.2");
        refusedNetwork("missing", "<forward mode='bridge'/><bridge name='nobridge'/>", "nobridge");
        if (before.contains("virbr0")) {
            assertThat(host.run("ip", "-brief", "address").out()).isEqualTo(before);
        } else {
            assertThat(host.run("ip", "-brief", "address").out()).doesNotContain("virbr");
        }
    }

    private void refusedNetwork(String name, String body, String why) throws IOException {
        var xml = Files.writeString(
                folder.resolve(name + ".xml"), "<network><name>%s</name>%s</network>".formatted(name, body));
        var outcome = daemon.virsh("net-create", xml.toString()).refused();
        assertThat(outcome.err()).contains(why);
        assertThat(outcome.err().lines().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(2);
        assertThat(virsh("net-list", "--all", "--name")).doesNotContain(name);
    }
}
