package dev.posada.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Fills in what nobody said about a device. */
final class DeviceDefaults {
    /** The kinds of devices in the order in which they are decided, which is that of the document. */
    static final List<String> KINDS = List.of(
            "disk",
            "controller",
            "filesystem",
            "interface",
            "smartcard",
            "serial",
            "parallel",
            "console",
            "channel",
            "input",
            "tpm",
            "graphics",
            "sound",
            "audio",
            "video",
            "hostdev",
            "redirdev",
            "watchdog",
            "memballoon",
            "rng",
            "panic",
            "shmem",
            "memory",
            "vsock",
            "iommu");

    private static final String USB3_PORTS = "15";
    private static final int BYTE_VALUES = 256;

    private final Guest guest;
    private final Host host;

    DeviceDefaults(Guest guest) {
        this.guest = guest;
        host = guest.host();
    }

    void decide(String kind, Draft device) {
        switch (kind) {
            case "disk" -> new DiskDefaults(guest).decide(device);
            case "filesystem" -> filesystem(device);
            case "interface" -> network(device);
            case "smartcard" -> smartcard(device);
            case "serial", "parallel", "console", "channel" -> character(kind, device);
            case "input" -> input(device);
            case "tpm" -> tpm(device);
            case "graphics" -> new GraphicsDefaults(guest).decide(device);
            case "sound" -> device.setIfAbsent("@model", guest.hasPciExpress() ? "ich9" : "ich6");
            case "video" -> video(device);
            case "hostdev" -> {
                device.setIfAbsent("@managed", host.isXen() ? "no" : "yes");
                device.setIfAbsent("@mode", "subsystem");
            }
            case "redirdev" -> {
                device.setIfAbsent("@bus", "usb");
                device.setIfAbsent("@type", "spicevmc");
            }
            case "watchdog" -> {
                device.setIfAbsent("@model", "i6300esb");
                device.setIfAbsent("@action", "reset");
            }
            case "memballoon", "rng" -> device.setIfAbsent("@model", "virtio");
            case "panic" -> panic(device);
            case "vsock" -> {
                device.setIfAbsent("@model", "virtio");
                if (!device.has("cid/@auto") && !device.has("cid/@address")) {
                    device.set("cid/@auto", "yes");
                }
            }
            default -> {
                // Of the others nothing follows from anything.
            }
        }
    }

    private void filesystem(Draft device) {
        if (!host.isQemu() && !host.isLxc() && !host.isTest()) {
            return;
        }
        if (!device.has("@type")) {
            setFilesystemType(device, Optional.of("mount"));
        }
        if (!device.has("@accessmode") && !device.is("driver/@type", "virtiofs")) {
            device.set("@accessmode", "mapped");
        }
    }

    /** The place of the source of a file system of a type. */
    static String filesystemSource(Draft device) {
        return switch (device.get("@type", "")) {
            case "template" -> "source/@name";
            case "file" -> "source/@file";
            case "block" -> "source/@dev";
            case "ram" -> "source/@usage";
            default -> "source/@dir";
        };
    }

    /** Sets the type; what was the source before is the source afterwards. */
    static void setFilesystemType(Draft device, Optional<String> type) {
        var before = filesystemSource(device);
        var source = device.get(before);
        device.put("@type", type);
        var after = filesystemSource(device);
        if (!after.equals(before)) {
            device.put(after, source);
        }
    }

    private void network(Draft device) {
        device.setIfAbsent("@type", "bridge");
        if (!device.has("mac/@address")) {
            device.set("mac/@address", newMac());
        }
        if (device.is("@type", "bridge") && !device.has("source/@bridge")) {
            device.put("source/@bridge", HostBridge.find(host));
        }
        if (!device.has("model/@type")) {
            device.put("model/@type", networkModel());
        }
    }

    private Optional<String> networkModel() {
        if (!guest.isHvm()) {
            return Optional.empty();
        }
        if (guest.takesVirtioNet()) {
            return Optional.of("virtio");
        }
        if (guest.isQ35()) {
            return Optional.of("e1000e");
        }
        if (!guest.isX86()) {
            return Optional.empty();
        }
        return Optional.of(List.of("e1000", "rtl8139", "ne2k_pci", "pcnet").stream()
                .filter(guest.system()::drivesNetworkCard)
                .findFirst()
                .orElse("e1000"));
    }

    private String newMac() {
        var random = new Random();
        var prefix = host.isQemu() ? "52:54:00" : "00:16:3e";
        String mac;
        do {
            var text = new StringBuilder(prefix);
            for (int i = 0; i < 3; i++) {
                int value = random.nextInt(BYTE_VALUES);
                text.append(':').append(Character.forDigit(value >> 4, 16)).append(Character.forDigit(value & 15, 16));
            }
            mac = text.toString();
        } while (isMacTaken(host, mac));
        return mac;
    }

