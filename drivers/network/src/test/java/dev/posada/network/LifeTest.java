package dev.posada.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.LiveNetwork;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.PosadaException;
import dev.posada.process.Executables;
import dev.posada.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of networks: starts that fail, daemons and dnsmasqs that die, rules that are flushed, changes while they run. */
class LifeTest {
    private static final int KILLS = 6;
    private static final long KILL_AFTER_NANOS = 800_000_000;

    @TempDir
    Path folder;

    private final List<HostNetworks> daemons = new ArrayList<>();
    private final List<LiveNetwork> started = new ArrayList<>();
    private final List<Guest> guests = new ArrayList<>();
    private HostNetworks networks;

    @BeforeEach
    void aDaemon() {
        OwnNamespace.need("ip", "dnsmasq", "busybox", "nft");
        networks = daemon();
    }

    @AfterEach
    void nothingIsLeft() {
        guests.forEach(Guest::close);
        started.forEach(LiveNetwork::stop);
        daemons.forEach(HostNetworks::close);
        var stray = OwnNamespace.attempt("ip", "link", "del", "bt-named");
        assertThat(stray.success()).as("a link that was left").isFalse();
        assertThat(OwnNamespace.run("ip", "-o", "link")).doesNotContain("bt-");
        assertThat(OwnNamespace.run("nft", "list", "ruleset")).doesNotContain("bt-");
        assertThat(OwnNamespace.attempt("pgrep", "-f", folder.toString()).output())
                .isEmpty();
    }

    private HostNetworks daemon() {
        var made = new HostNetworks(
                true, Optional.empty(), folder.resolve("run"), folder.resolve("state"), folder.resolve("log"));
        daemons.add(made);
        return made;
    }

    private NetworkDefinition definition(String text) {
        return networks.complete(Documents.network(text), List.of());
    }

    private LiveNetwork start(String text) {
        var live = networks.start(definition(text));
        started.add(live);
        return live;
    }

    private Guest guest(String name, String mac) {
        var guest = Guest.make(name, folder, mac);
        guests.add(guest);
        return guest;
    }

    /** A guest with a fixed address and the network's as its way out. */
    private Guest fixed(String name, String bridge, String address, String gateway) {
        var guest = guest(name, "52:54:00:00:01:" + "%02x".formatted(guests.size() + 1))
                .plug(bridge);
        guest.run("ip", "addr", "add", address, "dev", "eth0");
        guest.run("ip", "route", "add", "default", "via", gateway);
        return guest;
    }

    private static String simple(String name, String forward, String address) {
        return "<network><name>" + name + "</name>" + forward + "<bridge name='bt-" + name
                + "' stp='off'/><dns enable='no'/><ip address='" + address + "' prefix='24'/></network>";
    }

    @Test
    void anIsolatedNetworkStaysIsolatedAndARoutedOneIsReached() {
        start(simple("iso", "", "192.168.151.1"));
        start(simple("route", "<forward mode='route'/>", "192.168.152.1"));
        start(simple("nat", "<forward mode='nat'/>", "192.168.153.1"));
        var isolated = fixed("i1", "bt-iso", "192.168.151.2/24", "192.168.151.1");
        fixed("i2", "bt-iso", "192.168.151.3/24", "192.168.151.1");
        var routed = fixed("r1", "bt-route", "192.168.152.2/24", "192.168.152.1");
        var translated = fixed("n1", "bt-nat", "192.168.153.2/24", "192.168.153.1");
        assertThat(isolated.reaches("192.168.151.3")).as("its neighbour").isTrue();
        assertThat(isolated.reaches("192.168.151.1")).as("the host").isTrue();
        assertThat(isolated.reaches("192.168.152.2")).as("a routed network").isFalse();
        assertThat(routed.reaches("192.168.151.2")).as("an isolated network").isFalse();
        assertThat(translated.reaches("192.168.152.2")).as("routed from nat").isTrue();
        assertThat(routed.reaches("192.168.153.2")).as("nat from routed").isFalse();
    }

