package dev.posada.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A virtual network's configuration as a document in canonical form, with named access to what drivers need.
 *
 * <p>Canonical means: the root is {@code network}; {@code name} and {@code uuid} are there; elements stand in the order
 * libvirt writes them. Whoever makes a definition from outside text sees to that ({@code dev.posada.xml}).
 *
 * @param root the {@code network} element
 */
public record NetworkDefinition(Element root) {
    /** The forward mode of a network that leads nowhere. */
    public static final String ISOLATED = "none";

    public NetworkDefinition {
        if (!root.name().equals("network")) {
            throw new IllegalArgumentException("a network definition begins with <network>, not <" + root.name() + ">");
        }
    }

    public String name() {
        return root.childText("name").orElse("");
    }

    public UUID uuid() {
        return UUID.fromString(root.childText("uuid").orElseThrow());
    }

    public NetworkIdentity identity() {
        return new NetworkIdentity(name(), uuid());
    }

    /**
     * Where traffic goes: {@code nat}, {@code route}, {@code open}, {@code bridge}, {@code private}, {@code vepa},
     * {@code passthrough}, {@code hostdev}, or {@link #ISOLATED}.
     */
    public String forwardMode() {
        return root.child("forward")
                .map(forward -> forward.attribute("mode", "nat"))
                .orElse(ISOLATED);
    }

    /** The bridge's name on the host; nothing while no name was chosen, and for modes that have none. */
    public Optional<String> bridge() {
        return root.child("bridge").flatMap(bridge -> bridge.attribute("name")).filter(name -> !name.isEmpty());
    }

    /** The host's addresses in the network, each an {@code ip} element. */
    public List<Element> addresses() {
        return root.children("ip");
    }

    /** Whether the bridge is made with the network, rather than being one of the host's own. */
    public boolean ownsBridge() {
        return switch (forwardMode()) {
            case "nat", "route", "open", ISOLATED -> true;
            default -> false;
        };
    }

    /** This definition with a child of the root replaced, or added when there was none. */
    public NetworkDefinition withChild(Element child) {
        return new NetworkDefinition(root.withChild(child));
    }
}
