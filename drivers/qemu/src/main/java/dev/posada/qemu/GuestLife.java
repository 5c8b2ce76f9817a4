package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.AgentLifecycle;
import dev.posada.model.DomainEvent.BalloonChange;
import dev.posada.model.DomainEvent.ControlError;
import dev.posada.model.DomainEvent.RtcChange;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.qmp.QmpEvent;
import dev.posada.qmp.QmpException;
import dev.posada.qmp.QmpListener;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Follows a guest's life as QEMU reports it, and does what the definition says about its turns: {@code on_poweroff},
 * {@code on_crash}, the watchdog.
 *
 * <p>{@link #event} runs on the monitor's own event thread, one event after the other. What takes long or waits for
 * further events is done on a thread of its own.
 */
final class GuestLife implements QmpListener {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    /** How long QEMU may take to stop the processors of a guest that it has reported as stopped. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    /** The name of the port on which the agent of QEMU listens. */
    static final String AGENT = "org.qemu.guest_agent.0";

    private final LiveState state;
    private final Instance instance;
    private final QmpHappenings.Disks disks;
    private final long clockAtStart;

    /** The guest's next shutdown is half of a reboot that somebody asked for. */
    private final AtomicBoolean rebootWanted = new AtomicBoolean();

    /** QEMU stops the guest's processors once more, and nobody is to hear of it. */
    private final AtomicBoolean quietStop = new AtomicBoolean();

    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean shutdownSeen;

    /** What of an instance this class acts on. */
    interface Instance {
        /** Its monitor; waits until it is open, empty when it will not be. */
        Optional<Monitor> monitor();

        /** Ends the instance for this reason; does not wait for it. */
        void end(EndReason reason);

        /** Whether somebody ends the instance already. */
        boolean ending();

        /** Writes the guest's memory to a file of its own in the dump folder; waits until that is done. */
        void dumpCore();

        /** A dump that was under way is done, or has come further. */
        void dumped(QmpEvent completion);

        /** A device has left the machine. */
        void removed(String alias);

        /** The guest does not let go of a device. */
        void removalRefused(String alias);

        /** The guest's agent has opened its port, or closed it. */
        void agentChanged(boolean connected);
    }

    GuestLife(LiveState state, Instance instance, QmpHappenings.Disks disks) {
        this.state = state;
        this.instance = instance;
        this.disks = disks;
        this.clockAtStart = LiveEdits.clockAdjustment(state.definition());
    }

    /** The guest's next shutdown is half of a reboot. */
    void wantReboot(boolean wanted) {
        rebootWanted.set(wanted);
    }

    /** Whether the emulator said that it would end. */
    boolean shutdownSeen() {
        return shutdownSeen;
    }

    /** Waits until every event that QEMU sent before it closed the monitor has been heard; false when it takes too long. */
    boolean awaitLastEvent(Duration patience) {
        try {
            return closed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The instance has been announced: what was reported by now, and what will be, counts. */
    void open() {
        opened.countDown();
    }

    /** Waits until somebody can be told; what happens between a start and its announcement would be lost. */
    private void awaitOpening() {
        boolean interrupted = false;
        while (opened.getCount() > 0) {
            try {
                opened.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void closed(QmpException reason) {
        closed.countDown();
        if (reason.kind() == QmpException.Kind.MALFORMED) {
            LOG.log(Level.ERROR, "domain {0}: {1}", state.definition().name(), reason.description());
            state.happened(new ControlError());
        }
    }

    @Override
    public void event(QmpEvent event) {
        awaitOpening();
        state.happened(QmpHappenings.asItIs(event));
        try {
            switch (event.name()) {
                case "STOP" -> stopped();
                case "RESUME" -> state.resumed();
                case "SHUTDOWN" -> shutdown(event);
                case "GUEST_PANICKED" -> panicked();
                case "GUEST_CRASHLOADED" ->
                    state.enter(state.status(), Optional.of(LifecycleChange.CRASHED_CRASHLOADED));
                case "SUSPEND" -> asleep(LifecycleChange.PMSUSPENDED_MEMORY, event);
                case "SUSPEND_DISK" -> asleep(LifecycleChange.PMSUSPENDED_DISK, event);
                case "WAKEUP" -> awake(event);
                case "WATCHDOG" -> watchdog(event);
                case "BLOCK_IO_ERROR" -> diskFailed(event);
                case "VSERPORT_CHANGE" -> portChanged(event);
                case "DEVICE_TRAY_MOVED" -> trayMoved(event);
                case "BALLOON_CHANGE" -> ballooned(event);
                case "RTC_CHANGE" -> clockSet(event);
                case "DUMP_COMPLETED", "MIGRATION" -> instance.dumped(event);
                case "DEVICE_UNPLUG_GUEST_ERROR" -> {
                    instance.removalRefused(QmpHappenings.text(event.data(), "device"));
                    told(event);
                }
                case "DEVICE_DELETED" -> {
                    instance.removed(QmpHappenings.text(event.data(), "device"));
                    told(event);
                }
                default -> told(event);
            }
        } catch (PosadaException | QmpException e) {
            // An event we cannot make sense of, or a guest that ends just now, must not end the watch over it.
            LOG.log(
                    Level.WARNING,
                    "domain {0}: event {1}: {2}",
                    state.definition().name(),
                    event.name(),
                    e.getMessage());
        }
    }

    /** Does what nobody did while no daemon was there: the guest has panicked or shut itself down. */
    void catchUp() {
        switch (state.status()) {
            case SHUTDOWN_UNKNOWN -> {
                shutdownSeen = true;
                if (state.definition().onPoweroff().equals("restart")) {
                    state.enter(DomainStatus.RUNNING_BOOTED, Optional.empty());
                    resetAndContinue(DomainStatus.RUNNING_BOOTED);
                } else {
                    instance.end(EndReason.SHUTDOWN);
                }
            }
            case CRASHED_PANICKED -> afterPanic();
            default -> {}
        }
    }

    private void told(QmpEvent event) {
        QmpHappenings.of(event, disks).ifPresent(state::happened);
    }

    private void stopped() {
        if (!quietStop.compareAndSet(true, false)) {
            state.stopped();
        }
    }

    private void shutdown(QmpEvent event) {
        boolean byGuest = QmpHappenings.truth(event.data(), "guest");
        var definition = state.definition();
        boolean rebooting =
                rebootWanted.getAndSet(false) || (definition.onPoweroff().equals("restart") && !instance.ending());
        if (byGuest && rebooting) {
            restart(DomainStatus.RUNNING_BOOTED);
            return;
        }
        shutdownSeen = true;
        if (state.status().state() == DomainState.SHUTDOWN) {
            return;
        }
        if (instance.ending()) {
            if (state.status().state() == DomainState.CRASHED) {
                return;
            }
            // libvirt tells of the machine's shutdown also when somebody pulls the plug, before it is stopped.
            state.enter(DomainStatus.SHUTDOWN_UNKNOWN, Optional.of(LifecycleChange.SHUTDOWN_HOST));
            return;
        }
        if (byGuest && definition.onPoweroff().equals("preserve")) {
            state.enter(DomainStatus.PAUSED_SHUTTING_DOWN, Optional.of(LifecycleChange.SUSPENDED_GUEST_SHUTDOWN));
            return;
        }
        state.enter(
                DomainStatus.SHUTDOWN_UNKNOWN,
                Optional.of(byGuest ? LifecycleChange.SHUTDOWN_GUEST : LifecycleChange.SHUTDOWN_HOST));
        instance.end(EndReason.SHUTDOWN);
    }

    /** Lets the machine begin anew in place. QEMU has stopped, or will in a moment, without anybody to hear of it. */
    private void restart(DomainStatus afterwards) {
        quietStop.set(state.running());
        resetAndContinue(afterwards);
    }

    private void resetAndContinue(DomainStatus afterwards) {
        var monitor = instance.monitor();
        if (monitor.isEmpty()) {
            return;
        }
        try {
            state.expect(DomainStatus.PAUSED_UNKNOWN, afterwards);
            monitor.get().execute("system_reset");
            monitor.get().execute("cont");
        } catch (PosadaException e) {
            LOG.log(
                    Level.WARNING,
                    "domain {0} cannot be restarted in place: {1}",
                    state.definition().name(),
                    e.getMessage());
            instance.end(EndReason.FAILED);
        }
    }

    private void panicked() {
        long stopsBefore = state.stops();
        state.enter(DomainStatus.CRASHED_PANICKED, Optional.of(LifecycleChange.CRASHED_PANICKED));
        // QEMU reports a panic while the processors still wind up; what follows needs them stopped.
        inBackground(() -> {
            state.awaitStop(stopsBefore, STOP_PATIENCE);
            afterPanic();
        });
    }

    private void afterPanic() {
        switch (state.definition().onCrash()) {
            case "preserve" -> {}
            case "restart", "rename-restart" -> crashRestart(false);
            case "coredump-restart" -> crashRestart(true);
            case "coredump-destroy" -> {
                instance.dumpCore();
                instance.end(EndReason.PANICKED);
            }
            default -> instance.end(EndReason.PANICKED);
        }
    }

    private void crashRestart(boolean dump) {
        if (dump) {
            instance.dumpCore();
        }
        // Whoever resumed or destroyed it meanwhile has decided otherwise.
        if (state.status().state() == DomainState.CRASHED && !instance.ending()) {
            resetAndContinue(DomainStatus.RUNNING_CRASHED);
        }
    }

    /** Does what waits for further events, which this thread hears of. */
    private void inBackground(Runnable action) {
        Thread.ofVirtual().name("qemu-guest-life").start(() -> {
            try {
                action.run();
            } catch (PosadaException e) {
                LOG.log(Level.WARNING, "domain {0}: {1}", state.definition().name(), e.getMessage());
            }
        });
    }

    private void asleep(LifecycleChange change, QmpEvent event) {
        state.enter(DomainStatus.PMSUSPENDED_UNKNOWN, Optional.of(change));
        told(event);
    }

    private void awake(QmpEvent event) {
        if (state.status().state() == DomainState.PMSUSPENDED) {
            state.enter(DomainStatus.RUNNING_WAKEUP, Optional.of(LifecycleChange.STARTED_WAKEUP));
        }
        told(event);
    }

    private void watchdog(QmpEvent event) {
        told(event);
        boolean dump = state.definition().devices("watchdog").stream().anyMatch(device -> device.has("action", "dump"));
        if (!QmpHappenings.text(event.data(), "action").equals("pause")) {
            return;
        }
        long stopsBefore = state.stops();
        state.enter(DomainStatus.PAUSED_WATCHDOG, Optional.of(LifecycleChange.SUSPENDED_WATCHDOG));
        if (dump) {
            inBackground(() -> {
                state.awaitStop(stopsBefore, STOP_PATIENCE);
                instance.dumpCore();
                instance.monitor().ifPresent(monitor -> monitor.execute("cont"));
            });
        }
    }

    private void diskFailed(QmpEvent event) {
        told(event);
        if (QmpHappenings.text(event.data(), "action").equals("stop") && state.running()) {
            state.enter(DomainStatus.PAUSED_IOERROR, Optional.of(LifecycleChange.SUSPENDED_IOERROR));
        }
    }

    private void portChanged(QmpEvent event) {
        var alias = QmpHappenings.text(event.data(), "id");
        boolean open = QmpHappenings.truth(event.data(), "open");
        boolean wasOpen = portOpen(state.definition(), alias);
        state.redefine(definition -> LiveEdits.withPortState(definition, alias, open));
        if (open != wasOpen
                && agentPort(state.definition()).filter(alias::equals).isPresent()) {
            instance.agentChanged(open);
            state.happened(QmpHappenings.agent(open, false));
        }
    }

    private void trayMoved(QmpEvent event) {
        var alias = QmpHappenings.deviceAlias(QmpHappenings.text(event.data(), "id"));
        boolean open = QmpHappenings.truth(event.data(), "tray-open");
        state.redefine(definition -> LiveEdits.withTray(definition, alias, open));
        told(event);
    }

    private void ballooned(QmpEvent event) {
        QmpHappenings.of(event, disks).ifPresent(happening -> {
            if (happening instanceof BalloonChange(long kib)) {
                state.redefine(definition -> definition.withMemoryKib(kib));
            }
            state.happened(happening);
        });
    }

    private void clockSet(QmpEvent event) {
        QmpHappenings.of(event, disks).ifPresent(happening -> {
            if (happening instanceof RtcChange(long offset)) {
                state.redefine(definition -> LiveEdits.withClock(definition, clockAtStart, offset));
            }
            state.happened(happening);
        });
    }

    /** What is told at the start of a domain that has a port for the agent: it is not there yet. */
    static Optional<AgentLifecycle> agentAtStart(DomainDefinition definition) {
        return agentPort(definition).map(_ -> new AgentLifecycle(2, 1));
    }

    /** The alias of the port the guest's agent listens on. */
    static Optional<String> agentPort(DomainDefinition definition) {
        return definition.devices("channel").stream()
                .filter(channel -> channel.child("target").stream().anyMatch(target -> target.has("name", AGENT)))
                .map(LiveEdits::alias)
                .findFirst();
    }

    /** Whether a channel's port is open in the guest. */
    static boolean portOpen(DomainDefinition definition, String alias) {
        return definition.devices("channel").stream()
                .filter(channel -> LiveEdits.hasAlias(channel, alias))
                .map(channel -> channel.child("target").orElse(Element.of("target")))
                .anyMatch(target -> target.has("state", "connected"));
    }
}
