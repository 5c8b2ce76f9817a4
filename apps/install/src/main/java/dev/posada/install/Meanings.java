package dev.posada.install;

import java.util.List;
import java.util.Optional;

/** What the suboptions do that do more than write a value to a place. */
final class Meanings {
    private static final long KIB_PER_MIB = 1024;
    private static final String SELF = "127.0.0.1";

    private final OptionSetter option;
    private final Guest guest;

    Meanings(OptionSetter option) {
        this.option = option;
        guest = option.guest();
    }

    /**
     * Does what a suboption asks for.
     *
     * @param name its name as given
     * @param value its value; empty for one that takes back what was there
     */
    void set(Draft target, Suboption suboption, String name, Optional<String> value) {
        switch (suboption.meaning()) {
            case "clear" -> clear(target, value);
            case "xpath" -> xpath(target, name, value);
            case "mib" -> mebibytes(target, suboption, name, value);
            case "vcpu-count" ->
                value.ifPresentOrElse(
                        text -> guest.setCpuCount(Values.integer(text)), () -> target.unset(suboption.path()));
            case "cpuset" -> {
                if (value.filter("auto"::equals).isPresent()) {
                    target.set("vcpu/@placement", "auto");
                } else {
                    target.put(suboption.path(), value);
                }
            }
            case "cpu-secure" ->
                guest.setSecureProcessor(value.filter("yes"::equals).isPresent());
            case "cpu-model" -> new ProcessorDefaults(guest).choose(value.orElse(""));
            case "cpu-feature" -> features(suboption.name(), value.orElse(""));
            case "os-name" -> guest.setSystem(GuestSystem.named(guest.database(), value.orElse("None")));
            case "os-id" ->
                guest.setSystem(GuestSystem.identified(guest.database(), value.orElse("None"))
                        .orElseThrow(
                                () -> new InstallException("Unknown libosinfo ID '" + value.orElse("None") + "'")));
            case "refresh-machine" -> {
                if (value.filter("yes"::equals).isPresent()) {
                    new GuestDefaults(guest).refreshMachine();
                }
            }
            case "uefi" -> {
                if (option.editing()) {
                    new GuestDefaults(guest).useUefi();
                } else {
                    guest.requestUefi();
                }
            }
            case "init-args" -> {
                target.all("initarg").forEach(each -> target.remove("initarg", each));
                OptionWords.split(value.orElse(""), " \t\r\n")
                        .forEach(word -> target.add("initarg").set(".", word));
            }
            case "boot-order" -> guest.moveInBootOrder(target, Values.integer(value.orElse("None")));
            case "qemu-args" ->
                OptionWords.split(value.orElse(""), " \t\r\n")
                        .forEach(word -> target.add("qemu:arg").set("@value", word));
            case "qemu-env" -> environment(target, value.orElse(""));
            case "timer" -> timer(target, name, value);
            case "sysinfo-type" -> sysinfo(target, value);
            case "sysinfo-uuid" -> {
                option.place(target, suboption, name, value);
                guest.domain().put("uuid", value);
            }
            default -> device(target, suboption, name, value);
        }
    }

    private void device(Draft target, Suboption suboption, String name, Optional<String> value) {
        switch (suboption.meaning()) {
            case "disk-path" -> {
                guest.setStorage(target, StoragePaths.manage(guest.host(), value));
                new DiskDefaults(guest).place(target);
            }
            case "interface-type" -> interfaceType(target, value);
            case "interface-source" -> interfaceSource(target, value);
            case "mac" -> {
                if (value.filter("RANDOM"::equals).isEmpty()) {
                    target.put(suboption.path(), value);
                }
            }
            case "link" -> link(target, suboption, value);
            case "graphics-type" -> {
                if (value.filter("default"::equals).isEmpty()) {
                    target.put("@type", value);
                }
            }
            case "graphics-port" ->
                GraphicsDefaults.setPort(target, "@port", GraphicsDefaults.checkedPort("Port", value));
            case "graphics-tlsport" ->
                GraphicsDefaults.setPort(target, "@tlsPort", GraphicsDefaults.checkedPort("TLS Port", value));
            case "graphics-listen" -> GraphicsDefaults.setListen(target, value);
            case "keymap" ->
                target.put(
                        "@keymap",
                        value.filter(map -> !map.equalsIgnoreCase("local") && !map.equalsIgnoreCase("none")));
            case "pci-address" -> pciAddress(target, value.orElse(""));
            case "host", "bind", "connect" -> reach(target, suboption, name, value);
            case "char-host" -> characterHost(target, value);
            case "char-target" -> {
                var at = HostAndPort.of(value);
                target.put("target/@address", at.host());
                at.port().ifPresent(port -> target.set("target/@port", port));
            }
            case "filesystem-type" -> DeviceDefaults.setFilesystemType(target, value);
            case "filesystem-source" -> target.put(DeviceDefaults.filesystemSource(target), value);
            case "hostdev" -> new HostDevices(guest.host()).choose(target, value.orElse("None"));
            default -> throw new IllegalStateException("no such meaning: " + suboption.meaning());
        }
    }

    private void clear(Draft target, Optional<String> value) {
        if (!option.section().hasElement()) {
            throw new InstallException(
                    "Don't know how to clearxml for --" + option.section().name());
        }
        if (value.filter("yes"::equals).isPresent()) {
            // An element that is written anew stays where it is.
            target.wipe(option.text().contains(",") || option.section().many());
        }
    }

    private void xpath(Draft target, String name, Optional<String> value) {
        int number = OptionSetter.number(name, "xpath");
        guest.changes(target).action(number).put(name.substring(name.indexOf('.') + 1), value.orElse(""));
    }

