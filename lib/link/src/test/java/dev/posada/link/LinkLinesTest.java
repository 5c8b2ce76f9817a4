package dev.posada.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinkLinesTest {
    @Test
    void bridgesPortsAndLinksWithoutAddressAreTold() {
        var text = """
                1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00 promiscuity 0
                2: br0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 9000 qdisc noqueue state DOWN mode DEFAULT group default\\    link/ether 52:54:00:AA:5c:3e brd ff:ff:ff:ff:ff:ff promiscuity 0 \\    bridge forward_delay 200 hello_time 200
                7: v0@if6: <BROADCAST,MULTICAST> mtu 1500 qdisc noop master br0 state DOWN\\    link/ether 06:2f:e7:2a:bc:60 brd ff:ff:ff:ff:ff:ff link-netnsid 0\\    veth \\    bridge_slave state disabled
                9: tun0: <POINTOPOINT> mtu 1500 qdisc noop state DOWN\\    link/none
                """;

        assertThat(LinkLines.parse(text))
                .containsExactly(
                        new Link("lo", 1, "00:00:00:00:00:00", 65536, true, false, Optional.empty()),
                        new Link("br0", 2, "52:54:00:aa:5c:3e", 9000, true, true, Optional.empty()),
                        new Link("v0", 7, "06:2f:e7:2a:bc:60", 1500, false, false, Optional.of("br0")),
                        new Link("tun0", 9, "", 1500, false, false, Optional.empty()));
    }
}
