package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.BitSet;
import java.util.TreeMap;

/** Gives each virtio channel its port: the first one free, on the first controller that has one. */
final class VirtioSerialPorts {
    /** Ports of a controller that does not say how many it has, port 0 included. */
    private static final int PORTS_DEFAULT = 31;

    private static final int PORTS_MAX = 512;

    private final Draft draft;
    private final TreeMap<Integer, BitSet> taken = new TreeMap<>();

    private VirtioSerialPorts(Draft draft) {
        this.draft = draft;
    }

    /** The highest number of a virtio serial controller that consoles and channels need; -1 when they need none. */
    static int controllersNeeded(Draft draft) {
        int highest = -1;
        int unplaced = 0;
        for (var kind : new String[] {"console", "channel"}) {
            for (var device : draft.devices(kind)) {
                if (isVirtio(device)) {
                    highest = Math.max(
                            highest,
                            device.child("address")
                                    .map(address -> Numbers.of(address, "controller", 0))
                                    .orElse(0));
                    unplaced += device.child("address").isEmpty() && kind.equals("channel") ? 1 : 0;
                }
            }
        }
        return Math.max(highest, (unplaced - 1) / (PORTS_DEFAULT - 1) - (unplaced == 0 ? 1 : 0));
    }

    /** Gives ports to the channels that have none. The controllers are there already. */
    static void assign(Draft draft) {
        new VirtioSerialPorts(draft).assign();
    }

    private void assign() {
        draft.devices("controller").stream()
                .filter(controller -> controller.has("type", "virtio-serial"))
                .forEach(controller -> taken.put(ControllerDefaults.index(controller), new BitSet()));
        for (var kind : new String[] {"console", "channel"}) {
            draft.devices(kind).forEach(this::reserve);
        }
        draft.devices("channel")
                .replaceAll(channel -> isVirtio(channel) && !hasPort(channel) ? placed(channel) : channel);
    }

    private static boolean isVirtio(Element device) {
        return device.child("target")
                .map(target -> target.has("type", "virtio"))
                .orElse(false);
    }

    private static boolean hasPort(Element device) {
        return device.child("address")
                .map(address -> Numbers.of(address, "port", 0) > 0)
                .orElse(false);
    }

    private void reserve(Element device) {
        if (!isVirtio(device) || !hasPort(device)) {
            return;
        }
        var address = device.child("address").orElseThrow();
        int controller = Numbers.of(address, "controller", 0);
        int port = Numbers.of(address, "port", 0);
        var ports = taken.get(controller);
        if (ports == null || port >= ports(controller)) {
            throw Refusal.xml(
                    device, "virtio serial port " + port + " of controller " + controller + " does not exist");
        }
        if (ports.get(port)) {
            throw Refusal.xml(
                    device, "virtio serial port " + port + " on controller " + controller + " is already occupied");
        }
        ports.set(port);
    }

    private Element placed(Element channel) {
        var wanted = channel.child("address").map(address -> Numbers.of(address, "controller", 0));
        for (var entry : taken.entrySet()) {
            int controller = entry.getKey();
            int port = entry.getValue().nextClearBit(1);
            if (port < ports(controller)
                    && wanted.map(number -> number == controller).orElse(true)) {
                entry.getValue().set(port);
                return Draft.with(
                        channel,
                        Element.of(
                                "address",
                                "type",
                                "virtio-serial",
                                "controller",
                                Integer.toString(controller),
                                "bus",
                                "0",
                                "port",
                                Integer.toString(port)));
            }
        }
        throw Refusal.xml(channel, "Unable to find a free virtio-serial port: add a virtio-serial controller");
    }

    private int ports(int controller) {
        return ControllerDefaults.find(draft, "virtio-serial", controller)
                .map(element -> Math.min(Numbers.of(element, "ports", PORTS_DEFAULT), PORTS_MAX))
                .orElse(PORTS_DEFAULT);
    }
}
