package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Gives devices their places on the buses that are not PCI: the channels of IBM Z, the virtual bus of POWER's hypervisor,
 * and virtio devices that are mapped into memory. Used by one thread.
 */
final class BusAddresses {
    /** The order in which libvirt gives out channels. */
    private static final List<String> CHANNEL_ORDER = List.of(
            "disk", "interface", "hostdev", "video", "controller", "input", "filesystem", "memballoon", "rng", "vsock");

    /** The channel subsystem whose devices are virtual. */
    private static final String VIRTUAL_SUBSYSTEM = "0xfe";

    private static final int DEVICES_MAX = 0x10000;

    /** Where the first device of a kind is found on the virtual bus, and how far apart they are. */
    private static final long NIC_REG = 0x1000;

    private static final long SCSI_REG = 0x2000;
    private static final long NVRAM_REG = 0x3000;
    private static final long TPM_REG = 0x4000;
    private static final long SERIAL_REG = 0x3000_0000;
    private static final long REG_STEP = 0x1000;

    private final Draft draft;
    private final Set<Long> regs = new HashSet<>();

    private BusAddresses(Draft draft) {
        this.draft = draft;
    }

    /** Completes the addresses of all devices on this board's own bus. */
    static void assign(Draft draft, Board board) {
        switch (board) {
            case S390 -> new BusAddresses(draft).assignChannels();
            case PSERIES -> new BusAddresses(draft).assignRegs();
            case MEMORY_MAPPED -> new BusAddresses(draft).assignMemoryMapped();
            case ARM_VIRT, RISCV_VIRT -> {
                if (isMemoryMapped(draft)) {
                    new BusAddresses(draft).assignMemoryMapped();
                }
            }
            case I440FX, Q35, ISA, POWER, BARE -> {
                // PCI, or nothing.
            }
        }
    }

    /** Whether a device is one of virtio's, and so sits wherever the board has them sit. */
    static boolean isVirtio(Element device) {
        return switch (device.name()) {
            case "disk" -> DiskDefaults.bus(device).equals("virtio");
            case "interface" ->
                device.child("model")
                        .map(model -> model.attribute("type", "").startsWith("virtio"))
                        .orElse(false);
            case "controller" ->
                device.has("type", "virtio-serial")
                        || (device.has("type", "scsi")
                                && device.attribute("model", "").startsWith("virtio"));
            case "input" -> device.has("bus", "virtio");
            case "video" ->
                device.child("model").map(model -> model.has("type", "virtio")).orElse(false);
            case "memballoon" -> !device.has("model", "none");
            case "hostdev" -> device.has("type", "scsi_host");
            case "filesystem", "rng", "vsock" -> true;
            default -> false;
        };
    }

    private void assignChannels() {
        var taken = new HashSet<Long>();
        for (var kind : CHANNEL_ORDER) {
            for (var device : draft.devices(kind)) {
                device.child("address")
                        .filter(address -> address.has("type", "ccw"))
                        .ifPresent(address -> {
                            if (!taken.add(number(address, "devno"))) {
                                throw Refusal.xml(
                                        address,
                                        "The CCW devno '" + address.attribute("devno", "") + "' is in use already");
                            }
                        });
            }
        }
        for (var kind : CHANNEL_ORDER) {
            draft.devices(kind).replaceAll(device -> {
                if (!isVirtio(device) || device.child("address").isPresent()) {
                    return device;
                }
                long number = 0;
                while (!taken.add(number)) {
                    number++;
                }
                if (number >= DEVICES_MAX) {
                    throw Refusal.unsupported("There are no more free CCW devnos");
                }
                return Draft.with(
                        device,
                        Element.of(
                                "address",
                                "type",
                                "ccw",
                                "cssid",
                                VIRTUAL_SUBSYSTEM,
                                "ssid",
                                "0x0",
                                "devno",
                                String.format(Locale.ROOT, "0x%04x", number)));
            });
        }
    }

