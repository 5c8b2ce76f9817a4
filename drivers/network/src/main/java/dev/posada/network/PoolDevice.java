package dev.posada.network;

import dev.posada.model.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A device that interfaces of guests are put on, or are given. */
sealed interface PoolDevice {
    /** What it is called in the list of ports, without a space. */
    String key();

    /** As it stands in the live definition. */
    Element element();

    /** A link of the host. */
    record OfLink(String name) implements PoolDevice {
        @Override
        public String key() {
            return name;
        }

        @Override
        public Element element() {
            return Element.of("interface", "dev", name);
        }
    }

    /** A function of PCI, as {@code 0000:03:10.1}. */
    record OfPci(String address) implements PoolDevice {
        private static final Pattern ADDRESS = Pattern.compile("([0-9a-f]{4}):([0-9a-f]{2}):([0-9a-f]{2})\\.([0-7])");

        /** Reads an {@code address} element; its numbers are hexadecimal with or without a prefix. */
        static Optional<OfPci> of(Element element) {
            try {
                return Optional.of(new OfPci("%04x:%02x:%02x.%x"
                        .formatted(
                                Integer.decode(element.attribute("domain", "0")),
                                Integer.decode(element.attribute("bus", "0")),
                                Integer.decode(element.attribute("slot", "0")),
                                Integer.decode(element.attribute("function", "0")))));
            } catch (NumberFormatException notAnAddress) {
                return Optional.empty();
            }
        }

        @Override
        public String key() {
            return address;
        }

        @Override
        public Element element() {
            var parts = ADDRESS.matcher(address);
            if (!parts.matches()) {
                return Element.of("address", "type", "pci");
            }
            return Element.of(
                    "address",
                    "type",
                    "pci",
                    "domain",
                    "0x" + parts.group(1),
                    "bus",
                    "0x" + parts.group(2),
                    "slot",
                    "0x" + parts.group(3),
                    "function",
                    "0x" + parts.group(4));
        }
    }

    /** The virtual functions of a card, by number: folders {@code virtfn0}… of its device, each a link to the function's. */
    static List<Path> virtualFunctions(String link) {
        var found = new ArrayList<Path>();
        var device = Path.of("/sys/class/net", link, "device");
        try {
            for (int number = 0; Files.isDirectory(device.resolve("virtfn" + number)); number++) {
                found.add(device.resolve("virtfn" + number).toRealPath());
            }
        } catch (IOException goneMeanwhile) {
            // What was found until then is what there is.
        }
        return List.copyOf(found);
    }

    /** The link of a virtual function, if the host has a driver for it. */
    static Optional<OfLink> linkOf(Path function) {
        var names = function.resolve("net").toFile().list();
        return names == null || names.length == 0 ? Optional.empty() : Optional.of(new OfLink(names[0]));
    }
}
