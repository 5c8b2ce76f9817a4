package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.Locale;
import java.util.Map;

/** Devices of the host that the guest has for itself. */
final class HostDeviceArguments {
    private HostDeviceArguments() {}

    static void add(Assembly assembly) {
        for (var device : assembly.devices("hostdev")) {
            if (!device.attribute("mode", "subsystem").equals("subsystem")) {
                throw device.unsupported("mode");
            }
            var json = switch (device.attribute("type", "")) {
                case "pci" -> pci(device);
                case "usb" -> usb(device);
                case "mdev" -> mediated(device);
                default -> throw device.unsupported("type");
            };
            json = json.with("id", Assembly.alias(device));
            json = assembly.bootable(json, device, "");
            assembly.device(InterfaceArguments.withRom(assembly.addressed(json, device), device));
        }
    }

    private static Part source(Part device) {
        return device.child("source").orElseThrow(() -> device.refused("it needs a <source>"));
    }

    private static Json.ObjectValue pci(Part device) {
        if (device.flag("managed").orElse(false)) {
            throw device.refused(
                    "managed='yes' is not supported yet: bind the device to vfio-pci and write managed='no'");
        }
        device.child("driver").ifPresent(driver -> {
            if (!driver.attribute("name", "vfio").equals("vfio")) {
                throw driver.unsupported("name");
            }
        });
        var source = source(device);
        source.ignore("writeFiltering");
        var address = source.child("address").orElseThrow(() -> device.refused("its <source> needs an <address>"));
        address.ignore("type");
        var host = String.format(
                Locale.ROOT,
                "%04x:%02x:%02x.%x",
                address.number("domain").orElse(0L),
                address.number("bus").orElse(0L),
                address.number("slot").orElse(0L),
                address.number("function").orElse(0L));
        return Json.object().with("driver", "vfio-pci").with("host", host);
    }

    private static Json.ObjectValue usb(Part device) {
        device.ignore("managed");
        var source = source(device);
        if (!source.attribute("startupPolicy", "mandatory").equals("mandatory")) {
            throw source.unsupported("startupPolicy");
        }
        var json = Json.object().with("driver", "usb-host");
        var vendor = source.child("vendor").flatMap(part -> part.number("id"));
        var product = source.child("product").flatMap(part -> part.number("id"));
        var address = source.child("address");
        if (vendor.isPresent() && product.isPresent()) {
            json = json.with("vendorid", vendor.get()).with("productid", product.get());
        } else if (address.isEmpty()) {
            throw device.refused("its <source> needs <vendor> and <product>, or an <address>");
        }
        if (address.isPresent()) {
            json = json.with("hostbus", address.get().number("bus").orElse(0L))
                    .with("hostaddr", address.get().number("device").orElse(0L));
        }
        var guestReset = source.word("guestReset", Map.of("off", "off", "uninitialized", "unset", "on", "on"));
        return switch (guestReset.orElse("")) {
            case "off" -> json.with("guest-reset", false);
            case "unset" -> json.with("guest-resets-all", false);
            case "on" -> json.with("guest-resets-all", true);
            default -> json;
        };
    }

    private static Json.ObjectValue mediated(Part device) {
        device.ignore("managed");
        var uuid = source(device)
                .child("address")
                .map(address -> address.attribute("uuid", ""))
                .filter(text -> text.matches("[0-9a-fA-F-]{36}"))
                .orElseThrow(() -> device.refused("its <source> needs an <address uuid='…'/>"));
        var driver =
                device.word("model", Map.of("vfio-pci", "vfio-pci")).orElseThrow(() -> device.unsupported("model"));
        var json = Json.object().with("driver", driver).with("sysfsdev", "/sys/bus/mdev/devices/" + uuid);
        var display = device.flag("display");
        json = display.isPresent() ? json.with("display", Assembly.onOff(display.get())) : json;
        var ramfb = device.flag("ramfb");
        return ramfb.isPresent() && ramfb.get() ? json.with("ramfb", true) : json;
    }
}
