package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.posada.driver.Abilities.DumpForm;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one can ask a JVM and have it write, with one that runs beside this one. */
class JvmMonitorTest {
    private static RunningProgram program;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        program = RunningProgram.start("-XX:+UseSerialGC");
        program.tell("thread");
    }

    @AfterAll
    static void end() {
        program.close();
    }

    @Test
    void aLineForPeopleIsAnsweredInText() {
        assertThat(monitor().say("Thread.print -l", true)).contains("idle-of-workload");
        assertThat(monitor().say("help", true)).contains("GC.heap_info").contains("record start");
        assertThat(monitor().say("help  Thread.print", true)).contains("Print all threads");
    }

    @Test
    void aCommandForProgramsIsAnsweredInJson() {
        var answer = Json.parse(monitor().say("{\"execute\":\"Thread.print\",\"arguments\":{\"-l\":true}}", false));
        assertThat(answer.required("return").text()).contains("idle-of-workload");
        var listed = Json.parse(monitor().say("{\"execute\":\"help\",\"arguments\":[\"VM.flags\"]}", false));
        assertThat(listed.required("return").text()).contains("VM.flags");
        var refused = Json.parse(monitor().say("{\"execute\":\"No.such\"}", false));
        assertThat(refused.required("error").required("desc").text()).contains("Unknown diagnostic command");
    }

    @Test
    void whatIsNoCommandIsRefused() {
        refused(ErrorCode.OPERATION_FAILED, "No.such", true);
        refused(ErrorCode.INVALID_ARG, "", true);
        refused(ErrorCode.INVALID_ARG, "no json", false);
        refused(ErrorCode.INVALID_ARG, "[]", false);
        refused(ErrorCode.INVALID_ARG, "{\"execute\":\"help\",\"arguments\":7}", false);
        refused(ErrorCode.INVALID_ARG, "record", true);
        refused(ErrorCode.INVALID_ARG, "record start nonsense", true);
        refused(ErrorCode.INVALID_ARG, "record stop relative.jfr", true);
    }

    @Test
    void theHeapIsDumpedForItsOwnerAlone() throws IOException {
        var file = folder.resolve("heap.hprof");
        diagnostics(Optional.empty()).dumpHeap(file, DumpForm.MACHINE);
        assertHeap(file);
        assertThat(list(folder)).containsExactly(file);
        // Again, over the first one.
        diagnostics(Optional.empty()).dumpHeap(file, DumpForm.ELF);
        assertHeap(file);
    }

    @Test
    void aJvmThatCannotWriteThereWritesElsewhereFirst() throws IOException {
        var exchange = Files.createDirectory(folder.resolve("exchange"));
        var file = folder.resolve("heap.hprof");
        diagnostics(Optional.of(exchange)).dumpHeap(file, DumpForm.MACHINE);
        assertHeap(file);
        assertThat(list(exchange)).isEmpty();
    }

    @Test
    void nothingIsLeftOfADumpThatFails() throws IOException {
        var exchange = folder.resolve("not-there");
        var file = folder.resolve("heap.hprof");
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> diagnostics(Optional.of(exchange)).dumpHeap(file, DumpForm.MACHINE));
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> diagnostics(Optional.empty()).dumpHeap(file, DumpForm.KDUMP_ZLIB))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
        assertThat(list(folder)).isEmpty();
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() ->
                        diagnostics(Optional.empty()).dumpHeap(folder.resolve("no/such/folder"), DumpForm.MACHINE))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SYSTEM_ERROR));
    }

    @Test
    void aFlightIsRecorded() throws IOException {
        var monitor = monitor();
        refused(ErrorCode.OPERATION_INVALID, "record stop", true);
        assertThat(monitor.say("record start", true)).contains("started");
        refused(ErrorCode.OPERATION_INVALID, "record start profile", true);
        var named = folder.resolve("named.jfr");
        assertThat(monitor.say("record dump " + named, true)).contains(named.toString());
        assertRecording(named);
        var said = monitor.say("{\"execute\":\"record\",\"arguments\":{\"action\":\"stop\"}}", false);
        var files = list(folder.resolve("recordings"));
        assertThat(files).hasSize(1);
        assertThat(said).contains(files.getFirst().toString());
        assertRecording(files.getFirst());
        refused(ErrorCode.OPERATION_INVALID, "record dump", true);
    }

    @Test
    void theHeapIsAskedForOnceTheJvmListens() throws Exception {
        try (var quiet = RunningProgram.start("-XX:+UseSerialGC")) {
            var jvm = new Diagnostics("quiet", quiet.identity(), Optional.empty());
            assertThat(names(jvm, true)).contains("jvm.heap.after_gc").doesNotContain("jvm.heap.used");
            jvm.command("VM.version");
            // A busy one may not answer in the time there is for figures.
            Eventually.holds("it answers", () -> names(jvm, true).contains("jvm.heap.used"));
            assertThat(names(jvm, false)).doesNotContain("jvm.heap.used");
            quiet.signal("STOP");
            assertThat(names(jvm, true)).contains("jvm.threads.live").doesNotContain("jvm.heap.used");
        }
    }

    private static List<String> names(Diagnostics jvm, boolean mayAsk) {
        return jvm.figures(mayAsk).stream().map(TypedParameter::name).toList();
    }

    private static void assertHeap(Path file) throws IOException {
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var in = Files.newInputStream(file)) {
            assertThat(new String(in.readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("JAVA PROFILE");
        }
    }

    private static void assertRecording(Path file) throws IOException {
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var in = Files.newInputStream(file)) {
            assertThat(new String(in.readNBytes(3), StandardCharsets.UTF_8)).isEqualTo("FLR");
        }
    }

    private void refused(ErrorCode code, String command, boolean human) {
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> monitor().say(command, human))
                .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }

    private JvmMonitor monitor() {
        var jvm = diagnostics(Optional.empty());
        return new JvmMonitor(jvm, new Recordings(jvm, "flight", folder.resolve("recordings"), InstantSource.system()));
    }

    private static Diagnostics diagnostics(Optional<Path> exchange) {
        return new Diagnostics("flight", program.identity(), exchange);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