    private void mebibytes(Draft target, Suboption suboption, String name, Optional<String> value) {
        long kib = integer(value) * KIB_PER_MIB;
        if (suboption.name().equals("currentMemory")) {
            guest.setCurrentMemory(kib);
        } else {
            option.place(target, suboption, name, Optional.of(Long.toString(kib)));
        }
    }

    private static long integer(Optional<String> value) {
        return Values.integer(value.orElseThrow(() -> new InstallException(
                "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'")));
    }

    private void features(String policy, String names) {
        for (var feature : names.split(",", -1)) {
            new ProcessorDefaults(guest).feature(feature, policy);
        }
    }

    private static void environment(Draft target, String text) {
        int equal = text.indexOf('=');
        if (equal < 0) {
            throw new InstallException("not enough values to unpack (expected 2, got 1)");
        }
        var variable = target.add("qemu:env");
        variable.set("@name", text.substring(0, equal));
        variable.set("@value", text.substring(equal + 1));
    }

    private static void timer(Draft clock, String name, Optional<String> value) {
        int underscore = name.indexOf('_');
        var timer = clock.all("timer").stream()
                .filter(each -> each.is("@name", name.substring(0, underscore)))
                .findFirst()
                .orElseGet(() -> {
                    var added = clock.add("timer");
                    added.set("@name", name.substring(0, underscore));
                    return added;
                });
        timer.put("@" + name.substring(underscore + 1), value);
    }

    private void sysinfo(Draft target, Optional<String> value) {
        switch (value.orElse("")) {
            case "host", "emulate" -> guest.os().put("smbios/@mode", value);
            case "smbios" -> {
                guest.os().set("smbios/@mode", "sysinfo");
                target.put("@type", value);
            }
            default -> target.put("@type", value);
        }
    }

    private void interfaceType(Draft target, Optional<String> value) {
        if (value.filter("default"::equals).isEmpty()) {
            target.put("@type", value);
            return;
        }
        var host = guest.host();
        if (host.isUserQemu() || host.isTest()) {
            target.set("@type", "user");
            return;
        }
        var bridge = HostBridge.find(host);
        target.set("@type", bridge.isPresent() ? "bridge" : "network");
        interfaceSource(target, Optional.of(bridge.orElse("default")));
    }

    private static void interfaceSource(Draft target, Optional<String> value) {
        List.of("source/@bridge", "source/@network", "source/@dev").forEach(target::unset);
        switch (target.get("@type", "")) {
            case "network" -> target.put("source/@network", value);
            case "bridge" -> target.put("source/@bridge", value);
            case "direct" -> target.put("source/@dev", value);
            default -> {
                // The others have no source of that kind.
            }
        }
    }

    private static void link(Draft target, Suboption suboption, Optional<String> value) {
        target.put(
                suboption.path(),
                value.map(
                        word -> Values.bool(word).map(up -> up ? "up" : "down").orElse(word)));
    }

    private static void pciAddress(Draft target, String text) {
        long colons = text.chars().filter(c -> c == ':').count();
        if (colons < 1 || colons > 2 || !text.contains(".")) {
            throw new InstallException("Expected PCI format string for '" + text + "'");
        }
        int dot = text.indexOf('.');
        var address = target.part("address");
        address.set("@type", "pci");
        address.set("@function", Long.toString(Values.integer(text.substring(dot + 1))));
        var rest = text.substring(0, dot);
        address.set("@slot", Long.toString(Values.integer(rest.substring(rest.lastIndexOf(':') + 1))));
        rest = rest.substring(0, rest.lastIndexOf(':'));
        address.set("@domain", "0");
        if (rest.contains(":")) {
            address.set("@domain", Long.toString(Values.integer(rest.substring(0, rest.indexOf(':')))));
            address.set("@bus", Long.toString(Values.integer(rest.substring(rest.indexOf(':') + 1))));
        }
    }

    /** A host and a port, as {@code host:port}; a port alone means this machine. */
    private record HostAndPort(Optional<String> host, Optional<String> port) {
        static HostAndPort of(Optional<String> text) {
            var all = text.orElse("");
            int colon = all.indexOf(':');
            var host = colon < 0 ? all : all.substring(0, colon);
            var port = colon < 0 ? "" : all.substring(colon + 1);
            if (host.isEmpty() && !port.isEmpty()) {
                host = SELF;
            }
            return new HostAndPort(
                    Optional.of(host).filter(name -> !name.isEmpty()),
                    Optional.of(port)
                            .filter(number -> !number.isEmpty())
                            .map(number -> Long.toString(Values.integer(number))));
        }
    }

    private void reach(Draft target, Suboption suboption, String name, Optional<String> value) {
        var source = option.element(target, suboption, name, true).orElseThrow();
        var place = OptionSetter.lastPath(suboption);
        reach(source, place.substring(0, place.length() - "@host".length()), value);
    }

    private static void reach(Draft source, String prefix, Optional<String> value) {
        var at = HostAndPort.of(value);
        source.put(prefix + "@host", at.host());
        at.port().ifPresent(port -> source.set(prefix + "@service", port));
    }

    private void characterHost(Draft target, Optional<String> value) {
        boolean binds = !option.words().containsKey("source.bind_host")
                && option.words()
                        .getOrDefault("source.mode", Optional.empty())
                        .filter("bind"::equals)
                        .isPresent();
        reach(target.part("source"), binds ? "../source[@mode='bind']/" : "../source[@mode='connect']/", value);
    }
}
