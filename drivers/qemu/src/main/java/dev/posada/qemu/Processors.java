package dev.posada.qemu;

import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.posix.CpuAffinity;
import dev.posada.posix.Errno;
import dev.posada.posix.PosixException;
import dev.posada.process.ProcessFacts;
import dev.posada.qmp.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An instance's processors: the emulator's threads on the host. Safe for use by several threads; what is known of the
 * threads is replaced as a whole.
 */
final class Processors {
    private static final int OFFLINE = 0;
    private static final int RUNNING = 1;

    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long BYTES_PER_KIB = 1024;

    private final int pid;
    private volatile SortedMap<Integer, Integer> threads = Collections.emptySortedMap();
    private volatile SortedMap<Integer, Integer> iothreads = Collections.emptySortedMap();

    Processors(int pid) {
        this.pid = pid;
    }

    /** Learns which threads are virtual processors, from an answer to {@code query-cpus-fast}. */
    void learn(Json cpus) {
        var found = new TreeMap<Integer, Integer>();
        for (var cpu : cpus.elements()) {
            found.put((int) QmpHappenings.number(cpu, "cpu-index"), (int) QmpHappenings.number(cpu, "thread-id"));
        }
        threads = Collections.unmodifiableSortedMap(found);
    }

    /** Learns which threads do a disk's work, from an answer to {@code query-iothreads}. */
    void learnIothreads(Json answer) {
        var found = new TreeMap<Integer, Integer>();
        for (var iothread : answer.elements()) {
            iothreadNumber(QmpHappenings.text(iothread, "id"))
                    .ifPresent(number -> found.put(number, (int) QmpHappenings.number(iothread, "thread-id")));
        }
        iothreads = Collections.unmodifiableSortedMap(found);
    }

    /** The number in an I/O thread's name, as 3 in {@code iothread3}. */
    static Optional<Integer> iothreadNumber(String id) {
        try {
            return id.startsWith("iothread")
                    ? Optional.of(Integer.parseInt(id.substring("iothread".length())))
                    : Optional.empty();
        } catch (NumberFormatException anotherName) {
            return Optional.empty();
        }
    }

    /** How many virtual processors the guest has now. */
    int count() {
        return threads.size();
    }

