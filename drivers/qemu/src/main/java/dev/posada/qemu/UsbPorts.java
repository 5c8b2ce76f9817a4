package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives USB devices their ports. Ports form a tree: those of a controller, and those of hubs that sit on one of them
 * ({@code 1.4} is port 4 of the hub on port 1). When there are not enough, hubs are added.
 */
final class UsbPorts {
    /** What may be a USB device, in the order in which ports are given away; hubs come first. */
    private static final List<String> KINDS =
            List.of("disk", "controller", "hostdev", "interface", "input", "serial", "sound", "redirdev");

    private static final int HUB_PORTS = 8;
    private static final int PIIX_PORTS = 2;
    private static final int OHCI_PORTS = 3;
    private static final int EHCI_PORTS = 6;
    private static final int XHCI_PORTS = 4;
    private static final int PORTS_MAX = 127;
    private static final int DEPTH_MAX = 5;

    private final Draft draft;
    private final TreeMap<Integer, Hub> buses = new TreeMap<>();

    private UsbPorts(Draft draft) {
        this.draft = draft;
    }

    /** Completes the ports of all USB devices. */
    static void assign(Draft draft) {
        new UsbPorts(draft).assign();
    }

    /**
     * A device that is plugged into a running machine, with its port.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} when none is free
     */
    static Element placed(DomainDefinition live, Element device) {
        var draft = new Draft(LiveEdits.withDevice(live, device));
        int hubs = draft.devices("hub").size();
        assign(draft);
        if (draft.devices("hub").size() > hubs) {
            throw Refusal.unsupported(device, "No free USB ports");
        }
        return draft.devices(device.name()).stream()
                .filter(one -> one.withoutChildren(part -> part.name().equals("address"))
                        .equals(device.withoutChildren(part -> part.name().equals("address"))))
                .findFirst()
                .orElse(device);
    }

    /** Something with ports; each is free, taken, or has a hub on it. */
    private static final class Hub {
        private final boolean[] taken;
        private final @Nullable Hub[] hubs;

        Hub(int ports) {
            taken = new boolean[ports];
            hubs = new Hub[ports];
        }

        int free() {
            int free = 0;
            for (int i = 0; i < taken.length; i++) {
                var hub = hubs[i];
                free += taken[i] ? 0 : 1;
                free += hub == null ? 0 : hub.free();
            }
            return free;
        }

        /** The path of the first free port: own ones before those of hubs. */
        Optional<String> firstFree(int depth) {
            for (int i = 0; i < taken.length; i++) {
                if (!taken[i]) {
                    return Optional.of(Integer.toString(i + 1));
                }
            }
            for (int i = 0; i < taken.length && depth < DEPTH_MAX; i++) {
                var hub = hubs[i];
                int port = i + 1;
                var below = hub == null ? Optional.<String>empty() : hub.firstFree(depth + 1);
                if (below.isPresent()) {
                    return below.map(path -> port + "." + path);
                }
            }
            return Optional.empty();
        }
    }

    private void assign() {
        if (!draft.has("hub") && KINDS.stream().noneMatch(kind -> draft.anyDevice(kind, UsbPorts::isUsb))) {
            return;
        }
        for (var controller : draft.devices("controller")) {
            if (controller.has("type", "usb") && controller.child("master").isEmpty()) {
                int ports = ports(controller);
                if (ports > 0) {
                    buses.putIfAbsent(ControllerDefaults.index(controller), new Hub(ports));
                }
            }
        }
        keepGiven();
        addHubs();
        draft.devices("hub").replaceAll(hub -> isOpen(hub) ? place(hub, true) : hub);
        for (var kind : KINDS) {
            draft.devices(kind).replaceAll(device -> isUsb(device) && isOpen(device) ? place(device, false) : device);
        }
    }

    private static int ports(Element controller) {
        return switch (controller.attribute("model", "")) {
            case "piix3-uhci", "piix4-uhci", "vt82c686b-uhci" -> PIIX_PORTS;
            case "pci-ohci" -> OHCI_PORTS;
            case "ehci", "ich9-ehci1" -> EHCI_PORTS;
            case "ich9-uhci1", "ich9-uhci2", "ich9-uhci3" -> PIIX_PORTS;
            case "nec-xhci", "qemu-xhci" -> Math.min(Numbers.of(controller, "ports", XHCI_PORTS), PORTS_MAX);
            default -> 0;
        };
    }

