package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.Caller;
import dev.posada.model.DhcpLease;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import dev.posada.model.NetworkChange;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkIdentity;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworksTest {
    private static final Logger QUIET = Logger.getLogger("posada.engine");
    private static final String NAT = "<forward mode='nat'/><ip address='10.1.0.1' prefix='24'/>";

    @TempDir
    Path root;

    private final Wires wires = new Wires();
    private House house;

    @BeforeAll
    static void saysNothing() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterAll
    static void speaksAgain() {
        QUIET.setLevel(null);
    }

    @BeforeEach
    void open() {
        house = new House(root, new Theatre(), wires);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Networks networks() {
        return house.connection().networks();
    }

    private UUID define(String name, String content) {
        return networks()
                .define("<network><name>" + name + "</name>" + content + "</network>", 0)
                .uuid();
    }

    private UUID start(String name, String content) {
        var uuid = define(name, content);
        networks().start(uuid);
        return uuid;
    }

    private static String domain(String name, String nics) {
        return House.xml(name).replace("</domain>", "<devices>" + nics + "</devices></domain>");
    }

    private UUID run(String name, String nics) {
        return house.lifecycle().create(domain(name, nics), 0).uuid();
    }

    private static String nic(String source, String more) {
        return "<interface type='network'><mac address='52:54:00:00:00:01'/><source " + source + "/>" + more
                + "</interface>";
    }

    private List<String> list(int flags) {
        return networks().list(flags).stream()
                .map(NetworkIdentity::name)
                .sorted()
                .toList();
    }

    private static void refused(ErrorCode code, String words, Runnable act) {
        assertThatThrownBy(act::run).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.getMessage()).contains(words);
        });
    }

    @Test
    void aNetworkLivesAsLibvirtsDo() {
        var seen = new CopyOnWriteArrayList<NetworkChange>();
        house.connection().networkEvents().orElseThrow().subscribe(events(seen));
        var uuid = define("n", NAT);
        refused(
                ErrorCode.OPERATION_INVALID,
                "network 'n' is not active",
                () -> networks().destroy(uuid));
        networks().start(uuid);
        refused(
                ErrorCode.OPERATION_INVALID,
                "network is already active",
                () -> networks().start(uuid));
        assertThat(wires.runs(uuid)).isTrue();
        networks().undefine(uuid);
        assertThat(networks().isPersistent(uuid)).isFalse();
        refused(
                ErrorCode.OPERATION_INVALID,
                "can't undefine transient network",
                () -> networks().undefine(uuid));
        refused(
                ErrorCode.OPERATION_INVALID,
                "cannot set autostart for transient network",
                () -> networks().setAutostart(uuid, true));
        networks().destroy(uuid);
        assertThat(wires.runs(uuid)).isFalse();
        refused(
                ErrorCode.NO_NETWORK,
                "no network with matching uuid",
                () -> networks().xml(uuid, 0));
        Theatre.eventually("four steps were told", () -> seen.size() == 4);
        assertThat(seen)
                .containsExactly(
                        NetworkChange.DEFINED, NetworkChange.STARTED, NetworkChange.UNDEFINED, NetworkChange.STOPPED);
    }

    private static EventSink<NetworkEvent> events(List<NetworkChange> seen) {
        return new EventSink<>() {
            @Override
            public void event(NetworkEvent event) {
                if (event.happening() instanceof NetworkEvent.Lifecycle(var change)) {
                    seen.add(change);
                }
            }

            @Override
            public void lost(long count) {}
        };
    }

    @Test
    void networksAreListedByWhatTheyAre() {
        start("active", NAT);
        define("idle", "");
        networks().setAutostart(networks().byName("idle").uuid(), true);
        networks().create("<network><name>fleeting</name></network>", 0);
        assertThat(list(0)).containsExactly("active", "fleeting", "idle");
        assertThat(list(KeptFilter.ACTIVE)).containsExactly("active", "fleeting");
        assertThat(list(KeptFilter.INACTIVE)).containsExactly("idle");
        assertThat(list(KeptFilter.TRANSIENT)).containsExactly("fleeting");
        assertThat(list(KeptFilter.AUTOSTART | KeptFilter.PERSISTENT)).containsExactly("idle");
        refused(
                ErrorCode.INVALID_ARG,
                "unsupported flags (0x40)",
                () -> networks().list(64));
    }

    @Test
    void namesUuidsAndBridgesAreNotTakenTwice() {
        var uuid = define("n", NAT);
        var other = UUID.randomUUID();
        refused(
                ErrorCode.OPERATION_FAILED,
                "network 'n' already exists with uuid " + uuid,
                () -> define("n", "<uuid>" + other + "</uuid>"));
        refused(
                ErrorCode.OPERATION_FAILED,
                "network 'n' is already defined with uuid " + uuid,
                () -> define("m", "<uuid>" + uuid + "</uuid>"));
        refused(
                ErrorCode.INTERNAL_ERROR,
                "bridge name 'br0' already in use.",
                () -> define("m", "<bridge name='br0'/>"));
        assertThat(list(0)).containsExactly("n");
        assertThat(networks().bridge(define("m", ""))).isEqualTo("br1");
    }

    @Test
    void aStartThatFailsLeavesNothing() {
        wires.fail("n");
        var uuid = define("n", NAT);
        refused(ErrorCode.INTERNAL_ERROR, "no wire for n", () -> networks().start(uuid));
        assertThat(networks().isActive(uuid)).isFalse();
        assertThat(root.resolve("run/network/n.xml")).doesNotExist();
        refused(
                ErrorCode.INTERNAL_ERROR,
                "no wire for n",
                () -> networks().create(networks().xml(uuid, 0), 0));
        wires.fail("f");
        refused(
                ErrorCode.INTERNAL_ERROR,
                "no wire for f",
                () -> networks().create("<network><name>f</name></network>", 0));
        assertThat(list(0)).containsExactly("n");
    }

    @Test
    void aDaemonFindsItsNetworksAgain() {
        var kept = start("kept", NAT);
        var lost = start("lost", "");
        var fleeting =
                networks().create("<network><name>fleeting</name></network>", 0).uuid();
        networks().setAutostart(kept, true);
        wires.flush(lost);
        house.killAndStart();
        assertThat(list(KeptFilter.ACTIVE)).containsExactly("fleeting", "kept");
        assertThat(list(KeptFilter.INACTIVE)).containsExactly("lost");
        assertThat(networks().autostart(kept)).isTrue();
        assertThat(networks().isPersistent(fleeting)).isFalse();
    }

    @Test
    void whatIsMarkedStartsOnceInARunOfTheHost() throws Exception {
        var uuid = define("n", NAT);
        networks().setAutostart(uuid, true);
        house.restart();
        assertThat(networks().isActive(uuid)).isFalse();
        Files.delete(root.resolve("run/network/autostarted"));
        house.restart();
        assertThat(networks().isActive(uuid)).isTrue();
    }

    @Test
    void aDomainGetsItsPlaceAndGivesItBack() {
        var network =
                start("n", NAT + "<portgroup name='slow'><bandwidth><inbound average='7'/></bandwidth></portgroup>");
        var domain = run("d", nic("network='n' portgroup='slow'", ""));
        var port = house.connection().networkPorts().list(network, 0).getFirst().uuid();
        assertThat(house.domains().xml(domain, 0))
                .contains("<interface type='network'>")
                .contains("<source network='n' portgroup='slow' portid='" + port + "' bridge='br0'/>")
                .contains("<inbound average='7'/>");
        assertThat(house.theatre()
                        .definition(domain)
                        .root()
                        .at("devices", "interface")
                        .orElseThrow())
                .satisfies(nic -> assertThat(nic.has("type", "bridge")).isTrue());
        assertThat(networks().xml(network, 0)).startsWith("<network connections='1'>");
        assertThat(networks().xml(network, 1)).startsWith("<network>");
        assertThat(house.connection().networkPorts().xml(network, port, 0))
                .contains("<name>d</name>")
                .contains("<group>slow</group>")
                .contains("<mac address='52:54:00:00:00:01'/>")
                .contains("<plug type='network' bridge='br0'/>");
        house.lifecycle().destroy(domain, 0);
        assertThat(wires.ports()).isEmpty();
        assertThat(house.connection().networkPorts().list(network, 0)).isEmpty();
    }

    @Test
    void aDeviceOfAPoolIsShownAsItIs() {
        var network = start("p", "<forward mode='passthrough'><interface dev='e0'/><interface dev='e1'/></forward>");
        var first = run("d", nic("network='p'", ""));
        assertThat(house.domains().xml(first, 0))
                .contains("<interface type='direct'>")
                .containsPattern("<source network='p' portid='[-0-9a-f]+' dev='e0' mode='passthrough'/>");
        run("e", nic("network='p'", ""));
        assertThat(networks().xml(network, 0)).contains("<interface dev='e1' connections='1'/>");
        refused(ErrorCode.INTERNAL_ERROR, "all devices are in use", () -> run("f", nic("network='p'", "")));
        refused(
                ErrorCode.OPERATION_INVALID,
                "unable to delete interface 'e0'",
                () -> networks().update(network, 2, 7, -1, "<interface dev='e0'/>", 1));
        house.lifecycle().destroy(first, 0);
        run("f", nic("network='p'", ""));
    }

    @Test
    void aStartThatFailsGivesPlacesBack() {
        start("n", NAT);
        house.theatre().fail("d");
        assertThatThrownBy(() -> run("d", nic("network='n'", ""))).isInstanceOf(PosadaException.class);
        assertThat(wires.ports()).isEmpty();
        refused(
                ErrorCode.NO_NETWORK,
                "no network with matching name 'nope'",
                () -> run("e", nic("network='n'", "") + nic("network='nope'", "")));
        refused(
                ErrorCode.CONFIG_UNSUPPORTED,
                "network 'n' has no portgroup 'x'",
                () -> run("e", nic("network='n' portgroup='x'", "")));
        define("idle", "");
        refused(
                ErrorCode.OPERATION_INVALID,
                "network 'idle' is not active",
                () -> run("e", nic("network='n'", "") + nic("network='idle'", "")));
        assertThat(wires.ports()).isEmpty();
    }

    @Test
    void placesOutliveTheDaemonAsLongAsTheirDomainsDo() {
        var network = start("n", NAT);
        var stays = run("stays", nic("network='n'", ""));
        var goes = run("goes", nic("network='n'", ""));
        var before = house.domains().xml(stays, 0);
        house.restart(
                () -> house.theatre().exit(goes, DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN));
        assertThat(house.domains().xml(stays, 0)).isEqualTo(before);
        assertThat(house.connection().networkPorts().list(network, 0)).hasSize(1);
        assertThat(wires.ports()).hasSize(1);
        house.lifecycle().destroy(stays, 0);
        assertThat(wires.ports()).isEmpty();
    }

    @Test
    void aNetworkMayBeStoppedUnderItsGuests() {
        var network = start("n", NAT);
        var domain = run("d", nic("network='n'", ""));
        networks().destroy(network);
        networks().start(network);
        assertThat(house.connection().networkPorts().list(network, 0)).isEmpty();
        house.lifecycle().destroy(domain, 0);
        assertThat(networks().isActive(network)).isTrue();
    }

    @Test
    void editsReachWhatRunsAndWhatIsStored() {
        var uuid = start("n", NAT);
        var host = "<host ip='10.1.0.9'><hostname>nine</hostname></host>";
        networks().update(uuid, 3, 10, -1, host, NetworkFlags.AFFECT_LIVE);
        assertThat(networks().xml(uuid, 0)).contains("<hostname>nine</hostname>");
        assertThat(networks().xml(uuid, 1)).doesNotContain("nine");
        assertThat(wires.definition(uuid).root().child("dns")).isPresent();
        refused(
                ErrorCode.OPERATION_INVALID,
                "there is already at least one DNS HOST record",
                () -> networks().update(uuid, 3, 10, -1, host, NetworkFlags.AFFECT_ALL));
        assertThat(networks().xml(uuid, 1)).doesNotContain("nine");
        networks().update(uuid, 3, 10, -1, host, NetworkFlags.AFFECT_CONFIG);
        house.killAndStart();
        assertThat(networks().xml(uuid, 0)).contains("<hostname>nine</hostname>");
        assertThat(networks().xml(uuid, 1)).contains("<hostname>nine</hostname>");
        networks().destroy(uuid);
        refused(
                ErrorCode.OPERATION_INVALID,
                "network is not running",
                () -> networks().update(uuid, 3, 10, -1, host, NetworkFlags.AFFECT_LIVE));
    }

    @Test
    void whatNothingKnowsIsKeptAndNotStarted() {
        var uuid = define("n", NAT + "<shortcut to='nowhere'/>");
        assertThat(networks().xml(uuid, 0)).contains("<shortcut to='nowhere'/>");
        refused(
                ErrorCode.CONFIG_UNSUPPORTED,
                "the definition of network 'n' holds what nothing here knows: /network/shortcut",
                () -> networks().start(uuid));
    }

    @Test
    void whatIsSaidOfANetworkIsKeptWithIt() {
        var uuid = start("n", NAT);
        networks().setMetadata(uuid, 1, "The inn", "", "", NetworkFlags.AFFECT_ALL);
        networks().setMetadata(uuid, 2, "<room>4</room>", "inn", "http://inn", NetworkFlags.AFFECT_LIVE);
        assertThat(networks().metadata(uuid, 1, "", NetworkFlags.AFFECT_CONFIG)).isEqualTo("The inn");
        assertThat(networks().metadata(uuid, 2, "http://inn", 0)).isEqualTo("<room>4</room>");
        refused(
                ErrorCode.NO_NETWORK_METADATA,
                "Requested metadata element is not present",
                () -> networks().metadata(uuid, 2, "http://inn", NetworkFlags.AFFECT_CONFIG));
        house.killAndStart();
        assertThat(networks().metadata(uuid, 2, "http://inn", 0)).isEqualTo("<room>4</room>");
        assertThat(networks().xml(uuid, 1)).contains("<title>The inn</title>");
    }

    @Test
    void portsOfOthersAreKeptToo() {
        var network = start("n", NAT);
        var uuid = UUID.randomUUID();
        var xml = "<networkport><uuid>" + uuid + "</uuid><owner><name>x</name><uuid>" + UUID.randomUUID()
                + "</uuid></owner><mac address='52:54:00:00:00:09'/><bandwidth><inbound average='7' peak='99999999999'/></bandwidth>"
                + "</networkport>";
        var ports = house.connection().networkPorts();
        assertThat(ports.create(network, xml, 0).uuid()).isEqualTo(uuid);
        refused(ErrorCode.NETWORK_PORT_EXIST, "already exists", () -> ports.create(network, xml, 0));
        assertThat(ports.parameters(network, uuid, 0))
                .hasSize(7)
                .contains(
                        TypedParameter.ofUnsigned("inbound.average", 7),
                        TypedParameter.ofUnsigned("inbound.peak", 0xFFFF_FFFF));
        house.killAndStart();
        house.connection().networkPorts().delete(network, uuid, 0);
        refused(
                ErrorCode.NO_NETWORK_PORT,
                "Network port with UUID " + uuid + " does not exist",
                () -> house.connection().networkPorts().xml(network, uuid, 0));
    }

    @Test
    void whatWasGivenToAGuestIsKnownByItsCard() {
        var network = start("n", NAT);
        var domain = run("d", nic("network='n'", "<target dev='tap7'/>"));
        wires.lease(lease("52:54:00:00:00:01", "10.1.0.17"));
        wires.lease(lease("52:54:00:00:00:02", "10.1.0.18"));
        assertThat(networks().leases(network, "", 0)).hasSize(2);
        assertThat(networks().leases(network, "52:54:00:00:00:02", 0))
                .extracting(DhcpLease::address)
                .containsExactly("10.1.0.18");
        refused(
                ErrorCode.INVALID_MAC,
                "invalid MAC address: zz",
                () -> networks().leases(network, "zz", 0));
        assertThat(house.connection().guest().leasedLinks(domain, 0))
                .singleElement()
                .satisfies(link -> {
                    assertThat(link.name()).isEqualTo("tap7");
                    assertThat(link.addresses().getFirst().address()).isEqualTo("10.1.0.17");
                });
        assertThat(house.connection().guest().hostname(domain, 1)).isEqualTo("guest");
    }

    private static DhcpLease lease(String mac, String address) {
        return new DhcpLease(
                "br0", 0, false, mac, Optional.empty(), address, 24, Optional.of("guest"), Optional.empty());
    }

    @Test
    void readersChangeNothing() {
        var uuid = start("n", NAT);
        try (var reader = house.engine().open("", Caller.SELF.asReadOnly())) {
            assertThat(reader.networks().xml(uuid, 0)).contains("<name>n</name>");
            refused(
                    ErrorCode.OPERATION_DENIED,
                    "read only access prevents virNetworkDestroy",
                    () -> reader.networks().destroy(uuid));
        }
    }
}
