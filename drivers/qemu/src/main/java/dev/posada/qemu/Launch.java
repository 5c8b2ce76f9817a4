package dev.posada.qemu;

import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.driver.Undo;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.PosixException;
import dev.posada.posix.Signals;
import dev.posada.posix.UnixSockets;
import dev.posada.process.Child;
import dev.posada.process.ChildCommand;
import dev.posada.process.ProcessException;
import dev.posada.process.RunLog;
import dev.posada.qmp.QmpClient;
import dev.posada.qmp.QmpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * One start of a domain, from what was asked for to a guest that runs. Each step that leaves something behind adds how
 * it is undone, so that a start that fails leaves nothing.
 *
 * <p>QEMU gets the listening socket of its monitor as an open descriptor: it can be connected to before QEMU is ready, so
 * nobody polls for it.
 */
final class Launch {
    private static final int MONITOR_MODE = 0700;

    /** QEMU accepts one connection; a second one is a later daemon's. */
    private static final int MONITOR_BACKLOG = 1;

    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    /** Most of QEMU's own words that are passed on in an error. */
    private static final int LAST_WORDS_MAX = 1024;

    private final Machinery machinery;
    private final StartRequest request;
    private final LiveListener listener;

    Launch(Machinery machinery, StartRequest request, LiveListener listener) {
        this.machinery = machinery;
        this.request = request;
        this.listener = listener;
    }

    /**
     * Starts the domain.
     *
     * @throws PosadaException when it cannot be; nothing of it is left then
     */
    QemuDomain run() {
        var definition = Prerequisites.withoutMissingOptionals(request.definition());
        var planning = new Planning(machinery);
        var capabilities = planning.capabilities(definition);
        Prerequisites.checkKvm(definition, capabilities);
        Prerequisites.check(definition);
        try (var undo = new Undo()) {
            var directory = machinery.instanceDirectory(request.id(), definition.name());
            var ports = takePorts(definition, undo);
            var fileGroups = new HashMap<String, Integer>();
            request.files().forEach((name, files) -> fileGroups.put(name, files.size()));
            var plan = planning.plan(definition, request.id(), directory, ports, fileGroups);
            var given = filesToGive(plan.live());
            var journal =
                    InstanceJournal.intent(Machinery.monitorSocket(directory), directory, plan.sockets(), ports, given);
            request.journal().accept(journal.toElement());
            give(given, directory, undo);
            new Prerequisites(machinery.runAs(), machinery.tools()).checkReach(plan.live());
            prepare(plan, directory, undo);
            var domain = start(plan, journal, undo);
            undo.done();
            return domain;
        }
    }

    private List<Integer> takePorts(DomainDefinition definition, Undo undo) {
        var ports = new ArrayList<Integer>();
        for (var kind : GraphicsPorts.wanted(definition)) {
            var range = kind == GraphicsPorts.Kind.VNC_WEBSOCKET
                    ? machinery.settings().websocketPorts()
                    : machinery.settings().displayPorts();
            int port = machinery.ports().take(range, kind.name().toLowerCase(Locale.ROOT));
            undo.add(() -> machinery.ports().giveBack(port));
            ports.add(port);
        }
        return ports;
    }

    private List<ImageOwners.Given> filesToGive(DomainDefinition definition) {
        return machinery
                .owners()
                .map(owners ->
                        owners.look(new Prerequisites(machinery.runAs(), machinery.tools()).toGive(definition, owners)))
                .orElse(List.of());
    }

    private void give(List<ImageOwners.Given> files, Path directory, Undo undo) {
        machinery.owners().ifPresent(owners -> {
            undo.add(() -> owners.giveBack(directory, files));
            files.forEach(file -> owners.take(directory, file.path()));
        });
    }

    /** Makes what must be there before QEMU is. */
    private void prepare(LaunchPlan plan, Path directory, Undo undo) {
        // What an instance of the same number left that was killed together with its daemon.
        Folders.removeAll(directory);
        undo.add(() -> Folders.removeAll(directory));
        Folders.make(directory);
        machinery.runAs().own(directory);
        for (var folder : plan.directories()) {
            Folders.make(folder);
            machinery.runAs().own(folder);
        }
        plan.sockets().forEach(Folders::remove);
        undo.add(() -> Folders.removeIfEmpty(machinery.channelDirectory(directory)));
        undo.add(() -> plan.sockets().forEach(Folders::remove));
        plan.nvram().ifPresent(this::provide);
        ImageKeys.write(plan.keys(), request.secrets(), machinery.runAs());
        undo.add(() -> ResourceLimits.remove(directory));
    }

