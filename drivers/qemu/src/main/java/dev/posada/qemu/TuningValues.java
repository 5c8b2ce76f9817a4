package dev.posada.qemu;

import dev.posada.driver.CpuSets;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is done to the emulator's threads: I/O threads that are made, and where all of them run. */
final class TuningValues {
    private static final int IOTHREADS_MAX = 1024;

    /** What the instance's control group takes care of. */
    private static final List<String> SHARES = List.of(
            "shares",
            "period",
            "quota",
            "global_period",
            "global_quota",
            "emulator_period",
            "emulator_quota",
            "iothread_period",
            "iothread_quota");

    private TuningValues() {}

    /** The objects of the I/O threads. */
    static void addIothreads(Assembly assembly) {
        for (long id : iothreads(assembly)) {
            assembly.object(Json.object().with("qom-type", "iothread").with("id", "iothread" + id));
        }
    }

    private static List<Long> iothreads(Assembly assembly) {
        var ids = new ArrayList<Long>();
        assembly.domain()
                .child("iothreadids")
                .ifPresent(list -> list.children("iothread")
                        .forEach(thread -> ids.add(thread.number("id").orElseThrow(() -> thread.unsupported("id")))));
        long count = assembly.domain().child("iothreads").map(Part::number).orElse((long) ids.size());
        if (count > IOTHREADS_MAX) {
            throw Refusal.unsupported("<iothreads>: at most " + IOTHREADS_MAX + " are supported");
        }
        for (long id = 1; ids.size() < count; id++) {
            if (!ids.contains(id)) {
                ids.add(id);
            }
        }
        return ids;
    }

    static LaunchPlan.Tuning read(Assembly assembly) {
        var domain = assembly.domain();
        var vcpus = new HashMap<Integer, BitSet>();
        var iothreads = new HashMap<Integer, BitSet>();
        Optional<BitSet> emulator = Optional.empty();
        var tune = domain.child("cputune");
        if (tune.isPresent()) {
            for (var pin : tune.get().children("vcpupin")) {
                vcpus.put(number(pin, "vcpu"), set(pin));
            }
            for (var pin : tune.get().children("iothreadpin")) {
                iothreads.put(number(pin, "iothread"), set(pin));
            }
            emulator = tune.get().child("emulatorpin").map(TuningValues::set);
            SHARES.forEach(name -> tune.get().take(name));
        }
        domain.child("memtune").ifPresent(memory -> memory.take("hard_limit", "soft_limit", "swap_hard_limit"));
        domain.child("blkiotune").ifPresent(Part::take);
        return new LaunchPlan.Tuning(
                Map.copyOf(vcpus),
                emulator,
                Map.copyOf(iothreads),
                domain.child("vcpu").flatMap(vcpu -> vcpu.attribute("cpuset")).map(CpuSets::parse));
    }

    private static int number(Part pin, String attribute) {
        return Math.toIntExact(pin.number(attribute).orElseThrow(() -> pin.unsupported(attribute)));
    }

    private static BitSet set(Part pin) {
        return CpuSets.parse(pin.attribute("cpuset", ""));
    }
}
