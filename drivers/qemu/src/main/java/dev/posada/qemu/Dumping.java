package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.AfterDump;
import dev.posada.driver.Abilities.DumpForm;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Dumps a guest's memory because somebody asked: has the guest stand still meanwhile, and sees to what follows. */
final class Dumping implements Abilities.DumpsCore {
    /** How long QEMU's word of a change may lag behind its answer to the command. */
    private static final Duration EVENT_PATIENCE = Duration.ofSeconds(1);

    private final LiveState state;
    private final Monitor monitor;
    private final CoreDumps dumps;
    private final Runnable crash;

    /**
     * @param crash ends the instance as crashed and returns when it is gone
     */
    Dumping(LiveState state, Monitor monitor, CoreDumps dumps, Runnable crash) {
        this.state = state;
        this.monitor = monitor;
        this.dumps = dumps;
        this.crash = crash;
    }

    @Override
    public void dump(Path file, DumpForm form, boolean goesOn, AfterDump then) {
        boolean wasRunning = state.running();
        boolean written = false;
        try (var open = CoreDumps.create(file)) {
            state.expect(DomainStatus.PAUSED_DUMP, DomainStatus.RUNNING_UNPAUSED);
            if (wasRunning && !goesOn) {
                stop();
            }
            dumps.write(open, form);
            written = true;
        } finally {
            if (!written && Files.isRegularFile(file)) {
                Folders.remove(file);
            }
            if (wasRunning && !(written && then == AfterDump.CRASH)) {
                goOn();
            }
        }
        switch (then) {
            case RESUME -> {}
            case CRASH -> crash.run();
            case RESET -> monitor.execute("system_reset");
        }
    }

    private void stop() {
        long before = state.stops();
        monitor.execute("stop");
        if (!state.awaitStop(before, EVENT_PATIENCE) && state.running()) {
            state.enter(DomainStatus.PAUSED_DUMP, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
        }
    }

    /** Sets going again what stood still; also what QEMU itself stopped when it had written the machine's state. */
    private void goOn() {
        if (!monitor.isOpen()) {
            return;
        }
        long before = state.resumes();
        state.expect(DomainStatus.PAUSED_UNKNOWN, DomainStatus.RUNNING_UNPAUSED);
        monitor.execute("cont");
        if (state.status().state() == DomainState.PAUSED && !state.awaitResume(before, EVENT_PATIENCE)) {
            state.enter(DomainStatus.RUNNING_UNPAUSED, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
        }
    }
}
