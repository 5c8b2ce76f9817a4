package dev.posada.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is given to {@code ip -batch} and {@code tc -batch}. */
class BatchesTest {
    @Test
    void changesStandInTheirOrder() {
        var batch = new LinkBatch()
                .addBridge("br0", "52:54:00:00:00:01")
                .forwardDelay("br0", 0)
                .spanningTree("br0", true)
                .mtu("br0", 9000)
                .address("br0", "192.0.2.1/24")
                .address("br0", "2001:db8::1/64")
                .up("br0")
                .route("br0", "198.51.100.0/24", "192.0.2.2", OptionalInt.of(3))
                .master("tap0", "br0")
                .isolated("tap0", true)
                .delete("br0");

        assertThat(batch.text()).isEqualTo("""
                link add name br0 address 52:54:00:00:00:01 type bridge
                link set dev br0 type bridge forward_delay 0
                link set dev br0 type bridge stp_state 1
                link set dev br0 mtu 9000
                addr add 192.0.2.1/24 broadcast + dev br0
                addr add 2001:db8::1/64 dev br0
                link set dev br0 up
                route add 198.51.100.0/24 via 192.0.2.2 dev br0 proto static metric 3
                link set dev tap0 master br0
                link set dev tap0 type bridge_slave isolated on
                link del dev br0
                """);
    }

    @Test
    void aWordThatWouldBeAnotherChangeIsRefused() {
        for (var name : new String[] {"", "a b", "a\nlink del eth0", "#", "\"x\"", "a\\"}) {
            assertThatThrownBy(() -> new LinkBatch().up(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesOfLinksAreTheKernels() {
        assertThat(Link.isName("virbr0")).isTrue();
        assertThat(Link.isName("fifteen-letters")).isTrue();
        for (var name : new String[] {"", ".", "..", "-x", "a/b", "a b", "a:b", "sixteen-letters-"}) {
            assertThat(Link.isName(name)).as(name).isFalse();
        }
    }

    @Test
    void ratesAreQueuedOutAndPolicedIn() {
        var rate = new Rate(1_000, OptionalLong.of(5_000), OptionalLong.of(256));
        var plain = new Rate(64, OptionalLong.empty(), OptionalLong.empty());

        assertThat(TrafficShaping.leaving("br0", rate)).isEqualTo("""
                qdisc add dev br0 root handle 1: htb default 1
                class add dev br0 parent 1: classid 1:1 htb rate 1000kbps ceil 5000kbps burst 256kb
                """);
        assertThat(TrafficShaping.entering("br0", plain)).isEqualTo("""
                qdisc add dev br0 ingress
                filter add dev br0 parent ffff: protocol all u32 match u32 0 0 police rate 64kbps burst 64kb mtu 64kb drop flowid :1
                """);
    }
}
