package dev.posada.virsh;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** {@code attach-disk}. */
final class AttachDisk {
    private static final int FILE_KIND = 0170000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int WWN_DIGITS = 16;

    private AttachDisk() {}

    static Command command() {
        return Command.named("attach-disk")
                .summary("plug in a disk")
                .options(
                        Domains.option(),
                        Option.value("source", "the disk's file, device or name on the network")
                                .orEmpty(),
                        Option.value("target", "the disk's name in the guest, such as vdb"),
                        Option.text("targetbus", "what the guest finds it on")
                                .completing(Completer.words(
                                        "ide", "fdc", "scsi", "virtio", "xen", "usb", "uml", "sata", "sd")),
                        Option.text("driver", "what serves it, such as qemu"),
                        Option.text("subdriver", "the format of the image, such as qcow2"),
                        Option.text("iothread", "the thread that does its work"),
                        Option.text("cache", "how the host caches it")
                                .completing(Completer.words(
                                        "default", "none", "writethrough", "writeback", "directsync", "unsafe")),
                        Option.text("io", "how the host reads and writes it")
                                .completing(Completer.words("native", "threads", "io_uring")),
                        Option.text("type", "what it is to the guest")
                                .completing(Completer.words("disk", "lun", "cdrom", "floppy")),
                        Option.alias("shareable", "mode=shareable"),
                        Option.text("mode", "readonly or shareable")
                                .completing(Completer.words("readonly", "shareable")),
                        Option.text("sourcetype", "what the source is: file, block or network")
                                .completing(Completer.words("file", "block", "network")),
                        Option.text("serial", "its serial number"),
                        Option.text("wwn", "its world wide name, 16 digits"),
                        Option.text("alias", "what to call it, beginning with ua-"),
                        Option.flag("rawio", "the guest may send it raw commands"),
                        Option.text("address", "where it is plugged in, such as pci:0000.00.0x0a.0 or scsi:0.0.1"),
                        Option.flag("multifunction", "other functions share its PCI slot"),
                        Option.flag("print-xml", "show what describes the disk and plug in nothing"),
                        Option.text("source-protocol", "how a disk on the network is reached")
                                .completing(Completer.words(
                                        "nbd",
                                        "rbd",
                                        "sheepdog",
                                        "gluster",
                                        "iscsi",
                                        "http",
                                        "https",
                                        "ftp",
                                        "ftps",
                                        "tftp",
                                        "ssh",
                                        "vxhs",
                                        "nfs")),
                        Option.text("source-host-name", "the host it is on, and a port after a colon"),
                        Option.text("source-host-transport", "tcp, rdma or unix")
                                .completing(Completer.words("tcp", "rdma", "unix")),
                        Option.text("source-host-socket", "the socket it is reached by"))
                .options(Impacts.deviceOptions())
                .action(AttachDisk::run);
    }

    private static void run(Call call) {
        Impacts.checkDevice(call);
        call.exclusive("source-host-name", "source-host-socket");
        call.requires("source-host-name", "source-protocol");
        call.requires("source-host-transport", "source-protocol");
        call.requires("source-host-socket", "source-protocol");
        call.requires("source-host-socket", "source-host-transport");
        var xml = Documents.format(disk(call));
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        var domain = Domains.of(call);
        call.attempt("Failed to attach disk", () -> DeviceFiles.attach(call, domain, xml));
        call.extra("Disk attached successfully\n");
    }

