package dev.posada.qemu;

import dev.posada.qmp.Json;

/** Mice, keyboards and tablets; those of the board need no argument. */
final class InputArguments {
    private InputArguments() {}

    static void add(Assembly assembly) {
        for (var hub : assembly.devices("hub")) {
            if (!hub.attribute("type", "usb").equals("usb")) {
                throw hub.unsupported("type");
            }
            assembly.device(
                    assembly.addressed(Json.object().with("driver", "usb-hub").with("id", Assembly.alias(hub)), hub));
        }
    }

    static void addInputs(Assembly assembly) {
        for (var input : assembly.devices("input")) {
            add(assembly, input);
        }
    }

    private static void add(Assembly assembly, Part input) {
        var alias = Assembly.alias(input);
        var type = input.attribute("type", "");
        switch (input.attribute("bus", "")) {
            case "ps2" -> {
                if (!type.equals("mouse") && !type.equals("keyboard")) {
                    throw input.unsupported("type");
                }
            }
            case "usb" -> {
                var driver = switch (type) {
                    case "mouse" -> "usb-mouse";
                    case "tablet" -> "usb-tablet";
                    case "keyboard" -> "usb-kbd";
                    default -> throw input.unsupported("type");
                };
                assembly.device(
                        assembly.addressed(Json.object().with("driver", driver).with("id", alias), input));
            }
            case "virtio" -> assembly.device(virtio(assembly, input, type, alias));
            default -> throw input.unsupported("bus");
        }
    }

    private static Json.ObjectValue virtio(Assembly assembly, Part input, String type, String alias) {
        var prefix = switch (type) {
            case "mouse", "tablet", "keyboard" -> "virtio-" + type;
            case "passthrough" -> "virtio-input-host";
            default -> throw input.unsupported("type");
        };
        var device = Json.object()
                .with("driver", assembly.virtioDevice(prefix, input))
                .with("id", alias);
        device = Assembly.virtio(device, input.child("driver"));
        if (type.equals("passthrough")) {
            device = device.with(
                    "evdev",
                    input.child("source")
                            .map(source -> source.attribute("evdev", ""))
                            .orElse(""));
        }
        return assembly.addressed(device, input);
    }
}
