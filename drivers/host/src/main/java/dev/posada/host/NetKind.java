package dev.posada.host;

import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Network devices, by {@code /sys/class/net}. */
final class NetKind implements DeviceKind {
    /** What {@code speed} says while nothing is connected, taken for a number without sign as libvirt does. */
    private static final long MASK = 0xFFFF_FFFFL;

    private final Path root;

    NetKind(Path root) {
        this.root = root;
    }

    @Override
    public List<SysNode> nodes() {
        return SysNode.in(root, "sys/class/net");
    }

    @Override
    public Optional<Described> describe(SysNode node) {
        if (node.value("ifindex").isEmpty()) {
            return Optional.empty(); // a file for settings, as bonding_masters
        }
        var address = node.value("address").orElse("");
        var state = node.value("operstate").orElse("unknown");
        var link = Element.of("link");
        var speed = node.number("speed");
        if (state.equals("up") && speed.isPresent()) {
            link = link.with("speed", Long.toString(speed.get() & MASK));
        }
        var capability = Element.of("capability", "type", "net").plus(Element.text("interface", node.name()));
        if (!address.isEmpty()) {
            capability = capability.plus(Element.text("address", address));
        }
        capability = capability
                .plus(link.with("state", state))
                .plus(Element.of(
                        "capability", "type", node.has("wireless") || node.has("phy80211") ? "80211" : "80203"));
        return Optional.of(Described.of(
                address.isEmpty() ? DeviceKind.name("net", node.name()) : DeviceKind.name("net", node.name(), address),
                capability));
    }
}