    static boolean isUsb(Element device) {
        return switch (device.name()) {
            case "disk" -> DiskDefaults.bus(device).equals("usb");
            case "controller" -> device.has("type", "ccid");
            case "hostdev" -> device.has("type", "usb");
            case "interface" ->
                device.child("model").map(model -> model.has("type", "usb-net")).orElse(false);
            case "input", "redirdev" -> device.has("bus", "usb");
            case "serial" ->
                device.child("target")
                        .map(target -> target.has("type", "usb-serial"))
                        .orElse(false);
            case "sound" -> device.has("model", "usb");
            case "hub" -> true;
            default -> false;
        };
    }

    private static boolean isOpen(Element device) {
        return device.child("address")
                .map(address -> address.attribute("port", "").isEmpty())
                .orElse(true);
    }

    /** Hubs first, from the trunk outwards, then what sits on them. */
    private void keepGiven() {
        var given = new ArrayList<Element>();
        for (var hub : draft.devices("hub")) {
            if (!isOpen(hub)) {
                given.add(hub);
            }
        }
        given.sort((one, other) -> Integer.compare(depth(one), depth(other)));
        for (var kind : KINDS) {
            draft.devices(kind).stream()
                    .filter(device -> isUsb(device) && !isOpen(device))
                    .forEach(given::add);
        }
        for (var device : given) {
            var address = device.child("address").orElseThrow();
            take(
                    device,
                    Numbers.of(address, "bus", 0),
                    address.attribute("port", ""),
                    device.name().equals("hub"));
        }
    }

    private static int depth(Element hub) {
        return hub.child("address")
                .map(address -> address.attribute("port", "").split("\\.", -1).length)
                .orElse(0);
    }

    private void take(Element device, int bus, String path, boolean isHub) {
        var hub = buses.get(bus);
        var ports = path.split("\\.", -1);
        for (int i = 0; i < ports.length; i++) {
            int port = portNumber(ports[i]) - 1;
            if (hub == null || port < 0 || port >= hub.taken.length) {
                throw Refusal.xml(
                        device, "USB port " + Refusal.shown(path) + " does not exist on the USB controller " + bus);
            }
            if (i < ports.length - 1) {
                hub = hub.hubs[port];
                continue;
            }
            if (hub.taken[port]) {
                throw Refusal.xml(device, "Duplicate USB address bus " + bus + " port " + path);
            }
            hub.taken[port] = true;
            if (isHub) {
                hub.hubs[port] = new Hub(HUB_PORTS);
            }
        }
    }

    private static int portNumber(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    }

    private void addHubs() {
        int openHubs =
                (int) draft.devices("hub").stream().filter(UsbPorts::isOpen).count();
        int wanted = openHubs;
        for (var kind : KINDS) {
            wanted += (int) draft.devices(kind).stream()
                    .filter(device -> isUsb(device) && isOpen(device))
                    .count();
        }
        int free = buses.values().stream().mapToInt(Hub::free).sum() + openHubs * HUB_PORTS;
        if (wanted <= free || buses.isEmpty()) {
            return;
        }
        int added = (wanted - free + 1 + HUB_PORTS - 2) / (HUB_PORTS - 1);
        for (int i = 0; i < added; i++) {
            draft.add(Element.of("hub", "type", "usb"));
        }
    }

    private Element place(Element device, boolean isHub) {
        if (buses.isEmpty()) {
            throw Refusal.unsupported(device, "Can't add USB device <" + device.name() + ">. USB bus is disabled");
        }
        var wanted = device.child("address").flatMap(address -> address.attribute("bus"));
        for (var entry : buses.entrySet()) {
            var bus = Integer.toString(entry.getKey());
            if (wanted.isPresent() && !wanted.get().equals(bus)) {
                continue;
            }
            var path = entry.getValue().firstFree(1);
            if (path.isPresent()) {
                take(device, entry.getKey(), path.get(), isHub);
                return Draft.with(device, Element.of("address", "type", "usb", "bus", bus, "port", path.get()));
            }
        }
        throw Refusal.xml(device, "No free USB ports: add a USB controller or hub");
    }
}
