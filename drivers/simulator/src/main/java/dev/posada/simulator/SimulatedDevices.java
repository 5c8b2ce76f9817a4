package dev.posada.simulator;

import dev.posada.driver.NodeDeviceDriver;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NodeDevice;
import dev.posada.model.PosadaException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The devices libvirt's test driver shows: a computer and three adapters of a network of disks. */
final class SimulatedDevices implements NodeDeviceDriver {
    private static final String COMPUTER = "computer";
    private static final String FIRST = "scsi_host1";

    @Override
    public List<NodeDevice> devices() {
        return List.of(
                computer(),
                adapter(1, 0, COMPUTER, "2000000012341234", "1000000012341234", "2000000043214321", true),
                adapter(11, 10, FIRST, "2000000034563456", "1000000034563456", "2000000043214321", false),
                adapter(2, 1, COMPUTER, "2000000056785678", "1000000056785678", "2000000087658765", true));
    }

    private static NodeDevice computer() {
        return new NodeDevice(parts(
                "device",
                Element.text("name", COMPUTER),
                parts(
                                "capability",
                                parts(
                                        "hardware",
                                        Element.text("vendor", "Libvirt"),
                                        Element.text("version", "Test driver"),
                                        Element.text("serial", "123456"),
                                        Element.text("uuid", "11111111-2222-3333-4444-555555555555")),
                                parts(
                                        "firmware",
                                        Element.text("vendor", "Libvirt"),
                                        Element.text("version", "Test Driver"),
                                        Element.text("release_date", "01/22/2007")))
                        .with("type", "system")));
    }

    private static NodeDevice adapter(
            int host, int id, String parent, String node, String port, String fabric, boolean divides) {
        var capability = parts(
                        "capability",
                        Element.text("host", Integer.toString(host)),
                        Element.text("unique_id", Integer.toString(id)),
                        parts(
                                        "capability",
                                        Element.text("wwnn", node),
                                        Element.text("wwpn", port),
                                        Element.text("fabric_wwn", fabric))
                                .with("type", "fc_host"))
                .with("type", "scsi_host");
        if (divides) {
            capability =
                    capability.plus(parts("capability", Element.text("max_vports", "0"), Element.text("vports", "0"))
                            .with("type", "vport_ops"));
        }
        return new NodeDevice(
                parts("device", Element.text("name", "scsi_host" + host), Element.text("parent", parent), capability));
    }

    private static Element parts(String name, Element... children) {
        return Element.of(name).withContent(Arrays.asList(children));
    }

    @Override
    public void detach(NodeDevice device, Optional<String> driver) {
        throw unsupported("virNodeDeviceDetachFlags");
    }

    @Override
    public void reattach(NodeDevice device) {
        throw unsupported("virNodeDeviceReAttach");
    }

    @Override
    public void reset(NodeDevice device) {
        throw unsupported("virNodeDeviceReset");
    }

    @Override
    public String create(Element device) {
        throw unsupported("virNodeDeviceCreateXML");
    }

    @Override
    public void destroy(NodeDevice device) {
        throw unsupported("virNodeDeviceDestroy");
    }

    private static PosadaException unsupported(String api) {
        return PosadaException.unsupportedCall(ErrorOrigin.TEST, api);
    }

    @Override
    public void close() {}
}
