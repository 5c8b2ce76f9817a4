package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.Element;
import java.util.List;
import java.util.Optional;

/** {@code detach-disk}, {@code detach-interface}. */
final class DetachParts {
    private static final List<String> SOURCES = List.of("file", "dev", "dir", "name");

    private DetachParts() {}

    static Command detachDisk() {
        return Command.named("detach-disk")
                .summary("unplug a disk")
                .options(
                        Domains.option(),
                        Option.value("target", "the disk's target or source").completing(DomainParts.disks()))
                .options(Impacts.deviceOptions())
                .options(Option.flag("print-xml", "show what describes the disk and unplug nothing"))
                .action(DetachParts::detachDisk);
    }

    private static void detachDisk(Call call) {
        Impacts.checkDevice(call);
        var target = call.required("target");
        var domain = Domains.of(call);
        boolean definition = (call.has("config") || call.has("persistent")) && !call.has("live");
        var text = new DeviceText(findDisk(document(domain, definition), target, false));
        text.remove("backingStore");
        if (call.has("print-xml")) {
            call.print(text.text());
            return;
        }
        call.attempt("Failed to detach disk", () -> DeviceFiles.detach(call, domain, text.text()));
        call.extra("Disk detached successfully\n");
    }

    static Element document(Domain domain, boolean definition) {
        return definition ? DomainParts.document(domain, Flag.Xml.INACTIVE) : DomainParts.document(domain);
    }

    /**
     * The disk with a target or source.
     *
     * @param changeable whether only drives count whose media can be changed
     */
    static Element findDisk(Element document, String wanted, boolean changeable) {
        for (var disk : DomainParts.devices(document, "disk")) {
            if (changeable && !disk.has("device", "cdrom") && !disk.has("device", "floppy")) {
                continue;
            }
            var name = Optional.of(wanted);
            if (DomainParts.value(disk, "target", "dev").equals(name)
                    || DomainParts.firstValue(disk, "source", SOURCES).equals(name)) {
                return disk;
            }
        }
        throw new CommandException("No disk found whose source path or target is " + wanted);
    }

    static Command detachInterface() {
        return Command.named("detach-interface")
                .summary("unplug a network card")
                .options(
                        Domains.option(),
                        Option.value("type", "what it is plugged into, such as network or bridge")
                                .completing(Completer.words("network", "bridge", "direct", "hostdev", "user")),
                        Option.text("mac", "its hardware address").completing(DomainParts.hardwareAddresses()))
                .options(Impacts.deviceOptions())
                .options(Option.flag("print-xml", "show what describes the card and unplug nothing"))
                .action(DetachParts::detachInterface);
    }

    private static void detachInterface(Call call) {
        Impacts.checkDevice(call);
        var domain = Domains.of(call);
        boolean definition = call.has("config") || call.has("persistent");
        boolean running = call.has("live") || !definition || (call.has("persistent") && domain.isActive());
        // The two are told apart because the card may stand elsewhere, or have another alias, in the definition.
        if (definition) {
            detach(call, domain, true);
        }
        if (running) {
            detach(call, domain, false);
        }
        if (!call.has("print-xml")) {
            call.extra("Interface detached successfully\n");
        }
    }

    private static void detach(Call call, Domain domain, boolean definition) {
        Element card;
        try {
            card = findCard(call, document(domain, definition));
        } catch (CommandException e) {
            if (call.has("print-xml")) {
                throw e;
            }
            throw new CommandException(e.lines().getFirst(), "Failed to detach interface");
        }
        var xml = new DeviceText(card).text();
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        call.attempt("Failed to detach interface", () -> {
            if (definition) {
                domain.detachDevice(xml, Flag.Impact.CONFIG);
            } else if (call.has("live") || call.has("persistent")) {
                domain.detachDevice(xml, Flag.Impact.LIVE);
            } else if (call.has("current")) {
                domain.detachDevice(xml);
            } else {
                domain.devices().detachLive(xml);
            }
        });
    }

    private static Element findCard(Call call, Element document) {
        var type = call.required("type");
        var cards = DomainParts.devices(document, "interface").stream()
                .filter(card -> card.has("type", type))
                .toList();
        if (cards.isEmpty()) {
            throw new CommandException("No interface found whose type is " + type);
        }
        var mac = call.text("mac");
        if (mac.isEmpty()) {
            if (cards.size() > 1) {
                throw new CommandException(
                        "Domain has " + cards.size() + " interfaces. Please specify which one to detach using --mac");
            }
            return cards.getFirst();
        }
        var matching = cards.stream()
                .filter(card -> DomainParts.value(card, "mac", "address")
                        .flatMap(HardwareAddress::normal)
                        .equals(HardwareAddress.normal(mac.get())))
                .toList();
        if (matching.isEmpty()) {
            throw new CommandException("No interface with MAC address " + mac.get() + " was found");
        }
        if (matching.size() > 1) {
            throw new CommandException("Domain has multiple interfaces matching MAC address " + mac.get()
                    + ". You must use detach-device and specify the device pci address to remove it.");
        }
        return matching.getFirst();
    }
}
