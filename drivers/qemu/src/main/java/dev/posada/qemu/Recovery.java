package dev.posada.qemu;

import dev.posada.driver.DomainRecord;
import dev.posada.driver.LiveListener;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.PosadaException;
import dev.posada.process.Child;
import dev.posada.process.ProcessIdentity;
import dev.posada.process.ProcessTable;
import dev.posada.qmp.QmpClient;
import dev.posada.qmp.QmpException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds an instance again that an earlier daemon started, or finds out what became of it. The journal says what to look
 * for; what is found on the host is what counts.
 */
final class Recovery {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    /** How long a monitor is waited for before the domain is taken on without it. */
    private static final Duration MONITOR_PATIENCE = Duration.ofSeconds(3);

    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    /** What QEMU writes to its log when somebody ends it by a signal it obeys. */
    private static final String ENDED_BY_SIGNAL = "terminating on signal";

    private final Machinery machinery;
    private final DomainRecord record;
    private final LiveListener listener;

    Recovery(Machinery machinery, DomainRecord record, LiveListener listener) {
        this.machinery = machinery;
        this.record = record;
        this.listener = listener;
    }

    Optional<QemuDomain> run() {
        var journal = record.journal().flatMap(InstanceJournal::of);
        if (journal.isEmpty()) {
            // The daemon ended before it did anything that would have to be undone.
            listener.ended(EndReason.FAILED.status(), EndReason.FAILED.change());
            return Optional.empty();
        }
        var process = find(journal.get());
        if (process.isEmpty()) {
            over(journal.get(), journal.get().process().isEmpty() ? EndReason.FAILED : howItEnded());
            return Optional.empty();
        }
        return takeOn(
                journal.get().process().isPresent()
                        ? journal.get()
                        : journal.get().withProcess(process.get().identity()),
                process.get());
    }

    private Optional<Child> find(InstanceJournal journal) {
        if (journal.process().isPresent()) {
            return machinery.children().adopt(journal.process().get());
        }
        // Killed between the start of the emulator and the note of its number.
        return ProcessTable.find(this::mayBeOurs).stream()
                .map(ProcessTable.Found::identity)
                .filter(identity -> livesIn(identity, journal.directory()))
                .findFirst()
                .flatMap(machinery.children()::adopt);
    }

    private boolean mayBeOurs(List<String> commandLine) {
        int uuid = commandLine.indexOf("-uuid");
        return uuid >= 0
                && uuid + 1 < commandLine.size()
                && commandLine.get(uuid + 1).equals(record.definition().uuid().toString());
    }

