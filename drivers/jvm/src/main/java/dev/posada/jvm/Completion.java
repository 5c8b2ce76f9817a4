package dev.posada.jvm;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Fills in what every Java program has, and refuses what none can have. */
final class Completion {
    static final String TYPE = "jvm";
    static final String OS_TYPE = "exe";

    /** Less does not hold a JVM. */
    private static final long MEMORY_MIN_KIB = 16 << 10;

    static final int VCPUS_MAX = 1024;

    private static final Set<String> DEVICES = Set.of("console");
    private static final Set<String> CONSOLES = Set.of("pty", "null");
    private static final Set<String> OS_CHILDREN =
            Set.of("type", "init", "initarg", "initenv", "initdir", "inituser", "initgroup");

    /** What belongs to machines, and can never be true of a process. */
    private static final Set<String> OF_MACHINES = Set.of(
            "cpu",
            "bootloader",
            "bootloader_args",
            "iothreads",
            "iothreadids",
            "sysinfo",
            "launchSecurity",
            "memoryBacking",
            "idmap");

    private static final List<String> POWEROFF = List.of("destroy", "restart");
    private static final List<String> CRASH =
            List.of("destroy", "restart", "preserve", "coredump-destroy", "coredump-restart");

    private Completion() {}

    static DomainDefinition of(DomainDefinition definition, String hostArchitecture) {
        var root = definition.root();
        var os = root.child("os").orElse(Element.of("os"));
        var type = os.child("type").orElse(Element.text("type", OS_TYPE));
        if (!type.text().equals(OS_TYPE)) {
            throw Refusal.unsupported(
                    type, "a Java program is of os type '" + OS_TYPE + "', not '" + Refusal.shown(type.text()) + "'");
        }
        var architecture = type.attribute("arch", hostArchitecture);
        if (!architecture.equals(hostArchitecture)) {
            throw Refusal.unsupported(
                    type,
                    "<type arch='" + Refusal.shown(architecture)
                            + "'>: a Java program runs on the host's own processor (" + hostArchitecture + ")");
        }
        for (var child : os.children()) {
            if (!OS_CHILDREN.contains(child.name())) {
                throw notOfPrograms(child, "<os>");
            }
        }
        for (var child : root.children()) {
            if (OF_MACHINES.contains(child.name())) {
                throw notOfPrograms(child, "<domain>");
            }
        }
        checkSize(definition);
        endings(definition);
        JavaProgram.of(definition);
        var completed = definition.withChild(withType(os, type.with("arch", architecture)));
        var devices = root.child("devices").orElse(Element.of("devices"));
        return completed.withChild(devices(devices));
    }

    private static dev.posada.model.PosadaException notOfPrograms(Element child, String where) {
        return Refusal.unsupported(
                child, "<" + Refusal.shown(child.name()) + "> in " + where + ": a Java program cannot have it");
    }

    private static void checkSize(DomainDefinition definition) {
        if (definition.maxMemoryKib() < MEMORY_MIN_KIB) {
            throw Refusal.unsupported("<memory> of " + definition.maxMemoryKib()
                    + " KiB: a Java program needs at least " + Verdict.inMib(MEMORY_MIN_KIB));
        }
        if (definition.maxVcpus() > VCPUS_MAX) {
            throw Refusal.unsupported("<vcpu>: at most " + VCPUS_MAX + " are supported");
        }
    }

    private static void endings(DomainDefinition definition) {
        ending("on_poweroff", definition.onPoweroff(), POWEROFF);
        ending("on_reboot", definition.onReboot(), POWEROFF);
        ending("on_crash", definition.onCrash(), CRASH);
    }

    /** Refuses an action that cannot follow an ending. */
    static void ending(String ending, String action) {
        ending(ending, action, ending.equals("on_crash") ? CRASH : POWEROFF);
    }

    private static void ending(String ending, String action, List<String> possible) {
        if (!possible.contains(action)) {
            throw Refusal.unsupported("<" + ending + ">" + Refusal.shown(action) + "</" + ending
                    + ">: a Java program's driver can do " + String.join(", ", possible));
        }
    }

    private static Element withType(Element os, Element type) {
        var content = new ArrayList<Content>();
        content.add(type);
        content.addAll(os.withoutChildren(child -> child.name().equals("type")).content());
        return os.withContent(content);
    }

    private static Element devices(Element devices) {
        int consoles = 0;
        for (var device : devices.children()) {
            if (!DEVICES.contains(device.name())) {
                throw notOfPrograms(device, "<devices>");
            }
            var kind = device.attribute("type", "pty");
            if (!CONSOLES.contains(kind)) {
                throw Refusal.unsupported(
                        device,
                        "<console type='" + Refusal.shown(kind)
                                + "'>: the console of a Java program is a 'pty', or 'null' for none");
            }
            consoles++;
        }
        if (consoles > 1) {
            throw Refusal.unsupported("a Java program has one console");
        }
        return consoles == 1
                ? devices
                : devices.plus(
                        Element.of("console", "type", "pty").plus(Element.of("target", "type", "serial", "port", "0")));
    }
}
