package dev.posada.jvm;

import dev.posada.driver.Ability;
import dev.posada.driver.Arrivals;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.StatsGroup;
import dev.posada.posix.Poller;
import dev.posada.process.Children;
import dev.posada.process.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs Java programs as domains: each is a process of its own that outlives the daemon, with a console, limits, and an end
 * that is told apart from other ends.
 */
final class JvmDriver implements HypervisorDriver {
    private static final long MAJOR = 1_000_000;
    private static final long MINOR = 1_000;

    /** How often logs are looked at. */
    private static final Duration LOG_LOOK = Duration.ofSeconds(30);

    private final AtomicBoolean watchesLogs = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Poller poller = new Poller();
    private final Children children = new Children(poller);
    private final Workshop workshop;
    private final Adoption adoption;

    /** The domains taken on and not over, to be let go of when the driver closes. */
    private final Set<JvmDomain> domains =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<JvmDomain, Boolean>()));

    JvmDriver(DriverContext context) {
        var settings = JvmSettings.of(context);
        this.workshop = new Workshop(
                context,
                settings,
                new Jdks(settings.javaHome()),
                poller,
                children,
                new Tools(poller),
                InstantSource.system());
        this.adoption = new Adoption(workshop, this::runs);
    }

    @Override
    public String type() {
        return "JVM";
    }

    @Override
    public ErrorOrigin origin() {
        return Refusal.ORIGIN;
    }

    @Override
    public Set<String> domainTypes() {
        return Set.of(Completion.TYPE);
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(
                Ability.SUSPEND,
                Ability.SHUTDOWN,
                Ability.REBOOT,
                Ability.RESET,
                Ability.MONITOR,
                Ability.CONSOLE,
                Ability.CONSOLE_SIZE,
                Ability.LIVE_MEMORY,
                Ability.LIVE_VCPUS,
                Ability.TUNING,
                Ability.STATISTICS,
                Ability.SURVIVES_DAEMON,
                Ability.GUEST_ENDINGS);
    }

    @Override
    public Optional<String> whyNot(Class<?> ability) {
        return WhyNot.of(ability);
    }

    @Override
    public Set<StatsGroup> statsGroups() {
        return EnumSet.of(StatsGroup.STATE, StatsGroup.CPU, StatsGroup.BALLOON, StatsGroup.VCPU, StatsGroup.JVM);
    }

    /** The version of the JDK that programs get when they name none. */
    @Override
    public long version() {
        return workshop.jdks()
                .standard()
                .flatMap(Jdks::version)
                .map(version -> version.feature() * MAJOR + version.interim() * MINOR + version.update())
                .orElse(0L);
    }

    @Override
    public int maxVcpus(String domainType) {
        if (!domainType.isEmpty() && !domainTypes().contains(domainType)) {
            throw Refusal.argument("unknown type '" + Refusal.shown(domainType) + "'");
        }
        return Completion.VCPUS_MAX;
    }

    private String architecture() {
        return workshop.architecture();
    }

    private Optional<String> launcher() {
        return workshop.jdks().standard().map(Jdks::launcher).map(Path::toString);
    }

    @Override
    public Element capabilities() {
        return Descriptions.capabilities(workshop.context().host().capabilities(), architecture(), launcher());
    }

    @Override
    public Element domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        architecture.filter(name -> !name.equals(architecture())).ifPresent(name -> {
            throw Refusal.argument("Java programs run on the host's own processor (" + architecture() + "), not on '"
                    + Refusal.shown(name) + "'");
        });
        type.filter(name -> !domainTypes().contains(name)).ifPresent(name -> {
            throw Refusal.argument("unknown virttype '" + Refusal.shown(name) + "'");
        });
        return Descriptions.domain(architecture(), launcher(), Completion.VCPUS_MAX);
    }

    @Override
    public String nativeCommand(String format, DomainDefinition definition) {
        if (!format.equals(NATIVE_FORMAT)) {
            throw Refusal.argument("unsupported config type " + Refusal.shown(format) + "; Java programs have '"
                    + NATIVE_FORMAT + "'");
        }
        Honour.check(definition);
        var files = InstanceFiles.of(workshop.context().stateDirectory(), NO_INSTANCE, definition.name());
        var plan = Plan.of(workshop, definition, files);
        return CommandText.of(plan.command().environment(), plan.argv());
    }

    private static final String NATIVE_FORMAT = "jvm-argv";

    /** The number of an instance that is not there. */
    private static final int NO_INSTANCE = -1;

    @Override
    public Element fromNative(String format, String configuration) {
        return switch (format) {
            case "jvm-pid" -> adoption.definition(configuration.strip()).root();
            case "jvm-candidates" -> adoption.listing();
            default ->
                throw Refusal.argument("unsupported config type " + Refusal.shown(format)
                        + "; of Java programs there are 'jvm-pid' and 'jvm-candidates'");
        };
    }

    @Override
    public void checkHonoured(DomainDefinition definition) {
        Honour.check(definition);
    }

    @Override
    public DomainDefinition complete(DomainDefinition definition) {
        return Completion.of(definition, architecture());
    }

    @Override
    public LiveDomain start(StartRequest request, LiveListener listener) {
        var domain = new Launch(workshop).start(request, listener);
        watch(domain);
        return domain;
    }

    private void watch(JvmDomain domain) {
        domains.add(domain);
        if (watchesLogs.compareAndSet(false, true)) {
            Thread.ofVirtual().name("jvm-logs").start(this::watchLogs);
        }
    }

    /** Programs write to their logs without us and for ever: what is full is set aside now and then. */
    private void watchLogs() {
        try {
            while (!closed.await(LOG_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                List<JvmDomain> present;
                synchronized (domains) {
                    present = List.copyOf(domains);
                }
                present.stream().filter(domain -> !domain.isOver()).forEach(JvmDomain::boundLog);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
        if (record.journal().filter(AdoptedJvm::wrote).isPresent()) {
            return adoption.recover(record, listener);
        }
        var domain = new Recovery(workshop, record, listener).run();
        domain.ifPresent(this::watch);
        return domain.map(LiveDomain.class::cast);
    }

    @Override
    public void watch(Arrivals arrivals) {
        adoption.watch(arrivals);
    }

    @Override
    public UUID adopt(long process) {
        return adoption.adopt(process);
    }

    /** Whether a process is the program of a domain that was started here. */
    private boolean runs(int pid) {
        synchronized (domains) {
            return domains.stream()
                    .anyMatch(domain -> domain.pid().filter(own -> own == pid).isPresent());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        adoption.close();
        synchronized (domains) {
            domains.forEach(JvmDomain::release);
            domains.clear();
        }
        children.close();
        poller.close();
    }
}