    /** Whether a process has an instance's folder as its home: no other daemon's emulator of the same domain has. */
    private static boolean livesIn(ProcessIdentity process, Path directory) {
        try {
            var environment = new String(
                    Files.readAllBytes(Path.of("/proc", Integer.toString(process.pid()), "environ")),
                    StandardCharsets.UTF_8);
            return List.of(environment.split("\0")).contains("HOME=" + directory);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    private Optional<QemuDomain> takeOn(InstanceJournal journal, Child process) {
        journal.ports().forEach(machinery.ports()::reserve);
        machinery.owners().ifPresent(owners -> owners.adopt(journal.directory(), journal.given()));
        var state = new LiveState(live(journal), listener);
        var name = record.definition().name();
        var monitor = new Monitor(name, machinery.settings().monitorTimeout());
        var domain = new QemuDomain(machinery, state, monitor, process, journal, record.rewrite());
        try {
            connect(journal, monitor, domain, MONITOR_PATIENCE);
        } catch (QmpException e) {
            if (!process.isRunning()) {
                domain.life().open();
                over(journal, howItEnded());
                return Optional.empty();
            }
            LOG.log(Level.WARNING, "domain {0} runs but its monitor does not answer: {1}", name, e.description());
            state.announce(record.status());
            domain.begin();
            Thread.ofVirtual().name("qemu-reconnect-" + process.pid()).start(() -> persist(journal, domain, process));
            return Optional.of(domain);
        }
        return settle(journal, process, state, monitor, domain);
    }

    /**
     * The live definition. When the earlier daemon ended before it recorded one, it is worked out again as it was then: a
     * plan depends on nothing but what is known still.
     */
    private DomainDefinition live(InstanceJournal journal) {
        var recorded = record.definition();
        if (recorded.root().attribute("id").isPresent()) {
            return recorded;
        }
        try {
            return machinery.labelled(GuestLinks.named(
                    new Planning(machinery)
                            .plan(recorded, record.id(), journal.directory(), journal.ports())
                            .live(),
                    journal.nics()));
        } catch (PosadaException e) {
            LOG.log(
                    Level.WARNING,
                    "the live definition of domain {0} is incomplete: {1}",
                    recorded.name(),
                    e.getMessage());
            return new DomainDefinition(recorded.root().with("id", Integer.toString(record.id())));
        }
    }

    private void connect(InstanceJournal journal, Monitor monitor, QemuDomain domain, Duration patience) {
        monitor.attach(QmpClient.connect(
                journal.monitor(), machinery.monitorSettings().withHandshakeTimeout(patience), domain.life()));
    }

    /** Goes on trying to reach a monitor that hangs, for as long as its process lives. */
    private void persist(InstanceJournal journal, QemuDomain domain, Child process) {
        while (process.isRunning() && !domain.released()) {
            try {
                connect(
                        journal,
                        domain.connection(),
                        domain,
                        machinery.settings().monitorTimeout());
                Negotiation.learn(domain.state(), domain.connection(), domain.processors());
                var seen = status(domain.connection());
                domain.state().enter(seen, Optional.empty());
                return;
            } catch (QmpException | PosadaException e) {
                LOG.log(Level.DEBUG, "domain {0}: {1}", record.definition().name(), e.getMessage());
                // A refusal comes at once; do not ask a thousand times a second.
                process.awaitEnd(MONITOR_PATIENCE);
            }
        }
    }

    private Optional<QemuDomain> settle(
            InstanceJournal journal, Child process, LiveState state, Monitor monitor, QemuDomain domain) {
        try {
            var found = QmpHappenings.text(monitor.execute("query-status"), "status");
            if (found.equals("prelaunch") && !journal.complete()) {
                // A start nobody waits for any more; its client was told that the daemon is gone.
                monitor.close();
                domain.life().open();
                process.kill();
                process.awaitEnd(END_PATIENCE);
                over(journal, EndReason.FAILED);
                return Optional.empty();
            }
            Negotiation.learn(state, monitor, domain.processors());
            domain.catchUpDevices();
            domain.belongings().finished();
            state.announce(status(found));
        } catch (PosadaException e) {
            if (!process.isRunning()) {
                domain.life().open();
                over(journal, howItEnded());
                return Optional.empty();
            }
            LOG.log(Level.WARNING, "domain {0}: {1}", record.definition().name(), e.getMessage());
            state.announce(record.status());
        }
        domain.begin();
        domain.life().catchUp();
        return Optional.of(domain);
    }

    private DomainStatus status(Monitor monitor) {
        return status(QmpHappenings.text(monitor.execute("query-status"), "status"));
    }

    /** What a guest is that QEMU says is so; where the reason is not QEMU's to know, the recorded one still holds. */
    private DomainStatus status(String found) {
        var recorded = record.status();
        return switch (found) {
            case "running" -> recorded.state() == DomainState.RUNNING ? recorded : runningAgain(recorded);
            case "io-error" -> DomainStatus.PAUSED_IOERROR;
            case "watchdog" -> DomainStatus.PAUSED_WATCHDOG;
            case "guest-panicked" -> DomainStatus.CRASHED_PANICKED;
            case "shutdown" -> recorded == DomainStatus.PAUSED_SHUTTING_DOWN ? recorded : DomainStatus.SHUTDOWN_UNKNOWN;
            case "suspended" -> DomainStatus.PMSUSPENDED_UNKNOWN;
            case "prelaunch" -> DomainStatus.PAUSED_USER;
            default ->
                recorded.state() == DomainState.PAUSED && recorded != DomainStatus.PAUSED_STARTING_UP
                        ? recorded
                        : DomainStatus.PAUSED_UNKNOWN;
        };
    }

    private static DomainStatus runningAgain(DomainStatus recorded) {
        return switch (recorded.state()) {
            case PAUSED ->
                recorded == DomainStatus.PAUSED_STARTING_UP
                        ? DomainStatus.RUNNING_BOOTED
                        : DomainStatus.RUNNING_UNPAUSED;
            case PMSUSPENDED -> DomainStatus.RUNNING_WAKEUP;
            case CRASHED -> DomainStatus.RUNNING_CRASHED;
            case NOSTATE -> DomainStatus.RUNNING_BOOTED;
            case RUNNING, BLOCKED, SHUTDOWN, SHUTOFF -> DomainStatus.RUNNING_UNKNOWN;
        };
    }

    /** How an emulator ended that nobody watched, as far as its log tells. */
    private EndReason howItEnded() {
        var log = machinery.log(record.definition().name());
        var words = log.since(0);
        int start = words.lastIndexOf(": starting up ");
        var last = start < 0 ? words : words.substring(start);
        int note = last.lastIndexOf(QemuDomain.NOTE);
        if (note >= 0) {
            return EndReason.of(last.substring(note + QemuDomain.NOTE.length()));
        }
        if (last.contains(ENDED_BY_SIGNAL)) {
            return EndReason.SHUTDOWN;
        }
        return record.journal()
                        .flatMap(InstanceJournal::of)
                        .flatMap(InstanceJournal::process)
                        .filter(Recovery::sameBoot)
                        .isPresent()
                ? EndReason.VANISHED
                : EndReason.UNKNOWN;
    }

    private static boolean sameBoot(ProcessIdentity identity) {
        return ProcessIdentity.of((int) ProcessHandle.current().pid())
                .filter(ours -> ours.bootId().equals(identity.bootId()))
                .isPresent();
    }

    private void over(InstanceJournal journal, EndReason reason) {
        var links = machinery.links();
        record.definition().devices("interface").forEach(nic -> {
            links.release(nic);
            links.sweep(nic);
        });
        journal.nics().forEach(links::release);
        Launch.clearAway(machinery, journal);
        machinery.log(record.definition().name()).note(QemuDomain.NOTE + reason.word());
        listener.ended(reason.status(), reason.change());
    }
}
