package dev.posada.docker;

import static dev.posada.docker.DockerHouse.PATIENCE;
import static dev.posada.docker.DockerHouse.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import dev.posada.dockerengine.Consoles.Program;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.DockerHost;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.engine.Connection;
import dev.posada.model.DomainStatus;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of containers, with a real engine of containers below and the engine of domains above. */
@Timeout(300)
class DockerDomainTest {
    private static final String IDLE = "trap 'exit 0' TERM; while :; do sleep 1000 &amp; wait; done";

    private static DockerHouse house;
    private static DockerEngine docker;

    @TempDir
    Path root;

    private DockerHouse.Stay stay;
    private Connection connection;

    @BeforeAll
    static void start() {
        house = DockerHouse.start(DockerHost.Network.NONE);
        docker = house.docker();
    }

    @AfterAll
    static void stop() {
        if (house != null) {
            house.close();
        }
    }

    @BeforeEach
    void open() {
        stay = house.open(root);
        connection = stay.connection();
    }

    @AfterEach
    void close() {
        stay.close();
        Clearing.containers(docker);
    }

    private static String xml(String name, String script, String root, String more) {
        return """
                <domain type='docker' xmlns:docker='https://posada.dev/docker/1.0'>
                  <name>%s</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
                  <os><type>exe</type><init>/bin/sh</init><initarg>-c</initarg><initarg>%s</initarg></os>%s
                  <devices>
                    <filesystem type='template'><source name='busybox:latest'/><target dir='/'/></filesystem>%s
                  </devices>
                </domain>
                """.formatted(name, script, root, more);
    }

    private UUID define(String name, String script, String root) {
        return connection.domains().define(xml(name, script, root, ""), 0).uuid();
    }

    private UUID run(String name, String script, String root) {
        var domain = define(name, script, root);
        connection.lifecycle().start(domain, 0);
        return domain;
    }

    private DomainStatus status(UUID domain) {
        return connection.domains().status(domain);
    }

    private void becomes(UUID domain, DomainStatus wanted) {
        eventually(wanted + ", not " + status(domain), () -> status(domain) == wanted);
    }

    @Test
    void aProgramThatFailsIsACrashWithItsStatus() {
        var domain = run("fails", "sleep 0.2; exit 3", "");
        becomes(domain, DomainStatus.SHUTOFF_CRASHED);
        assertThat(connection.domains().messages(domain, 0)).containsExactly("the program ended with status 3");
    }

    @Test
    void tooMuchMemoryIsACrashThatSaysSo() {
        var domain = run("greedy", "sleep 0.3; exec tail /dev/zero", "");
        becomes(domain, DomainStatus.SHUTOFF_CRASHED);
        assertThat(connection.domains().messages(domain, 0))
                .containsExactly("killed: it took more than its 32 MiB of memory");
    }

    @Test
    void aMissingImageIsNamedWithTheWayToGetIt() {
        var text = xml("poor", "true", "", "").replace("busybox:latest", "nowhere/nothing:1");
        assertThatThrownBy(() -> connection.lifecycle().create(text, 0))
                .hasMessageContaining("needs the image 'nowhere/nothing:1'")
                .hasMessageContaining("docker pull nowhere/nothing:1");
        assertThat(docker.containers().all()).isEmpty();
    }

    @Test
    void aMissingProgramFailsTheStartAndLeavesNothing() {
        var text = xml("lost", "true", "", "").replace("/bin/sh", "/bin/nonesuch");
        assertThatThrownBy(() -> connection.lifecycle().create(text, 0)).hasMessageContaining("/bin/nonesuch");
        assertThat(docker.containers().all()).isEmpty();
    }

    @Test
    void whatNobodyHonoursIsRefusedAtTheStart() {
        var domain = define("odd", IDLE, "<cpu mode='host-model'/>");
        assertThatThrownBy(() -> connection.lifecycle().start(domain, 0)).hasMessageContaining("/domain/cpu");
    }

