package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.posada.conformance.TestHost;
import dev.posada.engine.Connection;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.model.Caller;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainState;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.xml.DomainXml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that somebody else started become domains. */
class AdoptionTest {
    private static final int HUMAN = 1;
    private static final int DUMP_CRASH = 1;

    @TempDir
    static Path jars;

    @TempDir
    Path root;

    private final List<ProcessHandle> started = new ArrayList<>();
    private Engine engine;
    private Connection connection;

    @BeforeEach
    void open() {
        open("none");
    }

    private void open(String discover) {
        var settings = EngineSettings.of(Directories.under(root), true)
                .withDriverSettings(Map.of("jvm", Map.of("discover", List.of(discover))));
        engine = new Engine(settings, List.of(new JvmDriverProvider()), new TestHost());
        engine.start();
        connection = engine.open("jvm:///" + settings.paths().getFirst(), Caller.SELF);
    }

    @AfterEach
    void close() throws Exception {
        closeEngine();
        for (var process : started) {
            kill(process);
        }
    }

    private void closeEngine() {
        connection.close();
        engine.close();
    }

    @Test
    void aRunningJvmBecomesATransientDomain() throws Exception {
        var process = program("-Dgreeting=hello there", "-XX:ActiveProcessorCount=1");
        var adopted = adopt(process);
        assertThat(adopted.name()).isEqualTo("guest-" + process.pid());
        assertThat(connection.domains().isPersistent(adopted.uuid())).isFalse();
        assertThat(connection.domains().status(adopted.uuid()).state()).isEqualTo(DomainState.RUNNING);

        var text = connection.domains().xml(adopted.uuid(), 0);
        assertThat(text)
                .contains("jar='" + Programs.jar(jars) + "'")
                .contains("<initarg>idle</initarg>")
                .contains("<initdir>" + jars + "</initdir>")
                .contains("<jvm:property name='greeting' value='hello there'/>")
                .contains("<jvm:option value='-XX:ActiveProcessorCount=1'/>")
                .contains("<vcpu placement='static'>1</vcpu>")
                .contains("<memory unit='KiB'>131072</memory>");
        var definition = DomainXml.parse(text, false);
        Honour.check(definition); // it could be started from this

        connection.lifecycle().suspend(adopted.uuid());
        Eventually.holds("stopped", () -> state(process) == 'T');
        refused(ErrorCode.OPERATION_INVALID, () -> connection.devices().monitorCommand(adopted.uuid(), "help", HUMAN));
        connection.lifecycle().resume(adopted.uuid());
        Eventually.holds("running", () -> state(process) != 'T');
        assertThat(connection.devices().monitorCommand(adopted.uuid(), "Thread.print", HUMAN))
                .contains("\"main\"");
        assertThat(figures()).contains("jvm.threads.live", "jvm.heap.used", "cpu.time");

        connection.lifecycle().shutdown(adopted.uuid(), 0);
        gone(adopted);
    }

    @Test
    void aJvmWithoutCountersIsAdoptedByItsCommandLine() throws Exception {
        var adopted = adopt(program("-XX:-UsePerfData"));
        assertThat(connection.domains().xml(adopted.uuid(), 0))
                .contains("jdk='" + Programs.JDK + "'")
                .contains("<memory unit='KiB'>131072</memory>");
        assertThat(figures()).contains("jvm.resident", "jvm.uptime").doesNotContain("jvm.threads.live");
    }

    @Test
    void candidatesAreListedAndDescribed() throws Exception {
        var process = program();
        var listed = "<jvm pid='" + process.pid() + "' name='guest-" + process.pid() + "'";
        Eventually.holds("it is listed", () -> candidates().contains(listed));
        assertThat(connection.lifecycle().fromNative("jvm-pid", process.pid() + "\n", 0))
                .contains("jar='" + Programs.jar(jars) + "'");
        refused(ErrorCode.INVALID_ARG, () -> connection.lifecycle().fromNative("jvm-pid", "none", 0));
        refused(ErrorCode.INVALID_ARG, () -> connection.lifecycle().fromNative("qemu-argv", "", 0));
        adopt(process);
        assertThat(candidates()).doesNotContain(listed);
    }

    private String candidates() {
        return connection.lifecycle().fromNative("jvm-candidates", "", 0);
    }

    @Test
    void whatCannotBeAdoptedIsRefused() throws Exception {
        refused(ErrorCode.INVALID_ARG, () -> connection.lifecycle().adopt(0, 0));
        refused(ErrorCode.INVALID_ARG, () -> connection.lifecycle().adopt(0xffff_ffffL, 0));
        refused(
                ErrorCode.INVALID_ARG,
                () -> connection.lifecycle().adopt(ProcessHandle.current().pid(), 0));
        var sleep = started("sleep", "100");
        refused(ErrorCode.INVALID_ARG, () -> connection.lifecycle().adopt(sleep.pid(), 0));
        var process = program();
        adopt(process);
        refused(ErrorCode.OPERATION_INVALID, () -> connection.lifecycle().adopt(process.pid(), 0));
        // The program of a domain.
        var own = connection.lifecycle().create(Programs.xml("own", Programs.jar(jars), "idle"), 0);
        long pid = pidOf(own);
        refused(ErrorCode.OPERATION_INVALID, () -> connection.lifecycle().adopt(pid, 0));
        connection.lifecycle().destroy(own.uuid(), 0);
    }

