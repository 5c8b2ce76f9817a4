package dev.posada.dockerengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.model.HostConfig;
import dev.posada.dockerhost.BusyboxArchive;
import dev.posada.dockerhost.DockerHost;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real engine. */
@Timeout(300)
class EngineTest {
    private static DockerHost host;
    private static DockerEngine engine;

    @BeforeAll
    static void start() {
        assumeTrue(DockerHost.missing().isEmpty(), () -> DockerHost.missing().orElse(""));
        host = DockerHost.start(DockerHost.Network.NONE);
        engine = new DockerEngine(host.socket());
        engine.images().importArchive(BusyboxArchive.open(), "busybox", "latest", List.of("CMD [\"/bin/sh\"]"));
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            engine.close();
            host.close();
        }
    }

    @Test
    void saysWhatItIs() {
        var facts = engine.facts();

        assertThat(facts.name()).isEqualTo("Docker");
        assertThat(facts.number()).isGreaterThan(20_000_000);
        assertThat(engine.answers()).isTrue();
    }

    @Test
    void aContainerRunsAndSaysHowItEnded() throws IOException {
        var id = create("ends", "sh", "-c", "echo out; echo err >&2; exit 3");
        engine.containers().start(id);

        assertThat(engine.containers().await(id)).isEqualTo(new Containers.Ending(3, ""));
        try (var log = engine.consoles().logs(id, false, false, Instant.EPOCH)) {
            assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactlyInAnyOrder("out", "err");
        }
        assertThat(engine.containers().labelled("dev.posada.test=ends")).hasSize(1);
        engine.containers().remove(id, false, true);
        assertThat(engine.containers().find(id)).isEmpty();
    }

    @Test
    void aContainerIsPausedRenamedLimitedAndKilled() {
        var id = create("kept", "sleep", "1000");
        engine.containers().start(id);
        engine.containers().start(id);

        engine.containers().pause(id);
        assertThat(engine.containers().inspect(id).getState().getPaused()).isTrue();
        engine.containers().unpause(id);
        engine.containers().rename(id, "kept-longer");
        assertThat(engine.containers().inspect("kept-longer").getId()).isEqualTo(id);
        engine.containers().update(id, limits -> limits.withMemory(64L << 20).withMemorySwap(64L << 20));
        assertThat(engine.containers().figures(id).memoryLimitBytes()).isEqualTo(64L << 20);
        assertThat(engine.containers().figures(id).processes()).isEqualTo(1);
        assertThatThrownBy(() -> engine.containers().remove(id, false, false))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.CONFLICT));
        engine.containers().kill(id, "KILL");
        assertThat(engine.containers().await(id).status()).isEqualTo(137);
        engine.containers().remove(id, true, true);
    }

    @Test
    void aTerminalGoesBothWaysAndEndsWithTheProgram() throws IOException {
        var id = engine.containers()
                .create(
                        "terminal",
                        "busybox:latest",
                        command -> command.withTty(true)
                                .withStdinOpen(true)
                                .withCmd("sh")
                                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none")));
        try (var terminal = engine.consoles().attach(id, true)) {
            engine.containers().start(id);
            engine.consoles().resize(id, 101, 37);
            write(terminal, "stty size; echo $((6*7))\n");
            assertThat(readUntil(terminal, "42\r\n")).contains("37 101");
            write(terminal, "exit 5\n");
            readToEnd(terminal);
        }
        assertThat(engine.containers().await(id).status()).isEqualTo(5);
        engine.containers().remove(id, true, true);
    }

    @Test
    void closingATerminalLeavesTheProgramRunningAndFreesItsReader() throws Exception {
        var id = engine.containers()
                .create(
                        "detached",
                        "busybox:latest",
                        command -> command.withTty(true)
                                .withStdinOpen(true)
                                .withCmd("sh")
                                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none")));
        engine.containers().start(id);
        var terminal = engine.consoles().attach(id, true);
        var reader = Thread.ofVirtual().start(() -> {
            try {
                readToEnd(terminal);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        terminal.close();
        assertThat(reader.join(Duration.ofMinutes(2))).isTrue();
        assertThat(engine.containers().inspect(id).getState().getRunning()).isTrue();
        try (var again = engine.consoles().attach(id, true)) {
            write(again, "echo still $((1+1))\n");
            readUntil(again, "still 2");
        }
        engine.containers().remove(id, true, true);
    }

    @Test
    void programsRunWithinAContainer() {
        var id = create("host-of-programs", "sleep", "1000");
        engine.containers().start(id);

        var outcome = engine.consoles()
                .run(
                        id,
                        new Consoles.Program(
                                List.of("sh", "-c", "pwd; echo $A; id -u; exit 4"),
                                List.of("A=b"),
                                "nobody",
                                "/tmp",
                                false),
                        1024,
                        Duration.ofSeconds(30));
        assertThat(outcome).isEqualTo(new Consoles.Outcome(4, "/tmp\nb\n65534\n"));
        engine.containers().remove(id, true, true);
    }

    @Test
    void imagesAreCommittedTaggedSavedLoadedAndRemoved() throws IOException {
        var id = create("changed", "sh", "-c", "echo new > /srv/file");
        engine.containers().start(id);
        engine.containers().await(id);
        var committed = engine.containers().commit(id, "changed", "one", details -> {});
        engine.containers().remove(id, true, true);
        engine.images().tag(committed, "localhost:5000/changed", "two");
        byte[] saved;
        try (var archive = engine.images().save("changed:one")) {
            saved = archive.readAllBytes();
        }
        engine.images().remove("changed:one", false);
        engine.images().remove("localhost:5000/changed:two", false);
        assertThat(engine.images().find("changed:one")).isEmpty();

        var loaded = engine.images().load(Channels.newChannel(new ByteArrayInputStream(saved)));

        assertThat(loaded).containsExactly("changed:one");
        assertThat(engine.images().inspect("changed:one").getId())
                .isEqualTo(engine.images().inspect(loaded.getFirst()).getId());
        engine.images().remove("changed:one", false);
    }

    @Test
    void anImageInUseIsNotRemoved() {
        var id = create("user", "true");
        assertThatThrownBy(() -> engine.images().remove("busybox:latest", false))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.kind()).isEqualTo(EngineException.Kind.CONFLICT);
                    assertThat(e.getMessage())
                            .startsWith("removing image busybox:latest: ")
                            .doesNotContain("\n");
                });
        engine.containers().remove(id, true, true);
    }

    @Test
    void brokenArchivesAndMissingThingsAreOneClearLine() {
        var noise = new byte[3 << 20];
        Arrays.fill(noise, (byte) 0x5a);
        assertThatThrownBy(() -> engine.images()
                        .importArchive(Channels.newChannel(new ByteArrayInputStream(noise)), "bad", "one", List.of()))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        e -> assertThat(e.getMessage())
                                .startsWith("importing image bad:one: ")
                                .doesNotContain("\n"));
        assertThatThrownBy(() -> engine.containers().create("x", "absent:latest", command -> {}))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.kind()).isEqualTo(EngineException.Kind.NOT_FOUND);
                    assertThat(e.getMessage()).isEqualTo("creating container x: No such image: absent:latest");
                });
        assertThatThrownBy(() -> engine.images().pull("127.0.0.1:1/absent:latest", progress -> {}))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("pulling image 127.0.0.1:1/absent:latest: ")
                .hasMessageContaining("refused");
    }

    @Test
    void volumesAreMadeListedAndRemoved() {
        engine.volumes().create("data", Map.of());
        assertThat(engine.volumes().all()).anyMatch(volume -> volume.getName().equals("data"));
        engine.volumes().remove("data");
        assertThat(engine.volumes().all()).noneMatch(volume -> volume.getName().equals("data"));
        assertThat(engine.networks().all())
                .anyMatch(network -> network.getName().equals("none"));
    }

    @Test
    void anEngineThatIsNotThereIsToldApart() {
        try (var nobody = new DockerEngine(Path.of("/nonexistent/docker.sock"))) {
            assertThat(nobody.answers()).isFalse();
            assertThatThrownBy(() -> nobody.containers().all()).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.kind()).isEqualTo(EngineException.Kind.UNREACHABLE);
                assertThat(e.getMessage()).startsWith("listing containers: nobody answers at /nonexistent/docker.sock");
            });
        }
    }

    @Test
    void eventsGoOnOverTheEnginesDeath() throws Exception {
        try (var mortal = DockerHost.start(DockerHost.Network.NONE);
                var watched = new DockerEngine(mortal.socket())) {
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            try (var _ = watched.watch(new Diary(told))) {
                expect(told, "back");
                watched.images().importArchive(BusyboxArchive.open(), "busybox", "latest", List.of());
                expect(told, "image tag");
                expect(told, "image import");
                mortal.kill();
                expect(told, "lost");
                mortal.restart();
                expect(told, "back");
                watched.images().tag("busybox:latest", "other", "name");
                expect(told, "image tag");
            }
            watched.images().tag("busybox:latest", "third", "name");
            assertThat(told).isEmpty();
        }
    }

    private record Diary(BlockingQueue<String> told) implements EngineWatcher {
        @Override
        public void back() {
            told.add("back");
        }

        @Override
        public void lost(String why) {
            told.add("lost");
        }

        @Override
        public void event(EngineEvent event) {
            told.add(event.type() + " " + event.action());
        }
    }

    private static void expect(BlockingQueue<String> told, String expected) throws InterruptedException {
        assertThat(told.poll(2, TimeUnit.MINUTES)).isEqualTo(expected);
    }

    private static String create(String name, String... arguments) {
        return engine.containers()
                .create(
                        name,
                        "busybox:latest",
                        command -> command.withCmd(arguments)
                                .withLabels(Map.of("dev.posada.test", name))
                                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none")));
    }

    private static void write(Attachment terminal, String text) throws IOException {
        terminal.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String readUntil(Attachment terminal, String wanted) throws IOException {
        var text = new StringBuilder();
        var buffer = ByteBuffer.allocate(4096);
        while (text.indexOf(wanted) < 0) {
            assertThat(terminal.read(buffer))
                    .as("the terminal ended after: " + text)
                    .isPositive();
            text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
            buffer.clear();
        }
        return text.toString();
    }

    private static void readToEnd(Attachment terminal) throws IOException {
        var buffer = ByteBuffer.allocate(4096);
        while (terminal.read(buffer) >= 0) {
            buffer.clear();
        }
    }
}
