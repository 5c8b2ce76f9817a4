package dev.posada.jvm;

import dev.posada.model.TypedParameter;
import dev.posada.posix.SystemConfiguration;
import dev.posada.process.ProcessFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * What a JVM tells of itself in its counters and the kernel of its process, as the figures of {@code domstats}.
 *
 * <p>The JVM refreshes what is said of its heap and its classes' memory when it collects garbage, the rest as it happens. Times
 * are in nanoseconds, sizes in bytes; what this JVM does not count is left out.
 */
final class JvmFigures {
    private static final int COLLECTORS_MAX = 8;
    private static final int GENERATIONS_MAX = 4;
    private static final int SPACES_MAX = 8;

    /** Counted one by one; what has more open is not worth the time. */
    private static final int OPEN_FILES_MAX = 65_536;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long MILLIS_PER_SECOND = 1000;
    private static final int UPTIME_BYTES_MAX = 128;

    private final PerfData data;
    private final List<TypedParameter> figures = new ArrayList<>();

    private JvmFigures(PerfData data) {
        this.data = data;
    }

    /**
     * The figures of a process at this moment.
     *
     * @param data its counters
     * @param heap how full its heap is, if it was asked
     */
    static List<TypedParameter> of(int pid, PerfData data, Optional<HeapNow> heap) {
        var all = new JvmFigures(data);
        all.version();
        all.heap(heap);
        all.collectors();
        all.counters();
        all.process(pid);
        return List.copyOf(all.figures);
    }

    private void version() {
        data.text("java.property.java.vm.version")
                .ifPresent(version -> figures.add(TypedParameter.ofText("jvm.version", version)));
    }

