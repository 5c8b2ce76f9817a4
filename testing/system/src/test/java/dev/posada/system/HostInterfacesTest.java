package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host's links by Debian's virsh, on a host of its own. */
class HostInterfacesTest {
    @TempDir
    Path folder;

    private Island island;
    private Daemon daemon;

    @BeforeEach
    void makeHost() throws IOException {
        Programs.need("virsh");
        island = Island.make();
        island.run("ip link add e0 type veth peer name e1; ip addr add 10.9.0.1/24 dev e0; ip link set e0 up;"
                        + " ip link set e1 up; ip route add default via 10.9.0.254")
                .succeeded();
        daemon = island.daemon(folder.resolve("root"));
    }

    @AfterEach
    void endHost() {
        if (daemon != null) {
            daemon.close();
        }
        if (island != null) {
            island.close();
        }
    }

    private String virsh(String... arguments) {
        return daemon.virsh(arguments).succeeded().out();
    }

    private String addresses(String link) {
        return island.run("ip -br -4 addr show dev " + link).out();
    }

    private String route() {
        return island.run("ip route show default").out().strip();
    }

    @Test
    void aBridgeTakesOverTheAddressesAndGivesThemBack() throws Exception {
        virsh("iface-bridge", "e0", "br0");
        assertThat(addresses("br0")).contains("10.9.0.1/24");
        assertThat(addresses("e0")).doesNotContain("10.9.0.1");
        assertThat(route()).startsWith("default via 10.9.0.254 dev br0");
        var document = virsh("iface-dumpxml", "br0");
        assertThat(document).contains("<bridge stp='on'").contains("name='e0'");
        valid(document);
        virsh("iface-unbridge", "br0");
        assertThat(island.run("ip link show dev br0").status()).isNotZero();
        assertThat(addresses("e0")).contains("10.9.0.1/24");
        assertThat(route()).startsWith("default via 10.9.0.254 dev e0");
        valid(virsh("iface-dumpxml", "e0"));
    }

    private void valid(String document) throws IOException {
        var file = Files.writeString(folder.resolve("i.xml"), document);
        Programs.run("xmllint", "--noout", "--relaxng", "/usr/share/libvirt/schemas/interface.rng", file.toString())
                .succeeded();
    }

    @Test
    void aChangeThatIsNotCommittedIsTakenBackAlsoByAnotherDaemon() throws Exception {
        virsh("iface-begin");
        virsh("iface-bridge", "e0", "br0", "--no-stp");
        daemon.kill();
        daemon = island.daemon(folder.resolve("root"));
        assertThat(virsh("iface-list", "--all")).contains("br0");
        assertThat(daemon.virsh("iface-begin").refused().err()).contains("there is another transaction running.");
        virsh("iface-rollback");
        assertThat(virsh("iface-list", "--all")).doesNotContain("br0");
        assertThat(addresses("e0")).contains("10.9.0.1/24");
        assertThat(route()).startsWith("default via 10.9.0.254 dev e0");
    }

    @Test
    void aLinkIsMadeAndRemovedAndItsDefinitionStays() throws IOException {
        var file = Files.writeString(
                folder.resolve("b.xml"),
                "<interface type='bridge' name='br7'><start mode='onboot'/><protocol family='ipv4'>"
                        + "<ip address='10.5.0.1' prefix='24'/></protocol><bridge stp='off' delay='0'/></interface>");
        virsh("iface-define", file.toString(), "--validate");
        virsh("iface-start", "br7");
        assertThat(addresses("br7")).contains("10.5.0.1/24");
        // virsh 9.0 ends with 1 here whatever happens.
        assertThat(daemon.virsh("iface-destroy", "br7").err()).isEmpty();
        assertThat(virsh("iface-list", "--inactive")).contains("br7");
        assertThat(virsh("iface-dumpxml", "br7", "--inactive")).contains("mode='onboot'");
        virsh("iface-undefine", "br7");
        assertThat(daemon.virsh("iface-dumpxml", "br7").refused().err()).contains("Interface not found");
    }

    @Test
    void whatCannotBeMadeLeavesTheHostAsItWas() throws IOException {
        var file = Files.writeString(
                folder.resolve("b.xml"),
                "<interface type='bridge' name='br8'><protocol family='ipv4'><ip address='10.9.0.1' prefix='24'/>"
                        + "<route gateway='192.0.2.1'/></protocol><bridge><interface type='ethernet' name='e0'/></bridge>"
                        + "</interface>");
        virsh("iface-define", file.toString());
        assertThat(daemon.virsh("iface-start", "br8").refused().err()).contains("cannot bring up interface 'br8'");
        assertThat(island.run("ip link show dev br8").status()).isNotZero();
        assertThat(addresses("e0")).contains("10.9.0.1/24");
        assertThat(route()).startsWith("default via 10.9.0.254 dev e0");
    }
}
