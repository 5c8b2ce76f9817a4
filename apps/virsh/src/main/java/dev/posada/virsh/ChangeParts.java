package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.Element;
import dev.posada.model.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code change-media}, {@code domif-setlink}, {@code update-memory-device}: changes of devices in their places. */
final class ChangeParts {
    private static final List<String> SOURCES = List.of("file", "dev", "dir", "name");
    private static final long KIB = 1024;

    private ChangeParts() {}

    static Command changeMedia() {
        return Command.named("change-media")
                .summary("change what is in a CD or floppy drive")
                .options(
                        Domains.option(),
                        Option.value("path", "the drive's target or source").completing(DomainParts.disks()),
                        Option.text("source", "the medium's file or device"),
                        Option.flag("eject", "take the medium out"),
                        Option.flag("insert", "put a medium into the empty drive"),
                        Option.flag("update", "put a medium in, whatever was there"),
                        Impacts.current(),
                        Impacts.live(),
                        Impacts.config(),
                        Option.flag("force", "even where the guest has locked the drive"),
                        Option.flag("print-xml", "show what describes the drive and change nothing"),
                        Option.flag("block", "the medium is a block device"))
                .action(ChangeParts::changeMedia);
    }

    private static void changeMedia(Call call) {
        call.exclusive("eject", "insert");
        call.exclusive("eject", "update");
        call.exclusive("insert", "update");
        call.exclusive("eject", "block");
        var impact = Impacts.of(call);
        var action = call.has("eject") ? "eject" : call.has("insert") ? "insert" : "update";
        var source = call.text("source");
        var domain = Domains.of(call);
        var path = call.required("path");
        var disk = DetachParts.findDisk(DetachParts.document(domain, call.has("config")), path, true);
        var xml = withMedium(call, disk, action, source.filter(_ -> !action.equals("eject")), path);
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        call.attempt("Failed to complete action " + action + " on media", () -> {
            if (call.has("force")) {
                domain.devices().forceUpdate(xml, impact);
            } else {
                domain.updateDevice(xml, impact);
            }
        });
        call.print("Successfully " + (action + "ed").replace("eed", "ed") + " media.");
    }

    private static String withMedium(Call call, Element disk, String action, Optional<String> medium, String path) {
        boolean full = DomainParts.firstValue(disk, "source", SOURCES).isPresent();
        if (!action.equals("eject") && medium.isEmpty()) {
            throw new CommandException("New disk media source was not specified");
        }
        if (action.equals("eject") && !full) {
            throw new CommandException("The disk device '" + path + "' doesn't have media");
        }
        if (action.equals("insert") && full) {
            throw new CommandException("The disk device '" + path + "' already has media");
        }
        var text = new DeviceText(disk);
        text.remove("source");
        text.remove("backingStore");
        if (medium.isEmpty()) {
            return text.text();
        }
        var source = Element.of("source", call.has("block") ? "dev" : "file", medium.get());
        var policy = DomainParts.value(disk, "source", "startupPolicy");
        text.insertBefore("target", policy.isPresent() ? source.with("startupPolicy", policy.get()) : source);
        return text.text(disk.with("type", call.has("block") ? "block" : "file"));
    }

    static Command domifSetlink() {
        return Command.named("domif-setlink")
                .summary("plug a network card's cable in or out")
                .options(
                        Domains.option(),
                        Option.value("interface", "the card's hardware address or its device on the host")
                                .completing(DomainParts.cards()),
                        Option.value("state", "up or down").completing(Completer.words("up", "down")),
                        Option.alias("persistent", "config"),
                        Impacts.config(),
                        Option.flag("print-xml", "show what describes the card and change nothing"))
                .action(ChangeParts::domifSetlink);
    }

    private static void domifSetlink(Call call) {
        var domain = Domains.of(call);
        var wanted = call.required("interface");
        var state = call.required("state");
        if (!state.equals("up") && !state.equals("down")) {
            throw new CommandException("invalid link state '" + state + "'");
        }
        boolean definition = call.has("config") || !domain.isActive();
        var card = findCard(DetachParts.document(domain, call.has("config")), wanted);
        var text = new DeviceText(card);
        text.set(card.child("link").orElse(Element.of("link")).with("state", state));
        if (call.has("print-xml")) {
            call.print(text.text());
            return;
        }
        call.attempt(
                "Failed to update interface link state",
                () -> domain.updateDevice(text.text(), definition ? Flag.Impact.CONFIG : Flag.Impact.LIVE));
        call.extra("Device updated successfully\n");
    }

    private static Element findCard(Element document, String wanted) {
        var mac = HardwareAddress.normal(wanted);
        for (var card : DomainParts.devices(document, "interface")) {
            var address = DomainParts.value(card, "mac", "address").flatMap(HardwareAddress::normal);
            if ((mac.isPresent() && mac.equals(address))
                    || DomainParts.value(card, "target", "dev").equals(Optional.of(wanted))) {
                return card;
            }
        }
        throw new CommandException("interface '" + wanted + "' not found");
    }

    static Command updateMemoryDevice() {
        return Command.named("update-memory-device")
                .summary("change how much of a memory device a guest has")
                .options(Domains.option())
                .options(Impacts.options())
                .options(
                        Option.flag("print-xml", "show what describes the device and change nothing"),
                        Option.text("alias", "the device's alias").completing(DomainParts.aliases()),
                        Option.number("node", "the guest's NUMA node it belongs to"),
                        Option.number("requested-size", "how much the guest shall have, in KiB unless a unit follows"))
                .action(ChangeParts::updateMemoryDevice);
    }

    private static void updateMemoryDevice(Call call) {
        call.exclusive("node", "alias");
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        var device = findMemory(call, DetachParts.document(domain, call.has("config")));
        var text = new DeviceText(device);
        var size = call.bytes("requested-size", KIB);
        if (size.isPresent()) {
            var target = device.child("target");
            if (target.flatMap(element -> element.child("requested")).isEmpty()) {
                throw new CommandException("virtio-mem device is missing <requested/>");
            }
            text.set(withRequested(target.get(), size.get() / KIB));
        }
        if (call.has("print-xml")) {
            call.print(text.text());
            return;
        }
        update(domain, text.text(), impact);
    }

    private static void update(Domain domain, String xml, Flag.Impact[] impact) {
        domain.updateDevice(xml, impact);
    }

    private static Element withRequested(Element target, long kib) {
        var content = new ArrayList<dev.posada.model.Content>();
        for (var item : target.content()) {
            content.add(
                    item instanceof Element child && child.name().equals("requested")
                            ? new Element(
                                    "requested",
                                    child.with("unit", "KiB").attributes(),
                                    List.of(new Text(Long.toString(kib))),
                                    0)
                            : item);
        }
        return new Element(target.name(), target.attributes(), content, 0);
    }

    private static Element findMemory(Call call, Element document) {
        var alias = call.text("alias");
        var node = call.unsigned("node").map(Integer::toUnsignedString);
        var found = DomainParts.devices(document, "memory").stream()
                .filter(device -> alias.isEmpty()
                        || DomainParts.value(device, "alias", "name").equals(alias))
                .filter(device -> node.isEmpty()
                        || device.at("target", "node").map(Element::text).equals(node))
                .toList();
        if (found.isEmpty()) {
            throw new CommandException("no memory device found");
        }
        if (found.size() > 1) {
            throw new CommandException("multiple memory devices found, use --alias or --node to select one");
        }
        return found.getFirst();
    }
}
