package dev.posada.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import dev.posada.posix.ProcessDescriptor;
import dev.posada.posix.Readiness;
import dev.posada.posix.Signals;
import dev.posada.posix.Spawn;
import dev.posada.posix.UnixSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QemuMonitorTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

    @TempDir
    Path folder;

    private final Recorder recorder = new Recorder();
    private final Poller poller = new Poller();
    private ProcessDescriptor qemu;
    private QmpClient client;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(QEMU), "no QEMU");
        var socket = folder.resolve("monitor");
        // A pc rather than "none": QEMU 7.2 sometimes hangs with the latter when spoken to at once.
        // The listener is ours: a socket that QEMU makes can be seen before it can be connected to.
        var options = "-machine pc,accel=tcg -m 16 -S -nodefaults -display none"
                + " -chardev socket,id=monitor,fd=3,server=on,wait=off -mon chardev=monitor,mode=control";
        var arguments = new ArrayList<>(List.of(QEMU.toString()));
        arguments.addAll(List.of(options.split(" ", -1)));
        try (var listener = UnixSockets.listen(socket, 0600, 1)) {
            int pid = new Spawn(QEMU, arguments).descriptor(3, listener).start();
            qemu = ProcessDescriptor.open(pid).orElseThrow();
        }
        var settings =
                QmpSettings.DEFAULT.withPassing(new DescriptorPassing(poller)).withHandshakeTimeout(LONG);
        client = QmpClient.connect(socket, settings, recorder);
    }

    @AfterEach
    void stop() throws IOException {
        if (client != null) {
            client.close();
        }
        if (qemu != null) {
            qemu.signal(Signals.KILL);
            awaitExit();
            qemu.reap();
            qemu.close();
        }
        poller.close();
    }

    @Test
    void greetingTellsTheVersion() {
        assertThat(client.greeting().major()).isGreaterThanOrEqualTo(7);
        assertThat(client.greeting().capabilities()).contains("oob");
        var version = client.execute("query-version", LONG).required("qemu");
        assertThat(version.required("minor").integer())
                .isEqualTo(client.greeting().minor());
    }

    @Test
    void stateChangesAndTheirEventsAreSeen() {
        assertThat(client.execute("query-status", LONG).required("status").text())
                .isEqualTo("prelaunch");
        client.execute("cont", LONG);
        recorder.awaitEvent("RESUME");
        client.execute("stop", LONG);
        recorder.awaitEvent("STOP");
        assertThat(recorder.names()).containsSubsequence("RESUME", "STOP");
        assertThat(recorder.events.getFirst().when().getEpochSecond()).isPositive();
    }

    @Test
    void refusalCarriesClassAndDescription() {
        assertThatThrownBy(() -> client.execute("no-such-command", LONG))
                .isInstanceOfSatisfying(QmpException.class, e -> {
                    assertThat(e.kind()).isEqualTo(QmpException.Kind.REFUSED);
                    assertThat(e.errorClass()).contains("CommandNotFound");
                    assertThat(e.description()).contains("no-such-command");
                });
        assertThatThrownBy(() -> client.execute("device_del", Json.object().with("id", "none"), LONG))
                .isInstanceOfSatisfying(
                        QmpException.class, e -> assertThat(e.errorClass()).contains("DeviceNotFound"));
    }

    @Test
    void rawExchangeAnswersTheWholeReply() {
        assertThat(client.exchange(
                                Json.parse("{\"execute\":\"query-name\",\"id\":\"mine\"}")
                                        .asObject(),
                                LONG)
                        .members()
                        .keySet())
                .containsExactly("return", "id");
        assertThat(client.exchange(Json.object().with("execute", "none"), LONG).members())
                .containsKey("error");
    }

    @Test
    void humanMonitorPrints() {
        assertThat(client.executeLine("info status", LONG)).contains("VM status");
    }

    @Test
    void wholeSchemaFitsTheLimits() {
        assertThat(client.execute("query-qmp-schema", LONG).elements()).hasSizeGreaterThan(500);
    }

    @Test
    void textSurvivesTheWayThroughQemu() {
        var text = "ü→😀\"\\\n";
        client.execute("add-fd", Json.object(), List.of(open()), LONG);
        client.addDescriptor(77, text, open(), LONG);
        var sets = client.execute("query-fdsets", LONG).elements();
        assertThat(sets).anySatisfy(set -> {
            assertThat(set.required("fdset-id").integer()).isEqualTo(77);
            assertThat(set.required("fds")
                            .elements()
                            .getFirst()
                            .required("opaque")
                            .text())
                    .isEqualTo(text);
        });
    }

    private Descriptor open() {
        try {
            return Descriptor.open(Files.write(folder.resolve("file"), new byte[512]), OpenFlag.READ);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void passedDescriptorCanBeUsedByName() throws IOException {
        try (var file = open()) {
            client.passDescriptor("mine", file, LONG);
            assertThat(file.isOpen()).as("the caller keeps its own").isTrue();
        }
        client.execute("closefd", Json.object().with("fdname", "mine"), LONG);
        assertThatThrownBy(() -> client.execute("closefd", Json.object().with("fdname", "mine"), LONG))
                .isInstanceOf(QmpException.class);
    }

    @Test
    void manyCallersGetTheirOwnAnswers() throws InterruptedException {
        var threads = new Thread[20];
        var failures = new java.util.concurrent.ConcurrentLinkedQueue<Throwable>();
        for (int i = 0; i < threads.length; i++) {
            int n = i;
            threads[i] = Thread.ofVirtual().unstarted(() -> {
                for (int round = 0; round < 20; round++) {
                    var path = "/machine/no-" + n + "-" + round;
                    try {
                        client.execute("qom-list", Json.object().with("path", path), LONG);
                    } catch (QmpException e) {
                        if (!e.description().contains(path)) {
                            failures.add(e);
                        }
                    }
                }
            });
            threads[i].start();
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void killedQemuIsADisconnection() {
        qemu.signal(Signals.KILL);
        assertThat(recorder.awaitEnd().kind()).isEqualTo(QmpException.Kind.DISCONNECTED);
        assertThatThrownBy(() -> client.execute("query-status", LONG)).isInstanceOf(QmpException.class);
    }

    @Test
    void quitIsAnsweredAndThenEnds() throws IOException {
        client.execute("quit", LONG);
        recorder.awaitEnd();
        assertThat(recorder.names()).contains("SHUTDOWN");
        awaitExit();
    }

    @Test
    void stoppedQemuTimesOutAndRecovers() {
        qemu.signal(Signals.STOP);
        assertThatThrownBy(() -> client.execute("query-status", Duration.ofMillis(100)))
                .isInstanceOfSatisfying(
                        QmpException.class, e -> assertThat(e.kind()).isEqualTo(QmpException.Kind.TIMED_OUT));
        qemu.signal(Signals.CONT);
        assertThat(client.execute("query-name", LONG)).isEqualTo(Json.object());
    }

    private void awaitExit() throws IOException {
        assertThat(poller.await(qemu.descriptor(), Readiness.READABLE, LONG)).isTrue();
    }
}