    /** Lets a virtual processor run on these host processors only. */
    void pinVcpu(int vcpu, BitSet hostCpus) {
        var thread = threads.get(vcpu);
        if (thread == null) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG,
                    ErrorOrigin.QEMU,
                    "vcpu " + vcpu + " is out of range of live cpu count " + threads.size());
        }
        confine(thread, hostCpus, "vcpu " + vcpu);
    }

    /** Lets an I/O thread run on these host processors only. */
    void pinIothread(int number, BitSet hostCpus) {
        var thread = iothreads.get(number);
        if (thread == null) {
            throw new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "iothreadid " + number + " not found");
        }
        confine(thread, hostCpus, "iothread " + number);
    }

    /** Lets every thread of the emulator but virtual processors and I/O threads run on these host processors only. */
    void pinEmulator(BitSet hostCpus) {
        var others = new HashSet<Integer>(threads.values());
        others.remove(pid);
        others.addAll(iothreads.values());
        for (int thread : allThreads()) {
            if (!others.contains(thread)) {
                confineIfThere(thread, hostCpus);
            }
        }
    }

    /** The threads by what they do. */
    ResourceLimits.Threads byRole() {
        var others = new ArrayList<>(allThreads());
        others.removeAll(threads.values());
        others.removeAll(iothreads.values());
        return new ResourceLimits.Threads(threads, others, iothreads);
    }

    /** Puts every thread where the definition wants it. */
    void tune(LaunchPlan.Tuning tuning) {
        tuning.rest().ifPresent(cpus -> {
            for (int thread : allThreads()) {
                confine(thread, cpus, "the emulator");
            }
        });
        tuning.emulator().ifPresent(this::pinEmulator);
        for (Map.Entry<Integer, BitSet> pin : tuning.vcpus().entrySet()) {
            // A processor that is not plugged in yet is pinned when it comes.
            if (threads.containsKey(pin.getKey())) {
                pinVcpu(pin.getKey(), pin.getValue());
            }
        }
        tuning.iothreads().forEach((number, cpus) -> {
            var thread = iothreads.get(number);
            if (thread != null) {
                confine(thread, cpus, "iothread " + number);
            }
        });
    }

    private static void confine(int thread, BitSet cpus, String what) {
        try {
            CpuAffinity.confine(thread, cpus);
        } catch (PosixException e) {
            throw PosadaException.system(
                    ErrorOrigin.QEMU,
                    e.errno(),
                    "cannot pin " + what + " to host processors " + cpus + ": " + e.symbol()
                            + "; see which of them this host has online");
        }
    }

    private static void confineIfThere(int thread, BitSet cpus) {
        try {
            CpuAffinity.confine(thread, cpus);
        } catch (PosixException e) {
            if (e.errno() != Errno.ESRCH) {
                throw PosadaException.system(
                        ErrorOrigin.QEMU, e.errno(), "cannot pin the emulator to host processors " + cpus);
            }
        }
    }

    private List<Integer> allThreads() {
        return ProcessFacts.threads(pid).stream().map(ProcessFacts::id).toList();
    }

    /** Time all threads have used. */
    long cpuTimeNanos() {
        return ProcessFacts.of(pid).map(facts -> facts.cpuTime().toNanos()).orElse(0L);
    }

    /** Memory the emulator has on the host. */
    Optional<Long> residentKib() {
        return ProcessFacts.of(pid).map(facts -> facts.residentBytes() / BYTES_PER_KIB);
    }

    /** What each virtual processor does. */
    List<VcpuFigures> vcpus() {
        var all = new ArrayList<VcpuFigures>();
        var known = factsByThread();
        threads.forEach((number, thread) -> {
            var facts = Optional.ofNullable(known.get(thread));
            all.add(new VcpuFigures(
                    number,
                    facts.isPresent() ? RUNNING : OFFLINE,
                    facts.map(now -> now.cpuTime().toNanos()).orElse(0L),
                    facts.map(ProcessFacts::lastCpu).orElse(-1),
                    affinity(thread)));
        });
        return all;
    }

    private static Optional<BitSet> affinity(int thread) {
        try {
            return Optional.of(CpuAffinity.of(thread));
        } catch (PosixException gone) {
            return Optional.empty();
        }
    }

    /** The {@code cpu} group of a bulk answer. */
    List<TypedParameter> cpuGroup() {
        return ProcessFacts.of(pid)
                .map(facts -> List.of(
                        TypedParameter.ofUnsigned("cpu.time", facts.cpuTime().toNanos()),
                        TypedParameter.ofUnsigned("cpu.user", facts.user().toNanos()),
                        TypedParameter.ofUnsigned("cpu.system", facts.system().toNanos()),
                        // Groups of cache monitors, of which this driver makes none.
                        TypedParameter.ofUnsigned("cpu.cache.monitor.count", 0)))
                .orElse(List.of());
    }

    /** The {@code vcpu} group of a bulk answer. */
    List<TypedParameter> vcpuGroup(int maximum) {
        var parameters = new ArrayList<TypedParameter>();
        parameters.add(TypedParameter.ofUnsigned("vcpu.current", threads.size()));
        parameters.add(TypedParameter.ofUnsigned("vcpu.maximum", maximum));
        var known = factsByThread();
        threads.forEach((number, thread) -> {
            var prefix = "vcpu." + number + ".";
            Optional.ofNullable(known.get(thread)).ifPresent(facts -> {
                parameters.add(TypedParameter.ofInt(prefix + "state", RUNNING));
                parameters.add(TypedParameter.ofUnsigned(
                        prefix + "time", facts.cpuTime().toNanos()));
            });
            // A kernel that keeps no such account makes it 0, as for libvirt.
            parameters.add(
                    TypedParameter.ofUnsigned(prefix + "wait", waitNanos(thread).orElse(0L)));
            ProcessFacts.scheduling(pid, thread)
                    .ifPresent(scheduling -> parameters.add(TypedParameter.ofUnsigned(
                            prefix + "delay", scheduling.waiting().toNanos())));
        });
        return parameters;
    }

    private Map<Integer, ProcessFacts> factsByThread() {
        return ProcessFacts.threads(pid).stream().collect(Collectors.toMap(ProcessFacts::id, Function.identity()));
    }

    /** Time a thread waited in the run queue as the kernel's debugging account has it; empty when it keeps none. */
    private Optional<Long> waitNanos(int thread) {
        var file = Path.of("/proc", Integer.toString(pid), "task", Integer.toString(thread), "sched");
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.contains("wait_sum"))
                    .findFirst()
                    .map(line -> Math.round(Double.parseDouble(
                                    line.substring(line.indexOf(':') + 1).strip())
                            * NANOS_PER_MILLI));
        } catch (IOException | UncheckedIOException | NumberFormatException unknown) {
            return Optional.empty();
        }
    }
}
