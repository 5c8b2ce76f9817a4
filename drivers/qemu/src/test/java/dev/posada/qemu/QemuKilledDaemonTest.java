package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.Caller;
import dev.posada.model.DomainState;
import dev.posada.process.ProcessFacts;
import dev.posada.process.ProcessTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is killed at any moment of a start leaves either a domain that the next one finds, or nothing. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuKilledDaemonTest {
    private static final int ROUNDS = 12;
    private static final Duration LONGEST_START = Duration.ofMillis(900);

    @Test
    void nothingIsLostAndNothingIsTwice(@TempDir Path folder) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int running = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var delay = Duration.ofNanos(random.nextLong(LONGEST_START.toNanos()));
            var what = "seed " + seed + ", round " + round + ", killed after " + delay.toMillis() + " ms";
            var root = folder.resolve("r" + round);
            var uuid = UUID.randomUUID();
            kill(root, uuid, delay);

            try (var engine = DoomedDaemon.engine(root)) {
                var domains = engine.open("qemu:///system", Caller.SELF);
                var domain = domains.domains().byUuid(uuid);
                var emulators = emulators(uuid);
                if (domain.active()) {
                    running++;
                    assertThat(emulators).as(what).hasSize(1);
                    assertThat(domains.domains().status(uuid).state()).as(what).isEqualTo(DomainState.RUNNING);
                    domains.lifecycle().suspend(uuid);
                    domains.lifecycle().destroy(uuid, 0);
                } else {
                    assertThat(emulators).as(what).isEmpty();
                    domains.lifecycle().start(uuid, 0);
                    assertThat(emulators(uuid)).as(what).hasSize(1);
                    domains.lifecycle().destroy(uuid, 0);
                }
                assertThat(emulators(uuid)).as(what).isEmpty();
                try (var left = Files.list(root.resolve("lib/qemu"))) {
                    assertThat(left.filter(path -> path.getFileName().toString().startsWith("domain-")))
                            .as(what)
                            .isEmpty();
                }
            }
        }
        System.getLogger("posada.qemu")
                .log(System.Logger.Level.INFO, "{0} of {1} starts were found running", running, ROUNDS);
    }

    /** Has a daemon start a domain and kills it that long after it began to. */
    private static void kill(Path root, UUID uuid, Duration delay) throws IOException, InterruptedException {
        Files.createDirectories(root);
        var disk = BootSector.IDLE.write(root, "disk");
        var xml = root.resolve("d.xml");
        Files.writeString(
                xml,
                QemuConformanceTest.QemuUnderTest.xml("d", disk.toString())
                        .replace("<memory", "<uuid>" + uuid + "</uuid><memory"));
        var command = new ArrayList<String>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedDaemon.class.getName(),
                root.toString(),
                xml.toString()));
        var daemon = new ProcessBuilder(command)
                .redirectError(root.resolve("daemon.log").toFile())
                .start();
        try (var output = new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine())
                    .as(() -> "the daemon's first line; its log: " + log(root))
                    .isEqualTo(DoomedDaemon.STARTING);
            LockSupport.parkNanos(delay.toNanos());
        } finally {
            daemon.destroyForcibly().waitFor();
        }
    }

    private static String log(Path root) {
        try {
            return Files.readString(root.resolve("daemon.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static List<ProcessTable.Found> emulators(UUID uuid) {
        return ProcessTable.find(line -> line.contains(uuid.toString())).stream()
                .filter(found -> ProcessFacts.of(found.identity().pid())
                        .filter(facts -> facts.state() != ProcessFacts.State.ZOMBIE)
                        .isPresent())
                .toList();
    }
}
