package dev.posada.qemu;

import dev.posada.posix.TapDevice;
import java.util.Set;

/** What an interface of each type can have, and libvirt's words for what it cannot. */
final class InterfaceRules {
    /** The types whose other side is a tap device on the host. */
    static final Set<String> TAPS = Set.of("bridge", "ethernet");

    /** The types whose other side is a link of the host, which has a name, counters and limits. */
    static final Set<String> LINKS = Set.of("bridge", "ethernet", "direct");

    private static final Set<String> QUEUED = Set.of("bridge", "ethernet", "direct", "vhostuser", "vdpa");
    private static final Set<String> SIZED = Set.of("bridge", "ethernet", "vhostuser");

    private InterfaceRules() {}

    /** Refuses what cannot be had; what is not looked at here is read, or found unread, elsewhere. */
    static void check(Part nic) {
        var type = nic.attribute("type", "");
        var element = nic.element();
        if (nic.flag("trustGuestRxFilters").orElse(false)) {
            throw nic.unsupported("trustGuestRxFilters");
        }
        boolean guestSide =
                element.child("ip").isPresent() || element.child("route").isPresent();
        if (guestSide && !type.equals("user")) {
            throw Refusal.unsupported(
                    "Invalid attempt to set network interface guest-side IP route and/or address info, not supported by QEMU");
        }
        if (element.child("vlan").isPresent() && !type.equals("hostdev") && !HostLinks.isOpenVswitch(element)) {
            throw about(nic, "vlan tag not supported for this connection type");
        }
        if (element.child("filterref").isPresent() && !TAPS.contains(type)) {
            throw about(nic, "filterref is not supported for network interfaces of type " + type);
        }
        if (element.child("bandwidth").isPresent() && !LINKS.contains(type)) {
            throw nic.child("bandwidth")
                    .orElse(nic)
                    .refused("setting bandwidth on interfaces of type '" + type + "' is not implemented yet");
        }
        if (element.child("mtu").isPresent() && !SIZED.contains(type)) {
            throw Refusal.unsupported("setting MTU on interface type " + type + " is not supported yet");
        }
        if (element.child("script").isPresent() && !type.equals("ethernet")) {
            throw Refusal.unsupported("scripts are not supported on interfaces of type " + type);
        }
        if (element.child("coalesce").isPresent() && !TAPS.contains(type)) {
            throw Refusal.unsupported("coalesce settings on interface type " + type + " are not supported");
        }
        checkPort(nic, type);
        checkQueues(nic, type);
    }

    private static void checkPort(Part nic, String type) {
        var element = nic.element();
        if (element.child("port").isPresent() && !type.equals("bridge")) {
            throw about(nic, "port isolation is not supported for network interfaces of type " + type);
        }
        element.child("virtualport")
                .map(port -> port.attribute("type", ""))
                .filter(kind -> !(kind.equals("openvswitch") && type.equals("bridge")))
                .ifPresent(kind -> {
                    throw nic.child("virtualport")
                            .orElse(nic)
                            .refused("type='" + Refusal.shown(kind) + "' is not supported for interfaces of type '"
                                    + type + "': only 'openvswitch' of type 'bridge' is");
                });
        boolean floor = element.at("bandwidth", "inbound")
                .filter(inbound -> inbound.attribute("floor").isPresent())
                .isPresent();
        boolean ofNetwork = element.child("source")
                .filter(source -> source.attribute("network").isPresent())
                .isPresent();
        if (floor && !ofNetwork) {
            throw Refusal.unsupported("floor attribute is not supported for this config");
        }
    }

    private static void checkQueues(Part nic, String type) {
        boolean several = queues(nic) > 1;
        if (several && !QUEUED.contains(type)) {
            throw Refusal.unsupported("Multiqueue network is not supported for: " + type);
        }
        if (several && !isVirtio(nic)) {
            throw nic.child("driver").orElse(nic).unsupported("queues");
        }
        if (type.equals("vhostuser") && !isVirtio(nic)) {
            throw Refusal.unsupported(
                    "Wrong or no <model> 'type' attribute specified with <interface type='vhostuser'/>."
                            + " vhostuser requires the virtio-net* frontend");
        }
    }

    /** How many queues an interface is to have; at least one. */
    static int queues(Part nic) {
        long queues =
                nic.child("driver").flatMap(driver -> driver.number("queues")).orElse(1L);
        if (queues < 0 || queues > TapDevice.QUEUES_MAX) {
            throw nic.child("driver").orElse(nic).unsupported("queues");
        }
        return Math.max(1, (int) queues);
    }

    static boolean isVirtio(Part nic) {
        return nic.child("model")
                .filter(model -> model.attribute("type", "").startsWith("virtio"))
                .isPresent();
    }

    /** The guest's address on the link. */
    static String mac(Part nic) {
        return nic.child("mac").map(mac -> mac.attribute("address", "")).orElse("");
    }

    private static RuntimeException about(Part nic, String problem) {
        return Refusal.unsupported("interface " + mac(nic) + " - " + problem);
    }
}