    @Test
    void theNextDaemonFindsItAgainOrThatItEnded() throws Exception {
        var first = program();
        var second = program();
        var stays = adopt(first);
        var goes = adopt(second);
        closeEngine();
        kill(second);
        open("none");
        assertThat(connection.domains().list(0)).containsExactly(stays);
        assertThat(connection.domains().byName(stays.name()).id()).isEqualTo(stays.id());
        assertThat(connection.domains().list(0)).doesNotContain(goes);
        connection.lifecycle().destroy(stays.uuid(), 0);
        gone(stays);
        Eventually.holds("it has ended", () -> !first.isAlive());
    }

    @Test
    void itsOwnEndIsNoticed() throws Exception {
        var process = program();
        var adopted = adopt(process);
        kill(process);
        gone(adopted);
    }

    @Test
    void aDumpMayEndIt() throws Exception {
        var process = program();
        var adopted = adopt(process);
        var file = root.resolve("heap.hprof");
        connection.devices().dump(adopted.uuid(), file.toString(), 0, 0, "virDomainCoreDump");
        assertThat(file).isNotEmptyFile();
        assertThat(process.isAlive()).isTrue();
        connection.devices().dump(adopted.uuid(), file.toString(), 0, DUMP_CRASH, "virDomainCoreDump");
        gone(adopted);
    }

    @Test
    void allAreDiscoveredWhereThatIsWanted() throws Exception {
        closeEngine();
        var before = program();
        open("all");
        Eventually.holds("the first is there", () -> names().contains("guest-" + before.pid()));
        var after = program();
        Eventually.holds("the second is there", () -> names().contains("guest-" + after.pid()));
        assertThat(names())
                .noneMatch(name -> name.endsWith("-" + ProcessHandle.current().pid()));
        // One that ended is no domain any more, and does not come back.
        kill(before);
        Eventually.holds("the first is gone", () -> !names().contains("guest-" + before.pid()));
    }

    private List<String> names() {
        return connection.domains().list(0).stream().map(DomainIdentity::name).toList();
    }

    private DomainIdentity adopt(ProcessHandle process) throws Exception {
        Eventually.holds("it is a JVM", () -> HostJvm.of((int) process.pid()).isPresent());
        return connection.lifecycle().adopt(process.pid(), 0);
    }

    private ProcessHandle program(String... options) throws IOException {
        var line = new ArrayList<>(List.of(
                Programs.JDK.resolve("bin/java").toString(), "-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        line.addAll(List.of(options));
        line.addAll(List.of("-jar", Programs.jar(jars).toString(), "idle"));
        return started(line.toArray(String[]::new));
    }

    /** Starts a program as no child of ours: whoever starts one learns how it ends, and nobody else may take that away. */
    private ProcessHandle started(String... line) throws IOException {
        var shell = new ArrayList<>(List.of("sh", "-c", "\"$@\" >/dev/null 2>&1 & echo $!; wait", "sh"));
        shell.addAll(List.of(line));
        var process = new ProcessBuilder(shell).directory(jars.toFile()).start();
        try (var said = process.inputReader()) {
            var handle = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            started.add(handle);
            return handle;
        }
    }

    private static void kill(ProcessHandle process) throws Exception {
        process.destroyForcibly();
        Eventually.holds("it has ended", () -> !process.isAlive());
    }

    private void gone(DomainIdentity domain) throws Exception {
        Eventually.holds(
                "the domain is gone", () -> !connection.domains().list(0).contains(domain));
    }

    private List<String> figures() throws Exception {
        // The JVM is asked to listen beside; until it does, its heap is not known.
        var known = new ArrayList<String>();
        Eventually.holds("the heap is known", () -> {
            known.clear();
            known.addAll(figuresNow());
            return known.contains("jvm.heap.used");
        });
        return known;
    }

    private List<String> figuresNow() {
        return connection.statistics().all(StatsGroup.JVM.bit() | StatsGroup.CPU.bit(), 0).stream()
                .flatMap(stats -> stats.parameters().stream())
                .map(TypedParameter::name)
                .toList();
    }

    private long pidOf(DomainIdentity domain) throws Exception {
        Eventually.holds("its counters are there", () -> figuresNow().contains("jvm.threads.live"));
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .contains("-Djava.io.tmpdir=" + temporaryOf(domain)))
                .mapToLong(ProcessHandle::pid)
                .max()
                .orElseThrow();
    }

    private String temporaryOf(DomainIdentity domain) {
        try (var all = Files.walk(root)) {
            return all.filter(file -> file.endsWith("domain-" + domain.id() + "-" + domain.name() + "/tmp"))
                    .findFirst()
                    .orElseThrow()
                    .toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static char state(ProcessHandle process) throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    private static void refused(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable act) {
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(act)
                .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
}