    /** Whether another guest has an address. */
    static boolean isMacTaken(Host host, String mac) {
        return host.domains().stream()
                .flatMap(domain -> domain.child("devices").stream())
                .flatMap(devices -> devices.children("interface").stream())
                .flatMap(card -> card.child("mac").stream())
                .anyMatch(each -> each.attribute("address", "").equalsIgnoreCase(mac));
    }

    private static void smartcard(Draft device) {
        device.setIfAbsent("@mode", "passthrough");
        if (!device.has("@type")) {
            device.set("@type", device.is("@mode", "passthrough") ? "spicevmc" : "tcp");
        }
    }

    private static void character(String kind, Draft device) {
        if (!device.has("source>@mode") && (device.is("@type", "unix") || device.is("@type", "tcp"))) {
            device.set("source>@mode", "bind");
        }
        if (kind.equals("channel")) {
            device.setIfAbsent("target/@type", "virtio");
        }
        if (device.is("@type", "spicevmc") || device.is("@type", "qemu-vdagent")) {
            device.setIfAbsent("target/@name", "com.redhat.spice.0");
        }
    }

    private void input(Draft device) {
        device.setIfAbsent("@type", "mouse");
        if (!device.has("@bus")) {
            device.put(
                    "@bus",
                    switch (device.get("@type", "")) {
                        case "tablet" -> Optional.of("usb");
                        case "evdev" -> Optional.empty();
                        default -> Optional.of(host.isXen() ? "xen" : "ps2");
                    });
        }
    }

    private void tpm(Draft device) {
        if (!device.has("backend/@type")) {
            device.set("backend/@type", device.has("backend/device/@path") ? "passthrough" : "emulator");
        }
        if (device.is("backend/@type", "emulator") && !device.has("@model") && !device.has("backend/@version")) {
            var abilities = guest.abilities();
            boolean unknown = !abilities.knowsTpm() && !guest.isPseries();
            device.put(
                    "@model", unknown || abilities.supportsTpm("tpm-crb") ? Optional.of("tpm-crb") : Optional.empty());
        }
    }

    private void video(Draft device) {
        if (!device.has("model/@type")) {
            device.put("model/@type", videoModel());
        }
        if (device.is("model/@type", "virtio") && guest.hasGl()) {
            device.set("model/acceleration/@accel3d", "yes");
        }
    }

    private Optional<String> videoModel() {
        if (!guest.isHvm()) {
            return Optional.empty();
        }
        if (guest.isPseries()) {
            return Optional.of("vga");
        }
        boolean onlyVirtio = guest.isArmVirt() || guest.isRiscvVirt() || (guest.isS390() && host.isQemu());
        if (onlyVirtio || (guest.hasSpice() && guest.hasGl())) {
            return Optional.of("virtio");
        }
        var abilities = guest.abilities();
        if (abilities.supportsVideo("virtio") && guest.system().drivesVirtioGpu()) {
            return Optional.of("virtio");
        }
        if (guest.isX86() && guest.hasSpice() && abilities.supportsQxl(host)) {
            return Optional.of("qxl");
        }
        return Optional.of(guest.isUefi() && abilities.supportsVideo("bochs") ? "bochs" : "vga");
    }

    private void panic(Draft device) {
        if (!device.has("address>@type") && device.has("address>@iobase")) {
            device.set("address>@type", "isa");
        }
        if (!device.has("@model")) {
            var model = guest.isX86() ? "isa" : guestPanic();
            device.put("@model", model.isEmpty() ? Optional.empty() : Optional.of(model));
        }
    }

    private String guestPanic() {
        if (guest.isPseries()) {
            return "pseries";
        }
        return guest.isS390() ? "s390" : "";
    }

    /** Adds the controllers of USB 2: one for fast devices and three for slow ones. */
    List<Draft> addUsb2Controllers() {
        var added = new ArrayList<Draft>();
        for (int i = 0; i < 4; i++) {
            var controller = guest.addDevice("controller");
            controller.set("@type", "usb");
            controller.set("@model", i == 0 ? "ich9-ehci1" : "ich9-uhci" + i);
            if (i > 0) {
                controller.set("master/@startport", Integer.toString(2 * (i - 1)));
            }
            added.add(controller);
        }
        return added;
    }

    Draft addUsb3Controller() {
        var controller = guest.addDevice("controller");
        controller.set("@type", "usb");
        controller.set("@model", host.isQemu() ? "qemu-xhci" : "nec-xhci");
        controller.set("@ports", USB3_PORTS);
        return controller;
    }
}
