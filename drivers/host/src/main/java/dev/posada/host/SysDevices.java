package dev.posada.host;

import dev.posada.driver.NodeDeviceDriver;
import dev.posada.host.DeviceKind.Described;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NodeDevice;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The devices of a Linux host as the kernel shows them below {@code /sys}, told in libvirt's words; udev's records add what
 * they know where there are any. Each call looks anew.
 */
final class SysDevices implements NodeDeviceDriver {
    /** The device all others hang on in the end. */
    static final String COMPUTER = "computer";

    private static final String DMI = "sys/class/dmi/id";
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";

    /** No device is deeper in the kernel's tree. */
    private static final int DEPTH_MAX = 64;

    private final Path root;
    private final List<DeviceKind> kinds;
    private final PciBinding binding;
    private final MediatedDevices mediated;

    SysDevices(Path root) {
        this.root = root;
        this.kinds = List.of(
                new PciKind(root, new IdNames(root, "pci.ids")),
                new UsbKind(root, new IdNames(root, "usb.ids")),
                new NetKind(root),
                new ScsiKind(root),
                OtherKinds.scsiGeneric(root),
                new StorageKind(root),
                OtherKinds.drm(root),
                OtherKinds.mdev(root));
        this.binding = new PciBinding(root);
        this.mediated = new MediatedDevices(root);
    }

    private record Found(SysNode node, Described described) {}

    @Override
    public List<NodeDevice> devices() {
        var found = new ArrayList<Found>();
        Map<Path, String> names = new HashMap<>();
        for (var kind : kinds) {
            for (var node : kind.nodes()) {
                // The same device may be listed under two kinds; the first to know it tells of it.
                if (!names.containsKey(node.folder())) {
                    kind.describe(node).ifPresent(described -> {
                        names.put(node.folder(), described.name());
                        found.add(new Found(node, described));
                    });
                }
            }
        }
        var devices = new ArrayList<NodeDevice>();
        devices.add(new NodeDevice(computer()));
        found.forEach(one -> devices.add(new NodeDevice(document(one, names))));
        devices.sort(Comparator.comparing(NodeDevice::name));
        return devices;
    }

    private static Element document(Found found, Map<Path, String> names) {
        var described = found.described();
        var device = Element.of("device")
                .plus(Element.text("name", described.name()))
                .plus(Element.text("path", found.node().path()));
        if (described.devnode().isPresent()) {
            device = device.plus(
                    Element.text("devnode", described.devnode().get()).with("type", "dev"));
        }
        for (var link : described.links()) {
            device = device.plus(Element.text("devnode", link).with("type", "link"));
        }
        device = device.plus(Element.text("parent", parent(found.node(), names)));
        var driver = found.node().linkName("driver");
        if (driver.isPresent()) {
            device = device.plus(Element.of("driver").plus(Element.text("name", driver.get())));
        }
        return device.plus(described.capability());
    }

    private static String parent(SysNode node, Map<Path, String> names) {
        var above = node.above();
        for (int i = 0; i < DEPTH_MAX && above.isPresent(); i++) {
            var name = names.get(above.get().folder());
            if (name != null) {
                return name;
            }
            above = above.get().above();
        }
        return COMPUTER;
    }

    private Element computer() {
        var dmi = new SysNode(root, root.resolve(DMI));
        var system = Element.of("capability", "type", "system");
        var product = dmi.value("product_name");
        if (product.isPresent()) {
            system = system.plus(Element.text("product", product.get()));
        }
        var hardware = told(
                told(told(Element.of("hardware"), "vendor", dmi, "sys_vendor"), "version", dmi, "product_version"),
                "serial",
                dmi,
                "product_serial");
        hardware = hardware.plus(Element.text("uuid", dmi.value("product_uuid").orElse(NO_UUID)));
        var firmware = told(
                told(told(Element.of("firmware"), "vendor", dmi, "bios_vendor"), "version", dmi, "bios_version"),
                "release_date",
                dmi,
                "bios_date");
        return Element.of("device")
                .plus(Element.text("name", COMPUTER))
                .plus(system.plus(hardware).plus(firmware));
    }

    private static Element told(Element element, String name, SysNode dmi, String attribute) {
        return dmi.value(attribute)
                .map(text -> element.plus(Element.text(name, text)))
                .orElse(element);
    }

    @Override
    public void detach(NodeDevice device, Optional<String> driver) {
        binding.detach(device, driver);
    }

    @Override
    public void reattach(NodeDevice device) {
        binding.reattach(device);
    }

    @Override
    public void reset(NodeDevice device) {
        binding.reset(device);
    }

    @Override
    public String create(Element device) {
        var wanted = new NodeDevice(device);
        var parent = wanted.parent()
                .flatMap(name -> devices().stream()
                        .filter(known -> known.name().equals(name))
                        .findFirst());
        return switch (wanted.type()) {
            case "mdev" ->
                mediated.create(
                        wanted,
                        parent.orElseThrow(() -> new PosadaException(
                                ErrorCode.NO_NODE_DEVICE,
                                ErrorOrigin.NODEDEV,
                                "no parent of the device is there: '"
                                        + wanted.parent().orElse("") + "'")));
            case "scsi_host" ->
                throw new PosadaException(
                        ErrorCode.INTERNAL_ERROR, ErrorOrigin.NODEDEV, "Device is not a fibre channel HBA");
            default -> throw unsupportedType();
        };
    }

    @Override
    public void destroy(NodeDevice device) {
        if (!device.type().equals("mdev")) {
            throw unsupportedType();
        }
        mediated.destroy(device);
    }

    private static PosadaException unsupportedType() {
        return new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.NODEDEV, "Unsupported device type");
    }

    @Override
    public void close() {}
}
