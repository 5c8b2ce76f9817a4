package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;

/** The parts of a definition that say where its threads may run: {@code <cputune>} and {@code <vcpu cpuset=…>}. */
final class Pinning {
    private Pinning() {}

    /** Where a virtual processor may run; nothing when the definition leaves it open. */
    static Optional<BitSet> ofVcpu(DomainDefinition definition, int vcpu) {
        var number = Integer.toString(vcpu);
        return definition
                .root()
                .child("cputune")
                .flatMap(tune -> tune.children("vcpupin").stream()
                        .filter(pin -> pin.has("vcpu", number))
                        .findFirst())
                .or(() -> definition.root().child("vcpu"))
                .flatMap(pin -> pin.attribute("cpuset"))
                .map(Pinning::parse);
    }

    /** Where the hypervisor's own threads may run; nothing when the definition leaves it open. */
    static Optional<BitSet> ofEmulator(DomainDefinition definition) {
        return definition
                .root()
                .at("cputune", "emulatorpin")
                .or(() -> definition.root().child("vcpu"))
                .flatMap(pin -> pin.attribute("cpuset"))
                .map(Pinning::parse);
    }

    /** The numbers of a definition's I/O threads: those listed, then the lowest that are free. */
    static SortedSet<Integer> ioThreads(DomainDefinition definition) {
        var numbers = new TreeSet<Integer>();
        definition
                .root()
                .child("iothreadids")
                .ifPresent(ids -> ids.children("iothread")
                        .forEach(thread -> numbers.add(Integer.parseInt(thread.attribute("id", "1")))));
        int count =
                definition.root().childText("iothreads").map(Integer::parseInt).orElse(0);
        for (int number = 1; numbers.size() < count; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    /** Where an I/O thread may run; nothing when the definition leaves it open. */
    static Optional<BitSet> ofIoThread(DomainDefinition definition, int number) {
        return definition
                .root()
                .child("cputune")
                .flatMap(tune -> tune.children("iothreadpin").stream()
                        .filter(pin -> pin.has("iothread", Integer.toString(number)))
                        .findFirst())
                .or(() -> definition.root().child("vcpu"))
                .flatMap(pin -> pin.attribute("cpuset"))
                .map(Pinning::parse);
    }

    static DomainDefinition withVcpu(DomainDefinition definition, int vcpu, BitSet hostCpus) {
        var number = Integer.toString(vcpu);
        var tune = definition.root().child("cputune").orElse(Element.of("cputune"));
        var content = new ArrayList<Content>(
                tune.withoutChildren(child -> child.name().equals("vcpupin") && child.has("vcpu", number))
                        .content());
        content.add(Element.of("vcpupin", "vcpu", number, "cpuset", format(hostCpus)));
        return LiveEdits.canonical(definition.root().withChild(tune.withContent(content)));
    }

    static DomainDefinition withIoThread(DomainDefinition definition, int number, BitSet hostCpus) {
        var id = Integer.toString(number);
        var tune = definition.root().child("cputune").orElse(Element.of("cputune"));
        var changed = tune.withoutChildren(child -> child.name().equals("iothreadpin") && child.has("iothread", id))
                .plus(Element.of("iothreadpin", "iothread", id, "cpuset", format(hostCpus)));
        return LiveEdits.canonical(definition.root().withChild(changed));
    }

    static DomainDefinition withEmulator(DomainDefinition definition, BitSet hostCpus) {
        var tune = definition.root().child("cputune").orElse(Element.of("cputune"));
        return LiveEdits.canonical(
                definition.root().withChild(tune.withChild(Element.of("emulatorpin", "cpuset", format(hostCpus)))));
    }

    /** A set of processors as libvirt writes it: {@code 0-3,8}. */
    static String format(BitSet cpus) {
        var ranges = new StringJoiner(",");
        for (int first = cpus.nextSetBit(0); first >= 0; ) {
            int last = cpus.nextClearBit(first) - 1;
            ranges.add(first == last ? Integer.toString(first) : first + "-" + last);
            first = cpus.nextSetBit(last + 1);
        }
        return ranges.toString();
    }

    /** Reads what {@link #format} writes; {@code ^2} takes a processor out again. The definition was checked before. */
    static BitSet parse(String text) {
        var cpus = new BitSet();
        for (var part : text.split(",", -1)) {
            var range = part.strip();
            if (range.isEmpty()) {
                continue;
            }
            if (range.startsWith("^")) {
                cpus.clear(Integer.parseInt(range.substring(1).strip()));
                continue;
            }
            int dash = range.indexOf('-');
            int first = Integer.parseInt((dash < 0 ? range : range.substring(0, dash)).strip());
            int last = dash < 0
                    ? first
                    : Integer.parseInt(range.substring(dash + 1).strip());
            cpus.set(first, last + 1);
        }
        return cpus;
    }
}
