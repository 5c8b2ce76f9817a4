package dev.posada.jvm;

import dev.posada.driver.InstanceState;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.driver.Undo;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import dev.posada.posix.Signals;
import dev.posada.process.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Starts programs: an instance's first run with everything it needs on the host, and each later one. */
final class Launch {
    /** What a shell ends with when what it was to become cannot be run. */
    private static final int SHELL_CANNOT = 126;

    private static final int SHELL_FINDS_NOTHING = 127;

    private final Workshop workshop;

    Launch(Workshop workshop) {
        this.workshop = workshop;
    }

    /**
     * Starts a domain.
     *
     * @throws dev.posada.model.PosadaException when it cannot be; nothing of it is left then
     */
    JvmDomain start(StartRequest request, LiveListener listener) {
        var definition = request.definition();
        Honour.check(definition);
        var files = InstanceFiles.of(workshop.context().stateDirectory(), request.id(), definition.name());
        var plan = Plan.of(workshop, definition, files);
        plan.check(workshop);
        try (var undo = new Undo()) {
            var log = workshop.log(definition.name()).file().path();
            var ledger = new Ledger(InstanceJournal.intent(files, log, 0), request.journal());
            ledger.write(journal -> journal);
            undo.add(() -> clearAway(files));
            // What an instance of the same number left that was killed together with its daemon.
            clearAway(files);
            prepare(plan, files);
            var limits = ResourceLimits.of(files.directory());
            var run = run(plan, ledger, limits, request.paused(), "id=" + request.id());
            undo.add(run::kill);
            var live = new DomainDefinition(plan.live().root().with("id", Integer.toString(request.id())));
            var state = new InstanceState(live, listener);
            var domain = new JvmDomain(workshop, state, ledger, limits);
            undo.add(() -> {
                domain.release();
                domain.open();
            });
            domain.begin(run);
            if (request.paused()) {
                state.announce(
                        DomainStatus.PAUSED_USER, LifecycleChange.STARTED_BOOTED, LifecycleChange.SUSPENDED_PAUSED);
            } else {
                state.announce(DomainStatus.RUNNING_BOOTED, LifecycleChange.STARTED_BOOTED);
            }
            undo.done();
            domain.open();
            return domain;
        }
    }

    private void prepare(Plan plan, InstanceFiles files) {
        Folders.make(files.directory());
        Folders.makePrivate(files.temporary());
        plan.runAs().own(files.temporary());
        var crashes = Path.of(workshop.context().logDirectory().toString(), "crashes");
        Folders.make(crashes);
        var own = Plan.crashes(workshop, plan.live());
        Folders.makePrivate(own);
        plan.runAs().own(own);
    }

    private long begin(RunLog log, Plan plan, String greeting) {
        try {
            return log.begin(
                    "posada, " + greeting + ", host="
                            + workshop.context().host().hostname(),
                    CommandText.of(plan.command().environment(), plan.argv()) + "\n");
        } catch (IOException e) {
            throw Refusal.failed("cannot write the log " + log.file().path() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Starts a program in an instance that is prepared.
     *
     * @param paused whether it is stopped before it does anything
     * @param greeting what the log says of this start
     * @throws dev.posada.model.PosadaException when it cannot be started; it does not run then
     */
    Run run(Plan plan, Ledger ledger, ResourceLimits limits, boolean paused, String greeting) {
        var files = ledger.journal().files();
        var log = workshop.log(plan.live().name());
        long logStart = begin(log, plan, greeting);
        if (plan.terminal()) {
            Fifo.make(files.input());
        }
        var order = new Launcher.Order(
                files,
                plan.process(),
                plan.program().directory(),
                plan.terminal(),
                workshop.settings().openFilesMax(),
                log.file());
        try (var undo = new Undo();
                var waiting = new Launcher(workshop.poller(), workshop.children()).start(order)) {
            var run = new Run(waiting.watcher(), waiting.program());
            undo.add(run::kill);
            ledger.write(journal -> new InstanceJournal(
                            files,
                            log.file().path(),
                            logStart,
                            Optional.empty(),
                            Optional.empty(),
                            false,
                            InstanceJournal.Wish.NONE)
                    .started(run.watcher().identity(), run.program().identity()));
            limits.enforce(plan.live(), workshop.settings(), run.program().pid(), log::note);
            if (paused) {
                run.program().signal(Signals.STOP);
            }
            waiting.letGo(Jdks.launcher(plan.jdk()), !paused);
            requireRan(run, files, log, logStart);
            ledger.write(InstanceJournal::finished);
            undo.done();
            return run;
        }
    }

    /** A program that ends soon has run, and its end is told as one; what never became the program has not. */
    private static void requireRan(Run run, InstanceFiles files, RunLog log, long logStart) {
        if (run.program().isRunning() && run.watcher().isRunning()) {
            return;
        }
        run.kill();
        int status = StatusFile.read(files.status()).orElse(Launcher.NEVER_RAN);
        if (status == Launcher.NEVER_RAN || status == SHELL_CANNOT || status == SHELL_FINDS_NOTHING) {
            throw Refusal.failed("cannot start the program: " + Verdict.lastWords(log.since(logStart)));
        }
    }

    /** Removes what an instance has on the host besides its processes. */
    static void clearAway(InstanceFiles files) {
        ResourceLimits.of(files.directory()).remove();
        Folders.removeAll(files.directory());
    }
}
