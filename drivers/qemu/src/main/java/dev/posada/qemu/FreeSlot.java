package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.TreeMap;

/** Finds a slot for one more PCI device in a machine that runs. Pure. */
final class FreeSlot {
    private FreeSlot() {}

    /**
     * The device with its place; as it is when it does not sit on a PCI bus.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} when no slot is free into which one can plug
     */
    static Element placed(DomainDefinition live, Element device) {
        var board = Board.of(live).orElse(Board.I440FX);
        var models = new TreeMap<Integer, String>();
        for (var controller : live.devices("controller")) {
            if (controller.has("type", "pci")) {
                models.put(ControllerDefaults.index(controller), controller.attribute("model", ""));
            }
        }
        var plug = new PciDevices(board).plugOf(device);
        if (!board.hasPci() || models.isEmpty() || plug.isEmpty()) {
            return device;
        }
        var topology = new PciTopology(board, models, false);
        for (var other : live.devices()) {
            PciAddress.of(other).ifPresent(address -> topology.take(address, true));
        }
        if (board == Board.I440FX && !topology.buses().getFirst().isTaken(1, 0)) {
            topology.take(new PciAddress(0, 1, 0), true);
        }
        var given = PciAddress.of(device);
        if (given.isPresent()) {
            topology.reserve(given.get(), plug.get(), false);
            return device;
        }
        return Draft.with(device, topology.place(plug.get()).element());
    }
}
