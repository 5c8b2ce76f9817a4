package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NodeDevice;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.NodeDeviceXml;
import java.util.List;
import java.util.Optional;

/** The devices of the host behind a connection. Flags and errors are libvirt's. */
public final class NodeDevices {
    /** The capabilities in the order of their bits in {@code virConnectListAllNodeDeviceFlags}. */
    private static final List<String> CAPABILITIES = List.of(
            "system",
            "pci",
            "usb_device",
            "usb",
            "net",
            "scsi_host",
            "scsi_target",
            "scsi",
            "storage",
            "fc_host",
            "vports",
            "scsi_generic",
            "drm",
            "mdev_types",
            "mdev",
            "ccw",
            "css",
            "vdpa",
            "ap_card",
            "ap_queue",
            "ap_matrix",
            "vpd");

    private static final int LIST_CAPABILITIES = (1 << CAPABILITIES.size()) - 1;
    private static final int LIST_PERSISTENT = 1 << 28;
    private static final int LIST_TRANSIENT = 1 << 29;
    private static final int LIST_INACTIVE = 1 << 30;
    private static final int LIST_ACTIVE = 1 << 31;

    /** {@code VIR_NODE_DEVICE_CREATE_XML_VALIDATE}. */
    private static final int CREATE_VALIDATE = 1;

    private final DeviceHost host;
    private final Access access;

    NodeDevices(DeviceHost host, Access access) {
        this.host = host;
        this.access = access;
    }

    /** The devices that pass every group of {@code virConnectListAllNodeDeviceFlags}; 0 means all. */
    public List<String> list(int flags) {
        var api = "virConnectListAllNodeDevices";
        access.query(api);
        checkFlags(flags, LIST_CAPABILITIES | LIST_PERSISTENT | LIST_TRANSIENT | LIST_INACTIVE | LIST_ACTIVE, api);
        // All devices are there and none is defined beforehand.
        if (isOnly(flags, LIST_PERSISTENT, LIST_TRANSIENT) || isOnly(flags, LIST_INACTIVE, LIST_ACTIVE)) {
            return List.of();
        }
        return host.devices().values().stream()
                .filter(device -> admits(flags & LIST_CAPABILITIES, device))
                .map(NodeDevice::name)
                .toList();
    }

    private static boolean isOnly(int flags, int one, int other) {
        return Flags.has(flags, one) && !Flags.has(flags, other);
    }

    private static boolean admits(int bits, NodeDevice device) {
        return bits == 0
                || device.capabilities().stream().anyMatch(capability -> {
                    int place = CAPABILITIES.indexOf(capability);
                    return place >= 0 && Flags.has(bits, 1 << place);
                });
    }

    /** The devices with a capability of this name, all without one; {@code flags} must be 0. */
    public List<String> with(Optional<String> capability, int flags) {
        var api = "virNodeListDevices";
        access.query(api);
        checkFlags(flags, 0, api);
        return host.devices().values().stream()
                .filter(device -> capability
                        .filter(wanted -> !device.capabilities().contains(wanted))
                        .isEmpty())
                .map(NodeDevice::name)
                .toList();
    }

    /** Checks that there is a device of this name; {@code NO_NODE_DEVICE} when there is none. */
    public String byName(String name) {
        return look(name, "virNodeDeviceLookupByName").name();
    }

