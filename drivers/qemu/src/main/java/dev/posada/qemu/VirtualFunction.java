package dev.posada.qemu;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network card of the host that shares one port with others (SR-IOV) and is a guest's own. Its address and VLAN are set
 * through the card it is a part of, since the guest could not be trusted with it.
 *
 * @param parent the link of the card it is a part of
 * @param number which of its parts
 */
record VirtualFunction(String parent, int number) {
    private static final Path DEVICES = Path.of("/sys/bus/pci/devices");
    private static final Path GROUPS = Path.of("/sys/kernel/iommu_groups");
    private static final Path VFIO = Path.of("/dev/vfio/vfio");
    private static final String PART = "virtfn";
    private static final int PARTS_MAX = 4096;

    /**
     * The function an interface of type {@code hostdev} names.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} where the host cannot hand devices on, or this is none
     */
    static VirtualFunction of(Element nic) {
        if (!Files.exists(VFIO) || isEmpty(GROUPS)) {
            throw Refusal.unsupported(
                    "host doesn't support passthrough of host PCI devices: it has no IOMMU groups, or vfio is"
                            + " not loaded");
        }
        return of(DEVICES, name(nic));
    }

    /** As the other form, with the folder that has the host's PCI devices. */
    static VirtualFunction of(Path devices, String name) {
        var device = devices.resolve(name);
        if (!Files.exists(device)) {
            throw new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.QEMU, "there is no PCI device " + name);
        }
        var whole = device.resolve("physfn");
        var parent = entries(whole.resolve("net")).stream().findFirst();
        var number = entries(whole).stream()
                .filter(entry -> entry.startsWith(PART) && leadsTo(whole.resolve(entry), device))
                .map(entry -> Integer.parseInt(entry.substring(PART.length())))
                .findFirst();
        if (parent.isEmpty() || number.isEmpty()) {
            throw Refusal.unsupported(
                    "interface type='hostdev' is currently supported on SR-IOV Virtual Functions only, and " + name
                            + " is none with a network link behind it");
        }
        return new VirtualFunction(parent.get(), number.get());
    }

    private static boolean leadsTo(Path link, Path device) {
        try {
            return link.toRealPath().equals(device.toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }

    /** The command that gives it an interface's address and VLAN. */
    List<String> command(Element nic) {
        var words = new ArrayList<>(List.of("ip", "link", "set", "dev", parent, "vf", Integer.toString(number)));
        words.addAll(List.of("mac", HostLinks.mac(nic)));
        tag(nic).ifPresent(tag -> words.addAll(List.of("vlan", tag)));
        return words;
    }

    private static Optional<String> tag(Element nic) {
        var tags = nic.child("vlan").map(vlan -> vlan.children("tag")).orElse(List.of());
        if (tags.size() > 1) {
            throw Refusal.unsupported("vlan trunking is not supported by SR-IOV network devices");
        }
        return tags.stream().findFirst().flatMap(tag -> tag.attribute("id"));
    }

    /** The name the kernel has for the device of an interface, as {@code 0000:07:10.1}. */
    static String name(Element nic) {
        var address = nic.at("source", "address").orElse(Element.of("address"));
        return String.format(
                Locale.ROOT,
                "%04x:%02x:%02x.%x",
                Numbers.of(address, "domain", 0),
                Numbers.of(address, "bus", 0),
                Numbers.of(address, "slot", 0),
                Numbers.of(address, "function", 0));
    }

    private static boolean isEmpty(Path folder) {
        return entries(folder).isEmpty();
    }

    private static List<String> entries(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(PARTS_MAX)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
