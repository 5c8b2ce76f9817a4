package dev.posada.simulator;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.simulator.SimulatedHost.Cell;
import java.util.ArrayList;
import java.util.List;

/** The documents every simulator shows: its capabilities and the domain that is always there. */
final class Documents {
    private static final List<Integer> LARGE_PAGES_KIB = List.of(2048, 1_048_576);

    private Documents() {}

    /** The domain named {@code test}, as it stands in libvirt's test driver. */
    static DomainDefinition resident() {
        return new DomainDefinition(node(
                Element.of("domain", "type", "test"),
                Element.text("name", "test"),
                Element.text("uuid", "6695eb01-f6a4-8304-79aa-97f2502e193f"),
                Element.text("memory", "8388608").with("unit", "KiB"),
                Element.text("currentMemory", "2097152").with("unit", "KiB"),
                Element.text("vcpu", "2").with("placement", "static"),
                node(
                        Element.of("os"),
                        Element.text("type", "hvm").with("arch", "i686"),
                        Element.of("boot", "dev", "hd")),
                Element.of("clock", "offset", "utc"),
                Element.text("on_poweroff", "destroy"),
                Element.text("on_reboot", "restart"),
                Element.text("on_crash", "destroy"),
                node(Element.of("devices"), disk(), nic(), balloon())));
    }

    private static Element disk() {
        return node(
                Element.of("disk", "type", "file", "device", "disk"),
                Element.of("source", "file", "/guest/diskimage1"),
                Element.of("target", "dev", "vda", "bus", "virtio"),
                pci("0x01", "0x00"));
    }

    private static Element nic() {
        return node(
                Element.of("interface", "type", "network"),
                Element.of("mac", "address", "aa:bb:cc:dd:ee:ff"),
                Element.of("source", "network", "default"),
                Element.of("target", "dev", "testnet0"),
                pci("0x00", "0x01"));
    }

    private static Element balloon() {
        return node(Element.of("memballoon", "model", "virtio"), pci("0x00", "0x02"));
    }

    private static Element pci(String bus, String slot) {
        return Element.of("address", "type", "pci", "domain", "0x0000", "bus", bus, "slot", slot, "function", "0x0");
    }

    static Element capabilities(SimulatedHost host) {
        return node(Element.of("capabilities"), host.capabilities(), guest("hvm"), guest("xen"));
    }

    /** The {@code <host>} element. */
    static Element host() {
        var cells = Element.of("cells", "num", Integer.toString(SimulatedHost.CELLS.size()))
                .withContent(SimulatedHost.CELLS.stream().map(Documents::cell).toList());
        return node(
                Element.of("host"),
                cpu(),
                Element.of("power_management"),
                Element.of("iommu", "support", "no"),
                node(Element.of("topology"), cells),
                node(Element.of("secmodel"), Element.text("model", "testSecurity"), Element.of("doi")));
    }

    static Element cpu() {
        return node(
                Element.of("cpu"),
                Element.text("arch", "i686"),
                features(),
                pages(4),
                pages(8),
                pages(LARGE_PAGES_KIB.getFirst()),
                pages(LARGE_PAGES_KIB.getLast()));
    }

    private static Element features() {
        return node(Element.of("features"), Element.of("pae"), Element.of("nonpae"));
    }

    private static Element pages(int kib) {
        return Element.of("pages", "unit", "KiB", "size", Integer.toString(kib));
    }

    private static Element cell(Cell cell) {
        var cpus = new ArrayList<Content>();
        for (int core = 0; core < Cell.CPUS; core++) {
            var id = Integer.toString(cell.firstCpu() + core);
            cpus.add(Element.of(
                    "cpu",
                    "id",
                    id,
                    "socket_id",
                    Integer.toString(cell.id()),
                    "die_id",
                    "0",
                    "core_id",
                    Integer.toString(core),
                    "siblings",
                    id));
        }
        var content = new ArrayList<Content>();
        content.add(Element.text("memory", Long.toString(cell.memoryKib())).with("unit", "KiB"));
        content.add(pages(cell.pageKib()).withText(Long.toString(Cell.PAGES)));
        LARGE_PAGES_KIB.forEach(size -> content.add(pages(size).withText("0")));
        content.add(Element.of("cpus", "num", Integer.toString(Cell.CPUS)).withContent(cpus));
        return Element.of("cell", "id", Integer.toString(cell.id())).withContent(content);
    }

    private static Element guest(String osType) {
        return node(
                Element.of("guest"),
                Element.text("os_type", osType),
                node(
                        Element.of("arch", "name", "i686"),
                        Element.text("wordsize", "32"),
                        Element.text("emulator", "/usr/bin/test-hv"),
                        Element.of("domain", "type", "test")),
                features());
    }

    private static Element node(Element element, Element... children) {
        return element.withContent(List.of(children));
    }
}
