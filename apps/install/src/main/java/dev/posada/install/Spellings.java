package dev.posada.install;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Older and shorter ways to write options: turned into the ones that the table knows. */
final class Spellings {
    private static final List<String> BOOT_DEVICES = List.of("hd", "cdrom", "fd", "network");
    private static final List<String> POLICIES = List.of("force", "require", "optional", "disable", "forbid");

    private Spellings() {}

    /**
     * Deals with values that mean something as a whole.
     *
     * @return what was made of them; empty when the value is to be read word by word
     */
    static Optional<List<Draft>> whole(OptionSetter option, Draft target) {
        var guest = option.guest();
        var none = option.text().equals("none");
        return switch (option.section().name()) {
            case "disk" -> none ? nothing() : new DiskOption(option, target).apply();
            case "network" -> none ? nothing() : Optional.empty();
            case "graphics" -> none ? leave(guest, Guest.Leave.GRAPHICS) : Optional.empty();
            case "redirdev" -> none ? leave(guest, Guest.Leave.USB_REDIRECTION) : Optional.empty();
            case "tpm" -> none ? leave(guest, Guest.Leave.TPM) : Optional.empty();
            case "rng" -> none ? leave(guest, Guest.Leave.RANDOMNESS) : Optional.empty();
            case "sound" -> none ? leave(guest, Guest.Leave.SOUND) : Optional.empty();
            case "console" -> none ? leave(guest, Guest.Leave.CONSOLE) : Optional.empty();
            case "channel" -> none ? leave(guest, Guest.Leave.CHANNEL) : Optional.empty();
            case "controller" -> controller(option);
            default -> Optional.empty();
        };
    }

    private static Optional<List<Draft>> nothing() {
        return Optional.of(List.of());
    }

    private static Optional<List<Draft>> leave(Guest guest, Guest.Leave device) {
        guest.leave(device);
        return nothing();
    }

    private static Optional<List<Draft>> controller(OptionSetter option) {
        var guest = option.guest();
        if (option.text().equals("usb2")) {
            return Optional.of(new DeviceDefaults(guest).addUsb2Controllers());
        }
        if (option.text().equals("usb3")) {
            return Optional.of(List.of(new DeviceDefaults(guest).addUsb3Controller()));
        }
        var ports = option.words().get("num_pcie_root_ports");
        if (ports != null) {
            guest.setRootPorts((int) Values.integer(ports.orElse("None")));
            return nothing();
        }
        return Optional.empty();
    }

    /** The element that an option adds to although each use makes another. */
    static Optional<Draft> sameElement(OptionSetter option) {
        if (!option.section().name().equals("sysinfo")) {
            return Optional.empty();
        }
        option.words().putIfAbsent("type", Optional.of("smbios"));
        var type = option.words().get("type");
        return option.guest().domain().all("sysinfo").stream()
                .filter(each -> each.get("@type").equals(type))
                .findFirst();
    }

    /** Turns the words of an option into those of the table. */
    static void rewrite(OptionSetter option, Draft target) {
        var words = option.words();
        switch (option.section().name()) {
            case "memory" -> memory(words);
            case "vcpus" -> vcpus(words);
            case "cpu" -> cpu(option);
            case "boot" -> boot(option);
            case "clock" ->
                List.of("platform", "hpet", "tsc", "kvmclock", "hypervclock")
                        .forEach(timer -> words.remove(timer + "_tickpolicy"));
            case "network" -> network(words);
            case "serial", "parallel", "channel", "console" -> {
                move(words, "path", "source.path");
                move(words, "mode", "source.mode");
                move(words, "bind_host", "source.bind_host");
                move(words, "protocol", "protocol.type");
            }
            case "tpm" -> tpm(words);
            case "rng" -> rng(words);
            case "panic" -> panic(words);
            case "qemu-commandline" -> option.replaceWords(qemu(option.text()));
            default -> {
                // The others are written as they are read.
            }
        }
    }

    private static void move(SequencedMap<String, Optional<String>> words, String from, String to) {
        var value = words.remove(from);
        if (value != null) {
            words.put(to, value);
        }
    }

