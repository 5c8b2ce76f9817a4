package dev.posada.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.posada.conformance.TestHost;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.BusyboxArchive;
import dev.posada.dockerhost.DockerHost;
import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;
import dev.posada.engine.Connection;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.model.Caller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A real engine of containers with the image busybox, for a class of tests, and engines of domains above it, for each of them. */
final class DockerHouse implements AutoCloseable {
    /** How long a condition may take to become true on a loaded machine. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int UNDEFINE_METADATA = 2;

    private final DockerHost host;
    private final DockerEngine docker;

    private DockerHouse(DockerHost host) {
        this.host = host;
        this.docker = new DockerEngine(host.socket());
        docker.images().importArchive(BusyboxArchive.open(), "busybox", "latest", List.of());
    }

    /** Starts one, or skips the test where there can be none. */
    static DockerHouse start(DockerHost.Network network) {
        assumeThat(DockerHost.missing()).isEmpty();
        return new DockerHouse(DockerHost.start(network));
    }

    DockerHost host() {
        return host;
    }

    DockerEngine docker() {
        return docker;
    }

    /** Opens a daemon's inside on it. */
    Stay open(Path root) {
        var engine = new Engine(
                EngineSettings.of(Directories.under(root), true), List.of(new Provider(host.socket())), new TestHost());
        engine.start();
        return new Stay(this, engine, engine.open("docker:///system", Caller.SELF));
    }

    @Override
    public void close() {
        docker.close();
        host.close();
    }

    /** Returns when a condition holds; fails when it does not in time. */
    static void eventually(String what, BooleanSupplier so) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("not so: " + what).isNegative();
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    /** An engine of domains; closing it leaves its domains to the next one. */
    record Stay(DockerHouse house, Engine engine, Connection connection) implements AutoCloseable {
        @Override
        public void close() {
            connection.close();
            engine.close();
        }

        /** Ends and forgets all domains, closes, and removes what is left. */
        void clear() {
            for (var domain : connection.domains().list(0)) {
                boolean persistent = connection.domains().isPersistent(domain.uuid());
                if (domain.active()) {
                    connection.lifecycle().destroy(domain.uuid(), 0);
                }
                if (persistent) {
                    connection.domains().undefine(domain.uuid(), UNDEFINE_METADATA);
                }
            }
            close();
            Clearing.containers(house.docker());
        }
    }

    private record Provider(Path socket) implements DriverProvider {
        @Override
        public String scheme() {
            return "docker";
        }

        @Override
        public HypervisorDriver open(DriverContext context) {
            return new DockerDriver(context, new DockerSettings(socket));
        }
    }
}