    private void assignRegs() {
        var kinds = List.of("interface", "controller", "serial", "nvram", "tpm");
        for (var kind : kinds) {
            for (var device : draft.devices(kind)) {
                device.child("address")
                        .filter(address -> address.has("type", "spapr-vio"))
                        .flatMap(address -> address.attribute("reg").map(_ -> number(address, "reg")))
                        .ifPresent(reg -> {
                            if (!regs.add(reg)) {
                                throw Refusal.xml(
                                        device,
                                        String.format(Locale.ROOT, "spapr-vio address 0x%x already in use", reg));
                            }
                        });
            }
        }
        var first = Map.of(
                "interface", NIC_REG,
                "controller", SCSI_REG,
                "serial", SERIAL_REG,
                "nvram", NVRAM_REG,
                "tpm", TPM_REG);
        for (var kind : kinds) {
            draft.devices(kind)
                    .replaceAll(device ->
                            isOnVirtualBus(device) ? placed(device, first.getOrDefault(kind, NVRAM_REG)) : device);
        }
        mirrorSerial();
    }

    private static boolean isOnVirtualBus(Element device) {
        boolean elsewhere = device.child("address")
                .map(address -> !address.has("type", "spapr-vio"))
                .orElse(false);
        return !elsewhere
                && switch (device.name()) {
                    case "interface" ->
                        device.child("model")
                                .map(model -> model.has("type", "spapr-vlan"))
                                .orElse(false);
                    case "controller" -> device.has("type", "scsi") && device.has("model", "ibmvscsi");
                    case "serial" ->
                        device.child("target")
                                .map(target -> target.has("type", "spapr-vio-serial"))
                                .orElse(false);
                    case "tpm" -> device.has("model", "tpm-spapr");
                    case "nvram" -> true;
                    default -> false;
                };
    }

    private Element placed(Element device, long first) {
        var given = device.child("address").flatMap(address -> address.attribute("reg"));
        long reg = first;
        if (given.isPresent()) {
            reg = number(device.child("address").orElseThrow(), "reg");
        } else {
            while (!regs.add(reg)) {
                reg += REG_STEP;
            }
        }
        return Draft.with(
                device, Element.of("address", "type", "spapr-vio", "reg", String.format(Locale.ROOT, "0x%08x", reg)));
    }

    /** The console that shows the first serial port is at its place. */
    private void mirrorSerial() {
        var serials = draft.devices("serial");
        var consoles = draft.devices("console");
        if (serials.isEmpty() || consoles.isEmpty() || !CharacterDeviceDefaults.isSerialConsole(consoles.getFirst())) {
            return;
        }
        serials.getFirst()
                .child("address")
                .filter(address -> address.has("type", "spapr-vio"))
                .ifPresent(address -> consoles.set(0, Draft.with(consoles.getFirst(), address)));
    }

    /** Where one device is mapped into memory, those without an address are too. */
    private static boolean isMemoryMapped(Draft draft) {
        return CHANNEL_ORDER.stream()
                .flatMap(kind -> draft.devices(kind).stream())
                .flatMap(device -> device.child("address").stream())
                .anyMatch(address -> address.has("type", "virtio-mmio"));
    }

    /** libvirt leaves two kinds out, and takes in what is no device of virtio: controllers of SCSI. */
    private void assignMemoryMapped() {
        for (var kind : CHANNEL_ORDER) {
            draft.devices(kind)
                    .replaceAll(
                            device -> (isVirtio(device) || (device.has("type", "scsi") && kind.equals("controller")))
                                            && !kind.equals("vsock")
                                            && !kind.equals("filesystem")
                                            && device.child("address").isEmpty()
                                    ? Draft.with(device, Element.of("address", "type", "virtio-mmio"))
                                    : device);
        }
    }

    private static long number(Element address, String attribute) {
        try {
            return Long.decode(address.attribute(attribute, "0"));
        } catch (NumberFormatException e) {
            throw Refusal.xml(
                    address,
                    "'" + Refusal.shown(address.attribute(attribute, "")) + "' is no number for attribute '" + attribute
                            + "' of element 'address'");
        }
    }
}