    @Test
    void guestsMakeAddressesOfIpv6OrAreLentThem() {
        start("""
                <network><name>six</name><forward mode='nat'><nat ipv6='yes'/></forward><bridge name='bt-six' stp='off'/>
                  <ip family='ipv6' address='fd00:77::1' prefix='64'/></network>""");
        var live = start("""
                <network><name>six2</name><forward mode='nat'/><bridge name='bt-six2' stp='off'/>
                  <ip family='ipv6' address='fd00:78::1' prefix='64'>
                    <dhcp><range start='fd00:78::100' end='fd00:78::1ff'/></dhcp></ip></network>""");
        var own = guest("s1", "52:54:00:00:06:01").plug("bt-six");
        var lent = guest("s2", "52:54:00:00:06:02").plug("bt-six2");

        OwnNamespace.await(
                "an address from advertisements",
                () -> own.addresses("inet6").stream().anyMatch(address -> address.startsWith("fd00:77:")));
        OwnNamespace.await("the host", () -> own.reaches("fd00:77::1"));
        OwnNamespace.await(
                "a default route", () -> lent.run("ip", "-6", "route").contains("default"));
        OwnNamespace.await(
                "an address of its own link",
                () -> !lent.run("ip", "-6", "addr", "show", "dev", "eth0").contains("tentative"));
        lent.run(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Dhcp6Client.class.getName());
        OwnNamespace.await("a lease", () -> !live.leases().isEmpty());
        var lease = live.leases().getFirst();
        assertThat(lease.ipv6()).isTrue();
        assertThat(lease.address()).startsWith("fd00:78::1");
        assertThat(lease.mac()).isEqualTo("52:54:00:00:06:02");
        assertThat(lease.iaid()).contains("7");
        assertThat(lease.prefixLength()).isEqualTo(64);
    }

    private static final String NAMED = """
            <network><name>named</name><forward mode='nat'/><bridge name='bt-named' stp='off'/>
              <domain name='x.test'/><dns>%s</dns>
              <ip address='192.168.154.1' prefix='24'><dhcp><range start='192.168.154.10' end='192.168.154.20'/>%s</dhcp></ip>
            </network>""";

