package dev.posada.qemu;

import java.util.List;

/** The whole command line: each family of arguments in the order in which libvirt gives them. */
final class CommandLine {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private CommandLine() {}

    static void build(Assembly assembly) {
        addEnvironment(assembly);
        assembly.devices("emulator").forEach(Part::text);
        assembly.add(assembly.capabilities().binary().toString());
        MachineArguments.add(assembly);
        CpuArguments.addCpu(assembly);
        FirmwareArguments.add(assembly);
        MemoryArguments.add(assembly);
        CpuArguments.addTopology(assembly);
        TuningValues.addIothreads(assembly);
        MemoryArguments.addCells(assembly);
        SystemInfoArguments.add(assembly);
        GraphicsArguments.addNone(assembly);
        assembly.add("-no-user-config", "-nodefaults");
        assembly.add(
                "-chardev", "socket,id=charmonitor,fd=" + assembly.facts().monitorDescriptor() + ",server=on,wait=off");
        assembly.add("-mon", "chardev=charmonitor,id=monitor,mode=control");
        ClockArguments.add(assembly);
        assembly.add("-no-shutdown");
        if (List.of("destroy", "preserve").contains(assembly.live().onReboot())) {
            assembly.add("-no-reboot");
        }
        ClockArguments.addSleep(assembly);
        BootArguments.add(assembly);
        OtherDeviceArguments.addIommu(assembly);
        ControllerArguments.add(assembly);
        MemoryArguments.addModules(assembly);
        InputArguments.add(assembly);
        DiskArguments.add(assembly);
        FilesystemArguments.add(assembly);
        InterfaceArguments.add(assembly);
        CharacterDeviceArguments.add(assembly);
        TpmArguments.add(assembly);
        InputArguments.addInputs(assembly);
        SoundArguments.addBackends(assembly);
        GraphicsArguments.add(assembly);
        VideoArguments.add(assembly);
        SoundArguments.addCards(assembly);
        OtherDeviceArguments.addWatchdogs(assembly);
        OtherDeviceArguments.addRedirections(assembly);
        HostDeviceArguments.add(assembly);
        OtherDeviceArguments.addBalloon(assembly);
        OtherDeviceArguments.addRandomness(assembly);
        OtherDeviceArguments.addCoreInformation(assembly);
        OtherDeviceArguments.addNvram(assembly);
        addUserArguments(assembly);
        if (assembly.capabilities().options().containsKey("sandbox")) {
            assembly.add("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
        }
        OtherDeviceArguments.addPanic(assembly);
        OtherDeviceArguments.addSharedMemory(assembly);
        OtherDeviceArguments.addVsock(assembly);
        assembly.add("-msg", "timestamp=on");
        checkSecurity(assembly);
    }

    private static void addEnvironment(Assembly assembly) {
        var home = assembly.facts().instanceDirectory();
        assembly.environment.put("LC_ALL", "C");
        assembly.environment.put("PATH", PATH);
        assembly.environment.put("HOME", home.toString());
        assembly.environment.put("XDG_DATA_HOME", home.resolve(".local/share").toString());
        assembly.environment.put("XDG_CACHE_HOME", home.resolve(".cache").toString());
        assembly.environment.put("XDG_CONFIG_HOME", home.resolve(".config").toString());
    }

    /** What the user adds at their own risk. */
    private static void addUserArguments(Assembly assembly) {
        assembly.domain().child("qemu:commandline").ifPresent(extra -> {
            for (var argument : extra.children("qemu:arg")) {
                assembly.add(argument.attribute("value", ""));
            }
            for (var variable : extra.children("qemu:env")) {
                assembly.environment.put(variable.attribute("name", ""), variable.attribute("value", ""));
            }
        });
    }

    /** Labels of security modules are not set by this driver: only what asks for none, or for the usual, passes. */
    private static void checkSecurity(Assembly assembly) {
        for (var label : assembly.domain().children("seclabel")) {
            boolean none = label.has("type", "none");
            boolean usual = List.of("none", "dac").contains(label.attribute("model", "none"))
                    && label.attribute("type", "dynamic").equals("dynamic");
            if (!none && !usual) {
                throw label.refused(
                        "model='" + Refusal.shown(label.attribute("model", "")) + "' is not supported by this driver");
            }
            label.ignore("relabel");
            label.take("label", "imagelabel", "baselabel");
        }
        assembly.domain().child("resource").ifPresent(resource -> {
            if (resource.childText("partition").filter("/machine"::equals).isEmpty()) {
                throw resource.refused("only the partition '/machine' is there");
            }
        });
        assembly.domain()
                .child("perf")
                .ifPresent(perf -> perf.children("event").forEach(event -> {
                    event.ignore("name");
                    if (event.flag("enabled").orElse(false)) {
                        throw event.unsupported("enabled");
                    }
                }));
    }
}
