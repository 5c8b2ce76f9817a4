package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.Locale;

/** Network cards of the host that a guest has for itself ({@code <interface type='hostdev'>}). */
final class HostNics {
    private HostNics() {}

    static Json.ObjectValue device(Part nic) {
        if (nic.flag("managed").orElse(false)) {
            throw nic.refused(
                    "managed='yes' is not supported yet: detach the device from the host (virsh nodedev-detach)"
                            + " and write managed='no'");
        }
        nic.child("driver").ifPresent(driver -> {
            if (!driver.attribute("name", "vfio").equals("vfio")) {
                throw driver.unsupported("name");
            }
        });
        nic.child("model").ifPresent(model -> model.ignore("type"));
        // Set through the card it is a part of.
        nic.take("vlan");
        var source = nic.child("source").orElseThrow(() -> nic.refused("it needs a <source>"));
        var address = source.child("address")
                .filter(place -> place.attribute("type", "pci").equals("pci"))
                .orElseThrow(() -> nic.refused("its <source> needs an <address type='pci'>"));
        var device = Json.object()
                .with("driver", "vfio-pci")
                .with(
                        "host",
                        String.format(
                                Locale.ROOT,
                                "%04x:%02x:%02x.%x",
                                address.number("domain").orElse(0L),
                                address.number("bus").orElse(0L),
                                address.number("slot").orElse(0L),
                                address.number("function").orElse(0L)));
        device = device.with("id", Assembly.alias(nic));
        var persistent = nic.child("teaming")
                .filter(teaming -> teaming.has("type", "transient"))
                .flatMap(teaming -> teaming.attribute("persistent"));
        return persistent.isPresent() ? device.with("failover_pair_id", persistent.get()) : device;
    }
}