    @Test
    void theRootFileSystemOutlivesStopsAndChangesOfTheDefinition() throws IOException {
        var domain = run("keeps", "test -e /kept &amp;&amp; echo again; date > /kept; " + IDLE, "");
        eventually(
                "written",
                () -> docker.consoles()
                                .run("keeps", Program.of("cat", "/kept"), 100, PATIENCE)
                                .status()
                        == 0);
        connection.lifecycle().destroy(domain, 0);
        var first = docker.containers().inspect("keeps").getId();
        connection.lifecycle().start(domain, 0);
        assertThat(docker.containers().inspect("keeps").getId()).isEqualTo(first);
        connection.lifecycle().destroy(domain, 0);

        var changed =
                connection.domains().xml(domain, 2).replace("<initarg>-c", "<initenv name='A'>b</initenv><initarg>-c");
        connection.domains().define(changed, 0);
        connection.lifecycle().start(domain, 0);
        var second = docker.containers().inspect("keeps");
        assertThat(second.getId()).isNotEqualTo(first);
        assertThat(second.getConfig().getEnv()).contains("A=b");
        try (var console = connection.devices().openConsole(domain, "", 0)) {
            assertThat(until(console, "again")).contains("again");
        }
        connection.lifecycle().destroy(domain, 0);
        connection
                .domains()
                .define(connection.domains().xml(domain, 2).replace("<initenv name='A'>b</initenv>", ""), 0);
        connection.lifecycle().start(domain, 0);
        assertThat(docker.consoles()
                        .run("keeps", Program.of("sh", "-c", "echo ${A:-none}; ls /kept"), 100, PATIENCE)
                        .output())
                .isEqualTo("none\n/kept\n");
        connection.lifecycle().destroy(domain, 0);
        connection.domains().undefine(domain, 0);
        assertThat(docker.containers().all()).isEmpty();
        assertThat(docker.images().all()).hasSize(1);
    }

    @Test
    void aReturnToASnapshotBringsItsFilesBack() {
        var domain = run("shot", IDLE, "");
        docker.consoles().run("shot", Program.of("touch", "/before"), 100, PATIENCE);
        connection.snapshots().create(domain, "<domainsnapshot><name>one two</name></domainsnapshot>", 0);
        docker.consoles().run("shot", Program.of("touch", "/after"), 100, PATIENCE);
        connection.snapshots().revert(domain, "one two", 1);
        assertThat(docker.consoles()
                        .run("shot", Program.of("sh", "-c", "ls /before /after 2>/dev/null"), 100, PATIENCE)
                        .output())
                .isEqualTo("/before\n");
        connection.snapshots().delete(domain, "one two", 0);
        connection.lifecycle().destroy(domain, 0);
        connection.domains().undefine(domain, 0);
        assertThat(docker.images().all()).hasSize(1);
    }

