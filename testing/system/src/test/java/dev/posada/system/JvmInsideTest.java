package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes on inside a Java program, seen by libvirt's virsh and by ours. */
class JvmInsideTest {
    private static final String PROGRAM = """
            class Inn {
                public static void main(String[] arguments) throws Exception {
                    Thread.currentThread().setName("landlord");
                    new java.util.concurrent.CountDownLatch(1).await();
                }
            }
            """;

    @TempDir
    static Path folder;

    private static Daemon daemon;
    private static Process program;
    private static String uri;

    @BeforeAll
    static void start() throws IOException {
        Programs.need("virsh");
        var source = folder.resolve("Inn.java");
        Files.writeString(source, PROGRAM);
        program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        source.toString(),
                        "welcome")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        daemon = Daemon.start(folder.resolve("root"));
        uri = daemon.uri().replaceFirst("^qemu\\+unix:///[a-z]+", "jvm+unix:///system");
        Programs.await(
                "it is adopted",
                () -> virsh("qemu-attach", Long.toString(program.pid())).status() == 0);
        // It compiles itself first, and may be adopted while it does.
        Programs.await(
                "it has a landlord",
                () -> virsh("qemu-monitor-command", domain(), "--hmp", "Thread.print")
                        .out()
                        .contains("\"landlord\""));
    }

    @AfterAll
    static void end() {
        if (daemon != null) {
            virsh("destroy", domain());
            daemon.close();
        }
        if (program != null) {
            program.destroyForcibly();
        }
    }

    private static String domain() {
        return virsh("list", "--name").out().strip();
    }

    private static Outcome virsh(String... arguments) {
        return Programs.run(line("virsh", arguments));
    }

    private static String ours(String... words) {
        var line = new ArrayList<>(List.of("-q", "-c", uri));
        line.addAll(List.of(words));
        return OurVirsh.run(line).succeeded().out();
    }

    private static String[] line(String program, String... arguments) {
        var line = new ArrayList<>(List.of(program, "-q", "-c", uri));
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }

    @Test
    void anAdoptedProgramIsATransientDomain() {
        assertThat(virsh("list", "--transient", "--name").out().strip()).isEqualTo(domain());
        var xml = virsh("dumpxml", domain()).succeeded().out();
        assertThat(xml)
                .contains("module='jdk.compiler'")
                .contains("<initarg>" + folder.resolve("Inn.java") + "</initarg>")
                .contains("<initarg>welcome</initarg>");
        assertThat(virsh("qemu-attach", Long.toString(program.pid())).err()).contains("already");
        assertThat(ours("jvm-candidates")).doesNotContain(" " + program.pid() + " ");
        assertThat(virsh("qemu-attach", Long.toString(daemon.pid())).err()).contains("part of Posada");
    }

    @Test
    void figuresAreShownByAnyClient() {
        assertThat(virsh("domstats").succeeded().out())
                .contains("jvm.heap.committed=", "jvm.gc.0.name=", "jvm.threads.live=", "cpu.time=");
        assertThat(ours("domstats", "--jvm")).contains("jvm.classes.loaded=").doesNotContain("cpu.time");
        assertThat(ours("domstats", "--cpu-total")).doesNotContain("jvm.");
        assertThat(ours("domstats", "--jvm", "--enforce")).contains("jvm.uptime=");
        assertThat(daemon.virsh("domstats").out()).doesNotContain("jvm.");
    }

    @Test
    void theMonitorAnswersAnyClient() {
        assertThat(virsh("qemu-monitor-command", domain(), "--hmp", "Thread.print")
                        .succeeded()
                        .out())
                .contains("\"landlord\"");
        assertThat(virsh("qemu-monitor-command", domain(), "{\"execute\":\"VM.version\"}")
                        .succeeded()
                        .out())
                .startsWith("{\"return\":");
        assertThat(Programs.run("virsh", "-r", "-q", "-c", uri, "qemu-monitor-command", domain(), "--hmp", "help")
                        .status())
                .isNotZero();
        assertThat(ours("jvm-threads", domain())).contains("\"landlord\"");
        assertThat(ours("jvm-heap", domain(), "--histogram")).contains("java.lang.String");
    }

    @Test
    void dumpsAndRecordingsAreFilesOfTheDaemon() {
        var heap = folder.resolve("heap.hprof");
        virsh("dump", domain(), heap.toString(), "--memory-only", "--live").succeeded();
        assertThat(heap).isNotEmptyFile();
        assertThat(virsh("dump", domain(), heap.toString(), "--memory-only", "--format", "kdump-zlib")
                        .err())
                .contains("hprof");
        ours("jvm-record", "start", domain());
        var flight = folder.resolve("flight.jfr");
        assertThat(ours("jvm-record", "stop", domain(), flight.toString())).contains(flight.toString());
        assertThat(flight).isNotEmptyFile();
    }

    @Test
    void aSuspendedProgramIsSaidToBe() {
        virsh("suspend", domain()).succeeded();
        assertThat(virsh("domstate", domain()).out().strip()).isEqualTo("paused");
        assertThat(virsh("domstats").succeeded().out()).contains("jvm.threads.live=");
        assertThat(virsh("qemu-monitor-command", domain(), "--hmp", "help").err())
                .contains("resume it first");
        virsh("resume", domain()).succeeded();
    }
}
