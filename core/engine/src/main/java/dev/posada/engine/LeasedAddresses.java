package dev.posada.engine;

import dev.posada.driver.GuestAgent.Address;
import dev.posada.driver.GuestAgent.Link;
import dev.posada.model.DhcpLease;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the DHCP servers of virtual networks know of the guests in them. */
final class LeasedAddresses {
    private final Hypervisor hypervisor;

    LeasedAddresses(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /** The interfaces of a running domain that were given addresses, with those; empty where there are no networks. */
    List<Link> of(UUID domain) {
        var links = new ArrayList<Link>();
        for (var nic : nics(domain)) {
            var leases = leases(nic);
            if (!leases.isEmpty()) {
                var name = nic.child("target")
                        .map(target -> target.attribute("dev", ""))
                        .orElse("");
                links.add(new Link(
                        name,
                        Optional.of(mac(nic)),
                        leases.stream()
                                .map(lease -> new Address(lease.ipv6(), lease.address(), lease.prefixLength()))
                                .toList()));
            }
        }
        return links;
    }

    /** What a running domain called itself when it asked for an address. */
    Optional<String> hostname(UUID domain) {
        return nics(domain).stream()
                .flatMap(nic -> leases(nic).stream())
                .flatMap(lease -> lease.hostname().stream())
                .findFirst();
    }

    private List<Element> nics(UUID uuid) {
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        return domain.view()
                .live()
                .map(live -> DeviceEdits.devices(live.definition(), "interface"))
                .orElse(List.of());
    }

    private List<DhcpLease> leases(Element nic) {
        var network = nic.child("source").flatMap(source -> source.attribute("network"));
        return hypervisor
                .networks()
                .flatMap(host -> network.flatMap(name -> host.registry().find(name)))
                .flatMap(found -> found.view().live())
                .map(live -> live.network().leases())
                .orElse(List.of())
                .stream()
                .filter(lease -> lease.mac().equalsIgnoreCase(mac(nic)))
                .toList();
    }

    private static String mac(Element nic) {
        return nic.child("mac").map(mac -> mac.attribute("address", "")).orElse("");
    }
}
