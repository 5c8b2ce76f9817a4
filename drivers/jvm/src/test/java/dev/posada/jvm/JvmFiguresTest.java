package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.TypedParameter;
import dev.posada.model.TypedParameter.StringValue;
import dev.posada.model.TypedParameter.UintValue;
import dev.posada.model.TypedParameter.UllongValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of JVMs that run beside this one. */
class JvmFiguresTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int NAME_BYTES_MAX = 79;
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC", "-XX:+UseZGC"})
    void everyCollectorIsUnderstood(String collector) throws IOException {
        try (var program = RunningProgram.start(collector)) {
            program.tell("keep");
            program.tell("collect");
            program.tell("thread");
            var answer = new AttachSocket(program.identity()).ask("jcmd", List.of("GC.heap_info"), PATIENCE, 1 << 16);
            var heap = HeapNow.parse(answer);
            assertThat(heap).as(answer).isPresent();

            var figures = figures(program, heap);
            assertThat(number(figures, "jvm.heap.used")).isBetween(8 * MIB, 128 * MIB);
            assertThat(number(figures, "jvm.heap.after_gc")).isBetween(8 * MIB, 128 * MIB);
            assertThat(number(figures, "jvm.heap.committed")).isBetween(8 * MIB, 128 * MIB);
            assertThat(number(figures, "jvm.heap.max")).isEqualTo(128 * MIB);
            int collectors = ((UintValue) figures.get("jvm.gc.count")).value();
            assertThat(collectors).isPositive();
            long collections = 0;
            for (int i = 0; i < collectors; i++) {
                assertThat(figures.get("jvm.gc." + i + ".name")).isInstanceOf(StringValue.class);
                collections += number(figures, "jvm.gc." + i + ".collections");
            }
            assertThat(collections).isPositive();
        }
    }

    @Test
    void figuresFollowWhatTheProgramDoes() throws IOException {
        try (var program = RunningProgram.start("-XX:+UseSerialGC")) {
            var before = figures(program, Optional.empty());
            program.tell("thread");
            program.tell("collect");
            var after = figures(program, Optional.empty());
            assertThat(number(after, "jvm.threads.live")).isEqualTo(number(before, "jvm.threads.live") + 1);
            assertThat(number(after, "jvm.threads.daemon")).isEqualTo(number(before, "jvm.threads.daemon") + 1);
            assertThat(number(after, "jvm.threads.native")).isGreaterThan(number(before, "jvm.threads.native"));
            assertThat(number(after, "jvm.safepoints.count")).isGreaterThan(number(before, "jvm.safepoints.count"));
            assertThat(number(after, "jvm.classes.loaded")).isBetween(300L, 10_000L);
            assertThat(number(after, "jvm.uptime")).isBetween(1L, 600_000L);
            assertThat(number(after, "jvm.resident")).isBetween(8 * MIB, 512 * MIB);
            assertThat(number(after, "jvm.files.open")).isBetween(4L, 100L);
            assertThat(after.get("jvm.version")).isEqualTo(new StringValue(System.getProperty("java.vm.version")));
            assertThat(after).doesNotContainKey("jvm.heap.used");
            assertThat(after.keySet())
                    .allSatisfy(name ->
                            assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(NAME_BYTES_MAX));
        }
    }

    @Test
    void aStoppedJvmIsReadAsAnyOther() throws IOException {
        try (var program = RunningProgram.start()) {
            program.signal("STOP");
            assertThat(figures(program, Optional.empty())).containsKey("jvm.threads.live");
        }
    }

    @Test
    void aJvmWithoutCountersHasNone() throws IOException {
        try (var program = RunningProgram.start("-XX:-UsePerfData")) {
            assertThat(PerfFile.read(program.pid())).isEmpty();
        }
    }

    @Test
    void onlyAnOrdinaryFileOfThatUserIsRead() throws IOException, InterruptedException {
        try (var program = RunningProgram.start()) {
            var real = countersOf(program.pid());
            int owner = (Integer) Files.getAttribute(real, "unix:uid");
            assertThat(PerfFile.read(real, owner)).isPresent();
            assertThat(PerfFile.read(real, owner + 1)).isEmpty();
            assertThat(PerfFile.read(Path.of("/dev/zero"), owner)).isEmpty();
            var fifo = folder.resolve("fifo");
            new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
            assertThat(PerfFile.read(fifo, owner)).isEmpty(); // and does not wait for a writer
            assertThat(PerfFile.read(folder, owner)).isEmpty();
        }
    }

    @Test
    void damagedCountersAreReadAsFarAsTheyAreWhole() throws IOException {
        byte[] content;
        try (var program = RunningProgram.start()) {
            content = Files.readAllBytes(countersOf(program.pid()));
        }
        assertThat(PerfData.parse(content).orElseThrow().text("java.property.java.vm.version"))
                .contains(System.getProperty("java.vm.version"));
        long seed = RandomGenerator.getDefault().nextLong();
        System.err.println("seed " + seed);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 20_000; round++) {
            var damaged = content.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                // Mostly where lengths and offsets of the first entries are.
                int at = random.nextInt(random.nextBoolean() ? 256 : damaged.length);
                damaged[at] = (byte) random.nextInt();
            }
            var cut = random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
            var read = PerfData.parse(cut);
            if (read.isPresent() && round % 50 == 0) {
                JvmFigures.of(1, read.get(), Optional.empty());
            }
        }
    }

    @Test
    void otherFilesAreNoCounters() {
        assertThat(PerfData.parse(new byte[0])).isEmpty();
        assertThat(PerfData.parse(new byte[64])).isEmpty();
        assertThat(PerfData.parse("not at all what it should be, and long".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    private static Map<String, TypedParameter.Value> figures(RunningProgram program, Optional<HeapNow> heap) {
        var data = PerfFile.read(program.pid()).orElseThrow();
        var map = new HashMap<String, TypedParameter.Value>();
        JvmFigures.of(program.pid(), data, heap).forEach(figure -> map.put(figure.name(), figure.value()));
        return map;
    }

    private static long number(Map<String, TypedParameter.Value> figures, String name) {
        assertThat(figures).containsKey(name);
        return ((UllongValue) figures.get(name)).value();
    }

    private static Path countersOf(int pid) throws IOException {
        try (var folders = Files.newDirectoryStream(Path.of("/tmp"), "hsperfdata_*")) {
            for (var each : folders) {
                var file = each.resolve(Integer.toString(pid));
                if (Files.exists(file)) {
                    return file;
                }
            }
        }
        throw new IOException("no counters of " + pid);
    }
}
