package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Set;

/** The devices that need little: what libvirt fills in whatever the hypervisor, and what it refuses. */
final class SmallDevices {
    private static final int LEAST_CID = 3;

    private SmallDevices() {}

    static Element fill(Element device, String usualBus) {
        return switch (device.name()) {
            case "filesystem" -> filesystem(device);
            case "input" -> input(device, usualBus);
            case "watchdog" -> device.attributes().containsKey("action") ? device : device.with("action", "reset");
            case "rng" -> rng(device);
            case "tpm" -> tpm(device);
            case "shmem" ->
                device.child("model").isPresent() ? device : device.plus(Element.of("model", "type", "ivshmem"));
            case "vsock" -> vsock(device);
            case "hostdev" -> hostDevice(device);
            case "redirdev" -> redirected(device);
            case "smartcard" -> smartcard(device);
            case "lease" -> lease(device);
            case "memory" -> memory(device);
            default -> device;
        };
    }

    private static Element filesystem(Element device) {
        var attributes = new LinkedHashMap<>(device.attributes());
        attributes.putIfAbsent("type", "mount");
        boolean served = device.child("source")
                .filter(source -> source.attributes().containsKey("socket"))
                .isPresent();
        if (!served) {
            attributes.putIfAbsent("accessmode", "passthrough");
        }
        var filled = device.withAttributes(attributes);
        var target = device.child("target")
                .map(element -> element.attribute("dir", ""))
                .orElse("");
        var source = device.child("source");
        if (source.isEmpty() || source.get().attributes().isEmpty()) {
            throw Invalid.of(ErrorCode.NO_SOURCE, device, target + ": give the filesystem a <source>");
        }
        if (target.isEmpty()) {
            throw Invalid.of(
                    ErrorCode.NO_TARGET,
                    device,
                    source.get().attribute("dir", "") + ": give the filesystem a <target dir='…'/>");
        }
        if (filled.has("type", "ram")) {
            var usage = source.get();
            long kib = MemorySize.kib(usage, usage.attribute("usage", ""), usage.attribute("units", ""), "KiB");
            return filled.withChild(usage.with("usage", Long.toString(kib)).with("units", "KiB"));
        }
        return filled;
    }

    private static Element input(Element device, String usualBus) {
        var type = device.attribute("type", "");
        if (type.equals("evdev")) {
            return device;
        }
        var own = switch (type) {
            case "passthrough" -> "virtio";
            case "mouse", "keyboard" -> usualBus;
            default -> usualBus.equals("ps2") ? "usb" : usualBus;
        };
        var bus = device.attribute("bus", own);
        if (bus.equals("ps2") && type.equals("tablet")) {
            throw Invalid.internal(device, "ps2 bus does not support tablet input device");
        }
        return device.attributes().containsKey("bus") ? device : device.with("bus", bus);
    }

    private static Element rng(Element device) {
        if (device.children("backend").size() != 1) {
            throw Invalid.xml(device, "only one RNG backend is supported");
        }
        var backend = device.child("backend").orElseThrow();
        if (backend.has("model", "egd")) {
            if (!backend.attributes().containsKey("type")) {
                throw Invalid.xml(backend, "missing EGD backend type");
            }
            return device.withChild(CharacterDevices.fill(backend));
        }
        boolean random = backend.has("model", "random");
        return random && backend.text().isEmpty() ? device.withChild(backend.withText("/dev/random")) : device;
    }

    private static Element tpm(Element device) {
        var backend = device.child("backend").orElseThrow(() -> Invalid.xml(device, "missing TPM device backend"));
        if (!backend.has("type", "passthrough")) {
            return device;
        }
        var path = backend.child("device").orElse(Element.of("device"));
        return path.attributes().containsKey("path")
                ? device
                : device.withChild(backend.withChild(path.with("path", "/dev/tpm0")));
    }

    private static Element vsock(Element device) {
        var cid = device.child("cid");
        if (cid.isEmpty()) {
            return device.plus(Element.of("cid", "auto", "yes"));
        }
        if (cid.get().attributes().containsKey("address")
                && DeviceAddress.number(cid.get(), "address", LEAST_CID) < LEAST_CID) {
            throw Invalid.unsupported(cid.get(), "guest CIDs must be >= " + LEAST_CID);
        }
        return device;
    }

    private static Element hostDevice(Element device) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("mode", device.attribute("mode", "subsystem"));
        attributes.putAll(device.attributes());
        var source = device.child("source")
                .orElseThrow(() -> Invalid.xml(device, "Missing <source> element in hostdev device"));
        if (attributes.getOrDefault("mode", "").equals("capabilities")) {
            return device.withAttributes(attributes);
        }
        attributes.putIfAbsent("managed", "no");
        var filled = device.withAttributes(attributes);
        if (device.has("type", "usb")
                && source.child("vendor").isPresent() != source.child("product").isPresent()) {
            throw Invalid.internal(
                    source,
                    "missing " + (source.child("vendor").isPresent() ? "product" : "vendor") + " of the USB device");
        }
        if (!device.has("type", "pci")) {
            return filled;
        }
        var address = source.child("address").orElse(Element.of("address"));
        var complete = new LinkedHashMap<String, String>();
        complete.put("domain", address.attribute("domain", "0x0000"));
        complete.put("bus", address.attribute("bus", "0x00"));
        complete.put("slot", address.attribute("slot", "0x00"));
        complete.put("function", address.attribute("function", "0x0"));
        address.attributes().forEach(complete::putIfAbsent);
        return filled.withChild(source.withChild(address.withAttributes(complete)));
    }

    private static Element redirected(Element device) {
        var attributes = new LinkedHashMap<>(device.attributes());
        attributes.putIfAbsent("bus", "usb");
        if (!attributes.containsKey("type")) {
            throw Invalid.internal(device, "missing type in redirdev");
        }
        return CharacterDevices.fill(device.withAttributes(attributes));
    }

    private static Element smartcard(Element device) {
        if (device.has("mode", "host-certificates")
                && device.children("certificate").size() != 3) {
            throw Invalid.xml(device, "host-certificates mode needs exactly three certificates");
        }
        device.child("address").filter(address -> !address.has("type", "ccid")).ifPresent(address -> {
            throw Invalid.unsupported(address, "Controllers must use the 'ccid' address type");
        });
        return device.has("mode", "passthrough") ? CharacterDevices.fill(device) : device;
    }

    private static Element lease(Element device) {
        for (var part : Set.of("key", "target")) {
            if (device.child(part).isEmpty()) {
                throw Invalid.xml(device, "Missing '" + part + "' element for lease");
            }
        }
        return device;
    }

    private static Element memory(Element device) {
        var target = device.child("target")
                .orElseThrow(() -> Invalid.xml(device, "missing <target> element for <memory> device"));
        if (target.childText("size").orElse("").isEmpty()) {
            throw Invalid.xml(target, "missing <size> of a memory device");
        }
        boolean shared =
                device.has("model", "virtio-pmem") && !device.attributes().containsKey("access");
        return shared ? device.with("access", "shared") : device;
    }
}
