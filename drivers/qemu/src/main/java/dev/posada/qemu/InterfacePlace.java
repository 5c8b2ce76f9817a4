package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.TreeMap;

/** Where one more interface goes in a machine that runs: which card it is, its name and its slot. */
final class InterfacePlace {
    private static final String PREFIX = "net";

    private final DomainDefinition live;
    private final Board board;
    private final QemuCapabilities capabilities;

    InterfacePlace(DomainDefinition live, QemuCapabilities capabilities) {
        this.live = live;
        this.board = Board.of(live.machine()).orElse(Board.I440FX);
        this.capabilities = capabilities;
    }

    /**
     * The interface with everything said.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} when no slot is free into which one can plug
     */
    Element settle(Element wanted) {
        var nic = InterfaceDefaults.withCard(wanted, capabilities);
        var own = nic.child("alias").map(alias -> alias.attribute("name", "")).orElse("");
        if (!own.startsWith("ua-")) {
            nic = Draft.with(nic, Element.of("alias", "name", nextAlias()));
        } else if (live.devices().stream().anyMatch(device -> LiveEdits.hasAlias(device, own))) {
            throw Refusal.xml(wanted, "non unique alias detected: " + Refusal.shown(own));
        }
        return board.hasPci() ? placed(nic) : nic;
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

    private Element placed(Element nic) {
        var models = new TreeMap<Integer, String>();
        for (var controller : live.devices("controller")) {
            if (controller.has("type", "pci")) {
                models.put(ControllerDefaults.index(controller), controller.attribute("model", ""));
            }
        }
        if (models.isEmpty()) {
            return nic;
        }
        var topology = new PciTopology(board, models, false);
        for (var device : live.devices()) {
            PciAddress.of(device).ifPresent(address -> topology.take(address, true));
        }
        if (board == Board.I440FX && !topology.buses().getFirst().isTaken(1, 0)) {
            topology.take(new PciAddress(0, 1, 0), true);
        }
        var plug = new PciDevices(board).plugOf(nic);
        if (plug.isEmpty()) {
            return nic;
        }
        var given = PciAddress.of(nic);
        if (given.isPresent()) {
            topology.reserve(given.get(), plug.get(), false);
            return nic;
        }
        return Draft.with(nic, topology.place(plug.get()).element());
    }
}
