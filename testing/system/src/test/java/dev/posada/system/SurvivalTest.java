package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon that dies leaves behind, and what the next one makes of it. */
class SurvivalTest {
    @TempDir
    Path folder;

    private Path root;

    @AfterEach
    void endStrays() {
        Daemon.qemus(root).forEach(ProcessHandle::destroyForcibly);
    }

    @BeforeEach
    void needs() {
        Programs.need("virsh", "qemu-system-x86_64", "script");
        root = folder.resolve("root");
    }

    @Test
    void aGuestAndItsConsoleOutliveTheDaemon() throws Exception {
        long qemu;
        try (var first = Daemon.start(root)) {
            define(first, "stays", LinuxGuest.xml("stays", folder, "qemu", ""));
            first.virsh("start", "stays").succeeded();
            try (var console = new PtyConversation("virsh -c '" + first.uri() + "' console stays")) {
                console.expect("Escape character is ^]");
                console.type("\n");
                console.expect("/ #");
                console.type("remember=me\n");
            }
            qemu = onlyQemu().pid();
            first.kill();
        }
        assertThat(ProcessHandle.of(qemu))
                .as("QEMU after kill -9 of the daemon")
                .isPresent();
    }

    @Test
    void theNextDaemonFindsWhatRunsAndReportsWhatEnded() throws Exception {
        List<String> ids;
        var first = Daemon.start(root);
        for (var name : List.of("lives", "sleeps", "dies")) {
            define(first, name, small(name));
            first.virsh("start", name).succeeded();
        }
        var passing = Files.writeString(folder.resolve("passing.xml"), small("passing"));
        first.virsh("create", passing.toString()).succeeded();
        first.virsh("suspend", "sleeps").succeeded();
        ids = List.of(
                first.virsh("domid", "lives").out().strip(),
                first.virsh("domid", "sleeps").out().strip());
        first.kill();
        qemuOf("dies").destroyForcibly();
        qemuOf("passing").destroyForcibly();
        Programs.await("two of four are gone", () -> Daemon.qemus(root).size() == 2);

        try (var second = Daemon.start(root)) {
            assertThat(second.virsh("domstate", "lives").out().strip()).isEqualTo("running");
            assertThat(second.virsh("domstate", "sleeps", "--reason").out().strip())
                    .isEqualTo("paused (user)");
            assertThat(second.virsh("domstate", "dies").out().strip()).isEqualTo("shut off");
            assertThat(second.virsh("list", "--all").out()).doesNotContain("passing");
            assertThat(List.of(
                            second.virsh("domid", "lives").out().strip(),
                            second.virsh("domid", "sleeps").out().strip()))
                    .isEqualTo(ids);
            try (var events = new PtyConversation("virsh -c '" + second.uri() + "' event --event lifecycle --loop")) {
                Programs.await("events flow again", () -> {
                    second.virsh("suspend", "lives").succeeded();
                    second.virsh("resume", "lives").succeeded();
                    return events.screen().contains("event 'lifecycle' for domain 'lives': Resumed Unpaused");
                });
                qemuOf("sleeps").destroyForcibly();
                events.expect("event 'lifecycle' for domain 'sleeps': Stopped");
            }
            second.virsh("destroy", "lives").succeeded();
            second.virsh("start", "dies").succeeded();
            assertThat(Daemon.qemus(root)).hasSize(1);
        }
    }

    @Test
    void aConsoleWorksAgainAfterTheRestart() throws Exception {
        var first = Daemon.start(root);
        define(first, "talks", LinuxGuest.xml("talks", folder, "qemu", ""));
        first.virsh("start", "talks").succeeded();
        first.kill();
        try (var second = Daemon.start(root);
                var console = new PtyConversation("virsh -c '" + second.uri() + "' console talks")) {
            console.expect("Escape character is ^]");
            console.type("\n");
            console.expect("/ #");
            console.type("echo again=$((6*7))\n");
            console.expect("again=42");
        }
    }

    @Test
    void terminationLeavesGuestsRunning() throws Exception {
        var first = Daemon.start(root);
        define(first, "stays", small("stays"));
        first.virsh("start", "stays").succeeded();
        assertThat(first.terminate()).isZero();
        assertThat(Daemon.qemus(root)).hasSize(1);
        try (var second = Daemon.start(root)) {
            assertThat(second.virsh("domstate", "stays").out().strip()).isEqualTo("running");
        }
    }

    @Test
    void whatIsMarkedStartsOnceInARunOfTheHost() throws Exception {
        try (var first = Daemon.start(root)) {
            define(first, "early", small("early"));
            define(first, "late", small("late"));
            first.virsh("autostart", "early").succeeded();
            first.terminate();
        }
        try (var same = Daemon.start(root)) {
            assertThat(same.virsh("domstate", "early").out().strip())
                    .as("in the same run of the host")
                    .isEqualTo("shut off");
            same.terminate();
        }
        // A reboot of the host clears the run folder, and with it the mark of what was started in this run.
        Files.delete(root.resolve("run/qemu/autostarted"));
        try (var next = Daemon.start(root)) {
            assertThat(next.virsh("domstate", "early", "--reason").out().strip())
                    .as("after the host's next start")
                    .isEqualTo("running (booted)");
            assertThat(next.virsh("domstate", "late").out().strip()).isEqualTo("shut off");
            next.virsh("destroy", "early").succeeded();
            next.terminate();
        }
        try (var again = Daemon.start(root)) {
            assertThat(again.virsh("domstate", "early").out().strip())
                    .as("what somebody has stopped since")
                    .isEqualTo("shut off");
        }
    }

