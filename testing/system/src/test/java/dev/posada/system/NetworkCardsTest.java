package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Network cards of real Linux guests, on bridges of a host that has a network namespace of its own. The tests share two
 * guests, which take seconds to boot, and come in an order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class NetworkCardsTest {
    private static final String HOST = """
            ip link set lo up
            ip link add br0 type bridge && ip link set br0 up && ip addr add 10.7.0.1/24 dev br0
            ip link add br1 type bridge && ip link set br1 up
            ip link add up0 type veth peer name up1 && ip link set up0 up && ip link set up1 up""";

    private static final String FIRST = "52:54:00:00:07:01";
    private static final String SECOND = "52:54:00:00:07:02";
    private static final String PLUGGED = "52:54:00:00:07:03";

    @TempDir
    static Path folder;

    private Daemon daemon;

    /** Keeps the namespace while there is no daemon in it. */
    private Process keeper;

    @BeforeAll
    void startGuests() throws IOException {
        Programs.need("virsh", "qemu-system-x86_64", "busybox", "script");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        daemon = Daemon.startApartWith(folder.resolve("root"), HOST);
        keeper = new ProcessBuilder("nsenter", "-n", "-t", Long.toString(daemon.pid()), "sleep", "600").start();
        for (var guest : List.of("first", "second")) {
            var nic =
                    "<interface type='bridge'><mac address='%s'/><source bridge='br0'/><model type='virtio'/></interface>"
                            .formatted(guest.equals("first") ? FIRST : SECOND);
            var address = "posada.ip=10.7.0.%d/24 ".formatted(guest.equals("first") ? 11 : 12);
            var xml = LinuxGuest.xml(guest, folder, "qemu", nic).replace("<cmdline>", "<cmdline>" + address);
            daemon.virsh(
                            "define",
                            Files.writeString(folder.resolve(guest + ".xml"), xml)
                                    .toString())
                    .succeeded();
        }
        // After both: they share an initrd, which QEMU reads as long as a guest boots.
        said("start", "first");
        said("start", "second");
        Programs.await("the first guest answers", () -> reaches("10.7.0.11"));
        Programs.await("the second guest answers", () -> reaches("10.7.0.12"));
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
        if (keeper != null) {
            keeper.destroyForcibly();
        }
    }

    @Test
    @Order(1)
    void aGuestsCardIsAPortOfItsBridge() {
        assertThat(said("domiflist", "first")).matches("(?s).*vnet\\d+ +bridge +br0 +virtio +" + FIRST + ".*");
        assertThat(said("dumpxml", "first")).contains("<target dev='" + link("first") + "'/>");
        assertThat(said("dumpxml", "--inactive", "first")).doesNotContain("vnet");
        var shown = inside("ip", "-d", "link", "show", link("first"));
        assertThat(shown).contains("master br0").contains("fe:54:00:00:07:01").contains("vnet_hdr on");
    }

    @Test
    @Order(2)
    void guestsReachEachOther() throws Exception {
        try (var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console first")) {
            console.expect("Escape character");
            console.type("\n");
            console.expect("#");
            console.type("ping -c 1 -W 20 10.7.0.12 >/dev/null && echo PONG-$((40 + 2))\n");
            console.expect("PONG-42");
        }
    }

    @Test
    @Order(3)
    void whatAGuestReceivesIsCounted() {
        long before = received("first");
        assertThat(reaches("10.7.0.11")).isTrue();
        assertThat(received("first")).isGreaterThan(before);
        assertThat(said("domstats", "--interface", "first"))
                .contains("net.0.name=" + link("first"))
                .contains("net.0.rx.pkts=");
    }

    @Test
    @Order(3)
    void theHostKnowsAGuestsAddress() {
        assertThat(said("domifaddr", "first", "--source", "arp"))
                .contains(FIRST)
                .contains("10.7.0.11");
    }

    @Test
    @Order(4)
    void aPulledCableStopsPackets() {
        said("domif-setlink", "first", FIRST, "down");
        assertThat(said("domif-getlink", "first", FIRST)).endsWith("down");
        assertThat(reaches("10.7.0.11")).isFalse();
        said("domif-setlink", "first", link("first"), "up");
        Programs.await("the first guest answers again", () -> reaches("10.7.0.11"));
    }

    @Test
    @Order(5)
    void aCardCanBeMovedToAnotherBridge() throws IOException {
        var there = nic(FIRST, "br1");
        said("update-device", "first", there.toString(), "--live");
        assertThat(inside("ip", "link", "show", link("first"))).contains("master br1");
        assertThat(said("domiflist", "first")).contains("br1");
        assertThat(reaches("10.7.0.11")).isFalse();
        said("update-device", "first", nic(FIRST, "br0").toString(), "--live");
        Programs.await("the first guest answers again", () -> reaches("10.7.0.11"));
        assertThat(refused("update-device", "first", nic(FIRST, "nowhere").toString(), "--live"))
                .contains("Cannot get interface MTU on 'nowhere': No such device");
        assertThat(reaches("10.7.0.11")).isTrue();
    }

    @Test
    @Order(6)
    void aCardIsPluggedInAndTakenOut() throws IOException {
        said("attach-interface", "first", "bridge", "br1", "--mac", PLUGGED, "--model", "virtio", "--live");
        var target = said("domiflist", "first")
                .lines()
                .filter(line -> line.contains(PLUGGED))
                .findFirst();
        assertThat(target).get().asString().contains("vnet").contains("br1");
        var name = target.orElseThrow().strip().split(" ", -1)[0];
        assertThat(inside("ip", "link", "show", name)).contains("master br1").contains("UP");
        assertThat(said("dumpxml", "first")).contains("<alias name='net1'/>");
        assertThat(said("dumpxml", "--inactive", "first")).doesNotContain(PLUGGED);

        said("detach-interface", "first", "bridge", "--mac", PLUGGED, "--live");
        Programs.await(
                "the guest lets go of its card",
                () -> !said("domiflist", "first").contains(PLUGGED));
        assertThat(run("ip", "link", "show", name).status()).isNotZero();
        assertThat(refused("detach-interface", "first", "bridge", "--mac", PLUGGED, "--live"))
                .contains("No interface with MAC address " + PLUGGED + " was found");
    }

    @Test
    @Order(6)
    void aCardInANetworkHasItsPort() throws IOException {
        var network = "<network><name>wire</name><forward mode='bridge'/><bridge name='br1'/></network>";
        said(
                "net-create",
                Files.writeString(folder.resolve("wire.xml"), network).toString());
        said("attach-interface", "first", "network", "wire", "--mac", PLUGGED, "--model", "virtio", "--live");
        var shown = said("domiflist", "first");
        // As libvirt: a network that is a bridge of the host's own is shown as one.
        assertThat(shown).containsPattern("vnet\\d+ +bridge +wire +virtio +" + PLUGGED);
        assertThat(said("net-port-list", "wire")).isNotBlank();

        said("update-device", "first", nic(PLUGGED, "br0").toString(), "--live");
        assertThat(said("domiflist", "first")).containsPattern("vnet\\d+ +bridge +br0 +virtio +" + PLUGGED);
        assertThat(said("net-port-list", "wire")).isBlank();

        said("detach-device-alias", "first", "net1", "--live");
        Programs.await(
                "the guest lets go of its card",
                () -> !said("domiflist", "first").contains(PLUGGED));
        said("net-destroy", "wire");
    }

    @Test
    @Order(7)
    void aCardOfTheDefinitionIsThereAtTheNextStart() {
        said("attach-interface", "second", "bridge", "br1", "--mac", PLUGGED, "--model", "e1000", "--config");
        assertThat(said("domiflist", "second")).doesNotContain(PLUGGED);
        assertThat(said("domiflist", "second", "--inactive")).contains(PLUGGED).contains("e1000");
        said("detach-interface", "second", "bridge", "--mac", PLUGGED, "--config");
        assertThat(said("domiflist", "second", "--inactive")).doesNotContain(PLUGGED);
    }

    @Test
    @Order(8)
    void bandwidthIsTheKernelsToKeep() {
        said("domiftune", "first", FIRST, "--inbound", "1000,2000,300", "--live");
        assertThat(said("domiftune", "first", FIRST))
                .containsPattern("inbound.average: 1000")
                .containsPattern("inbound.peak *: 2000");
        assertThat(inside("tc", "class", "show", "dev", link("first")))
                .contains("rate 8Mbit")
                .contains("ceil 16Mbit");
        said("domiftune", "first", FIRST, "--inbound", "0", "--live");
        assertThat(inside("tc", "class", "show", "dev", link("first"))).doesNotContain("rate");
        assertThat(said("dumpxml", "first")).doesNotContain("<bandwidth>");
    }

    @Test
    @Order(9)
    void cardsOfEachKindComeUpAndGo() throws IOException {
        for (var kind : List.of(
                "<interface type='direct'><source dev='up0' mode='bridge'/>",
                "<interface type='ethernet'><source><ip address='10.9.0.1' prefix='24'/></source><target dev='mine'/>",
                "<interface type='bridge'><source bridge='br1'/><driver queues='2'/><mtu size='1400'/>",
                "<interface type='bridge'><source bridge='br1'/><port isolated='yes'/>",
                "<interface type='server'><source address='127.0.0.1' port='5559'/>",
                "<interface type='udp'><source address='127.0.0.1' port='5558'><local address='127.0.0.1' port='5557'/></source>")) {
            var before = links();
            var xml = "<domain type='qemu'><name>kind</name><memory unit='MiB'>32</memory><os><type>hvm</type></os>"
                    + "<devices>" + kind + "<model type='virtio'/></interface></devices></domain>";
            said("create", Files.writeString(folder.resolve("kind.xml"), xml).toString(), "--paused");
            assertThat(said("domstate", "kind")).isEqualTo("paused");
            said("destroy", "kind");
            assertThat(links()).as("links left by %s", kind).isEqualTo(before);
        }
        assertThat(create("<interface type='direct'><source dev='nowhere'/></interface>"))
                .contains("Unable to get index for interface nowhere: No such device");
        assertThat(create("<interface type='bridge'><source bridge='up0'/></interface>"))
                .contains("Unable to add bridge up0 port vnet");
        assertThat(create(
                        "<interface type='bridge'><source bridge='br1'/><virtualport type='openvswitch'/></interface>"))
                .contains("ovs");
    }

    private String create(String nic) throws IOException {
        var before = links();
        var xml = "<domain type='qemu'><name>kind</name><memory unit='MiB'>32</memory><os><type>hvm</type></os>"
                + "<devices>" + nic + "</devices></domain>";
        var words = refused(
                "create", Files.writeString(folder.resolve("kind.xml"), xml).toString());
        assertThat(links()).as("links left by a start that failed").isEqualTo(before);
        return words;
    }

    @Test
    @Order(10)
    void aDaemonThatWasKilledFindsItsGuestsCards() throws Exception {
        var link = link("first");
        said("domiftune", "first", FIRST, "--inbound", "500", "--live");
        daemon.kill();
        assertThat(reaches("10.7.0.11")).isTrue();
        daemon =
                Daemon.startWithin(List.of("nsenter", "-n", "-t", Long.toString(keeper.pid())), folder.resolve("root"));
        assertThat(link("first")).isEqualTo(link);
        assertThat(said("domiftune", "first", link)).contains("inbound.average: 500");
        assertThat(inside("tc", "class", "show", "dev", link)).contains("rate 4Mbit");
        assertThat(received("first")).isPositive();
        said("destroy", "first");
        assertThat(run("ip", "link", "show", link).status()).isNotZero();
    }

    private static Path nic(String mac, String bridge) throws IOException {
        return Files.writeString(
                folder.resolve("nic.xml"),
                "<interface type='bridge'><mac address='%s'/><source bridge='%s'/><model type='virtio'/></interface>"
                        .formatted(mac, bridge));
    }

    /** The name of a guest's first link. */
    private String link(String guest) {
        return said("domiflist", guest)
                .lines()
                .findFirst()
                .orElseThrow()
                .strip()
                .split(" ", -1)[0];
    }

    private long received(String guest) {
        var matcher = Pattern.compile("rx_packets (\\d+)").matcher(said("domifstat", guest, link(guest)));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private boolean reaches(String address) {
        return run("busybox", "ping", "-c", "1", "-W", "1", address).status() == 0;
    }

    private List<String> links() {
        return inside("ip", "-br", "link")
                .lines()
                .map(line -> line.split("[ @]", -1)[0])
                .sorted()
                .toList();
    }

    private Outcome run(String... command) {
        var line = new ArrayList<>(List.of("nsenter", "-n", "-t", Long.toString(keeper.pid())));
        line.addAll(List.of(command));
        return Programs.run(line.toArray(String[]::new));
    }

    private String inside(String... command) {
        return run(command).succeeded().out();
    }

    private String said(String... command) {
        return daemon.virsh(command).succeeded().out().strip();
    }

    private String refused(String... command) {
        return daemon.virsh(command).refused().err().strip();
    }
}
