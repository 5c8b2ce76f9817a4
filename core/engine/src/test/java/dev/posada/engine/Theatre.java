package dev.posada.engine;

import dev.posada.driver.Abilities;
import dev.posada.driver.Ability;
import dev.posada.driver.Arrivals;
import dev.posada.driver.DefinitionKeeper;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.SnapshotDriver;
import dev.posada.driver.SnapshotRequest;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.model.SnapshotDefinition;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A host on which guests play: they outlive the engines that started them, and they hang, fail and end when a test says
 * so. {@link #provider} makes drivers for it, under the scheme {@code play} unless another is given.
 */
final class Theatre {
    private final String scheme;
    private final String domainType;
    private final List<String> kept = Collections.synchronizedList(new ArrayList<>());
    private final Map<Long, DomainDefinition> audience = new ConcurrentHashMap<>();
    private volatile Optional<Arrivals> arrivals = Optional.empty();
    private final Map<UUID, Actor> actors = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> hung = new ConcurrentHashMap<>();
    private final Map<String, Integer> waiting = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final List<String> pictures = Collections.synchronizedList(new ArrayList<>());
    private final List<String> starts = Collections.synchronizedList(new ArrayList<>());

    Theatre() {
        this("play", "test");
    }

    /** Another kind of guests. */
    Theatre(String scheme, String domainType) {
        this.scheme = scheme;
        this.domainType = domainType;
    }

    /** What the driver was told of definitions, in order. */
    List<String> kept() {
        return List.copyOf(kept);
    }

    /** Where the driver tells of guests that came by themselves. */
    Arrivals arrivals() {
        return arrivals.orElseThrow();
    }

    /** Somebody in the audience who can be asked on stage, by the number of the seat. */
    void seat(long number, DomainDefinition definition) {
        audience.put(number, definition);
    }

    /** A guest walks on stage without being asked. */
    void walkOn(DomainDefinition definition, boolean persistent) {
        arrivals().running(definition, persistent, (_, listener, journal) -> {
            journal.accept(Element.of("actor", "name", definition.name()));
            var actor = new Actor(definition, listener);
            actors.put(definition.uuid(), actor);
            actor.report(DomainStatus.RUNNING_UNKNOWN, LifecycleChange.STARTED_BOOTED);
            return actor;
        });
    }

    /** A guest ends, and it is known why. */
    void exit(UUID domain, DomainStatus status, LifecycleChange change, String reason) {
        var actor = actors.remove(domain);
        actor.listener.ended(status, change, reason);
    }

    /** From now on this act of this domain waits for {@link #go}; acts are named as {@code name/suspend}. */
    void hang(String act) {
        hung.put(act, new CountDownLatch(1));
    }

    void go(String act) {
        hung.remove(act).countDown();
    }

    /** How many wait in a hung act. */
    int waiting(String act) {
        return waiting.getOrDefault(act, 0);
    }

    /** Starts of this domain fail from now on. */
    void fail(String name) {
        failing.add(name);
    }

    /** Starts of this domain succeed again. */
    void forgive(String name) {
        failing.remove(name);
    }

    /** Every start there was, by name and in order. */
    List<String> starts() {
        return List.copyOf(starts);
    }

    /** What was done for snapshots, in order. */
    List<String> pictures() {
        return List.copyOf(pictures);
    }

    boolean plays(UUID domain) {
        return actors.containsKey(domain);
    }

    /** What a guest was handed. */
    DomainDefinition definition(UUID domain) {
        return actors.get(domain).definition();
    }

    /** A guest ends while nobody watches, or while the daemon does. */
    void exit(UUID domain, DomainStatus status, LifecycleChange change) {
        actors.get(domain).end(status, change);
    }

    DriverProvider provider() {
        return new DriverProvider() {
            @Override
            public String scheme() {
                return scheme;
            }

            @Override
            public HypervisorDriver open(DriverContext context) {
                return new Director();
            }
        };
    }

    private void act(String name, String what) {
        var latch = hung.get(name + "/" + what);
        if (latch != null) {
            waiting.merge(name + "/" + what, 1, Integer::sum);
            try {
                latch.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The driver. */
    private final class Director implements HypervisorDriver {
        @Override
        public String type() {
            return "PLAY";
        }

        @Override
        public ErrorOrigin origin() {
            return ErrorOrigin.TEST;
        }

        @Override
        public Set<String> domainTypes() {
            return Set.of(domainType);
        }

        @Override
        public Set<Ability> abilities() {
            return EnumSet.of(Ability.SUSPEND, Ability.SURVIVES_DAEMON, Ability.STATISTICS, Ability.SNAPSHOTS);
        }

        @Override
        public Optional<SnapshotDriver> snapshots() {
            return Optional.of(new Photographer());
        }

        @Override
        public long version() {
            return 1;
        }

        @Override
        public int maxVcpus(String domainType) {
            return 8;
        }

        @Override
        public Element capabilities() {
            return Element.of("capabilities")
                    .plus(Element.of("host"))
                    .plus(Element.of("guest").plus(Element.text("os_type", scheme)));
        }

        @Override
        public Element domainCapabilities(
                Optional<String> emulator,
                Optional<String> architecture,
                Optional<String> machine,
                Optional<String> type) {
            return Element.of("domainCapabilities");
        }

        @Override
        public DomainDefinition complete(DomainDefinition definition) {
            return definition;
        }

        @Override
        public LiveDomain start(StartRequest request, LiveListener listener) {
            var definition = request.definition();
            starts.add(definition.name());
            act(definition.name(), "start");
            if (failing.contains(definition.name())) {
                throw new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.TEST, "the guest would not play");
            }
            request.journal().accept(Element.of("actor", "name", definition.name()));
            var actor = new Actor(definition, listener);
            if (actors.putIfAbsent(definition.uuid(), actor) != null) {
                throw new AssertionError(definition.name() + " plays already");
            }
            if (request.paused()) {
                actor.report(DomainStatus.PAUSED_USER, LifecycleChange.STARTED_BOOTED);
                actor.report(DomainStatus.PAUSED_USER, LifecycleChange.SUSPENDED_PAUSED);
            } else {
                actor.report(DomainStatus.RUNNING_BOOTED, LifecycleChange.STARTED_BOOTED);
            }
            return actor;
        }

        @Override
        public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
            var actor = actors.get(record.definition().uuid());
            if (actor == null || record.journal().isEmpty()) {
                listener.ended(
                        record.journal().isEmpty() ? DomainStatus.SHUTOFF_FAILED : DomainStatus.SHUTOFF_UNKNOWN,
                        LifecycleChange.STOPPED_FAILED);
                return Optional.empty();
            }
            actor.listener = listener;
            listener.status(actor.status, Optional.empty());
            return Optional.of(actor);
        }

        @Override
        public Optional<DefinitionKeeper> keeper() {
            return Optional.of(new DefinitionKeeper() {
                @Override
                public DomainDefinition defined(DomainDefinition definition) {
                    kept.add("defined " + definition.name());
                    return definition;
                }

                @Override
                public void undefined(DomainDefinition definition, boolean running) {
                    if (failing.contains(definition.name())) {
                        throw new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.TEST, "it is still needed");
                    }
                    kept.add("undefined " + definition.name() + (running ? " running" : ""));
                }

                @Override
                public void renamed(DomainDefinition before, String name) {
                    kept.add("renamed " + before.name() + " " + name);
                }

                @Override
                public void autostart(DomainDefinition definition, boolean autostart) {
                    kept.add("autostart " + definition.name() + " " + autostart);
                }
            });
        }

        @Override
        public UUID adopt(long process) {
            if (audience.isEmpty()) {
                return HypervisorDriver.super.adopt(process);
            }
            var definition = audience.get(process);
            if (definition == null) {
                throw new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.TEST, "nobody sits on " + process);
            }
            walkOn(definition, false);
            return definition.uuid();
        }

        @Override
        public void watch(Arrivals told) {
            arrivals = Optional.of(told);
        }

        @Override
        public void close() {
            // Those on stage play on.
        }
    }

    /** Snapshots of the disks alone. */
    private final class Photographer implements SnapshotDriver {
        @Override
        public Set<Feature> features() {
            return EnumSet.of(Feature.DISK_ONLY);
        }

        @Override
        public Optional<Element> take(SnapshotRequest request) {
            did("take", request.snapshot());
            return Optional.of(Element.of("cookie")
                    .plus(Element.text("picture", "of " + request.snapshot().name())));
        }

        @Override
        public void revert(DomainDefinition domain, SnapshotDefinition snapshot) {
            did("revert", snapshot);
        }

        @Override
        public void delete(DomainDefinition domain, SnapshotDefinition snapshot) {
            did("delete", snapshot);
        }

        private void did(String what, SnapshotDefinition snapshot) {
            if (failing.contains(snapshot.name())) {
                throw new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.TEST, "the picture is blurred");
            }
            pictures.add(what + " " + snapshot.name());
        }
    }

    /** A guest. */
    private final class Actor implements LiveDomain, Abilities.Suspends, Abilities.HasStatistics {
        private final DomainDefinition definition;
        private volatile LiveListener listener;
        private volatile DomainStatus status = DomainStatus.NOSTATE_UNKNOWN;

        private Actor(DomainDefinition definition, LiveListener listener) {
            this.definition = definition;
            this.listener = listener;
        }

        private synchronized void report(DomainStatus now, LifecycleChange change) {
            status = now;
            listener.status(now, Optional.of(change));
        }

        private synchronized void end(DomainStatus last, LifecycleChange change) {
            if (actors.remove(definition.uuid(), this)) {
                listener.ended(last, change);
            }
        }

        @Override
        public DomainDefinition definition() {
            return definition;
        }

        @Override
        public void destroy(boolean graceful) {
            act(definition.name(), "destroy");
            end(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED);
        }

        @Override
        public void release() {
            listener = new DeafListener();
        }

        @Override
        public void suspend() {
            act(definition.name(), "suspend");
            report(DomainStatus.PAUSED_USER, LifecycleChange.SUSPENDED_PAUSED);
        }

        @Override
        public void resume() {
            act(definition.name(), "resume");
            report(DomainStatus.RUNNING_UNPAUSED, LifecycleChange.RESUMED_UNPAUSED);
        }

        @Override
        public List<TypedParameter> statistics(Set<StatsGroup> groups, boolean backing, boolean mayWait) {
            return List.of(TypedParameter.ofBoolean("asked", mayWait));
        }

        @Override
        public long cpuTimeNanos() {
            return 1;
        }

        @Override
        public long memoryKib() {
            return definition.memoryKib();
        }

        @Override
        public List<Abilities.MemoryFigure> memoryStats() {
            act(definition.name(), "memoryStats");
            return List.of(new Abilities.MemoryFigure(6, definition.memoryKib()));
        }

        @Override
        public Abilities.DiskFigures diskStats(String disk) {
            return new Abilities.DiskFigures(0, 0, 0, 0, 0, 0, 0, 0);
        }

        @Override
        public Abilities.DiskSizes diskSizes(String disk) {
            return new Abilities.DiskSizes(0, 0, 0);
        }

        @Override
        public Abilities.InterfaceFigures interfaceStats(String device) {
            return new Abilities.InterfaceFigures(0, 0, 0, 0, 0, 0, 0, 0);
        }

        @Override
        public List<Abilities.VcpuFigures> vcpus() {
            return List.of();
        }
    }

    /** Hears nothing: the daemon is gone. */
    private static final class DeafListener implements LiveListener {
        @Override
        public void status(DomainStatus status, Optional<LifecycleChange> change) {}

        @Override
        public void happened(DomainEvent.Happening happening) {}

        @Override
        public void changed(DomainDefinition live) {}

        @Override
        public void ended(DomainStatus status, LifecycleChange change) {}
    }

    /** Waits until something is so. */
    static void eventually(String what, BooleanSupplier so) {
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("still not so: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
