package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainStatus;
import dev.posada.process.ProcessTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the next daemon finds. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JvmRecoveryTest {
    @TempDir
    Path root;

    @Test
    void aKilledDaemonLosesNeitherProgramsNorTheirEnds() throws Exception {
        var jar = Programs.jar(root);
        var signal = root.resolve("signal");
        daemonKilledAfter(Programs.xml("stays", jar, "echo"), Programs.xml("ends", jar, "await", signal.toString()));
        Files.createFile(signal);
        Eventually.holds(
                "the program has ended", () -> House.jvms(signal.toString()).isEmpty());

        try (var house = new House(root)) {
            var domains = house.on().domains();
            var ended = domains.byName("ends").uuid();
            assertThat(house.status(ended)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
            assertThat(house.log("ends")).contains("reason=crashed: the program ended with status 7: it came");
            var stays = domains.byName("stays").uuid();
            assertThat(house.status(stays)).isEqualTo(DomainStatus.RUNNING_BOOTED);
            try (var console = house.on().devices().openConsole(stays, "", 0)) {
                House.readUntil(console, "guest says echo");
                House.type(console, "hello\r");
                House.readUntil(console, "heard HELLO");
            }
            // Its end is noticed too, though it is nobody's child here.
            int pid = House.jvms(jar.toString()).getFirst();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            house.awaitEnd(stays);
            assertThat(house.status(stays)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
            assertThat(house.log("stays")).contains("the program was killed by somebody");
        }
    }

    @Test
    void whoeverWatchesAProgramTakesItAlong() throws Exception {
        try (var house = new House(root)) {
            var domain = house.run("inn", "idle").uuid();
            house.awaitOutput("inn", "guest says idle");
            var watcher = ProcessTable.find(line -> line.getFirst().endsWith("/script")
                            && line.stream().anyMatch(word -> word.contains(root.toString())))
                    .getFirst();
            ProcessHandle.of(watcher.identity().pid()).orElseThrow().destroyForcibly();
            house.awaitEnd(domain);
            Eventually.holds(
                    "the program is gone",
                    () -> House.jvms(house.jar().toString()).isEmpty());
        }
    }

    /** Has a daemon start domains and kills it when it has. */
    private void daemonKilledAfter(String... domains) throws IOException, InterruptedException {
        var files = new java.util.ArrayList<String>();
        for (var xml : domains) {
            var file = root.resolve("domain" + files.size() + ".xml");
            Files.writeString(file, xml);
            files.add(file.toString());
        }
        var command = new java.util.ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedDaemon.class.getName(),
                root.toString()));
        command.addAll(files);
        var daemon = new ProcessBuilder(command)
                .redirectError(root.resolve("daemon.log").toFile())
                .start();
        try (var output = new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine())
                    .as(() -> "the daemon's first line; its log: " + log())
                    .isEqualTo(DoomedDaemon.STARTED);
        } finally {
            daemon.destroyForcibly().waitFor();
        }
    }

    private String log() {
        try {
            return Files.readString(root.resolve("daemon.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
