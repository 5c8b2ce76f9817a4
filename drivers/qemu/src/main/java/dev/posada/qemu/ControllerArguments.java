package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The controllers that are devices of their own: PCI bridges, USB, SCSI, SATA, virtio serial, floppy, smart card. */
final class ControllerArguments {
    /** Buses before what sits on them; PCI first of all. */
    private static final List<String> ORDER =
            List.of("pci", "usb", "scsi", "ide", "sata", "virtio-serial", "fdc", "ccid");

    private static final Map<String, String> USB = Map.ofEntries(
            Map.entry("piix3-uhci", "piix3-usb-uhci"),
            Map.entry("piix4-uhci", "piix4-usb-uhci"),
            Map.entry("ehci", "usb-ehci"),
            Map.entry("ich9-ehci1", "ich9-usb-ehci1"),
            Map.entry("ich9-uhci1", "ich9-usb-uhci1"),
            Map.entry("ich9-uhci2", "ich9-usb-uhci2"),
            Map.entry("ich9-uhci3", "ich9-usb-uhci3"),
            Map.entry("vt82c686b-uhci", "vt82c686b-usb-uhci"),
            Map.entry("pci-ohci", "pci-ohci"),
            Map.entry("nec-xhci", "nec-usb-xhci"),
            Map.entry("qemu-xhci", "qemu-xhci"));

    private static final Map<String, String> SCSI = Map.of(
            "lsilogic", "lsi",
            "lsisas1078", "megasas",
            "lsisas1068", "mptsas1068",
            "vmpvscsi", "pvscsi",
            "dc390", "dc-390",
            "am53c974", "am53c974",
            "ibmvscsi", "spapr-vscsi");

    /** The type that {@code lsi} is short for. */
    private static final String LSI_TYPE = "lsi53c895a";

    private ControllerArguments() {}

    static void add(Assembly assembly) {
        for (var type : ORDER) {
            assembly.devices("controller").stream()
                    .filter(controller -> controller.has("type", type))
                    .forEach(controller -> add(assembly, controller, type));
        }
        for (var controller : assembly.devices("controller")) {
            if (!ORDER.contains(controller.attribute("type", ""))) {
                throw controller.unsupported("type");
            }
        }
    }

    /** Adds one controller, as one that is plugged into a running machine. */
    static void add(Assembly assembly, Part controller, String type) {
        controller.ignore("index");
        var device = switch (type) {
            case "pci" -> pci(assembly, controller);
            case "usb" -> usb(assembly, controller);
            case "scsi" -> Optional.of(scsi(assembly, controller));
            case "ide" -> builtIn(controller);
            case "sata" -> sata(assembly, controller);
            case "virtio-serial" -> Optional.of(virtioSerial(assembly, controller));
            case "fdc" -> floppy(assembly);
            default -> Optional.of(Json.object().with("driver", "usb-ccid").with("id", Assembly.alias(controller)));
        };
        Assembly.alias(controller);
        device.ifPresent(json -> assembly.device(assembly.addressed(json, controller)));
    }

    private static Optional<Json.ObjectValue> builtIn(Part controller) {
        controller.take("address");
        controller.attribute("model");
        return Optional.empty();
    }

    private static Optional<Json.ObjectValue> pci(Assembly assembly, Part controller) {
        var model = controller.attribute("model", "");
        var id = Assembly.alias(controller);
        if (model.endsWith("-root")) {
            return hostBridge(assembly, controller, id);
        }
        var name = controller
                .child("model")
                .map(part -> part.attribute("name", ""))
                .orElse("");
        var target = controller.child("target");
        var device = Json.object().with("driver", name);
        assembly.need(name, controller);
        switch (model) {
            case "pci-bridge" ->
                device = device.with("chassis_nr", number(target, "chassisNr")).with("id", id);
            case "pci-expander-bus", "pcie-expander-bus" -> {
                device = device.with("bus_nr", number(target, "busNr")).with("id", id);
                var node = target.flatMap(part -> part.child("node")).map(Part::number);
                device = node.isPresent() ? device.with("numa_node", node.get()) : device;
            }
            case "dmi-to-pci-bridge", "pcie-to-pci-bridge", "pcie-switch-upstream-port" ->
                device = device.with("id", id);
            case "pcie-root-port", "pcie-switch-downstream-port" -> {
                device = device.with("port", number(target, "port"))
                        .with("chassis", number(target, "chassis"))
                        .with("id", id);
                var hotplug = target.flatMap(part -> part.flag("hotplug"));
                device = hotplug.isPresent() ? device.with("hotplug", hotplug.get()) : device;
            }
            default -> throw controller.unsupported("model");
        }
        return Optional.of(device);
    }

