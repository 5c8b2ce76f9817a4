package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.Element;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkPlanTest {
    private static Element ethernet(String name) {
        return Element.of("interface", "type", "ethernet", "name", name);
    }

    private static Element bridge(Element... inner) {
        var bridge = Element.of("bridge", "stp", "on", "delay", "1.5");
        for (var link : inner) {
            bridge = bridge.plus(link);
        }
        return Element.of("interface", "type", "bridge", "name", "br0")
                .plus(Element.of("mtu", "size", "1400"))
                .plus(Element.of("protocol", "family", "ipv4")
                        .plus(Element.of("ip", "address", "10.0.0.2", "prefix", "8"))
                        .plus(Element.of("route", "gateway", "10.0.0.1")))
                .plus(Element.of("protocol", "family", "ipv6").plus(Element.of("ip", "address", "fd00::2")))
                .plus(bridge);
    }

    @Test
    void aBridgeIsMadeBeforeWhatGoesIntoItAndAddressedLast() {
        assertThat(new LinkPlan(Set.of("eth0")).up(bridge(ethernet("eth0"))))
                .containsExactly(
                        "link add name br0 type bridge",
                        "link set dev br0 type bridge stp_state 0 forward_delay 150",
                        "link set dev br0 type bridge stp_state 1",
                        "link set dev eth0 up",
                        "addr flush dev eth0 scope global",
                        "link set dev eth0 master br0",
                        "link set dev br0 mtu 1400",
                        "link set dev br0 up",
                        "addr replace 10.0.0.2/8 broadcast + dev br0",
                        "route replace default via 10.0.0.1 dev br0",
                        "addr replace fd00::2/64 dev br0");
    }

    @Test
    void whatIsThereIsNotMadeAgain() {
        assertThat(new LinkPlan(Set.of("br0")).up(bridge())).doesNotContain("link add name br0 type bridge");
    }

    @Test
    void aVlanWithoutNameIsNamedAfterWhatItStandsOn() {
        var vlan = Element.of("interface", "type", "vlan")
                .plus(Element.of("vlan", "tag", "5").plus(Element.of("interface", "name", "eth0")));
        assertThat(new LinkPlan(Set.of("eth0")).up(vlan))
                .containsExactly(
                        "link add link eth0 name eth0.5 type vlan id 5",
                        "link set dev eth0 up",
                        "link set dev eth0.5 up");
        assertThat(new LinkPlan(Set.of("eth0.5")).down(vlan)).containsExactly("link del dev eth0.5");
        assertThat(new LinkPlan(Set.of()).down(vlan)).isEmpty();
    }

    @Test
    void aBondTakesItsLinksDownFirst() {
        var bond = Element.of("interface", "type", "bond", "name", "bond0")
                .plus(Element.of("bond", "mode", "active-backup")
                        .plus(Element.of("miimon", "freq", "50"))
                        .plus(ethernet("eth0")));
        assertThat(new LinkPlan(Set.of("eth0")).up(bond))
                .startsWith("link add name bond0 type bond mode active-backup miimon 50")
                .containsSubsequence(
                        "link set dev eth0 down", "link set dev eth0 master bond0", "link set dev bond0 up");
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnythingIs() {
        var plan = new LinkPlan(Set.of());
        assertThatThrownBy(() -> plan.refuseUnknown(bridge(ethernet("eth7")))).hasMessageContaining("no link 'eth7'");
        assertThatThrownBy(() -> plan.refuseUnknown(ethernet("eth7")
                        .plus(Element.of("protocol", "family", "ipv4").plus(Element.of("dhcp")))))
                .hasMessageContaining("DHCP");
    }
}
