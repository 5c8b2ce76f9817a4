package dev.posada.network;

import dev.posada.link.HostCommands;
import dev.posada.link.Link;
import dev.posada.link.LinkBatch;
import dev.posada.link.LinkException;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.Errno;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Makes the host's side of a network with a bridge of its own, mends it, and takes it away. Each step can be done again. */
final class OwnBridge {
    private static final System.Logger LOG = System.getLogger("posada.network");

    private final Host host;
    private final NetworkFiles files;
    private final Dnsmasq dnsmasq;

    OwnBridge(Host host, NetworkFiles files, Dnsmasq dnsmasq) {
        this.host = host;
        this.files = files;
        this.dnsmasq = dnsmasq;
    }

    /** Looks at everything that could be in the way; changes nothing. */
    void check(NetworkPlan plan) {
        if (host.links().has(plan.bridge())) {
            throw NetworkErrors.system(
                    Errno.EEXIST,
                    "error creating bridge interface " + plan.bridge() + " for network '" + plan.name() + "'");
        }
        for (var device : plan.forward().devices()) {
            if (!host.links().has(device)) {
                throw NetworkErrors.system(
                        Errno.ENODEV, "network '" + plan.name() + "' forwards to interface '" + device + "'");
            }
        }
        new HostClashes(host.links()).check(plan);
        Forwarding.check(plan);
        try {
            HostCommands.require("network '" + plan.name() + "' needs a bridge", "ip");
            if (Bandwidth.of(plan).limited()) {
                HostCommands.require("network '" + plan.name() + "' has a bandwidth", "tc");
            }
        } catch (LinkException e) {
            throw NetworkErrors.failed(e);
        }
        if (!plan.forward().open()) {
            host.firewall().backend(plan.name());
        }
        if (plan.served()) {
            Dnsmasq.require(plan.name());
        }
        routes(plan, new LinkBatch());
        // Whatever it holds that cannot be served is said now.
        var _ = DnsmasqConf.of(plan, files.dnsmasq(), "nobody");
    }

    /** Makes all of it; when this throws, nothing is left. */
    void make(NetworkPlan plan) {
        Footprint.of(plan, false).write(files);
        boolean made = false;
        try {
            link(plan);
            rules(plan);
            addresses(plan);
            shape(plan);
            Forwarding.enable(plan);
            if (plan.served()) {
                dnsmasq.start(plan);
            }
            Footprint.of(plan, true).write(files);
            made = true;
        } catch (LinkException e) {
            throw NetworkErrors.failed(e);
        } finally {
            if (!made) {
                takeAway(plan.bridge(), plan.mac().orElse(""));
            }
        }
    }

    /** Whether the bridge is there and ours; one that cannot be looked at is taken for it, so that nothing is torn down. */
    boolean present(NetworkPlan plan) {
        if (!host.links().has(plan.bridge())) {
            return false;
        }
        try {
            return host.links()
                    .find(plan.bridge())
                    .filter(link -> link.bridge()
                            && plan.mac()
                                    .filter(mac -> mac.equalsIgnoreCase(link.mac()))
                                    .isPresent())
                    .isPresent();
        } catch (LinkException e) {
            LOG.log(Level.WARNING, "network ''{0}'': {1}", plan.name(), e.getMessage());
            return true;
        }
    }

    /** Puts back what is missing. Whatever cannot be had again is said and left: the network as it is is better than none. */
    void mend(NetworkPlan plan) {
        attempt(plan, () -> rules(plan));
        attempt(plan, () -> addresses(plan));
        attempt(plan, () -> Forwarding.enable(plan));
        attempt(plan, () -> {
            if (Bandwidth.of(plan).limited()) {
                shape(plan);
            }
        });
        attempt(plan, () -> {
            if (plan.served()) {
                dnsmasq.find(plan);
            }
        });
        Footprint.of(plan, true).write(files);
    }

    private static void attempt(NetworkPlan plan, Runnable step) {
        try {
            step.run();
        } catch (PosadaException | LinkException e) {
            LOG.log(Level.WARNING, "network ''{0}'' is not whole: {1}", plan.name(), e.getMessage());
        }
    }

    /** Changes what can change while guests are connected. */
    void change(NetworkPlan from, NetworkPlan to) {
        if (to.served()) {
            Dnsmasq.require(to.name());
        }
        var _ = DnsmasqConf.of(to, files.dnsmasq(), "nobody");
        try {
            follow(from, to);
        } catch (PosadaException | LinkException e) {
            attempt(from, () -> follow(to, from));
            throw e instanceof LinkException refused ? NetworkErrors.failed(refused) : e;
        }
    }

    private void follow(NetworkPlan from, NetworkPlan to) {
        if (!from.forward().equals(to.forward())) {
            rules(to);
        }
        if (!Bandwidth.of(from).equals(Bandwidth.of(to))) {
            shape(to);
        }
        if (to.served()) {
            dnsmasq.update(to);
        } else if (from.served()) {
            dnsmasq.stop();
        }
    }

