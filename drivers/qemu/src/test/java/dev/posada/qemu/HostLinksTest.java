package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is said to the host's tools about links, and where one more card goes: without touching a host. */
final class HostLinksTest {
    @Test
    void aGuestsDirectionsAreTheHostsReversed() {
        var bandwidth = Documents.parse("""
                <bandwidth>
                  <inbound average='1000' peak='2000' burst='300'/>
                  <outbound average='500'/>
                </bandwidth>""");
        assertThat(TrafficLimits.lines("vnet0", bandwidth, false))
                .containsExactly(
                        "qdisc add dev vnet0 root handle 1: htb default 1",
                        "class add dev vnet0 parent 1: classid 1:1 htb rate 1000kbps ceil 2000kbps burst 300kb",
                        "qdisc add dev vnet0 ingress",
                        "filter add dev vnet0 parent ffff: protocol all u32 match u32 0 0 police rate 500kbps"
                                + " burst 500kb mtu 64kb drop flowid :1");
    }

    @Test
    void aMacvtapIsTheGuestsOwnSide() {
        var bandwidth = Documents.parse("<bandwidth><outbound average='500'/></bandwidth>");
        assertThat(TrafficLimits.lines("macvtap0", bandwidth, true))
                .containsExactly(
                        "qdisc add dev macvtap0 root handle 1: htb default 1",
                        "class add dev macvtap0 parent 1: classid 1:1 htb rate 500kbps");
    }

    @Test
    void noLimitIsNoLine() {
        assertThat(TrafficLimits.lines(
                        "vnet0", Documents.parse("<bandwidth><inbound average='0' floor='9'/></bandwidth>"), false))
                .isEmpty();
        assertThat(TrafficLimits.lines("vnet0", Element.of("bandwidth"), false)).isEmpty();
    }

    @Test
    void aPortOfAnOpenVswitchHasItsTags() {
        var access = Documents.parse("""
                <interface type='bridge'>
                  <mac address='52:54:00:00:00:01'/>
                  <vlan><tag id='42'/></vlan>
                  <virtualport type='openvswitch'><parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport>
                </interface>""");
        assertThat(String.join(" ", OpenVswitch.portCommand("ovs0", "vnet0", access)))
                .isEqualTo("ovs-vsctl --timeout=5 -- --if-exists del-port vnet0 -- add-port ovs0 vnet0 tag=42"
                        + " -- set Interface vnet0 external-ids:attached-mac=\"52:54:00:00:00:01\""
                        + " external-ids:iface-id=\"09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f\""
                        + " external-ids:iface-status=active");
        var trunk = access.withChild(
                Documents.parse("<vlan trunk='yes'><tag id='42' nativeMode='untagged'/><tag id='47'/></vlan>"));
        assertThat(OpenVswitch.portCommand("ovs0", "vnet0", trunk))
                .contains("vlan_mode=native-untagged", "tag=42", "trunk=42,47");
    }

    @Test
    void theHostsSideHasAnotherAddress() {
        assertThat(HostLinks.hostSide("52:54:00:00:00:01")).isEqualTo("fe:54:00:00:00:01");
        assertThat(HostLinks.hostSide("FE:54:00:00:00:01")).isEqualTo("fa:54:00:00:00:01");
    }

    @Test
    void aTargetStandsWhereDocumentsHaveIt() {
        var nic = Documents.parse(
                "<interface type='bridge'><mac address='a'/><source bridge='b'/><model type='virtio'/></interface>");
        assertThat(Documents.format(HostLinks.withTarget(nic, "vnet0")).replaceAll("\\s*\\n\\s*", ""))
                .isEqualTo("<interface type='bridge'><mac address='a'/><source bridge='b'/><target dev='vnet0'/>"
                        + "<model type='virtio'/></interface>");
    }

    private static Element card() {
        return Documents.parse("<interface type='bridge'><mac address='52:54:00:00:00:09'/><source bridge='br0'/>"
                + "<model type='virtio'/></interface>");
    }

    private static InterfacePlace place(DomainDefinition live) {
        return new InterfacePlace(live, Fixtures.emulators().capabilities(Path.of("/usr/bin/qemu-system-x86_64")));
    }

    private static DomainDefinition live(String machine, String devices) {
        var complete =
                Fixtures.complete("<domain type='qemu'><name>guest</name><memory>65536</memory><os><type machine='"
                        + machine + "'>hvm</type></os><devices>" + devices + "</devices></domain>");
        return Fixtures.plan(complete, Fixtures.facts(complete)).live();
    }

    @Test
    void oneMoreCardHasTheNextNameAndAFreeSlot() {
        var live = live("pc", "<interface type='user'/><interface type='user'/>");
        var placed = place(live).settle(card());
        assertThat(LiveEdits.alias(placed)).isEqualTo("net2");
        var taken = DocumentsTest.pciAddresses(live);
        var address = PciAddress.of(placed).orElseThrow();
        assertThat(taken).doesNotContain(address);
        assertThat(address.bus()).isZero();
    }

    @Test
    void q35NeedsAFreeRootPort() {
        var full = live("q35", "<interface type='user'><model type='virtio'/></interface>");
        var again = place(full);
        assertThatThrownBy(() -> {
                    var one = LiveEdits.withDevice(full, again.settle(card()));
                    place(LiveEdits.withDevice(one, place(one).settle(card()))).settle(card());
                })
                .hasMessageContaining("No more available PCI slots");
        var roomy = live(
                "q35",
                "<controller type='pci' index='1' model='pcie-root-port'/><controller type='pci' index='2' model='pcie-root-port'/>"
                        + "<controller type='pci' index='3' model='pcie-root-port'/>"
                        + "<controller type='pci' index='4' model='pcie-root-port'/>"
                        + "<controller type='pci' index='5' model='pcie-root-port'/>"
                        + "<interface type='user'><model type='virtio'/></interface>");
        var address = PciAddress.of(place(roomy).settle(card())).orElseThrow();
        assertThat(address.bus()).isPositive();
        assertThat(DocumentsTest.pciAddresses(roomy)).doesNotContain(address);
    }

    @Test
    void aUsersNameIsKeptAndMustBeFree() {
        var live = live("pc", "<interface type='user'/>");
        var mine = card().plus(Element.of("alias", "name", "ua-mine"));
        var placed = place(live).settle(mine);
        assertThat(LiveEdits.alias(placed)).isEqualTo("ua-mine");
        assertThatThrownBy(() -> place(LiveEdits.withDevice(live, placed)).settle(mine))
                .hasMessageContaining("non unique alias detected");
    }
}