    @Test
    void aConsoleGoesBothWaysAndShowsWhatCameBefore() throws IOException {
        var domain = run("talks", "echo first; read line; echo got $line; exec sleep 1000", "");
        try (var console = connection.devices().openConsole(domain, "", 0)) {
            assertThat(until(console, "first")).contains("first");
            assertThatThrownBy(() -> connection.devices().openConsole(domain, "", 0))
                    .hasMessageContaining("Active console session");
            console.write(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(until(console, "got hello")).contains("got hello");
        }
        try (var later = connection.devices().openConsole(domain, "", 0)) {
            assertThat(until(later, "got hello")).contains("first");
        }
    }

    @Test
    void aConsoleIsAsLargeAsTheWindowItIsShownIn() throws IOException {
        var domain = run("wide", "while read line; do stty size; done", "");
        var devices = connection.devices();
        try (var console = devices.openConsole(domain, "", 0)) {
            console.write(ByteBuffer.wrap("\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(until(console, "24 80")).contains("24 80");
            assertThat(devices.monitorCommand(domain, "console-resize 40 132", 1))
                    .isEmpty();
            console.write(ByteBuffer.wrap("\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(until(console, "40 132")).contains("40 132");
        }
        assertThatThrownBy(() -> devices.monitorCommand(domain, "help", 1))
                .hasMessageContaining("has no monitor but for console-resize");
    }

    private static String until(ByteChannel console, String word) throws IOException {
        var text = new StringBuilder();
        var buffer = ByteBuffer.allocate(4096);
        while (text.indexOf(word) < 0 && console.read(buffer) >= 0) {
            text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            buffer.clear();
        }
        return text.toString();
    }

    @Test
    void limitsChangeWhileItRunsAndFiguresAreRead() {
        var domain = run("tuned", "while :; do :; done", "");
        connection
                .tuning()
                .set(
                        domain,
                        TuningGroup.SCHEDULER,
                        List.of(
                                TypedParameter.ofUnsigned("cpu_shares", 512L),
                                TypedParameter.ofLong("vcpu_quota", 20_000)),
                        1);
        connection.resources().setMemory(domain, 16 << 10, 1);
        var limits = docker.containers().inspect("tuned").getHostConfig();
        assertThat(limits.getCpuShares()).isEqualTo(512);
        assertThat(limits.getCpuQuota()).isEqualTo(20_000);
        assertThat(limits.getMemory()).isEqualTo(16L << 20);
        eventually("processor time", () -> connection.domains().info(domain).cpuTimeNanos() > 0);
        var stats = connection.statistics().of(List.of(domain), 0, 0).getFirst().parameters();
        assertThat(stats)
                .extracting(TypedParameter::name)
                .contains("cpu.time", "balloon.current", "balloon.rss", "vcpu.0.state", "block.0.name", "net.count");
    }

    @Test
    void signalsReachTheFirstProcess() throws IOException {
        var domain = run("signalled", "trap 'exit 0' USR1; echo ready; while :; do sleep 1000 &amp; wait; done", "");
        connection.devices().sendSignal(domain, 1, 0, 0);
        assertThatThrownBy(() -> connection.devices().sendSignal(domain, 2, 10, 0))
                .hasMessageContaining("first process");
        try (var console = connection.devices().openConsole(domain, "", 0)) {
            assertThat(until(console, "ready")).contains("ready");
        }
        connection.devices().sendSignal(domain, 1, 10, 0);
        becomes(domain, DomainStatus.SHUTOFF_SHUTDOWN);
    }

    @Test
    void whatOthersDoToAContainerIsTold() {
        var domain = run("watched", IDLE, "");
        docker.containers().pause("watched");
        becomes(domain, DomainStatus.PAUSED_USER);
        docker.containers().unpause("watched");
        becomes(domain, DomainStatus.RUNNING_UNPAUSED);
        docker.containers().rename("watched", "seen");
        eventually(
                "renamed",
                () -> connection.domains().list(0).stream()
                        .anyMatch(one -> one.name().equals("seen")));
        docker.containers().stop("seen", Duration.ofMinutes(1));
        becomes(domain, DomainStatus.SHUTOFF_SHUTDOWN);
        docker.containers().start("seen");
        becomes(domain, DomainStatus.RUNNING_BOOTED);
        docker.containers().kill("seen", "KILL");
        becomes(domain, DomainStatus.SHUTOFF_DESTROYED);
    }

    @Test
    void containersOfOthersAreDomains() {
        var kept = docker.containers()
                .create(
                        "foreign",
                        "busybox:latest",
                        command -> command.withCmd("sleep", "1000")
                                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none")));
        eventually("stopped one", () -> has("foreign"));
        docker.containers().start(kept);
        eventually("running", () -> connection.domains().byName("foreign").active());
        var domain = connection.domains().byName("foreign").uuid();
        assertThat(domain.toString().replace("-", "")).isEqualTo(kept.substring(0, 32));
        assertThat(connection.domains().xml(domain, 0))
                .contains("<initarg>sleep</initarg>")
                .contains("busybox:latest");
        connection.lifecycle().destroy(domain, 0);
        connection.lifecycle().start(domain, 0);
        assertThat(docker.containers().inspect("foreign").getId()).isEqualTo(kept);
        stay.close();
        docker.containers().rename(kept, "stranger");
        open();
        eventually("called otherwise", () -> has("stranger"));
        assertThat(connection.domains().byName("stranger").active()).isTrue();
        connection.lifecycle().destroy(domain, 0);
        connection.domains().undefine(domain, 0);
        assertThat(docker.containers().find(kept)).isEmpty();

        var passing = docker.containers()
                .create(
                        "passing",
                        "busybox:latest",
                        command -> command.withCmd("sleep", "1000")
                                .withHostConfig(HostConfig.newHostConfig().withAutoRemove(true)));
        docker.containers().start(passing);
        eventually("transient", () -> has("passing"));
        assertThat(connection
                        .domains()
                        .isPersistent(connection.domains().byName("passing").uuid()))
                .isFalse();
        docker.containers().kill(passing, "KILL");
        eventually("gone", () -> !has("passing"));
    }

    private boolean has(String name) {
        return connection.domains().list(0).stream().anyMatch(one -> one.name().equals(name));
    }

    @Test
    void whatEndsWhileNoDaemonWatchesIsFoundOut() {
        var waits = "while ! test -e /go; do sleep 0.1; done; ";
        var good = run("good", waits + "exit 0", "");
        var bad = run("bad", waits + "exit 4", "");
        var stays = run("stays", IDLE, "");
        stay.close();
        for (var one : List.of("good", "bad")) {
            docker.consoles().run(one, Program.of("touch", "/go"), 100, PATIENCE);
            docker.containers().await(one);
        }
        open();
        assertThat(status(good)).isEqualTo(DomainStatus.SHUTOFF_SHUTDOWN);
        assertThat(status(bad)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
        assertThat(connection.domains().messages(bad, 0)).containsExactly("the program ended with status 4");
        assertThat(connection.domains().isActive(stays)).isTrue();
        connection.lifecycle().suspend(stays);
        assertThat(status(stays)).isEqualTo(DomainStatus.PAUSED_USER);
    }

    @Test
    void aCrashIsFollowedByWhatTheDefinitionSays() {
        var script = "test -e /once || { touch /once; exit 1; }; " + IDLE;
        var again = run("again", script, "<on_crash>restart</on_crash>");
        eventually("runs anew", () -> status(again) == DomainStatus.RUNNING_CRASHED);
        var kept = run("kept", "exit 1", "<on_crash>preserve</on_crash>");
        becomes(kept, DomainStatus.CRASHED_UNKNOWN);
        connection.lifecycle().destroy(kept, 0);
        assertThat(status(kept)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
        var round = run("round", "sleep 0.1", "<on_poweroff>restart</on_poweroff>");
        eventually(
                "begun anew",
                () -> !docker.containers()
                                .inspect("round")
                                .getState()
                                .getStartedAt()
                                .isEmpty()
                        && status(round) == DomainStatus.RUNNING_BOOTED);
        connection.lifecycle().destroy(round, 0);
        assertThat(status(round)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
    }

    @Test
    void anEngineThatIsKilledAndComesBackIsSurvived() throws IOException {
        var stays = run("stays", IDLE, "");
        var shared = "<filesystem type='mount'><source dir='" + root + "'/><target dir='/shared'/></filesystem>";
        var ends = connection
                .domains()
                .define(xml("ends", "while ! test -e /shared/go; do sleep 0.1; done", "", shared), 0)
                .uuid();
        connection.lifecycle().start(ends, 0);
        house.host().kill();
        assertThat(status(stays)).isEqualTo(DomainStatus.RUNNING_BOOTED);
        assertThatThrownBy(() -> connection.lifecycle().suspend(stays)).hasMessageContaining("is the engine running?");
        Files.createFile(root.resolve("go"));
        becomes(ends, DomainStatus.SHUTOFF_CRASHED);
        house.host().restart();
        eventually("looked at", () -> !connection.domains().isActive(stays));
        assertThat(status(stays)).isIn(DomainStatus.SHUTOFF_CRASHED, DomainStatus.SHUTOFF_SHUTDOWN);
        connection.lifecycle().start(stays, 0);
        assertThat(status(stays)).isEqualTo(DomainStatus.RUNNING_BOOTED);
    }
}
