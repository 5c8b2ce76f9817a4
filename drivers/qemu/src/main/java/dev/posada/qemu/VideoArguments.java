package dev.posada.qemu;

import dev.posada.qmp.Json;

/** The graphics cards the guest sees. */
final class VideoArguments {
    private static final int KIB = 1024;

    private VideoArguments() {}

    static void add(Assembly assembly) {
        boolean first = true;
        for (var video : assembly.devices("video")) {
            add(assembly, video, first);
            first = false;
        }
    }

    private static void add(Assembly assembly, Part video, boolean first) {
        var model = video.child("model").orElseThrow(() -> video.refused("it needs a <model>"));
        model.ignore("primary");
        video.child("driver").ifPresent(driver -> {
            if (!driver.attribute("name", "qemu").equals("qemu")) {
                throw driver.unsupported("name");
            }
        });
        var alias = Assembly.alias(video);
        var type = model.attribute("type", "");
        if (type.equals("none")) {
            return;
        }
        boolean accelerated = model.child("acceleration")
                .map(part -> {
                    part.flag("accel2d");
                    return part.flag("accel3d").orElse(false);
                })
                .orElse(false);
        var driver = switch (type) {
            case "vga" -> first ? "VGA" : "secondary-vga";
            case "cirrus" -> "cirrus-vga";
            case "vmvga" -> "vmware-svga";
            case "qxl" -> first ? "qxl-vga" : "qxl";
            case "virtio" -> virtio(assembly, video, first, accelerated);
            case "bochs" -> "bochs-display";
            case "ramfb" -> "ramfb";
            default -> throw model.unsupported("type");
        };
        assembly.need(driver, video);
        var device = withSize(Json.object().with("driver", driver).with("id", alias), model, type);
        if (type.equals("virtio")) {
            device = Assembly.virtio(device, video.child("driver"));
            var blob = model.flag("blob");
            device = blob.isPresent() ? device.with("blob", blob.get()) : device;
        }
        var resolution = model.child("resolution");
        if (resolution.isPresent()) {
            device = device.with("xres", resolution.get().number("x").orElse(0L))
                    .with("yres", resolution.get().number("y").orElse(0L));
        }
        assembly.device(assembly.addressed(device, video));
    }

    /** The first of a board whose firmware knows VGA can do that too. */
    private static String virtio(Assembly assembly, Part video, boolean first, boolean accelerated) {
        boolean vga = first
                && assembly.capabilities().has("virtio-vga")
                && switch (assembly.board()) {
                    case I440FX, Q35, ISA, PSERIES, POWER, RISCV_VIRT -> true;
                    case ARM_VIRT, S390, MEMORY_MAPPED, BARE -> false;
                };
        var accelerator = accelerated ? "-gl" : "";
        return vga ? "virtio-vga" + accelerator : assembly.virtioDevice("virtio-gpu" + accelerator, video);
    }

    private static Json.ObjectValue withSize(Json.ObjectValue device, Part model, String type) {
        long heads = model.number("heads").orElse(1L);
        return switch (type) {
            case "qxl" ->
                device.with("max_outputs", heads)
                        .with("ram_size", model.number("ram").orElse(0L) * KIB)
                        .with("vram_size", model.number("vram").orElse(0L) * KIB)
                        .with("vram64_size_mb", model.number("vram64").orElse(0L) / KIB)
                        .with("vgamem_mb", model.number("vgamem").orElse(0L) / KIB);
            case "virtio" -> device.with("max_outputs", heads);
            case "vga", "vmvga" -> device.with("vgamem_mb", model.number("vram").orElse(0L) / KIB);
            case "bochs" -> device.with("vgamem", model.number("vram").orElse(0L) * KIB);
            default -> {
                model.ignore("vram");
                yield device;
            }
        };
    }
}
