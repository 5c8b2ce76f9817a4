package dev.posada.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.LiveNetwork;
import dev.posada.model.NetworkDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests of a translated network, each in a namespace, and a host beyond it. */
class NatTest {
    private static final String NETWORK = """
            <network><name>nat</name><forward mode='nat'/><bridge name='br-nat' stp='off'/>
              <domain name='house.test' localOnly='yes'/>
              <dns><host ip='192.168.150.77'><hostname>printer</hostname></host></dns>
              <ip address='192.168.150.1' netmask='255.255.255.0'>
                <dhcp><range start='192.168.150.100' end='192.168.150.120'/>
                  <host mac='52:54:00:00:00:02' name='second' ip='192.168.150.10'/></dhcp>
              </ip>
            </network>""";

    @TempDir
    Path folder;

    private Guest world;

    @BeforeEach
    void aWorldOutside() {
        OwnNamespace.need("ip", "dnsmasq", "busybox");
        world = Guest.make("world", folder, "52:54:00:aa:00:01");
        OwnNamespace.run("ip", "addr", "add", "203.0.113.1/24", "dev", world.host());
        OwnNamespace.run("ip", "link", "set", world.host(), "up");
        world.run("ip", "addr", "add", "203.0.113.2/24", "dev", "eth0");
        world.run("ip", "link", "set", "eth0", "up");
        // The world knows a way back: only the rules keep it out.
        world.run("ip", "route", "add", "192.168.150.0/24", "via", "203.0.113.1");
    }

    @AfterEach
    void noWorld() {
        if (world != null) {
            world.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void guestsGetAddressesAndNamesAndReachTheWorldWhichCannotReachThem(String backend) {
        OwnNamespace.need(backend.equals("iptables") ? "iptables" : "nft");
        var rulesBefore = OwnNamespace.run("nft", "list", "tables");
        try (var networks = networks(backend)) {
            var definition = networks.complete(Documents.network(NETWORK), List.of());
            var live = networks.start(definition);
            try (var first = Guest.make("one", folder, "52:54:00:00:00:01").plug("br-nat");
                    var second = Guest.make("two", folder, "52:54:00:00:00:02").plug("br-nat")) {
                var address = first.lease("alpha");
                assertThat(address).startsWith("192.168.150.1");
                assertThat(second.lease("beta")).isEqualTo("192.168.150.10");
                assertThat(first.resolver()).contains("192.168.150.1").contains("house.test");
                assertThat(first.reaches("192.168.150.10")).isTrue();
                assertThat(first.lookup("second.house.test", "192.168.150.1")).contains("192.168.150.10");
                assertThat(second.lookup("alpha.house.test", "192.168.150.1")).contains(address);
                assertThat(second.lookup("printer.house.test", "192.168.150.1")).contains("192.168.150.77");
                assertThat(first.reaches("203.0.113.2")).as("the world").isTrue();
                assertThat(world.reaches(address)).as("from the world").isFalse();
                leases(live, address);
            }
            live.stop();
            assertThat(networks.find(definition)).isEmpty();
        }
        assertThat(OwnNamespace.run("ip", "-o", "link")).doesNotContain("br-nat");
        assertThat(folder.resolve("run").toFile().list()).isEmpty();
        assertThat(OwnNamespace.run("nft", "list", "ruleset"))
                .doesNotContain("br-nat")
                .doesNotContain("POSADA");
        assertThat(rulesBefore).doesNotContain("posada");
    }

    @Test
    void guestsOfIpv6AreTranslatedToo() {
        OwnNamespace.need("nft");
        OwnNamespace.run("ip", "addr", "add", "2001:db8:113::1/64", "dev", world.host(), "nodad");
        world.run("ip", "addr", "add", "2001:db8:113::2/64", "dev", "eth0", "nodad");
        world.run("ip", "route", "add", "fd00:79::/64", "via", "2001:db8:113::1");
        try (var networks = networks("nftables")) {
            var live = networks.start(networks.complete(Documents.network("""
                            <network><name>nat6</name><forward mode='nat'><nat ipv6='yes'/></forward><bridge name='br-nat6' stp='off'/>
                              <ip family='ipv6' address='fd00:79::1' prefix='64'/></network>"""), List.of()));
            try (var guest = Guest.make("six", folder, "52:54:00:00:00:06").plug("br-nat6")) {
                OwnNamespace.await("the world", () -> guest.reaches("2001:db8:113::2"));
                assertThat(world.reaches(guest.addresses("inet6").getFirst()))
                        .as("from the world")
                        .isFalse();
            } finally {
                live.stop();
            }
        }
    }

    private static void leases(LiveNetwork live, String address) {
        assertThat(live.leases()).hasSize(2);
        var lease = live.leases().stream()
                .filter(one -> one.address().equals(address))
                .findFirst()
                .orElseThrow();
        assertThat(lease.mac()).isEqualTo("52:54:00:00:00:01");
        assertThat(lease.hostname()).contains("alpha");
        assertThat(lease.prefixLength()).isEqualTo(24);
        assertThat(lease.expirySeconds()).isPositive();
        assertThat(lease.bridge()).isEqualTo("br-nat");
    }

    private HostNetworks networks(String backend) {
        return new HostNetworks(
                true, Optional.of(backend), folder.resolve("run"), folder.resolve("state"), folder.resolve("log"));
    }

    static NetworkDefinition definition() {
        return Documents.network(NETWORK);
    }
}
