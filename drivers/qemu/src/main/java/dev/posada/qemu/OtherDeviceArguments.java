package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.Locale;
import java.util.Map;

/** The devices that need an argument or two: watchdog, USB redirection, balloon, random numbers, panic and the like. */
final class OtherDeviceArguments {
    private static final int MIB = 1024;

    private OtherDeviceArguments() {}

    static void addWatchdogs(Assembly assembly) {
        var action = "";
        for (var watchdog : assembly.devices("watchdog")) {
            var model = watchdog.word("model", Map.of("i6300esb", "i6300esb", "ib700", "ib700", "diag288", "diag288"))
                    .orElseThrow(() -> watchdog.unsupported("model"));
            assembly.need(model, watchdog);
            assembly.device(assembly.addressed(
                    Json.object().with("driver", model).with("id", Assembly.alias(watchdog)), watchdog));
            var wanted = watchdog.attribute("action", "reset");
            var word = switch (wanted) {
                // What has to be done about these is done outside of QEMU.
                case "dump" -> "pause";
                case "reset", "shutdown", "poweroff", "pause", "none" -> wanted;
                case "inject-nmi" -> "inject-nmi";
                default -> throw watchdog.unsupported("action");
            };
            if (!action.isEmpty() && !action.equals(word)) {
                throw watchdog.refused("all watchdogs must have the same action");
            }
            if (action.isEmpty()) {
                action = word;
                assembly.add("-watchdog-action", word);
            }
        }
    }

    static void addRedirections(Assembly assembly) {
        var filter = filter(assembly);
        for (var device : assembly.devices("redirdev")) {
            if (!device.attribute("bus", "usb").equals("usb")) {
                throw device.unsupported("bus");
            }
            var alias = Assembly.alias(device);
            CharacterDeviceArguments.addBackend(assembly, device);
            var json = Json.object()
                    .with("driver", "usb-redir")
                    .with("chardev", "char" + alias)
                    .with("id", alias);
            json = filter.isEmpty() ? json : json.with("filter", filter);
            json = assembly.bootable(json, device, "");
            assembly.need("usb-redir", device);
            assembly.device(assembly.addressed(json, device));
        }
    }

    private static String filter(Assembly assembly) {
        var rules = new StringBuilder();
        for (var filter : assembly.devices("redirfilter")) {
            for (var rule : filter.children("usbdev")) {
                rules.append(rules.isEmpty() ? "" : "|")
                        .append(hex(rule, "class", 2))
                        .append(':')
                        .append(hex(rule, "vendor", 4))
                        .append(':')
                        .append(hex(rule, "product", 4))
                        .append(':')
                        .append(version(rule))
                        .append(':')
                        .append(rule.flag("allow").orElse(true) ? 1 : 0);
            }
        }
        return rules.toString();
    }

    private static String hex(Part rule, String attribute, int digits) {
        return rule.attribute(attribute).filter(text -> !text.equals("-1")).isEmpty()
                ? "-1"
                : String.format(
                        Locale.ROOT,
                        "0x%0" + digits + "X",
                        rule.number(attribute).orElse(0L));
    }

