package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.NodeDevice;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices told of a tree of the kernel's files made for the test, and of this machine. */
class SysDevicesTest {
    private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/nodedev.rng");
    private static final String ROOT_PORT = "sys/devices/pci0000:00/0000:00:1c.0";
    private static final String CARD = ROOT_PORT + "/0000:01:00.0";
    private static final String USB = "sys/devices/pci0000:00/0000:00:14.0/usb1";

    @TempDir
    Path temporary;

    private Path root;
    private SysDevices devices;

    @BeforeEach
    void makeTree() throws IOException {
        root = temporary.toRealPath();
        devices = new SysDevices(root);
        pci(ROOT_PORT, "0x060400", "0x8086", "0x9d10", "pcieport");
        pci(CARD, "0x020000", "0x8086", "0x10d3", "e1000e");
        put(CARD + "/numa_node", "0");
        put(CARD + "/sriov_totalvfs", "2");
        link(CARD + "/virtfn0", ROOT_PORT + "/0000:01:10.0");
        put("sys/kernel/iommu_groups/7/devices/0000:01:00.0", "");
        link(CARD + "/iommu_group", "sys/kernel/iommu_groups/7");
        net(CARD + "/net/eth0", "52:54:00:00:00:01", "up", "1000");
        net("sys/devices/virtual/net/lo", "00:00:00:00:00:00", "unknown", "");
        pci("sys/devices/pci0000:00/0000:00:14.0", "0x0c0330", "0x8086", "0x9d2f", "xhci_hcd");
        usb();
        disk();
        put("sys/class/dmi/id/sys_vendor", "Inn & Sons");
        put("sys/class/dmi/id/product_name", "Posada 1");
        put("usr/share/misc/pci.ids", """
                # a list
                8086  Intel Corporation
                \t10d3  82574L Gigabit
                \t\t8086 1  not this
                C 02  Network
                \t8086  nor this
                """);
    }

    private void pci(String folder, String kind, String vendor, String device, String driver) throws IOException {
        put(folder + "/class", kind);
        put(folder + "/vendor", vendor);
        put(folder + "/device", device);
        put("sys/bus/pci/drivers/" + driver + "/bind", "");
        link(folder + "/driver", "sys/bus/pci/drivers/" + driver);
        link("sys/bus/pci/devices/" + name(folder), folder);
    }

    private void net(String folder, String address, String state, String speed) throws IOException {
        put(folder + "/ifindex", "1");
        put(folder + "/address", address);
        put(folder + "/operstate", state);
        put(folder + "/speed", speed);
        link("sys/class/net/" + name(folder), folder);
    }

    private void usb() throws IOException {
        for (var attribute : Map.of(
                        "idVendor", "1d6b", "idProduct", "0002", "busnum", "1", "devnum", "1", "product", "xHCI Host")
                .entrySet()) {
            put(USB + "/" + attribute.getKey(), attribute.getValue());
        }
        link("sys/bus/usb/devices/usb1", USB);
        for (var attribute : List.of("Number", "Class", "SubClass", "Protocol")) {
            put(USB + "/1-0:1.0/bInterface" + attribute, "09");
        }
        link("sys/bus/usb/devices/1-0:1.0", USB + "/1-0:1.0");
    }

    private void disk() throws IOException {
        var host = ROOT_PORT + "/host0";
        var target = host + "/target0:0:0";
        var unit = target + "/0:0:0:0";
        put(unit + "/type", "0");
        put(unit + "/vendor", "ATA");
        put(unit + "/model", "Small Disk");
        for (var node : List.of(host, target, unit)) {
            link("sys/bus/scsi/devices/" + name(node), node);
        }
        put("sys/class/scsi_host/host0/unique_id", "1");
        var block = unit + "/block/sda";
        put(block + "/dev", "8:0");
        put(block + "/size", "2048");
        put(block + "/removable", "0");
        put(block + "/queue/logical_block_size", "512");
        link(block + "/device", unit);
        link("sys/class/block/sda", block);
        put(block + "/sda1/partition", "1");
        link("sys/class/block/sda1", block + "/sda1");
        put("sys/devices/virtual/block/loop0/size", "0");
        link("sys/class/block/loop0", "sys/devices/virtual/block/loop0");
        put(unit + "/scsi_generic/sg0/dev", "21:0");
        link("sys/class/scsi_generic/sg0", unit + "/scsi_generic/sg0");
        put("run/udev/data/b8:0", "S:disk/by-id/ata-Small\nE:ID_SERIAL=Small_1\nE:ID_BUS=ata\nE:ID_TYPE=disk\n");
    }

    private static String name(String path) {
        return Path.of(path).getFileName().toString();
    }