    /** The adapter with these names in its world of fibre; {@code NO_NODE_DEVICE} when there is none. */
    public String byWorldWideName(String node, String port, int flags) {
        var api = "virNodeDeviceLookupSCSIHostByWWN";
        access.query(api);
        checkFlags(flags, 0, api);
        return host.devices().values().stream()
                .filter(device -> device.capabilities().contains("fc_host"))
                .filter(device -> device.root().child("capability").stream()
                        .flatMap(capability -> capability.children("capability").stream())
                        .anyMatch(fibre -> fibre.childText("wwnn")
                                        .filter(node::equals)
                                        .isPresent()
                                && fibre.childText("wwpn").filter(port::equals).isPresent()))
                .map(NodeDevice::name)
                .findFirst()
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.NO_NODE_DEVICE,
                        ErrorOrigin.NODEDEV,
                        "no node device with matching wwnn '" + node + "' and wwpn '" + port + "'"));
    }

    /** The device's document; {@code flags} must be 0. */
    public String xml(String name, int flags) {
        var api = "virNodeDeviceGetXMLDesc";
        access.query(api);
        checkFlags(flags, 0, api);
        return Documents.format(host.device(name).root());
    }

    /** The device it hangs on; nothing for the first one. */
    public Optional<String> parent(String name) {
        return look(name, "virNodeDeviceGetParent").parent();
    }

    /** What it is and can. */
    public List<String> capabilities(String name) {
        return look(name, "virNodeDeviceListCaps").capabilities();
    }

    /** Takes a PCI device from its driver; {@code flags} must be 0. */
    public void detach(String name, Optional<String> driver, int flags) {
        var api = "virNodeDeviceDetachFlags";
        access.change(api);
        checkFlags(flags, 0, api);
        var device = host.device(name);
        host.change(api, () -> host.driver().detach(device, driver));
    }

    /** Gives a PCI device back to the host. */
    public void reattach(String name) {
        var api = "virNodeDeviceReAttach";
        access.change(api);
        var device = host.device(name);
        host.change(api, () -> host.driver().reattach(device));
    }

    /** Resets a PCI device. */
    public void reset(String name) {
        var api = "virNodeDeviceReset";
        access.change(api);
        var device = host.device(name);
        host.change(api, () -> host.driver().reset(device));
    }

    /** Makes a device from a document; flags are {@code virNodeDeviceCreateXMLFlags}. */
    public String create(String xml, int flags) {
        var api = "virNodeDeviceCreateXML";
        access.change(api);
        checkFlags(flags, CREATE_VALIDATE, api);
        var wanted = NodeDeviceXml.parse(xml);
        return host.make(api, () -> host.driver().create(wanted));
    }

    /** Takes away a device that was made. */
    public void destroy(String name) {
        var api = "virNodeDeviceDestroy";
        access.change(api);
        var device = host.device(name);
        host.change(api, () -> host.driver().destroy(device));
    }

    /** Keeps the definition of a device that is made with the host: no kind of device can be here. */
    public String define(String xml, int flags) {
        var api = "virNodeDeviceDefineXML";
        access.change(api);
        checkFlags(flags, CREATE_VALIDATE, api);
        var wanted = NodeDeviceXml.parse(xml);
        throw error(
                ErrorCode.CONFIG_UNSUPPORTED,
                new NodeDevice(wanted).type().equals("mdev")
                        ? "mediated devices are not kept: make one with nodedev-create"
                        : "Unsupported device type");
    }

    /** Forgets a definition: there is none. */
    public void undefine(String name, int flags) {
        var api = "virNodeDeviceUndefine";
        access.change(api);
        checkFlags(flags, 0, api);
        throw error(
                ErrorCode.OPERATION_INVALID, "Node device '" + host.device(name).name() + "' is not defined");
    }

    /** Makes a defined device: all are there already. */
    public void start(String name, int flags) {
        var api = "virNodeDeviceCreate";
        access.change(api);
        checkFlags(flags, 0, api);
        var _ = host.device(name);
        throw error(ErrorCode.OPERATION_INVALID, "Device is already active");
    }

    /** Whether it is made with the host. */
    public boolean autostart(String name) {
        access.change("virNodeDeviceGetAutostart");
        var _ = host.device(name);
        return false;
    }

    /** Says whether it is made with the host, which none can be. */
    public void setAutostart(String name, boolean autostart) {
        access.change("virNodeDeviceSetAutostart");
        var _ = host.device(name);
        throw error(ErrorCode.OPERATION_UNSUPPORTED, "Unsupported device type");
    }

    /** Whether its definition is kept. */
    public boolean isPersistent(String name) {
        var _ = look(name, "virNodeDeviceIsPersistent");
        return false;
    }

    /** Whether it is there. */
    public boolean isActive(String name) {
        var _ = look(name, "virNodeDeviceIsActive");
        return true;
    }

    private NodeDevice look(String name, String api) {
        access.query(api);
        return host.device(name);
    }

    private static PosadaException error(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.NODEDEV, detail);
    }

    private static void checkFlags(int flags, int known, String api) {
        Flags.check(flags, known, api, ErrorOrigin.NODEDEV);
    }
}