    @Test
    void changesReachARunningNetworkAndOthersAreRefused() throws IOException {
        var live = start(NAMED.formatted("", ""));
        var client = guest("c1", "52:54:00:00:07:01").plug("bt-named");
        client.run("ip", "addr", "add", "192.168.154.2/24", "dev", "eth0");
        var before = identity("named");

        live.update(renewed(
                live,
                NAMED.formatted(
                        "<host ip='192.168.154.7'><hostname>seven</hostname></host>",
                        "<host mac='52:54:00:00:07:02' name='two' ip='192.168.154.12'/>")));
        OwnNamespace.await(
                "a new name",
                () -> client.lookup("seven.x.test", "192.168.154.1").contains("192.168.154.7"));
        assertThat(identity("named")).as("dnsmasq went on").isEqualTo(before);

        live.update(renewed(live, NAMED.formatted("<txt name='t.x.test' value='hello'/>", "")));
        assertThat(identity("named")).as("dnsmasq was started anew").isNotEqualTo(before);
        assertThat(client.lookup("seven.x.test", "192.168.154.1")).doesNotContain("154.7");

        assertThatThrownBy(() -> live.update(renewed(
                        live,
                        NAMED.replace("/24", "/25")
                                .replace("192.168.154.1'", "192.168.154.3'")
                                .formatted("", ""))))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_UNSUPPORTED))
                .hasMessageContaining("'ip' section of network 'named'");
        assertThat(client.reaches("192.168.154.1")).isTrue();
    }

    /** A changed definition of the same network. */
    private static NetworkDefinition renewed(LiveNetwork live, String text) {
        var definition = new Completed(live.definition());
        return definition.with(text);
    }

    /** The parts of a completed definition that a test's text does not have. */
    private record Completed(NetworkDefinition old) {
        NetworkDefinition with(String text) {
            var root = Documents.network(text).root();
            root = root.withChild(old.root().child("uuid").orElseThrow())
                    .withChild(old.root().child("bridge").orElseThrow());
            return new NetworkDefinition(
                    Completion.placed(root, old.root().child("mac").orElseThrow()));
        }
    }

    private ProcessIdentity identity(String network) throws IOException {
        return ProcessIdentity.parse(Files.readString(folder.resolve("run/" + network + ".dnsmasq")))
                .orElseThrow();
    }

    @Test
    void aDnsmasqThatDiesIsStartedAgain() throws IOException {
        start(NAMED.formatted("", ""));
        var before = identity("named");

        OwnNamespace.run("kill", "-9", String.valueOf(before.pid()));

        awaitAnotherThan(before);
    }

    private void awaitAnotherThan(ProcessIdentity before) {
        OwnNamespace.await("another dnsmasq", () -> {
            try {
                return !identity("named").equals(before) && identity("named").exists();
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    @Test
    void anotherDaemonFindsTheNetworkAndPutsBackWhatIsMissing() throws IOException {
        var definition = definition(NAMED.formatted("", ""));
        var live = networks.start(definition);
        var before = identity("named");
        live.release();
        networks.close();

        networks = daemon();
        var found = networks.find(live.definition()).orElseThrow();
        assertThat(identity("named")).as("dnsmasq goes on").isEqualTo(before);
        assertThat(found.definition()).isEqualTo(live.definition());
        found.release();

        OwnNamespace.run("nft", "flush", "ruleset");
        OwnNamespace.run("ip", "addr", "flush", "dev", "bt-named");
        OwnNamespace.run("kill", "-9", String.valueOf(before.pid()));
        networks = daemon();
        found = networks.find(live.definition()).orElseThrow();
        started.add(found);
        assertThat(OwnNamespace.run("nft", "list", "ruleset"))
                .contains("forward_bt-named")
                .contains("masquerade");
        assertThat(OwnNamespace.run("ip", "addr", "show", "dev", "bt-named")).contains("192.168.154.1/24");
        // At once, or when the one that was just dying is noticed.
        awaitAnotherThan(before);
    }

    @Test
    void aNetworkWhoseBridgeIsGoneIsNotFoundAndLeavesNothing() throws IOException {
        var live = networks.start(definition(NAMED.formatted("", "")));
        var dnsmasq = identity("named");
        live.release();
        OwnNamespace.run("ip", "link", "del", "bt-named");

        assertThat(daemon().find(live.definition())).isEmpty();
        assertThat(dnsmasq.exists()).isFalse();
        assertThat(folder.resolve("run").toFile().list()).isEmpty();
    }

    @Test
    void aStartThatFailsHalfWayLeavesNothing() {
        // dnsmasq is the last step, and cannot serve files from where there are none.
        var text = NAMED.formatted("", "").replace("<dhcp>", "<tftp root='/no/such/folder'/><dhcp>");

        assertThatThrownBy(() -> networks.start(definition(text)))
                .hasMessageContaining("network 'named'")
                .hasMessageContaining("/no/such/folder");
        assertThat(OwnNamespace.run("ip", "-o", "link")).doesNotContain("bt-named");
        assertThat(folder.resolve("run").toFile().list()).isEmpty();
    }

    @Test
    void whatAKilledDaemonWasMakingIsTakenAway() throws IOException {
        var live = networks.start(definition(NAMED.formatted("", "")));
        var dnsmasq = identity("named");
        live.release();
        networks.close();
        // As if its daemon had been killed before it was done, and before it noted which process dnsmasq is.
        var footprint = folder.resolve("run/named.network");
        Files.writeString(
                footprint,
                Files.readString(footprint)
                        .replaceFirst(" started .*", " starting 4194304 1 00000000-0000-0000-0000-000000000000"));
        Files.delete(folder.resolve("run/named.dnsmasq"));

        started.add(daemon().start(definition(simple("other", "", "192.168.155.1"))));

        assertThat(OwnNamespace.run("ip", "-o", "link")).doesNotContain("bt-named");
        assertThat(OwnNamespace.run("nft", "list", "ruleset")).doesNotContain("bt-named");
        assertThat(dnsmasq.exists()).isFalse();
        assertThat(footprint).doesNotExist();
    }

    @Test
    void whatIsBeingTakenAwayIsNotFoundMeanwhile() throws Exception {
        var live = networks.start(definition(NAMED.formatted("", "")));
        var other = networks.start(definition(simple("other", "", "192.168.155.1")));
        live.release();
        other.release();
        networks.close();
        var footprint = folder.resolve("run/named.network");
        Files.writeString(
                footprint,
                Files.readString(footprint)
                        .replaceFirst(" started .*", " starting 4194304 1 00000000-0000-0000-0000-000000000000"));
        var next = daemon();
        var whole = CompletableFuture.supplyAsync(() -> next.find(other.definition()));

        assertThat(next.find(live.definition())).isEmpty();
        started.add(whole.get(2, TimeUnit.MINUTES).orElseThrow());
        assertThat(OwnNamespace.run("ip", "-o", "link")).doesNotContain("bt-named");
        assertThat(footprint).doesNotExist();
    }

    @Test
    void clashesAreSeenBeforeAnythingIsTouched() {
        OwnNamespace.run("ip", "link", "add", "name", "up0", "type", "bridge");
        try {
            OwnNamespace.run("ip", "addr", "add", "192.168.156.9/24", "dev", "up0");
            OwnNamespace.run("ip", "link", "set", "up0", "up");
            OwnNamespace.run("ip", "route", "add", "10.0.0.0/8", "via", "192.168.156.1");

            refused(
                    simple("a", "", "192.168.156.1"),
                    ErrorCode.INTERNAL_ERROR,
                    "Network is already in use by interface up0");
            refused(
                    simple("b", "", "192.168.157.1").replace("bt-b", "up0"),
                    ErrorCode.SYSTEM_ERROR,
                    "error creating bridge interface up0");
            refused(
                    simple("c", "<forward mode='nat' dev='nodev'/>", "192.168.157.1"),
                    ErrorCode.SYSTEM_ERROR,
                    "interface 'nodev'");
            refused(
                    simple("d", "", "192.168.157.1").replace("'24'", "'44'"),
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "prefix '44'");
            refused(
                    "<network><name>e</name><forward mode='bridge'/><bridge name='nobr'/></network>",
                    ErrorCode.SYSTEM_ERROR,
                    "bridge 'nobr'");
            // Inside a company's network behind a gateway there is room.
            start(simple("f", "", "10.20.30.1"));
            assertThat(networks.residents()).hasSize(1);
        } finally {
            OwnNamespace.run("ip", "link", "del", "up0");
        }
    }

    private void refused(String text, ErrorCode code, String words) {
        var before = OwnNamespace.run("ip", "-o", "addr");
        assertThatThrownBy(() -> networks.start(definition(text)))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
        assertThat(OwnNamespace.run("ip", "-o", "addr")).isEqualTo(before);
        assertThat(footprints()).isEmpty();
    }

    @Test
    void iptablesThatDropForwardedPacketsAreOpenedForTheNetwork() {
        OwnNamespace.need("iptables");
        OwnNamespace.run("iptables", "-P", "FORWARD", "DROP");
        OwnNamespace.run("iptables", "-P", "INPUT", "DROP");
        try {
            start(simple("one", "<forward mode='route'/>", "192.168.158.1"));
            start(simple("two", "<forward mode='route'/>", "192.168.159.1"));
            var one = fixed("d1", "bt-one", "192.168.158.2/24", "192.168.158.1");
            fixed("d2", "bt-two", "192.168.159.2/24", "192.168.159.1");

            assertThat(one.reaches("192.168.159.2")).isTrue();
            assertThat(OwnNamespace.run("iptables", "-S")).contains("POSADA_ACC -i bt-one -j ACCEPT");
            guests.forEach(Guest::close);
            started.forEach(LiveNetwork::stop);
            assertThat(OwnNamespace.run("iptables", "-S")).doesNotContain("POSADA");
        } finally {
            OwnNamespace.run("iptables", "-P", "FORWARD", "ACCEPT");
            OwnNamespace.run("iptables", "-P", "INPUT", "ACCEPT");
        }
    }

    @Test
    void aPoolGivesItsDevicesInTurnAndIsToldWhoHasWhich() {
        for (var name : List.of("bt-p1", "bt-p2")) {
            OwnNamespace.run("ip", "link", "add", "name", name, "type", "bridge");
        }
        try {
            var text = "<network><name>pool</name><forward mode='passthrough'><interface dev='bt-p1'/>"
                    + "<interface dev='bt-p2'/></forward></network>";
            var live = start(text);
            var wanted = Element.of("interface", "type", "network");
            var first = UUID.randomUUID();
            var second = UUID.randomUUID();

            assertThat(live.plug(first, wanted, Optional.empty()).attribute("dev"))
                    .contains("bt-p1");
            var given = live.plug(second, wanted, Optional.empty());
            assertThat(given.attribute("dev")).contains("bt-p2");
            assertThatThrownBy(() -> live.plug(UUID.randomUUID(), wanted, Optional.empty()))
                    .hasMessageContaining("requires exclusive access to interfaces, but none are available");
            // Whose port nobody tells of again never came to anything: a daemon was killed in between.
            var found = daemon().find(live.definition()).orElseThrow();
            found.replug(second, given);
            assertThat(found.plug(second, wanted, Optional.empty()).attribute("dev"))
                    .contains("bt-p2");
            assertThat(found.plug(UUID.randomUUID(), wanted, Optional.empty()).attribute("dev"))
                    .contains("bt-p1");
            assertThat(found.definition().root().child("forward").orElseThrow().children("interface"))
                    .allMatch(device -> device.has("connections", "1"));
        } finally {
            OwnNamespace.run("ip", "link", "del", "bt-p1");
            OwnNamespace.run("ip", "link", "del", "bt-p2");
        }
    }

    @Test
    void theBridgeIsAsTheDefinitionHasIt() {
        OwnNamespace.need("tc");
        start("""
                <network><name>br</name><forward mode='nat'/><bridge name='bt-br' stp='on' delay='3'/>
                  <mtu size='1400'/><mac address='52:54:00:12:34:56'/>
                  <bandwidth><inbound average='1000' peak='5000' burst='1024'/></bandwidth>
                  <ip address='192.168.160.1' prefix='24'/>
                  <route address='192.168.222.0' prefix='24' gateway='192.168.160.2' metric='3'/></network>""");

        assertThat(OwnNamespace.run("ip", "-d", "link", "show", "bt-br"))
                .contains("mtu 1400")
                .contains("52:54:00:12:34:56")
                .contains("forward_delay 300")
                .contains("stp_state 1");
        assertThat(OwnNamespace.run("ip", "route"))
                .contains("192.168.222.0/24 via 192.168.160.2 dev bt-br proto static metric 3");
        assertThat(OwnNamespace.run("tc", "class", "show", "dev", "bt-br")).contains("rate 8Mbit ceil 40Mbit");
        assertThat(OwnNamespace.run("cat", "/proc/sys/net/ipv6/conf/bt-br/disable_ipv6"))
                .startsWith("1");
        assertThat(OwnNamespace.run("cat", "/proc/sys/net/ipv4/ip_forward")).startsWith("1");
    }

    @Test
    void namesOfBridgesAreChosenFreeAndACompleteDefinitionStays() {
        OwnNamespace.run("ip", "link", "add", "name", "virbr0", "type", "bridge");
        try {
            var first = networks.complete(Documents.network("<network><name>a</name></network>"), List.of());
            var second = networks.complete(Documents.network("<network><name>b</name></network>"), List.of(first));

            assertThat(first.bridge()).contains("virbr1");
            assertThat(second.bridge()).contains("virbr2");
            assertThat(networks.complete(first, List.of(second))).isEqualTo(first);
            assertThat(first.root().children().stream()
                            .map(child -> child.name())
                            .toList())
                    .containsExactly("name", "uuid", "bridge", "mac");
            assertThatThrownBy(() -> networks.complete(
                            Documents.network("<network><name>c</name><bridge name='virbr1'/></network>"),
                            List.of(first)))
                    .hasMessageContaining("bridge name 'virbr1' already in use");
        } finally {
            OwnNamespace.run("ip", "link", "del", "virbr0");
        }
    }

    @Test
    void ofTwoThatWantTheSameAddressesAtOnceOneIsStarted() throws Exception {
        var both =
                List.of(definition(simple("one", "", "192.168.163.1")), definition(simple("two", "", "192.168.163.9")));
        var refused = new ConcurrentLinkedQueue<String>();
        var threads = new ArrayList<Thread>();
        for (var wanted : both) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    var live = networks.start(wanted);
                    synchronized (started) {
                        started.add(live);
                    }
                } catch (PosadaException e) {
                    refused.add(e.getMessage());
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(started).hasSize(1);
        assertThat(refused).singleElement().asString().contains("Network is already in use by interface bt-");
    }

    @Test
    void aMissingProgramIsNamedWithItsPackageAndNothingIsTouched() {
        OwnNamespace.need("mount", "umount");
        var packages =
                List.of(List.of("dnsmasq", "dnsmasq-base"), List.of("nft", "nftables"), List.of("ip", "iproute2"));
        var before = OwnNamespace.run("ip", "-o", "addr");
        var text = NAMED.formatted("", "");
        for (var program : packages) {
            var path = Executables.find(program.getFirst()).orElseThrow().toString();
            // In the JVM's own mount namespace nobody else misses it.
            OwnNamespace.run("mount", "--bind", "/dev/null", path);
            try (var choosing = new HostNetworks(
                    true,
                    Optional.of("nftables"),
                    folder.resolve("run"),
                    folder.resolve("state"),
                    folder.resolve("log"))) {
                assertThatThrownBy(() -> choosing.start(definition(text)))
                        .isInstanceOf(PosadaException.class)
                        .hasMessageContaining("network 'named'")
                        .hasMessageContaining("install the package " + program.getLast());
            } finally {
                OwnNamespace.run("umount", path);
            }
            assertThat(OwnNamespace.run("ip", "-o", "addr")).isEqualTo(before);
        }
    }

    @Test
    void aDaemonKilledAtAnyMomentOfAStartLeavesAWholeNetworkOrNothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < KILLS; round++) {
            var killed = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Starter.class.getName(),
                            folder.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(killed.inputReader().readLine()).isEqualTo("starting");
            // Between the first act and, mostly, the last.
            LockSupport.parkNanos(random.nextLong(KILL_AFTER_NANOS));
            killed.destroyForcibly().waitFor();

            var next = daemon();
            var whole = next.find(Documents.network(Starter.NETWORK));
            if (whole.isPresent()) {
                assertThat(identity("bt-kill").exists()).isTrue();
                assertThat(OwnNamespace.run("nft", "list", "ruleset")).contains("forward_bt-kill");
                whole.get().stop();
            }
            System.out.println("killed: " + (whole.isPresent() ? "whole" : "nothing"));
            assertThat(OwnNamespace.run("ip", "-o", "link")).doesNotContain("bt-kill");
            assertThat(OwnNamespace.run("nft", "list", "ruleset")).doesNotContain("bt-kill");
            assertThat(OwnNamespace.attempt("pgrep", "-f", "bt-kill.conf").output())
                    .isEmpty();
            assertThat(footprints()).isEmpty();
        }
    }

    private String[] footprints() {
        return Optional.ofNullable(folder.resolve("run").toFile().list()).orElse(new String[0]);
    }

    @Test
    void aSessionIsToldThatItCannot() {
        var session = new HostNetworks(
                false, Optional.empty(), folder.resolve("run"), folder.resolve("state"), folder.resolve("log"));
        daemons.add(session);

        assertThat(session.residents()).isEmpty();
        assertThatThrownBy(() -> session.start(definition(simple("s", "", "192.168.161.1"))))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.systemError()).isEqualTo(1))
                .hasMessageContaining("qemu:///system");
    }
}