    private void provide(LaunchPlan.Nvram nvram) {
        boolean there = Files.exists(nvram.path());
        if (there && !request.resetNvram()) {
            return;
        }
        var template = nvram.template();
        if (template.isEmpty()) {
            if (there) {
                return;
            }
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.QEMU,
                    "unable to find any master var store for loader: there is neither " + nvram.path()
                            + " nor a template for it");
        }
        var parent = nvram.path().getParent();
        if (parent != null) {
            Folders.make(parent);
        }
        var beside = nvram.path().resolveSibling(nvram.path().getFileName() + ".new");
        try {
            Files.copy(template.get(), beside, StandardCopyOption.REPLACE_EXISTING);
            machinery.runAs().own(beside);
            Files.move(beside, nvram.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.QEMU,
                    "cannot copy the variable store's template " + template.get() + " to " + nvram.path() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private long begin(RunLog log, LaunchPlan plan) {
        try {
            return log.begin(greeting(), CommandText.of(plan.environment(), argv(plan)));
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.QEMU,
                    "cannot write the log " + log.file().path() + ": " + e.getMessage(),
                    e);
        }
    }

    private QemuDomain start(LaunchPlan plan, InstanceJournal intent, Undo undo) {
        var log = machinery.log(plan.live().name());
        long logStart = begin(log, plan);
        undo.add(() -> log.note(QemuDomain.NOTE + EndReason.FAILED.word()));
        var withHelpers = startHelpers(plan, intent, undo);
        var links = GuestLinks.open(machinery.links(), plan, undo);
        var withNics = withHelpers.withNics(links.nics());
        if (!withNics.nics().isEmpty()) {
            request.journal().accept(withNics.toElement());
        }
        links.activate(listener);
        Child process = spawn(plan, intent.monitor(), links, log);
        undo.add(() -> endAtOnce(process));
        var journal = withNics.withProcess(process.identity());
        request.journal().accept(journal.toElement());

        var live = GuestLinks.named(plan.live(), journal.nics());
        var state = new LiveState(machinery.labelled(live), listener);
        var monitor = new Monitor(plan.live().name(), machinery.settings().monitorTimeout());
        undo.add(monitor::close);
        var domain = new QemuDomain(machinery, state, monitor, process, journal, request.journal());
        undo.add(() -> domain.life().open());
        try {
            monitor.attach(QmpClient.connect(journal.monitor(), machinery.monitorSettings(), domain.life()));
            settle(plan, state, monitor, domain.processors());
            ImageKeys.remove(plan.keys());
            request.saved().ifPresent(saved -> Restoring.run(saved, monitor));
            domain.enforceLimits();
            if (!request.paused()) {
                monitor.execute("cont");
            }
        } catch (QmpException | PosadaException e) {
            throw failure(process, log.since(logStart), e);
        }
        if (request.paused()) {
            // A running guest is known by that; one that never ran is told from an unfinished start by this.
            domain.belongings().finished();
            state.announce(DomainStatus.PAUSED_USER, LifecycleChange.STARTED_BOOTED, LifecycleChange.SUSPENDED_PAUSED);
        } else {
            // QEMU starts stopped, and libvirt tells that its processors were set going before that the domain started.
            state.announce(
                    DomainStatus.RUNNING_BOOTED, LifecycleChange.RESUMED_UNPAUSED, LifecycleChange.STARTED_BOOTED);
        }
        GuestLife.agentAtStart(state.definition()).ifPresent(state::happened);
        domain.begin();
        return domain;
    }

    private static void settle(LaunchPlan plan, LiveState state, Monitor monitor, Processors processors) {
        Negotiation.passwords(monitor, plan.passwords());
        plan.commands().forEach(command -> monitor.execute(command.name(), command.arguments()));
        Negotiation.learn(state, monitor, processors);
        processors.tune(plan.tuning());
        Negotiation.balloon(state.definition(), monitor);
    }

    private InstanceJournal startHelpers(LaunchPlan plan, InstanceJournal intent, Undo undo) {
        var journal = intent;
        for (var tpm : plan.tpms()) {
            var child =
                    new TpmProcess(machinery.children(), machinery.tools(), machinery.runAs()).start(plan.live(), tpm);
            undo.add(() -> endAtOnce(child));
            journal = journal.withHelper(child.identity());
            request.journal().accept(journal.toElement());
        }
        return journal;
    }

    private Child spawn(LaunchPlan plan, Path monitor, GuestLinks links, RunLog log) {
        var files = new HashMap<>(links.files());
        var clients = new ArrayList<Descriptor>();
        try (links;
                Descriptor socket = UnixSockets.listen(monitor, MONITOR_MODE, MONITOR_BACKLOG)) {
            var argv = machinery.runAs().wrapped(argv(plan));
            for (var wanted : plan.files()) {
                var file = Descriptor.copyOf(request.files()
                        .getOrDefault(wanted.group(), List.of())
                        .get(wanted.index())
                        .number());
                clients.add(file);
                files.put(wanted.number(), file);
            }
            files.put(Planning.MONITOR_DESCRIPTOR, socket);
            return machinery
                    .children()
                    .start(new ChildCommand(
                            Path.of(argv.getFirst()),
                            argv,
                            plan.environment(),
                            Path.of("/"),
                            files,
                            Optional.of(log.file()),
                            Optional.empty(),
                            OptionalInt.empty()));
        } catch (PosixException e) {
            throw PosadaException.system(
                    ErrorOrigin.QEMU, e.errno(), "cannot make the monitor's socket " + monitor + ": " + e.getMessage());
        } catch (ProcessException e) {
            throw new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.QEMU, String.valueOf(e.getMessage()), e);
        } finally {
            clients.forEach(Descriptor::close);
        }
    }

