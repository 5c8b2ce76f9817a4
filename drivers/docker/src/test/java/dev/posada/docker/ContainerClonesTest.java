package dev.posada.docker;

import static dev.posada.docker.DockerHouse.PATIENCE;
import static dev.posada.docker.DockerHouse.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import dev.posada.dockerengine.Consoles.Program;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.DockerHost;
import dev.posada.engine.Connection;
import dev.posada.model.DomainState;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Definitions copied from another domain's, as virt-clone and people make them. */
@Timeout(300)
class ContainerClonesTest {
    private static final int INACTIVE = 2;
    private static final int AUTODESTROY = 2;

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

    /** Whatever was copied, nothing but the image is left when the domains are forgotten. */
    @AfterEach
    void close() {
        stay.clear();
        assertThat(docker.images().all())
                .extracting(image -> List.of(image.getRepoTags()))
                .containsExactly(List.of("busybox:latest"));
    }

    private UUID run(String name) {
        var domain = connection.domains().define("""
                        <domain type='docker'>
                          <name>%s</name><memory unit='MiB'>32</memory>
                          <os><type>exe</type><init>/bin/sleep</init><initarg>1000</initarg></os>
                          <devices>
                            <filesystem type='template'><source name='busybox:latest'/><target dir='/'/></filesystem>
                          </devices>
                        </domain>
                        """.formatted(name), 0).uuid();
        connection.lifecycle().start(domain, 0);
        return domain;
    }

    private String renewed(UUID original, String name) {
        return connection
                .domains()
                .xml(original, INACTIVE)
                .replaceFirst("<name>.*</name>", "<name>" + name + "</name>")
                .replaceFirst("<uuid>.*</uuid>", "<uuid>" + UUID.randomUUID() + "</uuid>");
    }

    private UUID clone(UUID original, String name) {
        return connection.domains().define(renewed(original, name), 0).uuid();
    }

    private static void write(String container, String file) {
        docker.consoles().run(container, Program.of("touch", "/" + file), 100, PATIENCE);
    }

    private static String files(String container) {
        return docker.consoles()
                .run(container, Program.of("sh", "-c", "ls -d /one /two /three 2>/dev/null"), 100, PATIENCE)
                .output();
    }

    @Test
    void aCopiedDefinitionHasWhatTheOriginalWroteAndOutlivesIt() {
        var original = run("original");
        write("original", "one");
        connection.lifecycle().destroy(original, 0);
        var clone = clone(original, "copy");
        assertThat(connection.domains().xml(clone, INACTIVE))
                .contains("<docker:root domain='" + clone + "'/>")
                .doesNotContain(original.toString());
        connection.domains().undefine(original, 0);

        connection.lifecycle().start(clone, 0);
        assertThat(files("copy")).isEqualTo("/one\n");
        write("copy", "two");
        var second = clone(clone, "second");
        connection.lifecycle().start(second, 0);
        assertThat(files("second")).isEqualTo("/one\n/two\n");
    }

    @Test
    void aRunningOriginalGoesOnAndKeepsWhatComesLaterForItself() {
        var original = run("original");
        write("original", "one");
        var clone = clone(original, "copy");
        eventually(
                "it goes on",
                () -> connection.domains().status(original).state() == DomainState.RUNNING
                        && "running"
                                .equals(docker.containers()
                                        .inspect("original")
                                        .getState()
                                        .getStatus()));
        write("original", "two");
        connection.lifecycle().start(clone, 0);
        assertThat(files("copy")).isEqualTo("/one\n");
        assertThat(files("original")).isEqualTo("/one\n/two\n");
    }

    @Test
    void aTransientCopyHasTheFilesToo() {
        var original = run("original");
        write("original", "one");
        var copy = connection
                .lifecycle()
                .create(renewed(original, "passing"), AUTODESTROY)
                .uuid();
        assertThat(files("passing")).isEqualTo("/one\n");
        assertThat(connection.domains().xml(copy, 0)).contains("<docker:root domain='" + copy + "'/>");
        connection.lifecycle().destroy(copy, 0);
        eventually("it is gone", () -> docker.containers().find("passing").isEmpty());
        assertThatThrownBy(() -> connection
                        .lifecycle()
                        .create(renewed(original, "failing").replace("/bin/sleep", "/bin/nonesuch"), 0))
                .hasMessageContaining("/bin/nonesuch");
        assertThat(docker.containers().find("failing")).isEmpty();
    }

    @Test
    void whatSomebodyElseRanIsCopiedAsADomainOfOurs() {
        var id = docker.containers()
                .create(
                        "foreign",
                        "busybox:latest",
                        command -> command.withCmd("sleep", "1000")
                                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none")));
        docker.containers().start(id);
        write("foreign", "three");
        eventually(
                "it is seen",
                () -> connection.domains().list(1).stream()
                        .anyMatch(one -> one.name().equals("foreign")));
        var clone = clone(connection.domains().byName("foreign").uuid(), "copy");
        assertThat(connection.domains().xml(clone, INACTIVE)).doesNotContain("docker:found");
        connection.lifecycle().start(clone, 0);
        assertThat(files("copy")).isEqualTo("/three\n");
    }

    @Test
    void withoutAnOriginalOrWithAnotherImageACopyBeginsAfresh() {
        var original = run("original");
        write("original", "one");
        docker.images().tag("busybox:latest", "otherbox", "1");
        try {
            var other = connection
                    .domains()
                    .define(renewed(original, "other").replace("busybox:latest", "otherbox:1"), 0)
                    .uuid();
            connection.lifecycle().start(other, 0);
            assertThat(files("other")).isEmpty();
            connection.lifecycle().destroy(other, 0);
            connection.domains().undefine(other, 0);
        } finally {
            docker.images().remove("otherbox:1", false);
        }
        var text = renewed(original, "lonely");
        connection.lifecycle().destroy(original, 0);
        connection.domains().undefine(original, 0);
        var lonely = connection.domains().define(text, 0).uuid();
        connection.lifecycle().start(lonely, 0);
        assertThat(files("lonely")).isEmpty();
        assertThatThrownBy(() -> connection
                        .domains()
                        .define(text.replaceFirst("root domain='[^']*'", "root domain='nobody'"), 0))
                .hasMessageContaining("nobody");
    }
}
