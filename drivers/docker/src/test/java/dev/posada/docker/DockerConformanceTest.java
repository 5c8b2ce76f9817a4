package dev.posada.docker;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.posada.conformance.DriverSuite;
import dev.posada.conformance.DriverUnderTest;
import dev.posada.conformance.TestHost;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.BusyboxArchive;
import dev.posada.dockerhost.DockerHost;
import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HostDriver;
import dev.posada.driver.HypervisorDriver;
import dev.posada.engine.Directories;
import dev.posada.engine.EngineSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** What every driver must do, done by this one with real containers. */
@Timeout(300)
class DockerConformanceTest implements DriverSuite {
    private static DockerHost host;

    @BeforeAll
    static void start() {
        assumeThat(DockerHost.missing()).isEmpty();
        host = DockerHost.start(DockerHost.Network.NONE);
        try (var engine = new DockerEngine(host.socket())) {
            engine.images().importArchive(BusyboxArchive.open(), "busybox", "latest", List.of());
        }
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    /** What the domains of one test keep is in the way of the next one's, which have the same names. */
    @AfterEach
    void removeContainers() {
        try (var engine = new DockerEngine(host.socket())) {
            Clearing.containers(engine);
        }
    }

    @Override
    public DriverUnderTest driver() {
        return new DockerUnderTest(host.socket());
    }

    private record DockerUnderTest(Path socket) implements DriverUnderTest {
        @Override
        public DriverProvider provider() {
            return new DriverProvider() {
                @Override
                public String scheme() {
                    return "docker";
                }

                @Override
                public HypervisorDriver open(DriverContext context) {
                    return new DockerDriver(context, new DockerSettings(socket));
                }
            };
        }

        @Override
        public HostDriver host() {
            return new TestHost();
        }

        @Override
        public String definition(String name) {
            return xml(name, "busybox:latest", "trap 'exit 0' TERM; while :; do sleep 1000 &amp; wait; done");
        }

        @Override
        public Optional<String> unstartableDefinition(String name) {
            return Optional.of(xml(name, "missing:latest", "true"));
        }

        @Override
        public Optional<String> endingDefinition(String name) {
            return Optional.of(xml(name, "busybox:latest", "sleep 0.1"));
        }

        @Override
        public boolean guestObeysShutdown() {
            return true;
        }

        @Override
        public EngineSettings settings(Path root) {
            return EngineSettings.of(Directories.under(root), true);
        }

        private static String xml(String name, String image, String script) {
            return """
                    <domain type='docker'>
                      <name>%s</name>
                      <memory unit='MiB'>32</memory>
                      <vcpu>1</vcpu>
                      <os><type>exe</type><init>/bin/sh</init><initarg>-c</initarg><initarg>%s</initarg></os>
                      <devices>
                        <filesystem type='template'><source name='%s'/><target dir='/'/></filesystem>
                        <console type='pty'/>
                      </devices>
                    </domain>
                    """.formatted(name, script, image);
        }
    }
}