    /** The first is part of the board; POWER's hypervisor gives its guests more when they want them. */
    private static Optional<Json.ObjectValue> hostBridge(Assembly assembly, Part controller, String id) {
        controller.child("model").ifPresent(model -> model.attribute("name"));
        var index = controller.child("target").flatMap(target -> target.number("index"));
        if (ControllerDefaults.index(controller.element()) == 0) {
            return Optional.empty();
        }
        if (assembly.board() != Board.PSERIES) {
            throw controller.refused("this machine has one PCI root");
        }
        return Optional.of(Json.object()
                .with("driver", ControllerDefaults.SPAPR_BRIDGE)
                .with("index", index.orElse((long) ControllerDefaults.index(controller.element())))
                .with("id", id));
    }

    private static long number(Optional<Part> target, String attribute) {
        return target.flatMap(part -> part.number(attribute))
                .orElseThrow(() -> Refusal.unsupported("a PCI controller's <target> lacks '" + attribute + "'"));
    }

    private static Optional<Json.ObjectValue> usb(Assembly assembly, Part controller) {
        if (controller.has("model", "none")) {
            return Optional.empty();
        }
        boolean isPlaced = controller.element().child("address").isPresent();
        if (!assembly.board().hasPci() && assembly.board() != Board.ISA && !isPlaced) {
            throw controller.refused("this machine has no PCI bus for it");
        }
        var driver = controller.word("model", USB).orElseThrow(() -> controller.unsupported("model"));
        assembly.need(driver, controller);
        var device = Json.object().with("driver", driver);
        var ports = controller.number("ports");
        if (ports.isPresent()) {
            if (!driver.endsWith("xhci")) {
                throw controller.unsupported("ports");
            }
            device = device.with("p2", ports.get()).with("p3", ports.get());
        }
        var master = controller.child("master");
        if (master.isPresent()) {
            return Optional.of(device.with("masterbus", Assembly.alias(controller) + ".0")
                    .with("firstport", master.get().number("startport").orElse(0L)));
        }
        return Optional.of(device.with("id", Assembly.alias(controller)));
    }

    private static Json.ObjectValue scsi(Assembly assembly, Part controller) {
        var model = controller.attribute("model", "");
        var driver = controller.child("driver");
        Json.ObjectValue device;
        if (model.startsWith("virtio")) {
            device = Assembly.virtio(
                    Json.object().with("driver", assembly.virtioDevice("virtio-scsi", controller)), driver);
            var iothread = driver.flatMap(part -> part.number("iothread"));
            if (iothread.isPresent()) {
                device = device.with("iothread", "iothread" + iothread.get());
            }
        } else {
            device = Json.object().with("driver", controller.word("model", SCSI).orElseThrow());
        }
        var name = device.required("driver").text();
        assembly.need(name.equals("lsi") ? LSI_TYPE : name, controller);
        device = device.with("id", Assembly.alias(controller));
        for (var option : List.of("queues", "cmd_per_lun", "max_sectors")) {
            var value = driver.flatMap(part -> part.number(option));
            if (value.isPresent()) {
                device = device.with(option.equals("queues") ? "num_queues" : option, value.get());
            }
        }
        var ioeventfd = driver.flatMap(part -> part.flag("ioeventfd"));
        return ioeventfd.isPresent() ? device.with("ioeventfd", ioeventfd.get()) : device;
    }

    private static Optional<Json.ObjectValue> sata(Assembly assembly, Part controller) {
        if (assembly.board() == Board.Q35 && ControllerDefaults.index(controller.element()) == 0) {
            return builtIn(controller);
        }
        return Optional.of(Json.object().with("driver", "ahci").with("id", Assembly.alias(controller)));
    }

    private static Json.ObjectValue virtioSerial(Assembly assembly, Part controller) {
        var device = Assembly.virtio(
                Json.object().with("driver", assembly.virtioDevice("virtio-serial", controller)),
                controller.child("driver"));
        device = device.with("id", Assembly.alias(controller));
        var ports = controller.number("ports");
        device = ports.isPresent() ? device.with("max_ports", ports.get()) : device;
        var vectors = controller.number("vectors");
        return vectors.isPresent() ? device.with("vectors", vectors.get()) : device;
    }

    /** The floppy controller is on the old board, and a card on the new one. */
    private static Optional<Json.ObjectValue> floppy(Assembly assembly) {
        return assembly.board() == Board.Q35 ? Optional.of(Json.object().with("driver", "isa-fdc")) : Optional.empty();
    }
}
