package dev.posada.host;

import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** USB devices and their interfaces, by {@code /sys/bus/usb}. */
final class UsbKind implements DeviceKind {
    private final Path root;
    private final IdNames names;

    UsbKind(Path root, IdNames names) {
        this.root = root;
        this.names = names;
    }

    @Override
    public List<SysNode> nodes() {
        var nodes = SysNode.in(root, "sys/bus/usb/devices");
        Set<String> keys = new HashSet<>();
        for (var node : nodes) {
            var vendor = node.value("idVendor").orElse("");
            keys.add(vendor);
            keys.add(vendor + ":" + node.value("idProduct").orElse(""));
        }
        names.learn(keys);
        return nodes;
    }

    @Override
    public Optional<Described> describe(SysNode node) {
        var name = DeviceKind.name("usb", node.name());
        if (node.has("idVendor")) {
            return Optional.of(new Described(
                    name,
                    node.number("busnum")
                            .flatMap(bus -> node.number("devnum")
                                    .map(device -> String.format("/dev/bus/usb/%03d/%03d", bus, device))),
                    List.of(),
                    device(node)));
        }
        return node.has("bInterfaceNumber") ? Optional.of(Described.of(name, part(node))) : Optional.empty();
    }

    private Element device(SysNode node) {
        var vendor = node.value("idVendor").orElse("");
        var product = node.value("idProduct").orElse("");
        return Element.of("capability", "type", "usb_device")
                .plus(Element.text("bus", node.value("busnum").orElse("0")))
                .plus(Element.text("device", node.value("devnum").orElse("0")))
                .plus(Element.text(
                                "product",
                                node.value("product")
                                        .or(() -> names.name(vendor + ":" + product))
                                        .orElse(""))
                        .with("id", "0x" + product))
                .plus(Element.text(
                                "vendor",
                                node.value("manufacturer")
                                        .or(() -> names.name(vendor))
                                        .orElse(""))
                        .with("id", "0x" + vendor));
    }

    private static Element part(SysNode node) {
        return Element.of("capability", "type", "usb")
                .plus(hexadecimal(node, "number", "bInterfaceNumber"))
                .plus(hexadecimal(node, "class", "bInterfaceClass"))
                .plus(hexadecimal(node, "subclass", "bInterfaceSubClass"))
                .plus(hexadecimal(node, "protocol", "bInterfaceProtocol"));
    }

    private static Element hexadecimal(SysNode node, String element, String attribute) {
        var text = node.value(attribute).orElse("0");
        try {
            return Element.text(element, Integer.toString(Integer.parseInt(text, 16)));
        } catch (NumberFormatException notOne) {
            return Element.text(element, "0");
        }
    }
}