    /** Kills the daemon at random moments of a stream of defines; what was answered must be there, and only once. */
    @Test
    void killedInMidDefineNothingAnsweredIsLost() throws Exception {
        var random = new Random(20261123);
        var answered = new ArrayList<String>();
        for (int round = 0; round < 4; round++) {
            var daemon = Daemon.start(root);
            assertThat(names(daemon)).as("round " + round).containsAll(answered);
            int first = round * 1000;
            var defining = Programs.background(() -> {
                var known = new ArrayList<String>();
                for (int number = first; number < first + 200; number++) {
                    var name = "d" + number;
                    var file = Files.writeString(folder.resolve(name + ".xml"), small(name));
                    if (daemon.virsh("define", file.toString()).status() != 0) {
                        break;
                    }
                    known.add(name);
                }
                return known;
            });
            int enough = 3 + random.nextInt(20);
            Programs.await("some definitions are there", () -> names(daemon).size() >= answered.size() + enough);
            daemon.kill();
            answered.addAll(defining.get());
        }
        try (var last = Daemon.start(root)) {
            var names = names(last);
            assertThat(names).containsAll(answered).doesNotHaveDuplicates();
            assertThat(names.size()).isLessThanOrEqualTo(answered.size() + 4);
            for (var name : answered.subList(0, 3)) {
                assertThat(last.virsh("dumpxml", name).succeeded().out()).contains("<name>" + name + "</name>");
            }
        }
    }

    /** Kills the daemon at random moments of a start; afterwards the guest runs once or not at all, as the daemon says. */
    @Test
    void killedInMidStartNothingRunsTwiceOrUnseen() throws Exception {
        var random = new Random(42);
        try (var daemon = Daemon.start(root)) {
            define(daemon, "torn", small("torn"));
            daemon.terminate();
        }
        for (int round = 0; round < 8; round++) {
            var daemon = Daemon.start(root);
            var starting = Programs.background(() -> daemon.virsh("start", "torn"));
            long delay = System.nanoTime() + random.nextLong(1, 150_000_000);
            Programs.await("the moment", () -> System.nanoTime() > delay);
            daemon.kill();
            starting.get();
            try (var next = Daemon.start(root)) {
                var state = next.virsh("domstate", "torn").succeeded().out().strip();
                int running = state.equals("shut off") ? 0 : 1;
                // What the next daemon has killed takes its time to be gone.
                Programs.await(
                        "round " + round + ", the daemon says " + state + ", so many run",
                        () -> Daemon.qemus(root).size() == running);
                if (running == 1) {
                    next.virsh("destroy", "torn").succeeded();
                }
                next.virsh("start", "torn").succeeded();
                next.virsh("destroy", "torn").succeeded();
                assertThat(Daemon.qemus(root)).isEmpty();
                next.terminate();
            }
        }
    }

    @Test
    void killedInMidListTheNextOneLists() throws Exception {
        var daemon = Daemon.start(root);
        define(daemon, "listed", small("listed"));
        var listing = Programs.background(() -> {
            Outcome last = daemon.virsh("list", "--all");
            while (last.status() == 0) {
                last = daemon.virsh("list", "--all");
            }
            return last;
        });
        Programs.await(
                "lists are under way", () -> daemon.virsh("list", "--all").out().contains("listed"));
        daemon.kill();
        assertThat(listing.get().err()).isNotBlank();
        try (var next = Daemon.start(root)) {
            assertThat(names(next)).containsExactly("listed");
        }
    }

    @Test
    void aTornFileCostsOnlyItsOwnObjectAndIsKeptAside() throws Exception {
        try (var daemon = Daemon.start(root)) {
            define(daemon, "whole", small("whole"));
            define(daemon, "torn", small("torn"));
            daemon.terminate();
        }
        var file = root.resolve("etc/qemu/torn.xml");
        Files.writeString(file, Files.readString(file).substring(0, 80));
        try (var daemon = Daemon.start(root)) {
            assertThat(names(daemon)).containsExactly("whole");
            assertThat(Files.readString(folder.resolve("root.log"))).contains("torn");
            try (var files = Files.list(root.resolve("etc/qemu"))) {
                assertThat(files.map(path -> path.getFileName().toString())
                                .filter(name -> name.startsWith("torn.xml") && name.contains("corrupt")))
                        .hasSize(1);
            }
        }
    }

    private ProcessHandle onlyQemu() {
        var found = Daemon.qemus(root);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private ProcessHandle qemuOf(String name) {
        return Daemon.qemus(root).stream()
                .filter(process -> {
                    try {
                        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                                .contains("guest=" + name + ",");
                    } catch (IOException e) {
                        return false;
                    }
                })
                .findFirst()
                .orElseThrow(() -> new AssertionError("no QEMU runs " + name));
    }

    private static List<String> names(Daemon daemon) {
        return daemon.virsh("list", "--all", "--name")
                .out()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toList());
    }

    private void define(Daemon daemon, String name, String xml) throws IOException {
        var file = Files.writeString(folder.resolve(name + ".xml"), xml);
        daemon.virsh("define", file.toString()).succeeded();
    }

    private static String small(String name) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <devices><serial type='pty'/></devices>
                </domain>
                """.formatted(name, UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
