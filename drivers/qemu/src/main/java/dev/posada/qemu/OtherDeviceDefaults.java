package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.HashSet;
import java.util.Set;

/** Completes the devices that need a word or two: tpm, watchdog, panic, rng, vsock, filesystem, hostdev and the like. */
final class OtherDeviceDefaults {
    private static final int SCSI_UNITS = 7;

    private OtherDeviceDefaults() {}

    static void complete(Draft draft, Board board) {
        draft.devices("tpm").replaceAll(tpm -> completeTpm(tpm, board));
        draft.devices("watchdog").replaceAll(OtherDeviceDefaults::completeWatchdog);
        draft.devices("rng").replaceAll(OtherDeviceDefaults::completeRng);
        draft.devices("vsock").replaceAll(OtherDeviceDefaults::completeVsock);
        draft.devices("filesystem").replaceAll(OtherDeviceDefaults::completeFilesystem);
        draft.devices("hostdev").replaceAll(OtherDeviceDefaults::completeHostDevice);
        draft.devices("shmem").replaceAll(OtherDeviceDefaults::completeShmem);
        draft.devices("redirdev")
                .replaceAll(device -> device.attribute("bus").isPresent()
                        ? device
                        : Element.of("redirdev", "bus", "usb", "type", device.attribute("type", ""))
                                .withContent(device.content()));
        addressScsiHostDevices(draft);
        addressMemory(draft);
        addressSmartcards(draft);
    }

    private static Element completeTpm(Element tpm, Board board) {
        var backend = tpm.child("backend").orElseThrow(() -> Refusal.xml(tpm, "missing TPM device backend"));
        var changed = tpm.attribute("model").isPresent()
                ? tpm
                : tpm.with("model", board == Board.PSERIES || board == Board.POWER ? "tpm-spapr" : "tpm-tis");
        if (backend.has("type", "emulator") && backend.attribute("version", "").isEmpty()) {
            var version = board != Board.ARM_VIRT && changed.has("model", "tpm-tis") ? "1.2" : "2.0";
            changed = changed.withChild(Draft.withAfter(backend, "type", "version", version));
        }
        return changed;
    }

    private static Element completeWatchdog(Element watchdog) {
        return watchdog.attribute("action").isPresent()
                ? watchdog
                : Draft.withAfter(watchdog, "model", "action", "reset");
    }

    private static Element completeRng(Element rng) {
        return rng.mapChildren(child -> {
            boolean bare = child.name().equals("backend")
                    && child.has("model", "random")
                    && child.text().isEmpty();
            return bare ? child.withText("/dev/random") : child;
        });
    }

    private static Element completeVsock(Element vsock) {
        var changed = vsock.attribute("model").isPresent() ? vsock : vsock.with("model", "virtio");
        var cid = changed.child("cid").orElseGet(() -> Element.of("cid", "auto", "yes"));
        if (cid.attribute("auto").isEmpty()) {
            cid = Element.of("cid", "auto", "no", "address", cid.attribute("address", ""));
        }
        return Draft.withFirst(changed, cid);
    }

    private static Element completeFilesystem(Element filesystem) {
        var changed = filesystem;
        if (changed.attribute("type").isEmpty()) {
            changed = changed.with("type", "mount");
        }
        if (changed.attribute("accessmode").isEmpty()) {
            changed = Draft.withAfter(changed, "type", "accessmode", "passthrough");
        }
        return changed;
    }

    private static Element completeHostDevice(Element device) {
        var changed =
                device.attribute("managed").isPresent() ? device : Draft.withAfter(device, "type", "managed", "no");
        if (changed.has("type", "mdev") && changed.attribute("display").isEmpty() && changed.has("model", "vfio-pci")) {
            changed = Draft.withAfter(changed, "model", "display", "off");
        }
        return changed;
    }

    private static Element completeShmem(Element shmem) {
        var model = shmem.child("model").orElseGet(() -> Element.of("model", "type", "ivshmem-plain"));
        if (model.has("type", "ivshmem-doorbell") && shmem.child("server").isEmpty()) {
            throw Refusal.unsupported(
                    shmem, "shmem model 'ivshmem-doorbell' is supported only with server option enabled");
        }
        var changed = Draft.withFirst(shmem, model);
        return changed.child("size").isPresent() || !model.has("type", "ivshmem-plain")
                ? changed
                : Draft.with(changed, Element.text("size", "4").with("unit", "M"));
    }

    private static void addressScsiHostDevices(Draft draft) {
        Set<DriveAddress> taken = new HashSet<>();
        for (var disk : draft.devices("disk")) {
            if (DiskDefaults.bus(disk).equals("scsi")) {
                DriveAddress.of(disk).map(address -> address.on("scsi")).ifPresent(taken::add);
            }
        }
        for (var device : draft.devices("hostdev")) {
            if (device.has("type", "scsi")) {
                DriveAddress.of(device).map(address -> address.on("scsi")).ifPresent(taken::add);
            }
        }
        draft.devices("hostdev").replaceAll(device -> {
            if (!device.has("type", "scsi") || device.child("address").isPresent()) {
                return device;
            }
            int place = 0;
            while (!taken.add(new DriveAddress("scsi", place / SCSI_UNITS, 0, 0, place % SCSI_UNITS))) {
                place++;
            }
            return Draft.with(device, new DriveAddress("scsi", place / SCSI_UNITS, 0, 0, place % SCSI_UNITS).element());
        });
    }

    private static void addressMemory(Draft draft) {
        var modules = draft.devices("memory");
        var taken = new HashSet<Integer>();
        for (var module : modules) {
            module.child("address").ifPresent(address -> taken.add(Numbers.of(address, "slot", -1)));
        }
        modules.replaceAll(module -> {
            if (module.child("address").isPresent()
                    || !module.attribute("model", "").endsWith("dimm")) {
                return module;
            }
            int slot = 0;
            while (!taken.add(slot)) {
                slot++;
            }
            return Draft.with(module, Element.of("address", "type", "dimm", "slot", Integer.toString(slot)));
        });
    }

    private static void addressSmartcards(Draft draft) {
        var taken = new HashSet<String>();
        for (var card : draft.devices("smartcard")) {
            card.child("address").ifPresent(address -> taken.add(address.attribute("controller", "0")));
        }
        draft.devices("smartcard").replaceAll(card -> {
            if (card.child("address").isPresent()) {
                return card;
            }
            int controller = 0;
            while (!taken.add(Integer.toString(controller))) {
                controller++;
            }
            return Draft.with(
                    card,
                    Element.of("address", "type", "ccid", "controller", Integer.toString(controller), "slot", "0"));
        });
    }
}
