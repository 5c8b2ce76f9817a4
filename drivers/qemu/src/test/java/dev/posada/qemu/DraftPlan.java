package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A plan simple enough for the live half's own tests. */
final class DraftPlan {
    static QemuCapabilities capabilities(Path binary) {
        return new QemuCapabilities(
                binary,
                7_002_022,
                "",
                "x86_64",
                List.of(new MachineType("pc", Optional.empty(), 255, true, false, Optional.empty(), Optional.empty())),
                Map.of(),
                Map.of(),
                Set.of(),
                Map.of(),
                Set.of(),
                Map.of(),
                "");
    }

    static LaunchPlan of(DomainDefinition definition, QemuCapabilities capabilities, LaunchFacts facts) {
        var argv = new ArrayList<String>(List.of(
                capabilities.binary().toString(),
                "-name",
                "guest=" + definition.name() + ",debug-threads=on",
                "-S",
                "-machine",
                "pc",
                "-accel",
                definition.type().equals("kvm") ? "kvm" : "tcg",
                "-m",
                Long.toString(definition.maxMemoryKib() / 1024),
                "-smp",
                definition.vcpus() + ",maxcpus=" + definition.maxVcpus(),
                "-uuid",
                definition.uuid().toString(),
                "-no-user-config",
                "-nodefaults",
                "-display",
                "none",
                "-chardev",
                "socket,id=charmonitor,fd=" + facts.monitorDescriptor() + ",server=on,wait=off",
                "-mon",
                "chardev=charmonitor,id=monitor,mode=control",
                "-no-shutdown",
                "-msg",
                "timestamp=on"));
        if (definition.onReboot().equals("destroy")) {
            argv.add("-no-reboot");
        }
        var live = new DomainDefinition(definition.root().with("id", Integer.toString(facts.id())));
        var counts = new LinkedHashMap<String, Integer>();
        live = LiveEdits.devices(live, device -> true, device -> {
            var kind = device.name().equals("disk")
                    ? "virtio-disk"
                    : device.name().equals("memballoon") ? "balloon" : device.name();
            int number = counts.merge(kind, 1, Integer::sum) - 1;
            return device.withChild(Element.of("alias", "name", kind + number));
        });
        var ports = new ArrayList<>(facts.graphicsPorts());
        live = LiveEdits.devices(
                live, device -> device.name().equals("graphics"), device -> device.with("port", "" + ports.getFirst()));
        for (var device : live.devices()) {
            var alias = LiveEdits.alias(device);
            var source = device.child("source").orElse(Element.of("source"));
            switch (device.name()) {
                case "disk" -> {
                    var node = "node-" + alias;
                    argv.addAll(List.of(
                            "-blockdev",
                            "driver=file,filename=" + source.attribute("file", "") + ",node-name=" + node + "-file",
                            "-blockdev",
                            "driver="
                                    + device.child("driver")
                                            .map(d -> d.attribute("type", "raw"))
                                            .orElse("raw") + ",file=" + node + "-file,node-name=" + node,
                            "-device",
                            "virtio-blk-pci,drive=" + node + ",id=" + alias + ",bootindex=1"));
                }
                case "serial" -> {
                    argv.addAll(List.of(
                            "-chardev",
                            device.has("type", "file")
                                    ? "file,id=char" + alias + ",path=" + source.attribute("path", "")
                                    : "pty,id=char" + alias,
                            "-device",
                            "isa-serial,chardev=char" + alias + ",id=" + alias));
                }
                case "panic" -> argv.addAll(List.of("-device", "pvpanic,id=" + alias));
                case "memballoon" -> argv.addAll(List.of("-device", "virtio-balloon-pci,id=" + alias));
                case "video" -> argv.addAll(List.of("-device", "VGA,id=" + alias));
                case "graphics" ->
                    argv.addAll(
                            List.of("-vnc", "127.0.0.1:" + (Integer.parseInt(device.attribute("port", "")) - 5900)));
                default -> {}
            }
        }
        var os = live.root().child("os").orElseThrow();
        for (var part : Map.of("kernel", "-kernel", "initrd", "-initrd", "cmdline", "-append")
                .entrySet()) {
            os.childText(part.getKey()).ifPresent(text -> argv.addAll(List.of(part.getValue(), text)));
        }
        live.root()
                .child("qemu:commandline")
                .ifPresent(extra -> extra.children("qemu:arg").forEach(arg -> argv.add(arg.attribute("value", ""))));
        var environment = new LinkedHashMap<String, String>();
        environment.put("LC_ALL", "C");
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", facts.instanceDirectory().toString());
        return new LaunchPlan(
                live,
                argv,
                environment,
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                new LaunchPlan.Tuning(Map.of(), Optional.empty(), Map.of(), Optional.empty()));
    }
}
