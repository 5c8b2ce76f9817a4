package dev.posada.docker;

import dev.posada.cgroup.CgroupHost;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.driver.DriverContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What all parts of the driver share. The engine's client is made when it is first needed: its classes are many. */
final class Machinery implements AutoCloseable {
    private final DriverContext context;
    private final Path socket;
    private final String home;
    private final Roster roster = new Roster();
    private final ReentrantLock lock = new ReentrantLock();
    private final InstantSource clock;
    private @Nullable DockerEngine engine;
    private @Nullable CgroupHost cgroups;
    private @Nullable ContainerNetwork links;

    Machinery(DriverContext context, Path socket, InstantSource clock) {
        this.clock = clock;
        this.context = context;
        this.socket = socket;
        this.home = context.stateDirectory().toAbsolutePath().normalize().toString();
    }

    DriverContext context() {
        return context;
    }

    /** Where the engine listens. */
    Path socket() {
        return socket;
    }

    /** The folder of this daemon, by which its containers are told from another's. */
    String home() {
        return home;
    }

    /** The domains that run. */
    Roster roster() {
        return roster;
    }

    /** The engine; nothing is asked of it by this. */
    DockerEngine engine() {
        lock.lock();
        try {
            var known = engine;
            if (known == null) {
                known = new DockerEngine(socket);
                engine = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Finds and makes the containers of domains. */
    ContainerStore containers() {
        return new ContainerStore(engine(), home);
    }

    /** The domains that were undefined while the engine was away. */
    Forgotten forgotten() {
        return new Forgotten(context.stateDirectory());
    }

    /** The time. */
    Instant now() {
        return clock.instant();
    }

    /** The host's control groups, looked at once. */
    CgroupHost cgroups() {
        lock.lock();
        try {
            var known = cgroups;
            if (known == null) {
                known = CgroupHost.detect();
                cgroups = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** What changes links; made when it is first needed. */
    ContainerNetwork links() {
        lock.lock();
        try {
            var known = links;
            if (known == null) {
                known = new ContainerNetwork();
                links = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a process of this host is one of a container: its control group is called as that is. */
    boolean isOf(long pid, String container) {
        if (pid <= 0 || container.isEmpty()) {
            return false;
        }
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cgroup"))
                    .contains(container);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (engine != null) {
                engine.close();
            }
            if (links != null) {
                links.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
