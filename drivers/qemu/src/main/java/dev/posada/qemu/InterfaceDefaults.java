package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.random.RandomGenerator;

/** Completes {@code <interface>}: address on the link and model. */
final class InterfaceDefaults {
    private InterfaceDefaults() {}

    static void complete(Draft draft, Board board, QemuCapabilities capabilities, RandomGenerator random) {
        draft.devices("interface").replaceAll(nic -> complete(nic, board, draft.machine(), capabilities, random));
    }

    private static Element complete(
            Element nic, Board board, String machine, QemuCapabilities capabilities, RandomGenerator random) {
        var changed = nic;
        if (changed.child("mac").isEmpty()) {
            var mac = String.format(
                    "52:54:00:%02x:%02x:%02x", random.nextInt(0x100), random.nextInt(0x100), random.nextInt(0x100));
            changed = Draft.withFirst(changed, Element.of("mac", "address", mac));
        }
        if (changed.has("type", "direct")) {
            changed = changed.mapChildren(child ->
                    child.name().equals("source") && child.attribute("mode").isEmpty()
                            ? child.with("mode", "vepa")
                            : child);
        }
        return withCard(changed, board, machine, capabilities);
    }

    /** An interface with the card it is, if it is one of the emulator's. */
    static Element withCard(Element nic, Board board, String machine, QemuCapabilities capabilities) {
        var changed = nic;
        if (changed.child("model").isEmpty() && !changed.has("type", "hostdev") && !changed.has("type", "vdpa")) {
            changed = withModel(changed, Element.of("model", "type", model(board, machine, capabilities)));
        }
        return changed;
    }

    /** libvirt's choice for PCs: the oldest card that still is everywhere, then what else there is. */
    private static String model(Board board, String machine, QemuCapabilities capabilities) {
        switch (board) {
            case ARM_VIRT, RISCV_VIRT, S390 -> {
                return "virtio";
            }
            case MEMORY_MAPPED -> {
                return "lan9118";
            }
            case BARE -> {
                if (capabilities.architecture().startsWith("a")) {
                    return machine.equals("versatilepb") ? "smc91c111" : "lan9118";
                }
            }
            case I440FX, Q35, ISA, PSERIES, POWER -> {
                // As on PCs.
            }
        }
        if (capabilities.has("rtl8139")) {
            return "rtl8139";
        }
        return capabilities.has("e1000") ? "e1000" : "virtio";
    }

    private static Element withModel(Element nic, Element model) {
        var children = new ArrayList<Content>();
        boolean placed = false;
        for (var content : nic.content()) {
            boolean isBefore = content instanceof Element child && isBeforeModel(child.name());
            if (!isBefore && !placed) {
                children.add(model);
                placed = true;
            }
            children.add(content);
        }
        if (!placed) {
            children.add(model);
        }
        return nic.withContent(children);
    }

    private static boolean isBeforeModel(String name) {
        return switch (name) {
            case "mac",
                    "source",
                    "ip",
                    "route",
                    "script",
                    "downscript",
                    "backenddomain",
                    "target",
                    "guest",
                    "virtualport",
                    "vlan",
                    "port",
                    "bandwidth",
                    "backend",
                    "portForward" -> true;
            default -> false;
        };
    }
}