    private static Element disk(Call call) {
        var source = call.text("source").orElse("");
        var target = call.required("target");
        var kind = sourceKind(call, source);
        var mode = call.text("mode");
        if (mode.isPresent() && !mode.get().equals("readonly") && !mode.get().equals("shareable")) {
            throw new CommandException("No support for " + mode.get() + " in command 'attach-disk'");
        }
        call.text("wwn").ifPresent(AttachDisk::checkWwn);
        var disk = attributes("type", Optional.of(kind), "device", call.text("type"));
        if (call.has("rawio")) {
            disk.put("rawio", "yes");
        }
        var content = new ArrayList<Content>();
        var driver = attributes(
                "name", call.text("driver"), "type", call.text("subdriver"), "iothread", call.text("iothread"));
        driver.putAll(attributes("cache", call.text("cache"), "io", call.text("io")));
        if (!driver.isEmpty()) {
            content.add(new Element("driver", driver, List.of(), 0));
        }
        content.add(source(call, kind, source));
        content.add(new Element(
                "target", attributes("dev", Optional.of(target), "bus", call.text("targetbus")), List.of(), 0));
        mode.ifPresent(word -> content.add(Element.of(word)));
        call.text("serial").ifPresent(serial -> content.add(Element.text("serial", serial)));
        call.text("alias").ifPresent(alias -> content.add(Element.of("alias", "name", alias)));
        call.text("wwn").ifPresent(wwn -> content.add(Element.text("wwn", wwn)));
        call.text("address").ifPresent(address -> content.add(address(call, address, target)));
        return new Element("disk", disk, content, 0);
    }

    private static String sourceKind(Call call, String source) {
        var asked = call.text("sourcetype");
        boolean network = call.has("source-protocol");
        if (asked.isPresent()) {
            var kind = asked.get();
            if (!kind.equals("file") && !kind.equals("block") && !kind.equals("network")) {
                throw new CommandException("Unknown source type: '" + kind + "'");
            }
            if (kind.equals("network") != network) {
                throw new CommandException("--source-protocol option requires --sourcetype network");
            }
            return kind;
        }
        if (network) {
            return "network";
        }
        return isBlockDevice(call, source) ? "block" : "file";
    }

    private static boolean isBlockDevice(Call call, String source) {
        if (source.isEmpty()) {
            return false;
        }
        try {
            var mode = Files.getAttribute(call.session().folder().resolve(source), "unix:mode");
            return mode instanceof Integer bits && (bits & FILE_KIND) == BLOCK_DEVICE;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Element source(Call call, String kind, String source) {
        if (!kind.equals("network")) {
            return Element.of("source", kind.equals("block") ? "dev" : "file", source);
        }
        var host = attributes("transport", call.text("source-host-transport"));
        call.text("source-host-name").ifPresent(name -> {
            int colon = name.indexOf(':');
            host.put("name", colon < 0 ? name : name.substring(0, colon));
            if (colon >= 0) {
                host.put("port", name.substring(colon + 1));
            }
        });
        host.putAll(attributes("socket", call.text("source-host-socket")));
        var attributes = attributes("protocol", call.text("source-protocol"));
        attributes.put("name", source);
        return new Element(
                "source", attributes, host.isEmpty() ? List.of() : List.of(new Element("host", host, List.of(), 0)), 0);
    }

    private static void checkWwn(String wwn) {
        if (wwn.length() != WWN_DIGITS || !wwn.chars().allMatch(c -> Character.digit(c, WWN_DIGITS) >= 0)) {
            throw new CommandException("internal error: Malformed wwn: " + wwn);
        }
    }

    private static Element address(Call call, String text, String target) {
        var address = BusAddress.of(text).orElseThrow(() -> new CommandException("Invalid address."));
        var kind = address.kind();
        if (target.startsWith("vd") && !List.of("pci", "ccw").contains(kind)) {
            throw new CommandException("expecting a pci:0000.00.00.00 or ccw:00.0.0000 address.");
        }
        if (target.startsWith("sd") && !List.of("scsi", "usb", "sata").contains(kind)) {
            throw new CommandException("expecting a scsi:00.00.00 or usb:00.00 or sata:00.00.00 address.");
        }
        if (target.startsWith("hd") && !kind.equals("ide")) {
            throw new CommandException("expecting an ide:00.00.00 address.");
        }
        return kind.equals("pci") && call.has("multifunction")
                ? address.element().with("multifunction", "on")
                : address.element();
    }

    /** Attributes that have a value, in order: names and optional values by turns. */
    private static SequencedMap<String, String> attributes(Object... namesAndValues) {
        var attributes = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] instanceof Optional<?> value && value.isPresent()) {
                attributes.put((String) namesAndValues[i], (String) value.get());
            }
        }
        return attributes;
    }
}
