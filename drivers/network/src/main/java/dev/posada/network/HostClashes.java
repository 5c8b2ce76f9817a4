package dev.posada.network;

import dev.posada.link.LinkAddress;
import dev.posada.link.Links;
import dev.posada.link.Route;
import java.util.Optional;

/**
 * Whether a network's addresses are somewhere else already. The network of an address of the host that overlaps is a clash,
 * and so is a route to the network or a part of it; a route to something larger (a company's 10.0.0.0/8 behind a gateway or
 * in a tunnel) is not: what is more precise wins, and nothing else becomes unreachable than what the network takes.
 */
final class HostClashes {
    private final Links links;

    HostClashes(Links links) {
        this.links = links;
    }

    /** The link that has one of the network's addresses; nothing when they are free. */
    Optional<String> find(IpNetwork wanted, String ownBridge) {
        var address = links.addresses().stream()
                .filter(other -> !other.link().equals(ownBridge))
                .filter(other -> clashes(other, wanted))
                .map(LinkAddress::link)
                .findFirst();
        return address.or(() -> links.routes().stream()
                .filter(route -> !route.link().equals(ownBridge))
                .filter(route -> clashes(route, wanted))
                .map(Route::link)
                .findFirst());
    }

    /**
     * Refuses addresses that are taken.
     *
     * @throws dev.posada.model.PosadaException naming the link that has one
     */
    void check(NetworkPlan plan) {
        for (var gateway : plan.gateways()) {
            find(gateway.at(), plan.bridge()).ifPresent(link -> {
                throw NetworkErrors.internal("Network is already in use by interface " + link + " (network '"
                        + plan.name() + "' wants " + gateway.at().cidr() + ")");
            });
        }
        for (int i = 0; i < plan.gateways().size(); i++) {
            for (int j = 0; j < i; j++) {
                var one = plan.gateways().get(j).at();
                var other = plan.gateways().get(i).at();
                if (one.overlaps(other) && one.address().equals(other.address())) {
                    throw NetworkErrors.unsupported("network '" + plan.name() + "' has the address "
                            + IpNetwork.text(one.address()) + " twice");
                }
            }
        }
    }

    private static boolean clashes(LinkAddress other, IpNetwork wanted) {
        var network = new IpNetwork(other.address(), other.prefixLength());
        boolean local = other.address().isLinkLocalAddress() && network.ipv6();
        return !local && network.overlaps(wanted);
    }

    private static boolean clashes(Route route, IpNetwork wanted) {
        var network = new IpNetwork(route.destination(), route.prefixLength());
        return route.prefixLength() > 0 && wanted.covers(network);
    }
}
