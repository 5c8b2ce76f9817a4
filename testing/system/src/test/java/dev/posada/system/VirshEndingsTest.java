package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * How our virsh ends where something is wrong beside the guests: the line, the daemon, the reader of its output, or the
 * user's patience. libvirt's virsh does the same on the same daemon, and both must print and return the same.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VirshEndingsTest {
    private static final int KILLED_BY_SIGINT = 128 + 2;
    private static final int KILLED_BY_SIGPIPE = 128 + 13;

    @TempDir
    static Path folder;

    private Daemon daemon;

    @BeforeAll
    void startDaemon() throws IOException {
        Programs.need("virsh", "env", "kill", "mkfifo");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    /** libvirt's and ours. */
    private static Map<String, String> programs() {
        var programs = new LinkedHashMap<String, String>();
        programs.put("libvirt's", "virsh");
        programs.put("ours", Checkout.root().resolve("bin/virsh").toString());
        return programs;
    }

    @Test
    void wrongLinesEndAlike() {
        var uri = daemon.uri();
        var lines = List.of(
                List.of("-c", uri, "nope"),
                List.of("-l", "/nowhere/log", "-c", uri, "hostname"),
                List.of("-d", "1", "-c", uri, "echo --shell x"),
                List.of("-c", uri, "list", "--nope"),
                List.of("-c", uri, "list", "x"),
                List.of("-c", uri, "list --all=yes"),
                List.of("-c", uri, "hostname; nope; uri"),
                List.of("-c", uri, "nope; hostname"),
                List.of("-c", uri, "hostname; start"),
                List.of("-c", uri, "hostname;"),
                List.of("-c", uri, ";hostname"),
                List.of("-c", uri, "start nobody; hostname"),
                List.of("-c", uri, "hostname; start nobody"),
                List.of("-c", uri, "echo \"x"),
                List.of("-c", uri, "echo 'x"),
                List.of("-c", uri, ""),
                List.of("-c", uri, " "),
                List.of("-c", uri, "start"),
                List.of("-c", uri, "vol-resize", "a"),
                List.of("-c", uri, "net-start", "--network"),
                List.of("-c", uri, "net-start", "--network", "a", "b"),
                List.of("-c", uri, "net-start", "a", "--network", "b"),
                List.of("-c", uri, "net-start", "--network="),
                List.of("-c", uri, "hostname", "x"),
                List.of("-c", uri, "-r", "net-start", "default"),
                List.of("-c", uri, "-d", "9", "hostname"),
                List.of("-c", uri, "--", "hostname"),
                List.of("--nope"),
                List.of("-x"),
                List.of("-c"),
                List.of("-d", "x", "hostname"),
                List.of("--debug", "x", "hostname"),
                List.of("-k", "x", "hostname"),
                List.of("-K", "-1", "hostname"),
                List.of("-e", "abc", "hostname"),
                List.of("version", "--foo"),
                List.of("--version=foo"),
                List.of("-c", uri, "help nope list"),
                List.of("-c", uri, "setmem nobody 1x"));
        var differing = new ArrayList<String>();
        for (var line : lines) {
            var command = new ArrayList<>(List.of("virsh"));
            command.addAll(line);
            var theirs = told(Programs.run(command.toArray(String[]::new)));
            var ours = told(OurVirsh.run(line));
            if (!ours.equals(theirs)) {
                differing.add(line + "\nlibvirt's: " + theirs + "\nours:      " + ours);
            }
        }
        assertThat(String.join("\n", differing)).isEmpty();
    }

    @Test
    void withoutADaemonBothSayWhatTheyTried() {
        var nobody = "qemu+unix:///system?socket=" + folder.resolve("nobody");
        for (var line : List.of(
                List.of("-c", nobody, "list"),
                List.of("-c", nobody, "list; hostname"),
                List.of("-c", nobody, "help list"),
                List.of("-c", nobody, "nope; hostname"),
                List.of("-c", "qemu+tcp://127.0.0.1:1/system", "list"),
                List.of("-c", daemon.uri().replace("///system", "///nope"), "list"))) {
            var command = new ArrayList<>(List.of("virsh"));
            command.addAll(line);
            assertThat(told(OurVirsh.run(line)))
                    .as("virsh %s", line)
                    .isEqualTo(told(Programs.run(command.toArray(String[]::new))));
        }
    }

    private static String told(Outcome outcome) {
        return "[" + outcome.status() + "]\n" + outcome.out() + "|" + outcome.err();
    }

    @Test
    void whereNobodyReadsItEndsQuietly() throws Exception {
        for (var program : programs().entrySet()) {
            // It has something to print after a second, when the reader has long gone.
            var process = started(program.getValue(), daemon, "event --event lifecycle --timeout 1; hostname");
            process.getInputStream().close();
            var err = Programs.reading(process.getErrorStream());
            assertThat(ended(process)).as(program.getKey()).isEqualTo(KILLED_BY_SIGPIPE);
            assertThat(err.get()).as(program.getKey()).isEmpty();
        }
    }

    @Test
    void aDaemonThatHasGoneIsTold() throws Exception {
        var told = new LinkedHashMap<String, String>();
        for (var program : programs().entrySet()) {
            // Both are told of the same address.
            var root = folder.resolve("mortal");
            try (var mortal = Daemon.start(root)) {
                var shell = new ProcessBuilder(program.getValue(), "-c", mortal.uri()).start();
                var out = new Transcribed(shell.inputReader());
                var err = new Transcribed(shell.errorReader());
                try (var in = shell.outputWriter()) {
                    in.write("echo ready\n");
                    in.flush();
                    Programs.await("the shell answers", () -> out.text().contains("\nready"));
                    mortal.kill();
                    Programs.await("the loss is told", () -> err.text().contains("Disconnected from"));
                    in.write("hostname\nuri\n");
                }
                int status = ended(shell);
                told.put(program.getKey(), "[" + status + "]\n" + out.whole() + "|" + err.whole());
            }
        }
        assertThat(told.get("libvirt's")).contains("Failed to reconnect to the hypervisor");
        assertThat(told.get("ours")).isEqualTo(told.get("libvirt's"));
    }

    @Test
    void ctrlCEndsAWaitForEventsInOrder() throws Exception {
        var told = new LinkedHashMap<String, String>();
        var xml = Files.writeString(folder.resolve("noisy.xml"), """
                <domain type='qemu'><name>noisy</name>
                <uuid>5d0f9d5e-6a2b-4b8e-9d43-0c2b8f0d7e11</uuid><memory unit='MiB'>64</memory>
                <os><type arch='x86_64'>hvm</type></os></domain>
                """);
        for (var program : programs().entrySet()) {
            var process = started(program.getValue(), daemon, "event --event lifecycle --loop; echo next");
            var out = new Transcribed(process.inputReader());
            // Only a registered listener is told; the first change may come before that, so it is made until seen.
            Programs.await("an event", () -> {
                daemon.virsh("define", xml.toString()).succeeded();
                return out.text().contains("event 'lifecycle' for domain 'noisy'");
            });
            interrupt(process);
            int status = ended(process);
            var after = out.whole()
                    .lines()
                    .filter(line -> !line.startsWith("event 'lifecycle'"))
                    .map(line -> line.replaceAll("[0-9]+", "N"))
                    .toList();
            told.put(program.getKey(), "[" + status + "]" + after);
        }
        daemon.virsh("undefine", "noisy").succeeded();
        assertThat(told.get("libvirt's")).contains("event loop interrupted");
        assertThat(told.get("ours")).isEqualTo(told.get("libvirt's"));
    }

    @Test
    void ctrlCInAnUploadLeavesTheVolumeFree() throws Exception {
        var pool = Files.createDirectory(folder.resolve("pool"));
        daemon.virsh("pool-create-as", "uploads", "dir", "--target", pool.toString())
                .succeeded();
        daemon.virsh("vol-create-as", "uploads", "disk", "1M").succeeded();
        var whole = Files.writeString(folder.resolve("whole"), "whole");
        for (var program : programs().entrySet()) {
            var fifo = folder.resolve("fifo-of-" + program.getKey().replace("'", ""));
            Programs.run("mkfifo", fifo.toString()).succeeded();
            var process = started(program.getValue(), daemon, "vol-upload disk " + fifo + " uploads");
            var out = Programs.reading(process.getInputStream());
            var err = Programs.reading(process.getErrorStream());
            // Opens when the other side has opened it too, that is, in the middle of the command.
            Future<FileOutputStream> writer = Programs.background(() -> new FileOutputStream(fifo.toFile()));
            try (var source = writer.get(2, TimeUnit.MINUTES)) {
                source.write("half".getBytes(StandardCharsets.UTF_8));
                interrupt(process);
                assertThat(ended(process)).as(program.getKey()).isEqualTo(KILLED_BY_SIGINT);
            }
            assertThat(out.get() + err.get()).as(program.getKey()).isBlank();
            Programs.await(
                    "the volume is free again",
                    () -> daemon.virsh("vol-upload", "disk", whole.toString(), "uploads")
                                    .status()
                            == 0);
        }
        daemon.virsh("pool-destroy", "uploads").succeeded();
    }

    /** Starts a line of commands; Ctrl-C counts, even where whoever runs the tests ignores it. */
    private static Process started(String program, Daemon daemon, String line) throws IOException {
        return new ProcessBuilder("env", "--default-signal=INT", program, "-c", daemon.uri(), line).start();
    }

    private static void interrupt(Process process) {
        Programs.run("kill", "-INT", Long.toString(process.pid())).succeeded();
    }

    private static int ended(Process process) throws InterruptedException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("virsh did not end");
        }
        return process.exitValue();
    }

    /** What a stream has said so far. */
    private static final class Transcribed {
        /** Guarded by itself. */
        private final StringBuilder seen = new StringBuilder();

        private final Future<?> reader;

        Transcribed(java.io.Reader stream) {
            reader = Programs.background(() -> {
                for (int read = stream.read(); read >= 0; read = stream.read()) {
                    synchronized (seen) {
                        seen.append((char) read);
                    }
                }
                return seen;
            });
        }

        String text() {
            synchronized (seen) {
                return seen.toString();
            }
        }

        /** All of it, after its end. */
        String whole() throws Exception {
            reader.get(2, TimeUnit.MINUTES);
            return text();
        }
    }
}
