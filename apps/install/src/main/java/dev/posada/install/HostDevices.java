package dev.posada.install;

import dev.posada.model.Element;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code --hostdev}: finds the device of the host that a word means. */
final class HostDevices {
    private static final int HEX = 16;

    private final Host host;

    HostDevices(Host host) {
        this.host = host;
    }

    /** Has a device of a guest be the one that a word means. */
    void choose(Draft target, String word) {
        var place = switch (target.get("@type", "")) {
            case "net" -> "source/interface";
            case "misc" -> "source/char";
            case "storage" -> "source/block";
            default -> "";
        };
        if (place.isEmpty()) {
            describe(target, find(word));
        } else {
            target.set("@mode", "capabilities");
            target.set(place, word);
        }
    }

    /** Whether a device of a guest is the one that a word means. */
    boolean matches(Draft target, String word) {
        return isSame(
                find(word),
                new Address(
                        target.get("@type", ""),
                        target.get("source/address/@domain"),
                        target.get("source/address/@bus"),
                        target.get("source/address/@slot"),
                        target.get("source/address/@function"),
                        target.get("source/vendor/@id"),
                        target.get("source/product/@id"),
                        target.get("source/address/@device")));
    }

    private record Address(
            String type,
            Optional<String> domain,
            Optional<String> bus,
            Optional<String> slot,
            Optional<String> function,
            Optional<String> vendor,
            Optional<String> product,
            Optional<String> device) {}

    private Element find(String word) {
        var named = host.devices().stream()
                .filter(device -> device.childText("name").filter(word::equals).isPresent())
                .findFirst();
        if (named.isPresent()) {
            return named.get();
        }
        var address = parse(word);
        var matching = host.devices().stream()
                .filter(device -> isSame(device, address))
                .toList();
        if (matching.size() > 1) {
            throw new InstallException(word + " corresponds to multiple node devices");
        }
        if (matching.isEmpty()) {
            throw new InstallException("Did not find a matching node device for '" + word + "'");
        }
        return matching.getFirst();
    }

    private static Address parse(String word) {
        var none = Optional.<String>empty();
        long colons = word.chars().filter(c -> c == ':').count();
        if ((colons == 1 || colons == 2) && word.contains(".")) {
            int dot = word.indexOf('.');
            var parts = word.substring(0, dot).split(":", -1);
            return new Address(
                    "pci",
                    Optional.of(parts.length == 3 ? hex(parts[0]) : "0x0"),
                    Optional.of(hex(parts[parts.length - 2])),
                    Optional.of(hex(parts[parts.length - 1])),
                    Optional.of(hex(word.substring(dot + 1))),
                    none,
                    none,
                    none);
        }
        if (colons == 1) {
            int colon = word.indexOf(':');
            return new Address(
                    "usb",
                    none,
                    none,
                    none,
                    none,
                    Optional.of(hex(word.substring(0, colon))),
                    Optional.of(hex(word.substring(colon + 1))),
                    none);
        }
        if (colons == 0 && word.contains(".")) {
            int dot = word.indexOf('.');
            return new Address(
                    "usb",
                    none,
                    Optional.of(word.substring(0, dot)),
                    none,
                    none,
                    none,
                    none,
                    Optional.of(word.substring(dot + 1)));
        }
        if (colons > 1) {
            throw new InstallException("too many values to unpack (expected 2)");
        }
        throw new InstallException("Unknown hostdev address string format '" + word + "'");
    }

    private static String hex(String digits) {
        try {
            var text = digits.toLowerCase(Locale.ROOT);
            return "0x" + Long.toHexString(Long.parseLong(text.startsWith("0x") ? text.substring(2) : text, HEX));
        } catch (NumberFormatException e) {
            throw new InstallException("invalid literal for int() with base 16: " + Arguments.quoted(digits), e);
        }
    }