    private void put(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.isEmpty() ? text : text + "\n");
    }

    private void link(String path, String target) throws IOException {
        var link = root.resolve(path);
        Files.createDirectories(link.getParent());
        Files.createDirectories(root.resolve(target).getParent());
        Files.createSymbolicLink(link, link.getParent().relativize(root.resolve(target)));
    }

    private Map<String, NodeDevice> all() {
        return devices.devices().stream().collect(Collectors.toMap(NodeDevice::name, device -> device));
    }

    private Element capability(String name) {
        return all().get(name).root().child("capability").orElseThrow();
    }

    @Test
    void everyDeviceHangsOnTheNearestOneThatIsTold() {
        var parents = all().values().stream()
                .filter(device -> device.parent().isPresent())
                .collect(Collectors.toMap(
                        NodeDevice::name, device -> device.parent().orElseThrow()));
        assertThat(parents)
                .containsOnly(
                        Map.entry("pci_0000_00_1c_0", "computer"),
                        Map.entry("pci_0000_01_00_0", "pci_0000_00_1c_0"),
                        Map.entry("net_eth0_52_54_00_00_00_01", "pci_0000_01_00_0"),
                        Map.entry("net_lo_00_00_00_00_00_00", "computer"),
                        Map.entry("pci_0000_00_14_0", "computer"),
                        Map.entry("usb_usb1", "pci_0000_00_14_0"),
                        Map.entry("usb_1_0_1_0", "usb_usb1"),
                        Map.entry("scsi_host0", "pci_0000_00_1c_0"),
                        Map.entry("scsi_target0_0_0", "scsi_host0"),
                        Map.entry("scsi_0_0_0_0", "scsi_target0_0_0"),
                        Map.entry("scsi_generic_sg0", "scsi_0_0_0_0"),
                        Map.entry("block_sda_Small_1", "scsi_0_0_0_0"));
    }

    @Test
    void aCardIsToldWithItsNamesFunctionsGroupAndCell() {
        var card = capability("pci_0000_01_00_0");
        assertThat(card.childText("class")).contains("0x020000");
        assertThat(card.childText("bus")).contains("1");
        assertThat(card.childText("vendor")).contains("Intel Corporation");
        assertThat(card.childText("product")).contains("82574L Gigabit");
        assertThat(card.child("capability").orElseThrow().attribute("maxCount")).contains("2");
        assertThat(card.at("capability", "address").orElseThrow().attribute("slot"))
                .contains("0x10");
        assertThat(card.at("iommuGroup", "address").orElseThrow().attribute("bus"))
                .contains("0x01");
        assertThat(card.child("numa").orElseThrow().attribute("node")).contains("0");
    }

    @Test
    void aPciExpressLinkIsReadFromTheConfiguration() throws IOException {
        var config = new byte[256];
        config[6] = 0x10;
        config[0x0e] = 1;
        config[0x34] = 0x40;
        config[0x40] = 0x10;
        config[0x42] = 0x42; // a root port
        config[0x4c] = 0x43; // 8 GT/s, four lanes
        config[0x4f] = 5;
        config[0x52] = 0x12; // 5 GT/s, one lane
        Files.write(root.resolve(ROOT_PORT).resolve("config"), config);
        var port = capability("pci_0000_00_1c_0");
        assertThat(port.child("capability").orElseThrow().attribute("type")).contains("pci-bridge");
        var links = port.child("pci-express").orElseThrow().children("link");
        assertThat(links.getFirst())
                .isEqualTo(Element.of("link", "validity", "cap", "port", "5", "speed", "8", "width", "4"));
        assertThat(links.getLast().attribute("speed")).contains("5");
        // Who may read the header alone is told of no link, and nothing is read beyond the end.
        Files.write(root.resolve(ROOT_PORT).resolve("config"), Arrays.copyOf(config, 64));
        assertThat(capability("pci_0000_00_1c_0").child("pci-express")).isEmpty();
    }

    @Test
    void aDiskIsToldWithWhatUdevKnows() {
        var disk = all().get("block_sda_Small_1").root();
        assertThat(disk.children("devnode").stream().map(Element::text))
                .containsExactly("/dev/sda", "/dev/disk/by-id/ata-Small");
        var capability = disk.child("capability").orElseThrow();
        assertThat(capability.childText("bus")).contains("ata");
        assertThat(capability.childText("model")).contains("Small Disk");
        assertThat(capability.childText("size")).contains("1048576");
        assertThat(capability.childText("num_blocks")).contains("2048");
    }

    @Test
    void everyDocumentIsValid() throws Exception {
        assumeTrue(Files.exists(SCHEMA) && Files.exists(Path.of("/usr/bin/xmllint")));
        judge(devices.devices());
        judge(new SysDevices(Path.of("/")).devices());
    }

    /** Written by hand: only xml writes documents, and this module does not know it. */
    private static String text(Element element) {
        var attributes = element.attributes().entrySet().stream()
                .map(entry -> " " + entry.getKey() + "='" + escaped(entry.getValue()) + "'")
                .collect(Collectors.joining());
        var inner = element.children().isEmpty()
                ? escaped(element.text())
                : element.children().stream().map(SysDevicesTest::text).collect(Collectors.joining());
        return "<" + element.name() + attributes + ">" + inner + "</" + element.name() + ">";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }

    private void judge(List<NodeDevice> told) throws Exception {
        var command = new ArrayList<>(List.of("xmllint", "--noout", "--relaxng", SCHEMA.toString()));
        for (var device : told) {
            var file = Files.createDirectories(root.resolve("documents")).resolve(device.name() + ".xml");
            command.add(Files.writeString(file, text(device.root())).toString());
        }
        var judge = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("said").toFile())
                .start();
        assertThat(judge.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(judge.exitValue()).as(Files.readString(root.resolve("said"))).isZero();
    }

    private static void refused(ErrorCode code, String words, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @Test
    void whatCannotBeGivenAwayIsRefusedInLibvirtsWords() throws IOException {
        var card = all().get("pci_0000_01_00_0");
        var loop = all().get("net_lo_00_00_00_00_00_00");
        refused(
                ErrorCode.ARGUMENT_UNSUPPORTED,
                "VFIO device assignment is currently not supported",
                () -> devices.detach(card, Optional.empty()));
        refused(
                ErrorCode.ARGUMENT_UNSUPPORTED,
                "KVM device assignment is no longer supported",
                () -> devices.detach(card, Optional.of("kvm")));
        refused(ErrorCode.INVALID_ARG, "unknown driver name 'foo'", () -> devices.detach(card, Optional.of("foo")));
        refused(ErrorCode.INVALID_ARG, "is not a PCI device", () -> devices.reattach(loop));
        refused(ErrorCode.INTERNAL_ERROR, "Unable to reset PCI device", () -> devices.reset(card));
        put("sys/bus/pci/drivers/vfio-pci/bind", "");
        put(CARD + "/reset", "");
        refused(ErrorCode.OPERATION_INVALID, "detach it first", () -> devices.reset(card));
        var hub = all().get("pci_0000_00_14_0");
        refused(ErrorCode.ARGUMENT_UNSUPPORTED, "IOMMU", () -> devices.detach(hub, Optional.empty()));
    }

    @Test
    void aDeviceNobodyTakesGoesBack() throws IOException {
        put("sys/bus/pci/drivers/vfio-pci/bind", "");
        put(CARD + "/driver_override", "");
        put("sys/bus/pci/drivers/e1000e/unbind", "");
        put("sys/bus/pci/drivers_probe", "");
        refused(
                ErrorCode.OPERATION_FAILED,
                "did not take device",
                () -> devices.detach(all().get("pci_0000_01_00_0"), Optional.of("vfio")));
        assertThat(root.resolve(CARD).resolve("driver_override")).content().startsWith("\n");
        assertThat(root.resolve("sys/bus/pci/drivers_probe")).content().startsWith("0000:01:00.0");
    }

    @Test
    void aMediatedDeviceIsMadeOnlyOfAKindItsParentHas() throws IOException {
        var types = CARD + "/mdev_supported_types";
        put(types + "/card-1/device_api", "vfio-pci");
        put(types + "/card-1/available_instances", "2");
        put(types + "/card-1/create", "");
        assertThat(all().get("pci_0000_01_00_0").capabilities()).contains("mdev_types");
        var uuid = "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f";
        assertThat(devices.create(mediated("card-1", uuid)))
                .isEqualTo("mdev_0a81f5b2_8403_7b23_c8d6_21ccc2f80d6f_0000_01_00_0");
        assertThat(root.resolve(types + "/card-1/create")).content().startsWith(uuid);
        refused(
                ErrorCode.CONFIG_UNSUPPORTED,
                "no mediated devices of type '../x'",
                () -> devices.create(mediated("../x", uuid)));
        refused(ErrorCode.XML_ERROR, "malformed uuid", () -> devices.create(mediated("card-1", "../../x")));
    }

    private static Element mediated(String type, String uuid) {
        return Element.of("device")
                .plus(Element.text("parent", "pci_0000_01_00_0"))
                .plus(Element.of("capability", "type", "mdev")
                        .plus(Element.of("type", "id", type))
                        .plus(Element.text("uuid", uuid)));
    }
}
