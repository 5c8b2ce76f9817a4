package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;

/** Where one more interface goes in a machine that runs: which card it is, its name and its slot. */
final class InterfacePlace {
    private static final String PREFIX = "net";

    private final DomainDefinition live;
    private final QemuCapabilities capabilities;

    InterfacePlace(DomainDefinition live, QemuCapabilities capabilities) {
        this.live = live;
        this.capabilities = capabilities;
    }

    /**
     * The interface with everything said.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} when no slot is free into which one can plug
     */
    Element settle(Element wanted) {
        var nic = InterfaceDefaults.withCard(wanted, Board.of(live).orElse(Board.I440FX), live.machine(), capabilities);
        var own = nic.child("alias").map(alias -> alias.attribute("name", "")).orElse("");
        if (!own.startsWith("ua-")) {
            nic = Draft.with(nic, Element.of("alias", "name", nextAlias()));
        } else if (live.devices().stream().anyMatch(device -> LiveEdits.hasAlias(device, own))) {
            throw Refusal.xml(wanted, "non unique alias detected: " + Refusal.shown(own));
        }
        return FreeSlot.placed(live, nic);
    }

    private String nextAlias() {
        int next = 0;
        for (var nic : live.devices("interface")) {
            var alias = LiveEdits.alias(nic);
            if (alias.startsWith(PREFIX)) {
                try {
                    next = Math.max(next, Integer.parseInt(alias.substring(PREFIX.length())) + 1);
                } catch (NumberFormatException notOurs) {
                    // Somebody's own name is in nobody's way.
                }
            }
        }
        return PREFIX + next;
    }
}
