package dev.posada.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A device of the host, as a document with named access.
 *
 * @param root the {@code device} element, complete as libvirt writes it
 */
public record NodeDevice(Element root) {

    public NodeDevice {
        if (!root.name().equals("device")) {
            throw new IllegalArgumentException("a node device begins with <device>, not <" + root.name() + ">");
        }
    }

    /** Unique on the host, as {@code pci_0000_00_1f_0}. */
    public String name() {
        return root.childText("name").orElse("");
    }

    /** Where it is in the kernel's tree of devices; nothing for {@code computer}. */
    public Optional<String> path() {
        return root.childText("path");
    }

    /** The device it hangs on; nothing for {@code computer}. */
    public Optional<String> parent() {
        return root.childText("parent");
    }

    /** What it is, as {@code pci} or {@code net}: the type of its capability. */
    public String type() {
        return root.child("capability")
                .map(capability -> capability.attribute("type", ""))
                .orElse("");
    }

    /** What it is and what it can besides, as libvirt lists capabilities. */
    public List<String> capabilities() {
        var all = new ArrayList<>(List.of(type()));
        root.child("capability").ifPresent(capability -> {
            for (var inner : capability.children("capability")) {
                switch (inner.attribute("type", "")) {
                    case "fc_host" -> all.add("fc_host");
                    case "vport_ops" -> all.add("vports");
                    case "mdev_types" -> all.add("mdev_types");
                    case "vpd" -> all.add("vpd");
                    default -> {
                        // what a device is in particular, as a kind of network; no list names it
                    }
                }
            }
        });
        return all;
    }
}
