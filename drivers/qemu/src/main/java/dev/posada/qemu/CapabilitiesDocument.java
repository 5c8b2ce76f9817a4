package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Writes the document that tells clients what this host and its emulators are ({@code virConnectGetCapabilities}). */
final class CapabilitiesDocument {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    private CapabilitiesDocument() {}

    /** The document: the host's own element, and a guest for each emulator found. One that cannot be asked is left out. */
    static Element of(Element host, Emulators emulators) {
        var document = Element.of("capabilities").plus(host);
        var known = askAll(emulators);
        for (var architecture : Architecture.all()) {
            var capabilities = emulators.forArchitecture(architecture).map(known::get);
            if (capabilities.isPresent()) {
                document = document.plus(guest(architecture, capabilities.get()));
            }
        }
        return document;
    }

    /** Asks all emulators at the same time: the first time each is run for it. */
    private static Map<Path, QemuCapabilities> askAll(Emulators emulators) {
        var known = new ConcurrentHashMap<Path, QemuCapabilities>();
        var askers = new ArrayList<Thread>();
        for (var emulator : emulators.found()) {
            askers.add(Thread.ofVirtual().name("qemu-capabilities").start(() -> {
                try {
                    known.put(emulator, emulators.capabilities(emulator));
                } catch (PosadaException e) {
                    LOG.log(Level.WARNING, "{0} is left out of the capabilities: {1}", emulator, e.getMessage());
                }
            }));
        }
        try {
            for (var asker : askers) {
                asker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return known;
    }

    private static Element guest(String architecture, QemuCapabilities capabilities) {
        var content = new ArrayList<Content>();
        content.add(Element.text("wordsize", Integer.toString(Architecture.wordSize(architecture))));
        content.add(Element.text("emulator", capabilities.binary().toString()));
        for (var machine : machines(architecture, capabilities)) {
            content.add(machine(machine.name(), machine));
            machine.alias().ifPresent(alias -> content.add(machine(alias, machine)));
        }
        content.add(Element.of("domain", "type", Accelerator.TCG.domainType()));
        if (capabilities.kvmUsable()) {
            content.add(Element.of("domain", "type", Accelerator.KVM.domainType()));
        }
        return Element.of("guest")
                .plus(Element.text("os_type", "hvm"))
                .plus(Element.of("arch", "name", architecture).withContent(content))
                .plus(features(architecture));
    }

    /** The machines this driver can furnish, the one taken by default first. */
    static List<MachineType> machines(String architecture, QemuCapabilities capabilities) {
        var usual = capabilities.usualMachine();
        return capabilities.machines().stream()
                .filter(machine -> Board.of(architecture, machine.name()).isPresent())
                .filter(machine -> !machine.name().equals("none"))
                .sorted(Comparator.comparing(machine -> !usual.equals(Optional.of(machine))))
                .toList();
    }

    private static Element machine(String name, MachineType machine) {
        var element = Element.text("machine", name);
        if (!name.equals(machine.name())) {
            element = element.with("canonical", machine.name());
        }
        element = element.with("maxCpus", Integer.toString(machine.maxCpus()));
        return machine.deprecated() ? element.with("deprecated", "yes") : element;
    }

    private static Element features(String architecture) {
        var content = new ArrayList<Content>();
        if (architecture.equals("i686")) {
            content.add(Element.of("pae"));
            content.add(Element.of("nonpae"));
        }
        boolean pc = !Architecture.isForeign(architecture);
        if (pc || architecture.equals("aarch64")) {
            content.add(Element.of("acpi", "default", "on", "toggle", "yes"));
        }
        if (pc) {
            content.add(Element.of("apic", "default", "on", "toggle", "no"));
        }
        content.add(Element.of("cpuselection"));
        content.add(Element.of("deviceboot"));
        return Element.of("features").withContent(content);
    }
}