    /** What was once called memory is what a guest has now, and maxmemory what it may have. */
    private static void memory(SequencedMap<String, Optional<String>> words) {
        if (words.containsKey("currentMemory")) {
            move(words, "maxmemory", "memory");
        } else {
            move(words, "memory", "currentMemory");
            move(words, "maxmemory", "memory");
        }
    }

    private static void vcpus(SequencedMap<String, Optional<String>> words) {
        move(words, "cpuset", "vcpu.cpuset");
        move(words, "vcpus", "vcpu");
        if (words.containsKey("vcpu.current")) {
            move(words, "maxvcpus", "vcpu");
        } else if (words.containsKey("maxvcpus")) {
            move(words, "vcpu", "vcpu.current");
            move(words, "maxvcpus", "vcpu");
        }
    }

    /** Features may come as {@code +name} and {@code -name}, and any number of them under one policy. */
    private static void cpu(OptionSetter option) {
        var words = option.words();
        var features = new LinkedHashMap<String, List<String>>();
        for (var pair : OptionWords.pairs(option.text())) {
            if (POLICIES.contains(pair.getKey())) {
                features.computeIfAbsent(pair.getKey(), _ -> new ArrayList<>())
                        .add(pair.getValue().orElse(""));
            }
        }
        for (var name : List.copyOf(words.keySet())) {
            boolean alone = words.getOrDefault(name, Optional.empty())
                            .filter(value -> !value.isEmpty())
                            .isEmpty()
                    && name.length() > 1;
            var policy = name.startsWith("+") ? "force" : "disable";
            if (alone && (name.startsWith("+") || name.startsWith("-"))) {
                words.remove(name);
                features.computeIfAbsent(policy, _ -> new ArrayList<>()).add(name.substring(1));
            }
        }
        features.forEach((policy, names) -> words.put(policy, Optional.of(String.join(",", names))));
    }

    private static void boot(OptionSetter option) {
        var words = option.words();
        var order = words.keySet().stream().filter(BOOT_DEVICES::contains).toList();
        order.forEach(words::remove);
        if (!order.isEmpty()) {
            option.guest().setBootOrder(order);
        }
        words.computeIfPresent("uefi", (_, _) -> Optional.of("yes"));
    }

    private static void network(SequencedMap<String, Optional<String>> words) {
        move(words, "model", "model.type");
        move(words, "mac", "mac.address");
        if (words.containsKey("type")) {
            words.remove("network");
            words.remove("bridge");
            return;
        }
        for (var type : List.of("network", "bridge")) {
            if (words.containsKey(type)) {
                words.put("type", Optional.of(type));
                move(words, type, "source");
                return;
            }
        }
    }

    private static void tpm(SequencedMap<String, Optional<String>> words) {
        var type = words.getOrDefault("type", Optional.empty()).orElse("");
        if (type.startsWith("/")) {
            move(words, "type", "path");
        } else if (type.equals("default")) {
            words.remove("type");
        }
    }

    private static void rng(SequencedMap<String, Optional<String>> words) {
        move(words, "type", "backend.model");
        move(words, "device", "backend");
        if (words.getOrDefault("backend.model", Optional.empty()).orElse("").startsWith("/")) {
            move(words, "backend.model", "backend");
            words.put("backend.model", Optional.of("random"));
        }
    }

    private static void panic(SequencedMap<String, Optional<String>> words) {
        move(words, "iobase", "address.iobase");
        var model = words.getOrDefault("model", Optional.empty());
        if (words.size() == 1 && model.orElse("").startsWith("0x")) {
            words.put("address.iobase", model);
            words.put("model", Optional.of("isa"));
        }
    }

    private static SequencedMap<String, Optional<String>> qemu(String text) {
        for (var name : List.of("env", "args", "clearxml")) {
            if (text.startsWith(name + "=")) {
                return new LinkedHashMap<>(Map.of(name, Optional.of(text.substring(name.length() + 1))));
            }
        }
        return new LinkedHashMap<>(Map.of("args", Optional.of(text)));
    }
}
