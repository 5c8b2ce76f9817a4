package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.posada.jvm.AttachException.Kind;
import dev.posada.process.ProcessIdentity;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Questions to JVMs that run beside this one, and to what only looks like one. */
class AttachSocketTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int BYTES_MAX = 1 << 20;

    @Test
    void aJvmAnswers() throws IOException {
        try (var program = RunningProgram.start()) {
            var socket = new AttachSocket(program.identity());
            assertThat(socket.listens()).isFalse();
            program.tell("thread");
            assertThat(ask(socket, "Thread.print")).contains("idle-of-workload");
            assertThat(socket.listens()).isTrue();
            assertThat(ask(socket, "help")).contains("Thread.print").contains("JFR.start");
            assertThat(Path.of("/tmp/.attach_pid" + program.pid())).doesNotExist();
        }
    }

    @Test
    void whatItRefusesItSays() throws IOException {
        try (var program = RunningProgram.start("-XX:+StartAttachListener")) {
            var socket = new AttachSocket(program.identity());
            assertThatExceptionOfType(AttachException.class)
                    .isThrownBy(() -> ask(socket, "No.such"))
                    .withMessageContaining("Unknown diagnostic command")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
            assertThatExceptionOfType(AttachException.class)
                    .isThrownBy(() -> ask(socket, "x".repeat(2000)))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
            assertThatExceptionOfType(AttachException.class)
                    .isThrownBy(() -> socket.ask("jcmd", List.of("help"), PATIENCE, 100))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LONG));
        }
    }

    @Test
    void aStoppedJvmIsNotWaitedFor() throws IOException {
        try (var program = RunningProgram.start("-XX:+StartAttachListener")) {
            var socket = new AttachSocket(program.identity());
            program.signal("STOP");
            timesOut(socket);
        }
    }

    /** As a control group's freezer does it, which leaves no mark on the process: the kernel still takes connections. */
    @Test
    void aSilentJvmIsNotWaitedForHoweverManyWaitAlready() throws IOException {
        try (var program = RunningProgram.start()) {
            // Its own place is taken by a socket of ours that accepts nothing, with room for one in its queue.
            var self = ProcessIdentity.of(
                            Math.toIntExact(ProcessHandle.current().pid()))
                    .orElseThrow();
            var place = Path.of("/tmp/.java_pid" + self.pid());
            try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(place), 1);
                var socket = new AttachSocket(self);
                for (int i = 0; i < 4; i++) {
                    timesOut(socket);
                }
            } finally {
                Files.deleteIfExists(place);
            }
            assertThat(program.isAlive()).isTrue();
        }
    }

    @Test
    void somebodyElseInItsPlaceIsNotAsked() throws IOException {
        try (var program = RunningProgram.start()) {
            var place = Path.of("/tmp/.java_pid" + program.pid());
            try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(place));
                var socket = new AttachSocket(program.identity());
                assertThatExceptionOfType(AttachException.class)
                        .isThrownBy(() -> ask(socket, "help"))
                        .withMessageContaining("somebody else listens");
            } finally {
                Files.deleteIfExists(place);
            }
        }
    }

    @Test
    void whatIsNoJvmIsLeftAlone() throws IOException, InterruptedException {
        var sleep = new ProcessBuilder("sleep", "60").start();
        try {
            var socket = new AttachSocket(
                    ProcessIdentity.of(Math.toIntExact(sleep.pid())).orElseThrow());
            assertThatExceptionOfType(AttachException.class)
                    .isThrownBy(() -> ask(socket, "help"))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
            assertThat(sleep.isAlive()).isTrue();
        } finally {
            sleep.destroyForcibly();
            sleep.waitFor();
        }
    }

    @Test
    void aNumberThatIsAnothersNowIsNotAsked() throws IOException {
        try (var program = RunningProgram.start("-XX:+StartAttachListener")) {
            var now = program.identity();
            var before = new ProcessIdentity(now.pid(), now.startTicks() - 1, now.bootId());
            assertThat(new AttachSocket(before).listens()).isFalse();
            assertThatExceptionOfType(AttachException.class)
                    .isThrownBy(() -> ask(new AttachSocket(before), "help"))
                    .withMessageContaining("it has ended");
        }
    }

    private static String ask(AttachSocket socket, String command) {
        return socket.ask("jcmd", List.of(command), PATIENCE, BYTES_MAX);
    }

    private static void timesOut(AttachSocket socket) {
        long start = System.nanoTime();
        assertThatExceptionOfType(AttachException.class)
                .isThrownBy(() -> socket.ask("jcmd", List.of("help"), SHORT, BYTES_MAX))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TIMED_OUT));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }
}