    private static boolean isSame(Element device, Address wanted) {
        var capability = device.child("capability").orElse(Element.of("capability"));
        return switch (capability.attribute("type", "")) {
            case "pci" ->
                wanted.type.equals("pci")
                        && same(capability.childText("domain"), wanted.domain)
                        && same(capability.childText("bus"), wanted.bus)
                        && same(capability.childText("slot"), wanted.slot)
                        && same(capability.childText("function"), wanted.function);
            case "usb_device" ->
                wanted.type.equals("usb")
                        && same(capability.at("product").flatMap(each -> each.attribute("id")), wanted.product)
                        && same(capability.at("vendor").flatMap(each -> each.attribute("id")), wanted.vendor)
                        && same(capability.childText("bus"), wanted.bus)
                        && same(capability.childText("device"), wanted.device);
            default -> false;
        };
    }

    private static boolean same(Optional<String> known, Optional<String> wanted) {
        return number(wanted) == -1 || number(known) == number(wanted);
    }

    private static long number(Optional<String> text) {
        try {
            return text.map(digits ->
                            digits.startsWith("0x") ? Long.parseLong(digits.substring(2), HEX) : Long.parseLong(digits))
                    .orElse(-1L);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void describe(Draft target, Element device) {
        var capability = device.child("capability").orElse(Element.of("capability"));
        var type = capability.attribute("type", "");
        switch (type) {
            case "pci" -> {
                target.set("@type", "pci");
                for (var part : List.of("domain", "bus", "slot", "function")) {
                    target.put("source/address/@" + part, capability.childText(part));
                }
            }
            case "usb_device" -> usb(target, capability);
            case "net" -> {
                var parent = device.childText("parent").orElse("");
                describe(
                        target,
                        host.devices().stream()
                                .filter(each -> each.childText("name")
                                        .filter(parent::equals)
                                        .isPresent())
                                .findFirst()
                                .orElseThrow(() -> new InstallException("Unsupported node device type 'net'")));
            }
            case "scsi" -> {
                target.set("@type", "scsi");
                target.set(
                        "source/adapter/@name",
                        "scsi_host" + capability.childText("host").orElse("None"));
                target.put("source/address/@bus", capability.childText("bus"));
                target.put("source/address/@target", capability.childText("target"));
                target.put("source/address/@unit", capability.childText("lun"));
                target.set("@managed", "no");
            }
            case "mdev" -> mediated(target, device, capability);
            default -> throw new InstallException("Unsupported node device type '" + type + "'");
        }
    }

    private void usb(Draft target, Element capability) {
        target.set("@type", "usb");
        var vendor = capability.child("vendor").flatMap(each -> each.attribute("id"));
        var product = capability.child("product").flatMap(each -> each.attribute("id"));
        target.put("source/vendor/@id", vendor);
        target.put("source/product/@id", product);
        long twins = host.devices().stream()
                .flatMap(each -> each.child("capability").stream())
                .filter(each -> each.has("type", "usb_device"))
                .filter(each -> each.child("vendor")
                                .flatMap(v -> v.attribute("id"))
                                .equals(vendor)
                        && each.child("product").flatMap(p -> p.attribute("id")).equals(product))
                .count();
        if (twins > 1) {
            target.put("source/address/@bus", capability.childText("bus"));
            target.put("source/address/@device", capability.childText("device"));
        }
    }

    private static void mediated(Draft target, Element device, Element capability) {
        target.set("@type", "mdev");
        var kind =
                capability.child("type").flatMap(each -> each.attribute("id")).orElse("");
        switch (kind) {
            case "vfio_ccw-io" -> target.set("@model", "vfio-ccw");
            case "vfio_ap-passthrough" -> target.set("@model", "vfio-ap");
            default -> {
                if (!kind.startsWith("nvidia-") && !kind.startsWith("i915-GVTg_V")) {
                    throw new InstallException("Don't know how to generate nodedev for mdev type id '" + kind + "'");
                }
                target.set("@model", "vfio-pci");
                target.set("@display", "off");
                target.set("@ramfb", "off");
            }
        }
        target.set("@managed", target.is("@model", "vfio-pci") ? "yes" : "no");
        target.set(
                "source/address/@uuid",
                capability
                        .childText("uuid")
                        .orElseGet(() -> device.childText("name")
                                .orElse("mdev_")
                                .substring("mdev_".length())
                                .replace('_', '-')));
    }
}