    /** A QEMU that is to read a saved state has to know it from the start. */
    private List<String> argv(LaunchPlan plan) {
        if (request.saved().isEmpty()) {
            return plan.argv();
        }
        var argv = new ArrayList<>(plan.argv());
        argv.addAll(Restoring.ARGUMENTS);
        return argv;
    }

    private String greeting() {
        return "posada, id=" + request.id() + ", host="
                + machinery.context().host().hostname();
    }

    /** Removes what an instance has on the host besides its process. */
    static void clearAway(Machinery machinery, InstanceJournal journal) {
        for (var helper : journal.helpers()) {
            // Most end by themselves when QEMU does.
            machinery.children().adopt(helper).ifPresent(child -> child.signal(Signals.TERM));
        }
        journal.sockets().forEach(Folders::remove);
        Folders.removeAll(journal.directory());
        Folders.removeIfEmpty(machinery.channelDirectory(journal.directory()));
        ResourceLimits.remove(journal.directory());
        machinery.owners().ifPresent(owners -> owners.giveBack(journal.directory(), journal.given()));
        journal.ports().forEach(machinery.ports()::giveBack);
    }

    private static void endAtOnce(Child process) {
        process.kill();
        process.awaitEnd(END_PATIENCE);
    }

    /** Why the start failed: QEMU's own last words, when it had any, say it best. */
    private static PosadaException failure(Child process, String output, RuntimeException cause) {
        boolean timedOut = cause instanceof QmpException qmp && qmp.kind() == QmpException.Kind.TIMED_OUT;
        if (timedOut) {
            return new PosadaException(
                    ErrorCode.OPERATION_TIMEOUT,
                    ErrorOrigin.QEMU,
                    "QEMU started but its monitor did not answer in time: " + cause.getMessage(),
                    cause);
        }
        boolean ended = process.awaitEnd(Duration.ofMillis(500)).isPresent();
        if (cause instanceof PosadaException refused && !ended) {
            return refused;
        }
        var words = lastWords(output);
        return new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.QEMU,
                "process exited while connecting to monitor" + (words.isEmpty() ? "" : ": " + words),
                cause);
    }

    private static String lastWords(String output) {
        var words = output.lines()
                .filter(line -> !line.startsWith("char device redirected to"))
                .collect(Collectors.joining("\n"))
                .strip();
        return words.length() <= LAST_WORDS_MAX ? words : words.substring(words.length() - LAST_WORDS_MAX);
    }
}
