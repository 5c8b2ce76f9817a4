package dev.posada.client;

import dev.posada.protocol.NodeDeviceStub;
import dev.posada.protocol.RemoteConnectListAllNodeDevicesArgs;
import dev.posada.protocol.RemoteNodeDeviceCreateXmlArgs;
import dev.posada.protocol.RemoteNodeDeviceDefineXmlArgs;
import dev.posada.protocol.RemoteNodeDeviceLookupByNameArgs;
import dev.posada.protocol.RemoteNodeDeviceLookupScsiHostByWwnArgs;
import java.util.List;

/** The devices of the host behind a {@link Connection}. */
public final class NodeDevices {
    private static final int NEED_RESULTS = 1;
    private static final int VALIDATE = 1;
    private static final int INACTIVE = 1 << 30;
    private static final int ACTIVE = 1 << 31;

    /** What devices are and can, as documents name it; its place is the bit that asks for it. */
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

    private final Connection connection;

    NodeDevices(Connection connection) {
        this.connection = connection;
    }

    /** The capabilities devices can be listed by. */
    public static List<String> capabilities() {
        return CAPABILITIES;
    }

    /**
     * Lists devices.
     *
     * @param capabilities those that have one of these; all where none is named
     * @param active whether those that are there
     * @param inactive whether those that are only defined
     * @throws IllegalArgumentException when a capability is none of {@link #capabilities()}
     */
    public List<NodeDevice> list(List<String> capabilities, boolean active, boolean inactive) {
        int flags = (active ? ACTIVE : 0) | (inactive ? INACTIVE : 0);
        for (var capability : capabilities) {
            int bit = CAPABILITIES.indexOf(capability);
            if (bit < 0) {
                throw new IllegalArgumentException("no capability of devices: " + capability);
            }
            flags |= 1 << bit;
        }
        return calls()
                .connectListAllNodeDevices(new RemoteConnectListAllNodeDevicesArgs(NEED_RESULTS, flags))
                .devices()
                .stream()
                .map(ref -> new NodeDevice(connection, ref.name()))
                .toList();
    }

    /**
     * The device of this name.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when there is none
     */
    public NodeDevice require(String name) {
        return new NodeDevice(
                connection,
                calls().nodeDeviceLookupByName(new RemoteNodeDeviceLookupByNameArgs(name))
                        .dev()
                        .name());
    }

    /**
     * The SCSI host of these world wide names.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when there is none
     */
    public NodeDevice requireScsiHost(String wwnn, String wwpn) {
        return new NodeDevice(
                connection,
                calls().nodeDeviceLookupScsiHostByWwn(new RemoteNodeDeviceLookupScsiHostByWwnArgs(wwnn, wwpn, 0))
                        .dev()
                        .name());
    }

    /** Makes a device of which nothing is kept. */
    public NodeDevice create(String xml, boolean validate) {
        return new NodeDevice(
                connection,
                calls().nodeDeviceCreateXml(new RemoteNodeDeviceCreateXmlArgs(xml, validate ? VALIDATE : 0))
                        .dev()
                        .name());
    }

    /** Keeps the definition of a device. */
    public NodeDevice define(String xml, boolean validate) {
        return new NodeDevice(
                connection,
                calls().nodeDeviceDefineXml(new RemoteNodeDeviceDefineXmlArgs(xml, validate ? VALIDATE : 0))
                        .dev()
                        .name());
    }

    private NodeDeviceStub calls() {
        return connection.remote().nodeDevice();
    }
}
