package dev.posada.docker;

import static dev.posada.docker.DockerHouse.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.DockerHost;
import dev.posada.engine.Connection;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of containers, with a real engine. */
@Timeout(300)
class DockerSnapshotsTest {
    private static final int RUNNING = 1;
    private static final int TRANSIENT_START = 0;

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
        stay.clear();
    }

    /** A container that adds a line to a file at each start, tells how many there are, and stays. */
    private static String xml(String name, String image) {
        return """
                <domain type='docker'>
                  <name>%s</name>
                  <memory unit='MiB'>32</memory>
                  <vcpu>1</vcpu>
                  <os><type>exe</type><init>/bin/sh</init><initarg>-c</initarg>
                  <initarg>echo x >> /starts; echo lines: $(wc -l &lt; /starts); exec sleep 1000</initarg></os>
                  <devices><filesystem type='template'><source name='%s'/><target dir='/'/></filesystem>
                  <console type='null'/></devices>
                </domain>
                """.formatted(name, image);
    }

    private UUID define(String name) {
        return connection.domains().define(xml(name, "busybox:latest"), 0).uuid();
    }

    private void take(UUID domain, String name) {
        connection.snapshots().create(domain, "<domainsnapshot><name>" + name + "</name></domainsnapshot>", 0);
    }

    /** Starts a domain by what is given, and says how many lines its file has then. */
    private int lines(String container, Runnable start) {
        var since = Instant.now();
        start.run();
        eventually("it counts", () -> !log(container, since).isEmpty());
        return Integer.parseInt(log(container, since).replaceAll("(?s).*lines: (\\d+)\\s*$", "$1"));
    }

    private static String log(String container, Instant since) {
        try (var log = docker.consoles().logs(container, false, false, since)) {
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long images(UUID domain) {
        return docker.images().all().stream()
                .flatMap(image -> image.getRepoTags() == null
                        ? List.<String>of().stream()
                        : List.of(image.getRepoTags()).stream())
                .filter(tag -> tag.startsWith("posada/snapshot-" + domain + ":"))
                .count();
    }

    @Test
    void whatAContainerWroteAfterItsSnapshotIsGoneAfterTheReturn() {
        var domain = define("counted");
        take(domain, "before");
        assertThat(lines("counted", () -> connection.lifecycle().start(domain, 0)))
                .isEqualTo(1);
        take(domain, "once");
        eventually(
                "it goes on after it was still for the snapshot",
                () -> connection.domains().status(domain).state() == DomainState.RUNNING);
        connection.lifecycle().destroy(domain, 0);
        assertThat(lines("counted", () -> connection.lifecycle().start(domain, 0)))
                .isEqualTo(2);
        connection.snapshots().revert(domain, "once", 0);
        assertThat(connection.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_FROM_SNAPSHOT);
        assertThat(lines("counted", () -> connection.lifecycle().start(domain, 0)))
                .isEqualTo(2);
        assertThat(lines("counted", () -> connection.snapshots().revert(domain, "once", RUNNING)))
                .isEqualTo(2);
        assertThat(connection.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_FROM_SNAPSHOT);
        assertThat(lines("counted", () -> connection.snapshots().revert(domain, "before", RUNNING)))
                .isEqualTo(1);
        assertThat(docker.containers().all().stream()
                        .filter(one -> List.of(one.getNames()).contains("/counted"))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void deletingRemovesTheImageAndTheContainerMadeFromItStays() {
        var domain = define("deleted");
        assertThat(lines("deleted", () -> connection.lifecycle().start(domain, 0)))
                .isEqualTo(1);
        take(domain, "one");
        take(domain, "two");
        assertThat(images(domain)).isEqualTo(2);
        assertThat(lines("deleted", () -> connection.snapshots().revert(domain, "one", RUNNING)))
                .isEqualTo(2);
        connection.snapshots().delete(domain, "one", 0);
        assertThat(images(domain)).isEqualTo(1);
        assertThat(connection.domains().isActive(domain)).isTrue();
        connection.lifecycle().destroy(domain, 0);
        assertThat(lines("deleted", () -> connection.lifecycle().start(domain, 0)))
                .isEqualTo(3);
        connection.snapshots().delete(domain, "two", 0);
        assertThat(images(domain)).isZero();
    }

    @Test
    void aSnapshotIsAnImageToMakeAnotherDomainFrom() {
        var domain = define("model");
        assertThat(lines("model", () -> connection.lifecycle().start(domain, 0)))
                .isEqualTo(1);
        take(domain, "one");
        var image = "posada/snapshot-" + domain + ":one";
        var other = connection.domains().define(xml("made-after", image), 0).uuid();
        assertThat(lines("made-after", () -> connection.lifecycle().start(other, 0)))
                .isEqualTo(2);
        connection.lifecycle().destroy(other, 0);
        assertThat(lines("made-after", () -> connection.lifecycle().start(other, 0)))
                .isEqualTo(3);
        assertThat(connection.domains().list(0)).hasSize(2);
    }

    @Test
    void whatSomebodyRunsFromASnapshotIsAContainerOfItsOwn() {
        var domain = define("master");
        assertThat(lines("master", () -> connection.lifecycle().start(domain, 0)))
                .isEqualTo(1);
        take(domain, "one");
        var id = docker.containers()
                .create(
                        "by-hand",
                        "posada/snapshot-" + domain + ":one",
                        command -> command.withEntrypoint("sleep")
                                .withCmd("1000")
                                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none")));
        docker.containers().start(id);
        eventually("it is seen", () -> connection.domains().list(1).size() == 2);
        connection.lifecycle().destroy(connection.domains().byName("by-hand").uuid(), 0);
        assertThat(connection.domains().isActive(domain)).isTrue();
        assertThat(lines("master", () -> connection.snapshots().revert(domain, "one", RUNNING)))
                .isEqualTo(2);
        assertThat(lines("master", () -> {
                    connection.lifecycle().destroy(domain, 0);
                    connection.lifecycle().start(domain, 0);
                }))
                .isEqualTo(3);
        assertThat(docker.containers().find(id)).isPresent();
    }

    @Test
    void aTransientContainerReturnsAndIsGoneAtItsEnd() {
        var domain = connection
                .lifecycle()
                .create(xml("passing", "busybox:latest"), TRANSIENT_START)
                .uuid();
        take(domain, "one");
        connection.snapshots().revert(domain, "one", RUNNING);
        assertThat(connection.domains().isPersistent(domain)).isFalse();
        connection.lifecycle().destroy(domain, 0);
        assertThat(connection.domains().list(0)).isEmpty();
        eventually(
                "the container is gone",
                () -> docker.containers().find("passing").isEmpty());
        connection.lifecycle().create(xml("passing", "busybox:latest"), TRANSIENT_START);
    }

    @Test
    void aLostImageIsToldAndTheDomainIsAsItWas() {
        var domain = define("lost");
        assertThat(lines("lost", () -> connection.lifecycle().start(domain, 0))).isEqualTo(1);
        take(domain, "one");
        var image = "posada/snapshot-" + domain + ":one";
        docker.images().remove(image, true);
        assertThatThrownBy(() -> connection.snapshots().revert(domain, "one", RUNNING))
                .hasMessageContaining("its image " + image + " is gone from the engine");
        assertThat(lines("lost", () -> connection.lifecycle().start(domain, 0))).isEqualTo(2);
        connection.snapshots().delete(domain, "one", 0);
        assertThat(connection.snapshots().count(domain, 0)).isZero();
    }
}