    /** Takes all of it away, as far as it is there and ours. */
    void takeAway(String bridge, String mac) {
        attempt(bridge, dnsmasq::stop);
        attempt(bridge, () -> host.firewall().remove(bridge));
        attempt(bridge, () -> {
            if (host.links().find(bridge).filter(link -> isOurs(link, mac)).isPresent()) {
                host.links().delete(bridge);
            }
        });
        // As long as the bridge stands there is something to take away: the next start or daemon tries again.
        attempt(bridge, () -> {
            if (host.links().find(bridge).filter(link -> isOurs(link, mac)).isEmpty()) {
                StateFiles.delete(files.footprint());
            }
        });
    }

    private static boolean isOurs(Link link, String mac) {
        return link.bridge() && (mac.isEmpty() || link.mac().equalsIgnoreCase(mac));
    }

    private static void attempt(String bridge, Runnable step) {
        try {
            step.run();
        } catch (PosadaException | LinkException e) {
            LOG.log(Level.WARNING, "taking bridge {0} away: {1}", bridge, e.getMessage());
        }
    }

    private void link(NetworkPlan plan) {
        var batch = plan.mac()
                .map(mac -> new LinkBatch().addBridge(plan.bridge(), mac))
                .orElseGet(() -> new LinkBatch().addBridge(plan.bridge()))
                // In this order: with the protocol on, a bridge takes no delay below two seconds.
                .forwardDelay(plan.bridge(), plan.forwardDelayHundredths())
                .spanningTree(plan.bridge(), plan.spanningTree());
        plan.mtu().ifPresent(bytes -> batch.mtu(plan.bridge(), bytes));
        if (plan.ownMacTable()) {
            batch.vlanFiltering(plan.bridge(), true);
        }
        host.links().apply("network '" + plan.name() + "': error creating bridge interface " + plan.bridge(), batch);
        Forwarding.prepareBridge(plan);
    }

    private void rules(NetworkPlan plan) {
        if (!plan.forward().open()) {
            host.firewall().put(plan);
        }
        zone(plan);
    }

    /** A zone of firewalld, where that runs. */
    private void zone(NetworkPlan plan) {
        plan.zone().ifPresent(zone -> {
            var what = "zone " + zone + " requested for network " + plan.name();
            if (!HostCommands.has("firewall-cmd")) {
                throw NetworkErrors.of(ErrorCode.CONFIG_UNSUPPORTED, what + " but firewalld is not installed");
            }
            host.commands().run(what, List.of("firewall-cmd", "--zone=" + zone, "--change-interface=" + plan.bridge()));
        });
    }

    /** Gives the bridge the addresses it does not have, switches it on, and adds the routes behind it. */
    private void addresses(NetworkPlan plan) {
        var there = host.links().addresses().stream()
                .filter(address -> address.link().equals(plan.bridge()))
                .map(address -> IpNetwork.text(address.address()))
                .collect(Collectors.toSet());
        boolean up = host.links().find(plan.bridge()).filter(link -> link.up()).isPresent();
        var batch = new LinkBatch();
        plan.gateways().stream()
                .filter(gateway -> !there.contains(IpNetwork.text(gateway.at().address())))
                .forEach(gateway -> batch.address(plan.bridge(), gateway.at().own()));
        if (!up) {
            batch.up(plan.bridge());
            routes(plan, batch);
        }
        host.links()
                .apply("network '" + plan.name() + "': error setting the addresses of bridge " + plan.bridge(), batch);
    }

    private static void routes(NetworkPlan plan, LinkBatch batch) {
        for (var route : plan.routes()) {
            var address = IpNetwork.literal(route.attribute("address", ""))
                    .orElseThrow(() -> NetworkErrors.unsupported("network '" + plan.name() + "': '"
                            + route.attribute("address", "") + "' is no address of a route"));
            var destination = new IpNetwork(address, Gateway.prefix(plan.name(), route, address));
            var metric = route.attribute("metric")
                    .filter(text -> text.matches("[0-9]{1,9}"))
                    .map(text -> OptionalInt.of(Integer.parseInt(text)))
                    .orElse(OptionalInt.empty());
            batch.route(plan.bridge(), destination.cidr(), gateway(plan, route), metric);
        }
    }

    private static String gateway(NetworkPlan plan, Element route) {
        var text = route.attribute("gateway", "");
        return IpNetwork.literal(text)
                .map(IpNetwork::text)
                .orElseThrow(() -> NetworkErrors.unsupported(
                        "network '" + plan.name() + "': '" + text + "' is no gateway of a route"));
    }

    private void shape(NetworkPlan plan) {
        var bandwidth = Bandwidth.of(plan);
        host.shaping()
                .apply(
                        "network '" + plan.name() + "': bandwidth of bridge " + plan.bridge(),
                        plan.bridge(),
                        bandwidth.leaving(),
                        bandwidth.entering());
    }

    Optional<Footprint> footprint() {
        return Footprint.read(files);
    }
}
