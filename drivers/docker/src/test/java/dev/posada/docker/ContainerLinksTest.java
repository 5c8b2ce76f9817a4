package dev.posada.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.conformance.TestHost;
import dev.posada.dockerengine.Consoles;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.BusyboxArchive;
import dev.posada.dockerhost.DockerHost;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import dev.posada.xml.DomainXml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real containers on a real bridge, with a server that lends addresses. */
@Timeout(300)
class ContainerLinksTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MAC = "52:54:00:aa:00:01";

    private static DockerHost host;
    private static DockerEngine engine;
    private static Process server;

    @TempDir
    Path root;

    private volatile Optional<Element> journal = Optional.empty();
    private final List<Element> plugged = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(DockerHost.missing().isEmpty(), () -> DockerHost.missing().orElse(""));
        assumeTrue("own".equals(System.getenv("POSADA_TEST_NAMESPACE")), "needs a network of its own");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/dnsmasq")), "needs dnsmasq");
        host = DockerHost.start(DockerHost.Network.NONE);
        engine = new DockerEngine(host.socket());
        engine.images().importArchive(BusyboxArchive.open(), "busybox", "latest", List.of());
        run("ip link add inn0 type bridge && ip addr add 192.0.2.1/24 dev inn0 && ip link set inn0 up");
        server = new ProcessBuilder(
                        "dnsmasq",
                        "--keep-in-foreground",
                        "--conf-file=/dev/null",
                        "--interface=inn0",
                        "--bind-dynamic",
                        "--except-interface=lo",
                        "--dhcp-range=192.0.2.50,192.0.2.99,255.255.255.0,2m",
                        "--no-ping",
                        "--dhcp-leasefile=" + host.root().resolve("leases"),
                        "--domain=inn.test",
                        "--no-resolv",
                        "--pid-file=" + host.root().resolve("dnsmasq.pid"),
                        "--user=root",
                        "--dhcp-authoritative")
                .inheritIO()
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
        if (host != null) {
            engine.close();
            host.close();
        }
    }

    @Test
    void aContainerHasAnAddressOfOurNetworkAndAName() throws Exception {
        try (var driver = driver()) {
            var domain = start(driver, "web", "<mac address='" + MAC + "'/><source bridge='inn0'/>");
            await("an address", () -> inside("web", "ip -4 addr show dev eth0").contains("inet 192.0.2."));

            assertThat(inside("web", "ip link show dev eth0")).contains(MAC);
            await("a way out", () -> inside("web", "ip route").contains("default via 192.0.2.1"));
            assertThat(inside("web", "ip route")).doesNotContain("/1 ");
            assertThat(inside("web", "ping -c 1 -W 5 192.0.2.1")).contains("1 packets received");
            await(
                    "a name server",
                    () -> inside("web", "cat /etc/resolv.conf").equals("search inn.test\nnameserver 192.0.2.1\n"));
            assertThat(inside("web", "nslookup web.inn.test")).contains("192.0.2.", "web.inn.test");
            assertThat(plugged).hasSize(1);
            var end = ContainerLink.name(plugged.getFirst()).orElseThrow();
            assertThat(end).startsWith("vnet");
            assertThat(links()).contains(end);

            domain.destroy(false);
            await("the link goes", () -> !links().contains(end + ":"));
        }
    }

    @Test
    void theNextDaemonGoesOnAskingForTheSameAddress() throws Exception {
        LiveDomain before;
        try (var driver = driver()) {
            before = start(driver, "kept", "<mac address='52:54:00:aa:00:03'/><source bridge='inn0'/>");
            await("an address", () -> inside("kept", "ip -4 addr show dev eth0").contains("inet 192.0.2."));
        }
        var address = inside("kept", "ip -4 addr show dev eth0");
        // The server's file has a line for each lease that begins with its end, in seconds.
        var lease = lease("52:54:00:aa:00:03");
        await(
                "a second",
                () -> Instant.now().getEpochSecond() > Long.parseLong(lease.substring(0, lease.indexOf(' '))) - 119);
        try (var driver = driver()) {
            var record = new DomainRecord(
                    before.definition(),
                    1,
                    DomainStatus.RUNNING_BOOTED,
                    journal,
                    written -> journal = Optional.of(written));
            var domain = driver.recover(record, new Ear()).orElseThrow();
            await("a longer lease", () -> !lease("52:54:00:aa:00:03").equals(lease));
            assertThat(inside("kept", "ip -4 addr show dev eth0")).isEqualTo(address);
            domain.destroy(false);
            await(
                    "the link goes",
                    () -> !links().contains(
                                    ContainerLink.name(plugged.getFirst()).orElseThrow() + ":"));
        }
    }

    private static String lease(String mac) throws IOException {
        return Files.readAllLines(host.root().resolve("leases")).stream()
                .filter(line -> line.contains(mac))
                .findFirst()
                .orElse("");
    }

    @Test
    void anAddressOfItsOwnIsSetUpAtOnce() throws Exception {
        try (var driver = driver()) {
            var domain = start(
                    driver,
                    "fixed",
                    "<mac address='52:54:00:aa:00:02'/><source bridge='inn0'/><bandwidth><inbound average='1000'/></bandwidth>"
                            + "<ip address='192.0.2.7' prefix='24'/><route address='0.0.0.0' prefix='0' gateway='192.0.2.1'/><guest dev='inn'/>");
            assertThat(inside("fixed", "ip addr show dev inn")).contains("inet 192.0.2.7/24");
            assertThat(inside("fixed", "ip route")).contains("default via 192.0.2.1");
            assertThat(inside("fixed", "ping -c 1 -W 5 192.0.2.1")).contains("1 packets received");
            domain.destroy(false);
        }
    }

    private DockerDriver driver() {
        return new DockerDriver(
                new DriverContext(true, "docker:///system", root, root, root, root, Map.of(), new TestHost()),
                new DockerSettings(host.socket()));
    }

    private LiveDomain start(DockerDriver driver, String name, String nic) {
        var definition = driver.complete(DomainXml.parse("""
                <domain type='docker'>
                  <name>%s</name>
                  <memory unit='MiB'>32</memory>
                  <os><type>exe</type><init>/bin/sleep</init><initarg>1000</initarg></os>
                  <devices>
                    <filesystem type='template'><source name='busybox:latest'/><target dir='/'/></filesystem>
                    <interface type='bridge'>%s</interface>
                  </devices>
                </domain>
                """.formatted(name, nic), false));
        return driver.start(
                new StartRequest(definition, 1, false, false, written -> journal = Optional.of(written)), new Ear());
    }

    private final class Ear implements LiveListener {
        @Override
        public void status(DomainStatus status, Optional<LifecycleChange> change) {}

        @Override
        public void changed(DomainDefinition live) {}

        @Override
        public void happened(DomainEvent.Happening happening) {}

        @Override
        public void plugged(Element nic) {
            plugged.add(nic);
        }

        @Override
        public void ended(DomainStatus status, LifecycleChange change) {}
    }

    private static String inside(String name, String command) {
        var container = engine.containers().all().stream()
                .filter(one -> one.getState().equals("running"))
                .filter(one -> String.join(" ", one.getNames()).contains(name))
                .findFirst()
                .orElseThrow();
        return engine.consoles()
                .run(container.getId(), Consoles.Program.of("sh", "-c", command), 10_000, PATIENCE)
                .output();
    }

    private static String links() throws IOException {
        return Files.readString(Path.of("/proc/net/dev"));
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private static void run(String script) throws Exception {
        var process = new ProcessBuilder(List.of("sh", "-ec", script))
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
