package dev.posada.xml;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Fills in the devices of a domain as libvirt does whatever the hypervisor. */
final class DeviceDefaults {
    private final Element domain;
    private final boolean machine;
    /** Where keyboards and mice are on such a machine. */
    private final String inputBus;

    /** The devices by kind, kinds in the order they were met. */
    private final Map<String, List<Element>> kinds = new LinkedHashMap<>();

    DeviceDefaults(Element domain) {
        this.domain = domain;
        this.machine = domain.at("os", "type")
                .filter(type -> type.text().equals("hvm"))
                .isPresent();
        var architecture = domain.at("os", "type")
                .map(type -> type.attribute("arch", "x86_64"))
                .orElse("x86_64");
        this.inputBus = switch (architecture) {
            case "x86_64", "i686" -> "ps2";
            case "s390", "s390x" -> "virtio";
            default -> "usb";
        };
    }

    /** The {@code devices} element, complete. */
    Element fill() {
        var given = domain.child("devices").orElse(Element.of("devices"));
        for (var device : given.children()) {
            add(DeviceAddress.completed(fill(device)));
        }
        checkSingle("memballoon", "only a single memory balloon device is supported");
        checkSingle("nvram", "only a single nvram device is supported");
        checkSingle("watchdog", "only a single watchdog device is supported");
        checkSingle("redirfilter", "only one set of redirection filter rule is supported");
        var disks = new Disks(domain.attribute("type", "")).fill(of("disk"));
        put("disk", disks);
        put("video", Displays.videos(of("video")));
        put("parallel", CharacterDevices.number(of("parallel")));
        var paired = CharacterDevices.pair(of("serial"), of("console"), machine);
        put("serial", paired.serials());
        put("console", paired.consoles());
        put("hostdev", new Disks(domain.attribute("type", "")).addressHostDevices(of("hostdev"), disks));
        put("smartcard", smartcards(of("smartcard")));
        put("controller", controllers(disks));
        return given.withContent(kinds.values().stream().flatMap(List::stream).toList());
    }

    private Element fill(Element device) {
        return switch (device.name()) {
            case "interface" -> Interfaces.fill(device);
            case "serial", "parallel", "console" -> CharacterDevices.fill(device);
            case "channel" -> CharacterDevices.fillChannel(device);
            case "graphics" -> Displays.graphics(device);
            default -> SmallDevices.fill(device, inputBus);
        };
    }

    private void add(Element device) {
        boolean empty = device.name().equals("emulator") && device.content().isEmpty();
        if (!empty) {
            kinds.computeIfAbsent(device.name(), name -> new ArrayList<>()).add(device);
        }
    }

    private List<Element> of(String kind) {
        return kinds.getOrDefault(kind, List.of());
    }

    private void put(String kind, List<Element> devices) {
        if (!devices.isEmpty()) {
            kinds.put(kind, new ArrayList<>(devices));
        }
    }

    private void checkSingle(String kind, String problem) {
        if (of(kind).size() > 1) {
            throw Invalid.internal(of(kind).get(1), problem);
        }
    }

    private List<Element> controllers(List<Element> disks) {
        var controllers = new Controllers(of("controller"));
        for (var bus : List.of("scsi", "fdc", "ide", "sata")) {
            var addresses = new ArrayList<Element>();
            for (var disk : disks) {
                if (disk.child("target").orElseThrow().has("bus", bus)) {
                    disk.child("address").ifPresent(addresses::add);
                }
            }
            if (bus.equals("scsi")) {
                for (var device : of("hostdev")) {
                    if (device.has("type", "scsi")) {
                        device.child("address").ifPresent(addresses::add);
                    }
                }
            }
            controllers.requireUpTo(bus, addresses);
        }
        for (var kind : List.of("channel", "console")) {
            for (var device : of(kind)) {
                if (device.child("target")
                        .filter(target -> target.has("type", "virtio"))
                        .isPresent()) {
                    controllers.require("virtio-serial", controller(device));
                }
            }
        }
        for (var card : of("smartcard")) {
            controllers.require("ccid", controller(card));
        }
        return controllers.all();
    }

    private static int controller(Element device) {
        return device.child("address")
                .map(address -> DeviceAddress.number(address, "controller", 0))
                .orElse(0);
    }

    /** Smart cards, each with a slot of its own. */
    private static List<Element> smartcards(List<Element> cards) {
        Set<Integer> taken = new HashSet<>();
        for (var card : cards) {
            card.child("address")
                    .map(address -> DeviceAddress.number(address, "slot", 0))
                    .ifPresent(taken::add);
        }
        var filled = new ArrayList<Element>();
        for (var card : cards) {
            if (card.child("address").isPresent()) {
                filled.add(card);
                continue;
            }
            int slot = 0;
            while (!taken.add(slot)) {
                slot++;
            }
            filled.add(card.plus(
                    Element.of("address", "type", "ccid", "controller", "0", "slot", Integer.toString(slot))));
        }
        return filled;
    }
}