    private static String version(Part rule) {
        var version = rule.attribute("version", "-1");
        if (version.equals("-1")) {
            return version;
        }
        if (!version.matches("\\d{1,2}\\.\\d{1,2}")) {
            throw rule.unsupported("version");
        }
        var parts = version.split("\\.", -1);
        return "0x" + String.format(Locale.ROOT, "%02d%02d", Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    static void addBalloon(Assembly assembly) {
        for (var balloon : assembly.devices("memballoon")) {
            balloon.child("stats").ifPresent(Part::take);
            if (balloon.has("model", "none")) {
                continue;
            }
            var device = Json.object()
                    .with("driver", assembly.virtioDevice("virtio-balloon", balloon))
                    .with("id", Assembly.alias(balloon));
            device = Assembly.virtio(device, balloon.child("driver"));
            var deflate = balloon.flag("autodeflate");
            device = deflate.isPresent() ? device.with("deflate-on-oom", deflate.get()) : device;
            var reporting = balloon.flag("freePageReporting");
            device = reporting.isPresent() ? device.with("free-page-reporting", reporting.get()) : device;
            assembly.device(assembly.addressed(device, balloon));
        }
    }

    static void addRandomness(Assembly assembly) {
        for (var rng : assembly.devices("rng")) {
            var alias = Assembly.alias(rng);
            var backend = rng.child("backend").orElseThrow(() -> rng.refused("it needs a <backend>"));
            var object = Json.object();
            switch (backend.attribute("model", "")) {
                case "random" ->
                    object = object.with("qom-type", "rng-random")
                            .with("id", "obj" + alias)
                            .with("filename", backend.text());
                case "builtin" ->
                    object = object.with("qom-type", "rng-builtin").with("id", "obj" + alias);
                case "egd" -> {
                    CharacterDeviceArguments.addBackend(assembly, backend, "char" + alias);
                    object = object.with("qom-type", "rng-egd")
                            .with("id", "obj" + alias)
                            .with("chardev", "char" + alias);
                }
                default -> throw backend.unsupported("model");
            }
            assembly.object(object);
            var device = Json.object()
                    .with("driver", assembly.virtioDevice("virtio-rng", rng))
                    .with("rng", "obj" + alias)
                    .with("id", alias);
            device = Assembly.virtio(device, rng.child("driver"));
            var rate = rng.child("rate");
            if (rate.isPresent()) {
                device = device.with("max-bytes", rate.get().number("bytes").orElse(0L));
                device = device.with("period", rate.get().number("period").orElse(1000L));
            }
            assembly.device(assembly.addressed(device, rng));
        }
    }

    static void addVsock(Assembly assembly) {
        for (var vsock : assembly.devices("vsock")) {
            var cid = vsock.child("cid").orElseThrow(() -> vsock.refused("it needs a <cid>"));
            cid.ignore("auto");
            var device = Json.object()
                    .with("driver", assembly.virtioDevice("vhost-vsock", vsock))
                    .with("id", Assembly.alias(vsock))
                    .with("guest-cid", cid.number("address").orElseThrow(() -> cid.unsupported("address")));
            assembly.device(assembly.addressed(Assembly.virtio(device, vsock.child("driver")), vsock));
        }
    }

    static void addPanic(Assembly assembly) {
        for (var panic : assembly.devices("panic")) {
            switch (panic.attribute("model", "isa")) {
                case "isa" -> {
                    var device = Json.object().with("driver", "pvpanic");
                    var port = panic.child("address").flatMap(address -> {
                        address.ignore("type");
                        return address.number("iobase");
                    });
                    assembly.device(port.isPresent() ? device.with("ioport", port.get()) : device);
                }
                case "pvpanic" ->
                    assembly.device(assembly.addressed(Json.object().with("driver", "pvpanic-pci"), panic));
                case "hyperv" -> {
                    // A flag of the processor.
                }
                case "pseries", "s390" -> {
                    if (!panic.has("model", assembly.board() == Board.S390 ? "s390" : "pseries")
                            || assembly.board().isPc()) {
                        throw panic.unsupported("model");
                    }
                    // The hypervisor's own interface has it.
                }
                default -> throw panic.unsupported("model");
            }
        }
    }

    static void addSharedMemory(Assembly assembly) {
        for (var shmem : assembly.devices("shmem")) {
            var alias = Assembly.alias(shmem);
            var name = shmem.attribute("name", "");
            if (!name.matches("[^/]{1,200}") || name.startsWith(".")) {
                throw shmem.unsupported("name");
            }
            var model = shmem.child("model").orElseThrow(() -> shmem.refused("it needs a <model>"));
            if (!model.attribute("type", "").equals("ivshmem-plain")) {
                throw model.unsupported("type");
            }
            var size = shmem.child("size").orElseThrow(() -> shmem.refused("it needs a <size>"));
            size.ignore("unit");
            assembly.object(Json.object()
                    .with("qom-type", "memory-backend-file")
                    .with("id", "shmmem-" + alias)
                    .with("mem-path", "/dev/shm/" + name)
                    .with("size", Numbers.kib(size.element(), size.text()) * MIB)
                    .with("share", true));
            var device = Json.object()
                    .with("driver", "ivshmem-plain")
                    .with("id", alias)
                    .with("memdev", "shmmem-" + alias);
            shmem.word("role", Map.of("peer", "off", "master", "on"));
            if (shmem.attribute("role").isPresent()) {
                device = device.with("master", shmem.has("role", "master") ? "on" : "off");
            }
            assembly.device(assembly.addressed(device, shmem));
        }
    }

    static void addIommu(Assembly assembly) {
        for (var iommu : assembly.devices("iommu")) {
            var alias = Assembly.alias(iommu);
            var driver = iommu.child("driver");
            switch (iommu.attribute("model", "")) {
                case "intel" -> {
                    var device = Json.object().with("driver", "intel-iommu").with("id", alias);
                    var remapping = driver.flatMap(part -> part.flag("intremap"));
                    device = remapping.isPresent() ? device.with("intremap", Assembly.onOff(remapping.get())) : device;
                    var caching = driver.flatMap(part -> part.flag("caching_mode"));
                    device = caching.isPresent() ? device.with("caching-mode", caching.get()) : device;
                    var interrupts = driver.flatMap(part -> part.flag("eim"));
                    device = interrupts.isPresent() ? device.with("eim", Assembly.onOff(interrupts.get())) : device;
                    var tlb = driver.flatMap(part -> part.flag("iotlb"));
                    device = tlb.isPresent() ? device.with("device-iotlb", tlb.get()) : device;
                    var width = driver.flatMap(part -> part.number("aw_bits"));
                    device = width.isPresent() ? device.with("aw-bits", width.get()) : device;
                    assembly.device(device);
                }
                case "virtio" ->
                    assembly.device(assembly.addressed(
                            Json.object().with("driver", "virtio-iommu-pci").with("id", alias), iommu));
                case "smmuv3" -> {
                    if (assembly.board() != Board.ARM_VIRT) {
                        throw iommu.unsupported("model");
                    }
                    // A part of the board.
                }
                default -> throw iommu.unsupported("model");
            }
        }
    }

    /** The memory in which POWER's firmware keeps its variables is there anyway; only where it is can be said. */
    static void addNvram(Assembly assembly) {
        for (var nvram : assembly.devices("nvram")) {
            if (assembly.board() != Board.PSERIES) {
                throw nvram.refused("only 'pseries' machines have it");
            }
            nvram.child("address").ifPresent(address -> {
                address.ignore("type");
                address.number("reg")
                        .ifPresent(reg -> assembly.add("-global", "spapr-nvram.reg=0x" + Long.toHexString(reg)));
            });
        }
    }

    static void addCoreInformation(Assembly assembly) {
        boolean wanted = assembly.domain()
                .child("features")
                .flatMap(features -> features.child("vmcoreinfo"))
                .map(part -> part.flag("state").orElse(true))
                .orElse(false);
        if (wanted) {
            assembly.device(Json.object().with("driver", "vmcoreinfo"));
        }
    }
}
