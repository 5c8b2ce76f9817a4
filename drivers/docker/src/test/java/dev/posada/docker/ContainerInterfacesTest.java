package dev.posada.docker;

import static dev.posada.docker.DockerHouse.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.dockerengine.Consoles.Program;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.DockerHost;
import dev.posada.engine.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Interfaces of containers that run: in a bridge of the host, and in networks of the engine. */
@Timeout(300)
class ContainerInterfacesTest {
    private static final int LIVE = 1;
    private static final int CONFIG = 2;
    private static final String OURS = "52:54:00:aa:07:01";
    private static final String ENGINES = "52:54:00:aa:07:02";

    private static DockerHouse house;
    private static DockerEngine docker;

    @TempDir
    Path root;

    private DockerHouse.Stay stay;
    private Connection connection;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue("own".equals(System.getenv("POSADA_TEST_NAMESPACE")), "needs a network of its own");
        house = DockerHouse.start(DockerHost.Network.NONE);
        docker = house.docker();
        docker.networks().create("front", "bridge", false, Map.of());
        var made = new ProcessBuilder(
                        "sh",
                        "-ec",
                        "ip link add inn7 type bridge; ip addr add 198.51.100.1/24 dev inn7; ip link set inn7 up")
                .redirectErrorStream(true)
                .start();
        var output = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(output).isZero();
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

    private UUID run(String name, String more) {
        var domain = connection.domains().define("""
                        <domain type='docker'>
                          <name>%s</name><memory unit='MiB'>32</memory>
                          <os><type>exe</type><init>/bin/sleep</init><initarg>1000</initarg></os>
                          <devices>
                            <filesystem type='template'><source name='busybox:latest'/><target dir='/'/></filesystem>%s
                          </devices>
                        </domain>
                        """.formatted(name, more), 0).uuid();
        connection.lifecycle().start(domain, 0);
        return domain;
    }

    private static String ours(String more) {
        return "<interface type='bridge'><mac address='" + OURS + "'/><source bridge='inn7'/>"
                + "<ip address='198.51.100.7' prefix='24'/>" + more + "</interface>";
    }

    private static String engines() {
        return "<interface type='internal'><mac address='" + ENGINES + "'/><source name='front'/></interface>";
    }

    private static String inside(String name, String command) {
        return docker.consoles()
                .run(name, Program.of("sh", "-c", command), 10_000, PATIENCE)
                .output();
    }

    /** The host's end of the pair of an interface. */
    private String end(UUID domain) {
        var xml = connection.domains().xml(domain, 0);
        assertThat(xml).contains("<target dev='vnet");
        return xml.replaceFirst("(?s).*<target dev='(vnet\\d+)'.*", "$1");
    }

    @Test
    void oneOfOursComesChangesAndGoes() throws Exception {
        var domain = run("bare", "");
        connection.deviceEdits().attach(domain, ours(""), LIVE | CONFIG);
        assertThat(inside("bare", "ip addr show dev eth0")).contains("inet 198.51.100.7/24", OURS);
        assertThat(inside("bare", "ping -c 1 -W 5 198.51.100.1")).contains("1 packets received");
        assertThat(connection.domains().xml(domain, 0)).contains("<guest actual='eth0'/>", "<alias name='net0'/>");
        assertThat(connection.domains().xml(domain, 2)).contains(OURS).doesNotContain("actual");
        assertThat(connection.statistics().of(List.of(domain), 0, 0).getFirst().parameters())
                .anyMatch(one -> one.name().equals("net.0.rx.bytes"));

        connection.deviceEdits().update(domain, ours("<link state='down'/>"), LIVE);
        assertThat(inside("bare", "cat /sys/class/net/eth0/carrier 2>/dev/null || ip link show dev eth0"))
                .doesNotContain("LOWER_UP")
                .doesNotStartWith("1");
        connection.deviceEdits().update(domain, ours(""), LIVE);
        assertThat(inside("bare", "ping -c 1 -W 5 198.51.100.1")).contains("1 packets received");

        var end = end(domain);
        connection.deviceEdits().detach(domain, ours(""), LIVE | CONFIG);
        assertThat(inside("bare", "ip link")).doesNotContain("eth0");
        assertThat(Files.readString(Path.of("/proc/net/dev"))).doesNotContain(end + ":");
        assertThat(connection.domains().xml(domain, 0)).doesNotContain("<interface");
        assertThatThrownBy(() -> connection.deviceEdits().detach(domain, ours(""), LIVE))
                .hasMessageContaining("no device matching MAC address");
        assertThatThrownBy(() -> connection.deviceEdits().attach(domain, ours("").replace("inn7", "nowhere"), LIVE))
                .hasMessageContaining("nowhere");
        assertThat(connection.domains().xml(domain, 0)).doesNotContain("<interface");
    }

    @Test
    void oneOfTheEnginesComesBesideOursAndGoes() {
        var domain = run("both", ours(""));
        connection.deviceEdits().attach(domain, engines(), LIVE);
        var link = connection.domains().xml(domain, 0).replaceFirst("(?s).*name='front'.*?actual='(eth\\d+)'.*", "$1");
        assertThat(inside("both", "ip addr show dev " + link)).contains(ENGINES, "inet 172.");
        assertThat(connection.devices().interfaceStats(domain, ENGINES).rxBytes())
                .isNotNegative();
        assertThatThrownBy(() -> connection.deviceEdits().attach(domain, engines(), LIVE))
                .hasMessageContaining("front");

        // What was plugged in while it ran only is not there at the next start.
        connection.lifecycle().destroy(domain, 0);
        connection.lifecycle().start(domain, 0);
        assertThat(docker.containers().inspect("both").getNetworkSettings().getNetworks())
                .containsOnlyKeys("none");
        connection.deviceEdits().attach(domain, engines(), LIVE);
        connection.deviceEdits().detach(domain, engines(), LIVE);
        assertThat(inside("both", "ip addr")).contains("198.51.100.7").doesNotContain("172.");
        assertThat(connection.domains().xml(domain, 0)).doesNotContain("front");
    }

    @Test
    void whatNoContainerCanHaveIsRefused() {
        var domain = run("picky", "");
        assertThatThrownBy(() -> connection
                        .deviceEdits()
                        .attach(domain, "<interface type='user'><mac address='" + OURS + "'/></interface>", LIVE))
                .hasMessageContaining("no interfaces of type 'user'");
        assertThatThrownBy(() -> connection
                        .deviceEdits()
                        .attach(
                                domain,
                                "<interface type='internal'><source name='front'/><portForward proto='tcp'>"
                                        + "<range start='8080' to='80'/></portForward></interface>",
                                LIVE))
                .hasMessageContaining("use --config");
        assertThatThrownBy(
                        () -> connection.deviceEdits().attach(domain, engines().replace("front", "absent"), LIVE))
                .hasMessageContaining("absent");
        assertThat(docker.containers().inspect("picky").getNetworkSettings().getNetworks())
                .containsOnlyKeys("none");
    }
}
