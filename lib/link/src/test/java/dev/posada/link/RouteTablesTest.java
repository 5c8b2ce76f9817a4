package dev.posada.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RouteTablesTest {
    @Test
    void aConnectedNetworkOfIpv4IsDirect() {
        var route = RouteTables.ipv4("eth0\t0011A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0")
                .orElseThrow();

        assertThat(route.destination().getHostAddress()).isEqualTo("192.168.17.0");
        assertThat(route.prefixLength()).isEqualTo(24);
        assertThat(route.link()).isEqualTo("eth0");
        assertThat(route.direct()).isTrue();
    }

    @Test
    void theWayToEverywhereHasNoPrefix() {
        var route = RouteTables.ipv4("eth0\t00000000\t0111A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0")
                .orElseThrow();

        assertThat(route.prefixLength()).isZero();
        assertThat(route.direct()).isFalse();
    }

    @Test
    void routesToTheHostItselfAreNotNetworks() {
        assertThat(RouteTables.ipv6("fd000000000000000000000000000001 80 00000000000000000000000000000000 00 "
                        + "00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo"))
                .isEmpty();
        assertThat(RouteTables.ipv6("fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
                        + "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0"))
                .isEmpty();
    }

    @Test
    void aNetworkOfIpv6IsRead() {
        var route = RouteTables.ipv6("fd000001000000000000000000000000 40 00000000000000000000000000000000 00 "
                        + "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0")
                .orElseThrow();

        assertThat(route.destination().getHostAddress()).isEqualTo("fd00:1:0:0:0:0:0:0");
        assertThat(route.prefixLength()).isEqualTo(64);
        assertThat(route.direct()).isTrue();
    }
}
