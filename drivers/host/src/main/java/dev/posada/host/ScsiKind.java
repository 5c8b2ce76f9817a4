package dev.posada.host;

import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** SCSI hosts, targets and units, by {@code /sys/bus/scsi}. */
final class ScsiKind implements DeviceKind {
    private static final Pattern HOST = Pattern.compile("host(\\d{1,9})");
    private static final Pattern TARGET = Pattern.compile("target\\d{1,9}:\\d{1,9}:\\d{1,9}");
    private static final Pattern UNIT = Pattern.compile("(\\d{1,9}):(\\d{1,9}):(\\d{1,9}):(\\d{1,18})");

    /** What a unit is, by the number its {@code type} says (SCSI Primary Commands, peripheral device type). */
    private static final List<String> TYPES = List.of(
            "disk",
            "tape",
            "printer",
            "processor",
            "worm",
            "cdrom",
            "scanner",
            "mod",
            "changer",
            "",
            "",
            "",
            "raid",
            "",
            "disk");

    private final Path root;

    ScsiKind(Path root) {
        this.root = root;
    }

    @Override
    public List<SysNode> nodes() {
        return SysNode.in(root, "sys/bus/scsi/devices");
    }

    @Override
    public Optional<Described> describe(SysNode node) {
        var name = node.name();
        var host = HOST.matcher(name);
        if (host.matches()) {
            return Optional.of(Described.of(DeviceKind.name("scsi", name), host(node, host.group(1))));
        }
        if (TARGET.matcher(name).matches()) {
            return Optional.of(Described.of(
                    DeviceKind.name("scsi", name),
                    Element.of("capability", "type", "scsi_target").plus(Element.text("target", name))));
        }
        var unit = UNIT.matcher(name);
        if (!unit.matches()) {
            return Optional.empty();
        }
        var capability = Element.of("capability", "type", "scsi")
                .plus(Element.text("host", unit.group(1)))
                .plus(Element.text("bus", unit.group(2)))
                .plus(Element.text("target", unit.group(3)))
                .plus(Element.text("lun", unit.group(4)));
        var type = type(node);
        if (type.isPresent()) {
            capability = capability.plus(Element.text("type", type.get()));
        }
        return Optional.of(Described.of(DeviceKind.name("scsi", name), capability));
    }

    /** What a unit is, as {@code disk}. */
    static Optional<String> type(SysNode unit) {
        return unit.number("type")
                .filter(number -> number >= 0 && number < TYPES.size())
                .map(number -> TYPES.get(number.intValue()))
                .filter(type -> !type.isEmpty());
    }

    private Element host(SysNode node, String number) {
        var capability = Element.of("capability", "type", "scsi_host").plus(Element.text("host", number));
        var shown = SysNode.of(root, root.resolve("sys/class/scsi_host").resolve(node.name()));
        var unique = shown.flatMap(host -> host.number("unique_id"));
        if (unique.isPresent()) {
            capability = capability.plus(Element.text("unique_id", Long.toString(unique.get())));
        }
        var fibre = SysNode.of(root, root.resolve("sys/class/fc_host").resolve(node.name()));
        return fibre.isPresent() ? withFibre(capability, fibre.get()) : capability;
    }

    private static Element withFibre(Element capability, SysNode fibre) {
        var told = capability.plus(Element.of("capability", "type", "fc_host")
                .plus(worldWide("wwnn", fibre, "node_name"))
                .plus(worldWide("wwpn", fibre, "port_name"))
                .plus(worldWide("fabric_wwn", fibre, "fabric_name")));
        var most = fibre.value("max_npiv_vports");
        return most.isEmpty()
                ? told
                : told.plus(Element.of("capability", "type", "vport_ops")
                        .plus(Element.text("max_vports", most.get()))
                        .plus(Element.text(
                                "vports", fibre.value("npiv_vports_inuse").orElse("0"))));
    }

    private static Element worldWide(String element, SysNode fibre, String attribute) {
        var text = fibre.value(attribute).orElse("0");
        return Element.text(element, text.startsWith("0x") ? text.substring(2) : text);
    }
}
