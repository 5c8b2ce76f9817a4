package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.Screenshot;
import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.TuningElements;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.posix.Signals;
import dev.posada.process.Child;
import dev.posada.process.ProcessFacts;
import dev.posada.process.RunLog;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpEvent;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A running QEMU. This class sees to its end and hands everything else to the part that knows it.
 *
 * <p>There is one way to the end: somebody says why ({@link #end}, {@link #destroy}) or nobody does; the process ends;
 * {@link #ended} runs once, on a thread of its own, clears away and reports. Who destroys waits for that. No lock is held
 * meanwhile, and nothing of it needs the monitor.
 */
final class QemuDomain
        implements LiveDomain,
                GuestLife.Instance,
                Abilities.Suspends,
                Abilities.ShutsDown,
                Abilities.Reboots,
                Abilities.Resets,
                Abilities.WakesUp,
                Abilities.TakesNmi,
                Abilities.TakesKeys,
                Abilities.HasScreens,
                Abilities.HasConsoles,
                Abilities.HasMonitor,
                Abilities.ResizesMemory,
                Abilities.ResizesVcpus,
                Abilities.PinsProcessors,
                Abilities.MeasuresDirtyRate,
                Abilities.TunesResources,
                Abilities.ChangesEndings,
                Abilities.LimitsDisks,
                Abilities.RunsIoThreads,
                Abilities.HasStatistics {
    /** How long QEMU usually takes to end; only after that one looks what keeps it. */
    private static final Duration USUAL_END = Duration.ofMillis(100);

    /** How long QEMU may take to say that it heard the signal. One that says nothing hangs, and is killed. */
    private static final Duration WORD_PATIENCE = Duration.ofSeconds(1);

    /** How long QEMU may take to write back what its disks' caches hold, once it has heard the signal. */
    private static final Duration WIND_UP_PATIENCE = Duration.ofSeconds(10);

    /** How long a graceful end is waited for. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** How long the kernel may take to end a killed process. */
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(30);

    /** How long what QEMU said last may take to arrive when it is gone. */
    private static final Duration LAST_WORDS_PATIENCE = Duration.ofSeconds(2);

    /** How the log tells why an instance ended. */
    static final String NOTE = "shutting down, reason=";

    /** Arguments for a machine that runs do not depend on the instance's number. */
    private static final int NO_NUMBER = -1;

    private final LiveState state;
    private final GuestLife life;
    private final Monitor monitor;
    private final Child process;
    private final RunLog log;
    private final Runnable clearAway;
    private final Belongings belongings;
    private final Departures departures;
    private final DiskHotplug media;
    private final HostLinks links;
    private final InterfaceHotplug interfaces;
    private final Processors processors;
    private final Consoles consoles;
    private final GuestSwitches switches;
    private final Figures figures;
    private final ProcessorHotplug hotplug;
    private final LiveDevices devices;
    private final Screens screens;
    private final Agent agent;
    /** What this instance can do that needs nothing else of it. */
    private final List<Object> parts;

    private final CoreDumps dumps;
    private final ResourceLimits limits;
    private final AtomicReference<@Nullable EndReason> endReason = new AtomicReference<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile boolean released;

    /**
     * @param journal what is written down of the instance
     * @param writer writes it down anew
     */
    QemuDomain(
            Machinery machinery,
            LiveState state,
            Monitor monitor,
            Child process,
            InstanceJournal journal,
            Consumer<Element> writer) {
        var name = state.definition().name();
        this.state = state;
        this.monitor = monitor;
        this.process = process;
        this.log = machinery.log(name);
        this.belongings = new Belongings(machinery, journal, writer);
        this.clearAway = () -> Launch.clearAway(machinery, belongings.journal());
        this.links = machinery.links();
        var disks = new DiskStatistics(state::definition, () -> Optional.of(monitor));
        this.life = new GuestLife(state, this, disks);
        this.processors = new Processors(process.pid());
        this.limits = new ResourceLimits(journal.directory(), process.pid());
        this.agent = new Agent(state);
        this.dumps = new CoreDumps(monitor, machinery.settings().dumpDirectory(), machinery.clock());
        var planning = new Planning(machinery);
        this.departures = new Departures(monitor);
        this.interfaces = new InterfaceHotplug(
                state,
                monitor,
                links,
                () -> planning.capabilities(state.definition()),
                () -> planning.facts(NO_NUMBER, journal.directory(), journal.ports()),
                departures);
        this.media = new DiskHotplug(
                state,
                monitor,
                belongings,
                machinery.runAs(),
                () -> planning.capabilities(state.definition()),
                () -> planning.facts(NO_NUMBER, journal.directory(), journal.ports()),
                departures);
        this.parts = List.of(
                interfaces,
                media,
                new AgentCalls(state, agent, monitor),
                new ScreenDoor(state::definition, monitor),
                new MonitorFiles(monitor),
                new DiskWatch(state, monitor),
                new Saving(state, monitor, dumps),
                new Dumping(state, monitor, dumps, this::crash));
        this.consoles = new Consoles(state::definition, machinery.poller());
        this.switches = new GuestSwitches(state, life, monitor, agent, machinery.keys());
        this.figures = new Figures(state, monitor, processors, disks);
        this.hotplug = new ProcessorHotplug(state, monitor, processors);
        this.devices = new LiveDevices(state, monitor, processors);
        this.screens = new Screens(state::definition, monitor, journal.directory());
    }

    /** Hears of the monitor's events; none is acted on before {@link #begin}. */
    GuestLife life() {
        return life;
    }

    /** What it has of the host. */
    Belongings belongings() {
        return belongings;
    }

    /** Notices what left the machine while no daemon was there to hear of it. */
    void catchUpDevices() {
        var there = new HashSet<String>();
        monitor.execute("qom-list", Json.object().with("path", "/machine/peripheral"))
                .elements()
                .forEach(entry -> there.add(QmpHappenings.text(entry, "name")));
        interfaces.unplugging().catchUp(there);
        media.unplugging().catchUp(there);
    }

    Processors processors() {
        return processors;
    }

    LiveState state() {
        return state;
    }

    /** The monitor, connected or not. */
    Monitor connection() {
        return monitor;
    }

    /** Whether this object has been let go of. */
    boolean released() {
        return released;
    }

    /** The instance has been announced: from now on its events count, and its end is noticed. */
    void begin() {
        life.open();
        if (agent.connected()) {
            agent.portChanged(true);
        }
        process.onEnd(_ -> ended());
    }

    @Override
    public DomainDefinition definition() {
        return state.definition();
    }

    @Override
    public List<Object> parts() {
        return parts;
    }

    @Override
    public void destroy(boolean graceful) {
        if (gone.getCount() == 0) {
            return;
        }
        if (released) {
            throw new PosadaException(
                    ErrorCode.OPERATION_INVALID, ErrorOrigin.QEMU, "the daemon has let go of the domain");
        }
        decide(EndReason.DESTROYED);
        process.signal(Signals.TERM);
        boolean over = graceful ? awaitGone(GRACE) : endedSoon() || killed();
        if (!over) {
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.QEMU,
                    graceful
                            ? "Failed to terminate process " + process.pid() + " with SIGTERM within "
                                    + GRACE.toSeconds() + " s; destroy without --graceful kills it"
                            : "process " + process.pid() + " of domain '"
                                    + definition().name()
                                    + "' was killed but does not end: it waits for a device of the host");
        }
    }

    /** Whether the process obeys SIGTERM. One that is stopped cannot; one that does not say that it heard hangs. */
    private boolean endedSoon() {
        if (awaitGone(USUAL_END)) {
            return true;
        }
        boolean frozen = ProcessFacts.of(process.pid())
                .filter(facts -> facts.state() == ProcessFacts.State.STOPPED)
                .isPresent();
        return !frozen && (awaitGone(WORD_PATIENCE) || (life.shutdownSeen() && awaitGone(WIND_UP_PATIENCE)));
    }

    private boolean killed() {
        process.kill();
        return awaitGone(KILL_PATIENCE);
    }

    private boolean awaitGone(Duration patience) {
        try {
            return gone.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PosadaException(
                    ErrorCode.OPERATION_ABORTED, ErrorOrigin.QEMU, "interrupted while the domain is ended", e);
        }
    }

    @Override
    public void end(EndReason reason) {
        decide(reason);
        process.signal(Signals.TERM);
        Thread.ofVirtual().name("qemu-end-" + process.pid()).start(() -> {
            if (!endedSoon()) {
                killed();
            }
        });
    }

    /** Ends the instance because somebody wants it to have crashed. */
    private void crash() {
        end(EndReason.PANICKED);
        awaitGone(GRACE.plus(KILL_PATIENCE));
    }

    /** Why the instance ends, if nobody has said so before; in the log at once, for a daemon that comes after us. */
    private void decide(EndReason reason) {
        if (endReason.compareAndSet(null, reason)) {
            log.note(NOTE + reason.word());
        }
    }

    @Override
    public boolean ending() {
        return endReason.get() != null;
    }

    private void ended() {
        if (released) {
            return;
        }
        if (monitor.wasAttached()) {
            life.awaitLastEvent(LAST_WORDS_PATIENCE);
        }
        decide(life.shutdownSeen() ? EndReason.SHUTDOWN : EndReason.VANISHED);
        var reason = Objects.requireNonNull(endReason.get());
        consoles.close();
        agent.close();
        monitor.close();
        definition().devices("interface").forEach(links::release);
        clearAway.run();
        state.end(reason.status(), reason.change());
        gone.countDown();
    }

    @Override
    public void release() {
        released = true;
        consoles.close();
        agent.close();
        monitor.close();
    }

    @Override
    public Optional<Monitor> monitor() {
        return monitor.isOpen() ? Optional.of(monitor) : Optional.empty();
    }

    @Override
    public void dumpCore() {
        dumps.dump(state.definition());
    }

    @Override
    public void dumped(QmpEvent completion) {
        dumps.completed(completion);
    }

    @Override
    public void agentChanged(boolean connected) {
        agent.portChanged(connected);
    }

    @Override
    public void removed(String alias) {
        if (!departures.left(alias)) {
            hotplug.removed(alias);
            interfaces.unplugging().removed(alias);
            media.unplugging().removed(alias);
        }
    }

    @Override
    public void removalRefused(String alias) {
        departures.refused(alias);
    }

    @Override
    public void suspend() {
        switches.suspend();
    }

    @Override
    public void resume() {
        switches.resume();
    }

    @Override
    public void shutdown(int flags) {
        switches.shutdown(flags);
    }

    @Override
    public void reboot(int flags) {
        switches.reboot(flags);
    }

    @Override
    public void reset() {
        switches.reset();
    }

    @Override
    public void wakeUp() {
        switches.wakeUp();
    }

    @Override
    public void injectNmi() {
        switches.injectNmi();
    }

    @Override
    public void sendKeys(int codeset, int holdMillis, List<Integer> keycodes) {
        switches.sendKeys(codeset, holdMillis, keycodes);
    }

    @Override
    public Screenshot screenshot(int screen) {
        return screens.take(screen);
    }

    @Override
    public ByteChannel openConsole(String alias, boolean force, boolean safe) {
        // Every session is exclusive, so a safe one is like any other.
        return consoles.console(alias, force);
    }

    @Override
    public ByteChannel openChannel(String name, boolean force) {
        if (agent.holds(name)) {
            if (!force) {
                throw new PosadaException(
                        ErrorCode.OPERATION_FAILED,
                        ErrorOrigin.QEMU,
                        "Active channel stream exists for this domain: the guest agent's, held by the daemon");
            }
            agent.letGo();
        }
        return consoles.channel(name, force);
    }

    @Override
    public String monitorCommand(String command, boolean human) {
        return human ? monitor.line(command) : monitor.exchange(command, List.of());
    }

    @Override
    public void resizeMemory(long kib) {
        if (kib > definition().maxMemoryKib()) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "cannot set memory higher than max memory");
        }
        if (MemoryStatistics.balloon(definition()).isEmpty()) {
            throw new PosadaException(
                    ErrorCode.OPERATION_INVALID,
                    ErrorOrigin.QEMU,
                    "Unable to change memory of active domain without the balloon device and guest OS balloon driver");
        }
        monitor.execute("balloon", Json.object().with("value", Math.multiplyExact(kib, 1024L)));
    }

    @Override
    public void memoryStatsPeriod(int seconds) {
        var balloon = MemoryStatistics.balloon(definition())
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.OPERATION_INVALID,
                        ErrorOrigin.QEMU,
                        "Memory balloon model must be virtio to set the collection period"));
        monitor.execute(
                "qom-set",
                Json.object()
                        .with("path", balloon)
                        .with("property", "guest-stats-polling-interval")
                        .with("value", seconds));
        state.redefine(definition -> MemoryStatistics.withPeriod(definition, seconds));
    }

    @Override
    public void resizeVcpus(int count) {
        hotplug.resizeVcpus(count);
    }

    @Override
    public void pinVcpu(int vcpu, BitSet hostCpus) {
        processors.pinVcpu(vcpu, hostCpus);
    }

    @Override
    public void pinEmulator(BitSet hostCpus) {
        processors.pinEmulator(hostCpus);
    }

    @Override
    public void changeEnding(String ending, String action) {
        devices.changeEnding(ending, action);
    }

    @Override
    public void limitDisk(
            String target,
            SequencedMap<String, Long> paces,
            Optional<String> group,
            UnaryOperator<DomainDefinition> recorded) {
        devices.limitDisk(target, paces, group, recorded);
    }

    @Override
    public void addIoThread(int number, UnaryOperator<DomainDefinition> recorded) {
        devices.addIoThread(number, recorded);
    }

    @Override
    public void removeIoThread(int number, UnaryOperator<DomainDefinition> recorded) {
        devices.removeIoThread(number, recorded);
    }

    @Override
    public void pinIoThread(int number, BitSet hostCpus) {
        processors.pinIothread(number, hostCpus);
    }

    @Override
    public void tuneIoThread(int number, List<TypedParameter> parameters) {
        devices.tuneIoThread(number, parameters);
    }

    @Override
    public void measureDirtyRate(int seconds, Abilities.DirtyRateMode mode) {
        if (mode != Abilities.DirtyRateMode.PAGE_SAMPLING
                && !definition().type().equals("kvm")) {
            // QEMU 7.2 ends at once when it is asked for this without KVM, and takes its guest along.
            throw new PosadaException(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    ErrorOrigin.QEMU,
                    "only page-sampling can be used for a guest that does not run on KVM");
        }
        monitor.execute(
                "calc-dirty-rate",
                Json.object()
                        .with("calc-time", seconds)
                        .with(
                                "mode",
                                switch (mode) {
                                    case PAGE_SAMPLING -> "page-sampling";
                                    case DIRTY_BITMAP -> "dirty-bitmap";
                                    case DIRTY_RING -> "dirty-ring";
                                }));
    }

    /** Makes the limits true that the definition asks for. */
    void enforceLimits() {
        limits.enforce(state.definition(), processors.byRole());
    }

    @Override
    public List<TypedParameter> tuning(Abilities.TuningGroup group) {
        return limits.inForce(group, state.definition());
    }

    @Override
    public void tune(Abilities.TuningGroup group, List<TypedParameter> parameters) {
        var tuned = TuningElements.write(state.definition(), group, parameters);
        limits.change(group, tuned, processors.byRole());
        state.redefine(definition -> TuningElements.write(definition, group, parameters));
    }

    @Override
    public List<TypedParameter> statistics(Set<StatsGroup> groups, boolean backing, boolean mayWait) {
        return figures.statistics(groups, backing, mayWait);
    }

    @Override
    public long cpuTimeNanos() {
        return figures.cpuTimeNanos();
    }

    @Override
    public long memoryKib() {
        return figures.memoryKib();
    }

    @Override
    public List<MemoryFigure> memoryStats() {
        return figures.memoryStats();
    }

    @Override
    public DiskFigures diskStats(String disk) {
        return figures.diskStats(disk);
    }

    @Override
    public DiskSizes diskSizes(String disk) {
        return figures.diskSizes(disk);
    }

    @Override
    public InterfaceFigures interfaceStats(String device) {
        return figures.interfaceStats(device);
    }

    @Override
    public List<VcpuFigures> vcpus() {
        return figures.vcpus();
    }
}