    private void heap(Optional<HeapNow> heap) {
        heap.ifPresent(now -> figures.add(TypedParameter.ofUnsigned("jvm.heap.used", now.usedBytes())));
        long after = 0;
        long committed = 0;
        boolean known = false;
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            var generation = "sun.gc.generation." + i + ".";
            committed += data.number(generation + "capacity").orElse(0);
            for (int j = 0; j < SPACES_MAX; j++) {
                var used = data.number(generation + "space." + j + ".used");
                known |= used.isPresent();
                after += used.orElse(0);
            }
        }
        if (known) {
            figures.add(TypedParameter.ofUnsigned("jvm.heap.after_gc", after));
            figures.add(TypedParameter.ofUnsigned("jvm.heap.committed", committed));
            figures.add(TypedParameter.ofUnsigned("jvm.heap.max", heapMaxBytes(data)));
        }
    }

    /** How large a heap may become; 0 when it is not said. */
    static long heapMaxBytes(PerfData data) {
        long sum = 0;
        long most = 0;
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            long max = Math.max(
                    0, data.number("sun.gc.generation." + i + ".maxCapacity").orElse(0));
            sum += max;
            most = Math.max(most, max);
        }
        // Generations that lie side by side share the heap out; in regions each may take all of it.
        boolean sideBySide = data.text("sun.gc.policy.name")
                .filter(name -> name.endsWith(":MSC"))
                .isPresent();
        return sideBySide ? sum : most;
    }

    private void collectors() {
        var collectors = new ArrayList<String>();
        for (int i = 0; i < COLLECTORS_MAX; i++) {
            var collector = "sun.gc.collector." + i + ".";
            if (data.number(collector + "invocations").isPresent()) {
                collectors.add(collector);
            }
        }
        if (collectors.isEmpty()) {
            return;
        }
        figures.add(TypedParameter.ofUnsigned("jvm.gc.count", collectors.size()));
        for (int i = 0; i < collectors.size(); i++) {
            var collector = collectors.get(i);
            var name = "jvm.gc." + i + ".";
            data.text(collector + "name").ifPresent(text -> figures.add(TypedParameter.ofText(name + "name", text)));
            add(name + "collections", data.number(collector + "invocations"), number -> number);
            add(name + "time", nanos(collector + "time"), nanos -> nanos);
        }
    }

    private void counters() {
        add("jvm.metaspace.used", "sun.gc.metaspace.used");
        add("jvm.metaspace.committed", "sun.gc.metaspace.capacity");
        add("jvm.code.compiled", "sun.ci.nmethodSize");
        add("jvm.threads.live", "java.threads.live");
        add("jvm.threads.daemon", "java.threads.daemon");
        add("jvm.threads.peak", "java.threads.livePeak");
        add("jvm.threads.started", "java.threads.started");
        var shared = data.number("java.cls.sharedLoadedClasses").orElse(0);
        add("jvm.classes.loaded", data.number("java.cls.loadedClasses"), own -> own + shared);
        var sharedGone = data.number("java.cls.sharedUnloadedClasses").orElse(0);
        add("jvm.classes.unloaded", data.number("java.cls.unloadedClasses"), own -> own + sharedGone);
        add("jvm.safepoints.count", "sun.rt.safepoints");
        add("jvm.safepoints.time", nanos("sun.rt.safepointTime"), nanos -> nanos);
        add("jvm.safepoints.sync_time", nanos("sun.rt.safepointSyncTime"), nanos -> nanos);
        add("jvm.compiler.count", "sun.ci.totalCompiles");
        add("jvm.compiler.time", nanos("java.ci.totalTime"), nanos -> nanos);
    }

    private void process(int pid) {
        ProcessFacts.of(pid).ifPresent(facts -> {
            figures.add(TypedParameter.ofUnsigned("jvm.resident", facts.residentBytes()));
            figures.add(TypedParameter.ofUnsigned("jvm.threads.native", (long) facts.threadCount()));
        });
        add(
                "jvm.uptime",
                ProcessFacts.of(pid).map(JvmFigures::uptimeMillis).orElse(OptionalLong.empty()),
                millis -> millis);
        add("jvm.files.open", openFiles(pid), count -> count);
    }

    /** By the kernel's clock, which nobody sets. */
    static OptionalLong uptimeMillis(ProcessFacts facts) {
        long started = facts.startTicks() * (MILLIS_PER_SECOND / SystemConfiguration.clockTicksPerSecond());
        try (var in = Files.newInputStream(Path.of("/proc/uptime"))) {
            var text = new String(in.readNBytes(UPTIME_BYTES_MAX), StandardCharsets.US_ASCII);
            double seconds = Double.parseDouble(text.substring(0, Math.max(0, text.indexOf(' '))));
            return OptionalLong.of(Math.max(0, (long) (seconds * MILLIS_PER_SECOND) - started));
        } catch (IOException | NumberFormatException otherFormat) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong openFiles(int pid) {
        long count = 0;
        try (var files = Files.newDirectoryStream(Path.of("/proc", Integer.toString(pid), "fd"))) {
            for (var _ : files) {
                count++;
                if (count > OPEN_FILES_MAX) {
                    return OptionalLong.empty();
                }
            }
            return OptionalLong.of(count);
        } catch (IOException | DirectoryIteratorException gone) {
            return OptionalLong.empty();
        }
    }

    private void add(String name, String counter) {
        add(name, data.number(counter), number -> number);
    }

    private void add(String name, OptionalLong number, LongFunction<Long> figure) {
        number.ifPresent(value -> figures.add(TypedParameter.ofUnsigned(name, (long) figure.apply(value))));
    }

    /** A counter of the JVM's own clock in nanoseconds. */
    private OptionalLong nanos(String counter) {
        long frequency = data.number("sun.os.hrt.frequency").orElse(NANOS_PER_SECOND);
        var ticks = data.number(counter);
        if (ticks.isEmpty() || frequency <= 0 || frequency == NANOS_PER_SECOND) {
            return ticks;
        }
        return OptionalLong.of((long) (ticks.getAsLong() * ((double) NANOS_PER_SECOND / frequency)));
    }
}
