package dev.posada.docker;

import dev.posada.link.LinkBatch;
import dev.posada.link.LinkException;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.posix.NetworkLinks;
import dev.posada.posix.PosixException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The pair of links behind one interface of a container. The host's end is down until {@link #activate}, so that guards can be
 * put up before a packet passes.
 */
final class ContainerLink {
    /** What stands before {@code target} in an interface. */
    private static final Set<String> BEFORE_TARGET =
            Set.of("mac", "source", "vlan", "virtualport", "bandwidth", "port", "ip", "route", "portForward", "script");

    private static final String PREFIX = "vnet";

    /** How many names are tried; each belongs to somebody's interface. */
    private static final int NAMES_MAX = 8192;

    private final ContainerNetwork network;
    private final Element nic;
    private final long pid;
    private final String inside;

    /** @param inside what the container calls it */
    ContainerLink(ContainerNetwork network, Element nic, long pid, String inside) {
        this.network = network;
        this.nic = nic;
        this.pid = pid;
        this.inside = inside;
    }

    /** The name of the host's end, once it has one. */
    static Optional<String> name(Element nic) {
        return nic.child("target").flatMap(target -> target.attribute("dev")).filter(name -> !name.isEmpty());
    }

    static String mac(Element nic) {
        return nic.child("mac")
                .map(mac -> mac.attribute("address", ""))
                .orElse("")
                .toLowerCase(Locale.ROOT);
    }

    /**
     * Makes the pair, the host's end in its bridge and down, the other in the container with its address.
     *
     * @return the interface with its {@code target}
     */
    Element make() {
        var bridge = bridge(nic);
        if (bridge.isEmpty()) {
            throw Refusal.unsupported(nic, "a container can be plugged into networks with a bridge alone");
        }
        if (!NetworkLinks.exists(bridge)) {
            throw Refusal.of(ErrorCode.OPERATION_FAILED, "Unable to add bridge " + bridge + " port: No such device");
        }
        var host = pair();
        var other = peer(host);
        int mtu = nic.child("mtu")
                .flatMap(size -> size.attribute("size"))
                .map(Integer::parseInt)
                .orElseGet(() -> NetworkLinks.mtu(bridge));
        var batch = new LinkBatch()
                .mac(host, hostSide(mac(nic)))
                .mac(other, mac(nic))
                .mtu(host, mtu)
                .mtu(other, mtu)
                .master(host, bridge)
                .give(other, pid, inside);
        try {
            network.links().apply("cannot plug an interface into " + bridge, batch);
            network.within(pid, "cannot set up " + inside, LinkSettings.of(nic).commands(inside));
        } catch (LinkException | PosixException e) {
            network.links().delete(host);
            throw e;
        }
        return withTarget(nic, host);
    }

    /** Lets packets through, within its limits. */
    void activate(Element named) {
        var host = name(named).orElseThrow();
        network.limit(host, named);
        if (isUp(nic)) {
            network.links().apply("cannot take " + host + " up", new LinkBatch().up(host));
        }
    }

    /** Makes the host's end as another definition says: its bridge, its limits, whether it is up. */
    static void change(ContainerNetwork network, Element before, Element after) {
        var host = name(before).orElseThrow();
        var batch = new LinkBatch();
        if (!bridge(before).equals(bridge(after))) {
            batch.master(host, bridge(after));
        }
        if (isUp(before) && !isUp(after)) {
            batch.down(host);
        } else if (!isUp(before) && isUp(after)) {
            batch.up(host);
        }
        if (!batch.isEmpty()) {
            network.links().apply("cannot change " + host, batch);
        }
        if (!before.child("bandwidth").equals(after.child("bandwidth"))) {
            network.unlimit(host);
            network.limit(host, after);
        }
    }

    private static String bridge(Element nic) {
        return nic.child("source").map(source -> source.attribute("bridge", "")).orElse("");
    }

    private static boolean isUp(Element nic) {
        return nic.child("link").filter(link -> link.has("state", "down")).isEmpty();
    }

    /** Removes the host's end, and with it the other. */
    static void remove(ContainerNetwork network, Element nic) {
        var host = name(nic).orElseThrow();
        // With the container gone the kernel removes it by itself, and the name may be another's by now.
        if (NetworkLinks.exists(host) && NetworkLinks.address(host).equalsIgnoreCase(hostSide(mac(nic)))) {
            network.links().delete(host);
        }
    }

    private String pair() {
        var wanted = name(nic).filter(name -> !name.startsWith(PREFIX));
        for (int i = 0; i < NAMES_MAX; i++) {
            var host = wanted.orElse(PREFIX + i);
            if (wanted.isEmpty() && NetworkLinks.exists(host)) {
                continue;
            }
            try {
                network.links().apply("cannot make " + host, new LinkBatch().addPair(host, peer(host)));
                return host;
            } catch (LinkException e) {
                if (e.kind() != LinkException.Kind.EXISTS || wanted.isPresent()) {
                    throw e;
                }
            }
        }
        throw Refusal.of(ErrorCode.INTERNAL_ERROR, "no name from vnet0 to vnet" + NAMES_MAX + " is free");
    }

    /** The other end's name for the moment it is on the host. */
    private static String peer(String host) {
        return "p" + Integer.toUnsignedString(host.hashCode(), 36);
    }

    /** A bridge takes the lowest address of its ports for its own: one that begins so is never that. */
    private static String hostSide(String mac) {
        return "fe" + mac.substring(2);
    }

    private static Element withTarget(Element nic, String host) {
        var target = nic.child("target").orElse(Element.of("target")).with("dev", host);
        if (nic.child("target").isPresent()) {
            return nic.withChild(target);
        }
        var before = nic.withoutChildren(child -> !BEFORE_TARGET.contains(child.name()));
        var named = before.plus(target);
        for (var child : nic.children()) {
            if (!BEFORE_TARGET.contains(child.name())) {
                named = named.plus(child);
            }
        }
        return named;
    }
}
