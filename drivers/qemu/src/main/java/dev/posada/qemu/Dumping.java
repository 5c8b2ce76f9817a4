package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.AfterDump;
import dev.posada.driver.Abilities.DumpForm;
import dev.posada.model.DomainStatus;
import java.nio.file.Files;
import java.nio.file.Path;

/** Dumps a guest's memory because somebody asked: has the guest stand still meanwhile, and sees to what follows. */
final class Dumping implements Abilities.DumpsCore {
    private final LiveState state;
    private final Monitor monitor;
    private final CoreDumps dumps;
    private final Runnable crash;
    private final Standstill standstill;

    /**
     * @param crash ends the instance as crashed and returns when it is gone
     */
    Dumping(LiveState state, Monitor monitor, CoreDumps dumps, Runnable crash) {
        this.state = state;
        this.monitor = monitor;
        this.dumps = dumps;
        this.crash = crash;
        this.standstill = new Standstill(state, monitor, DomainStatus.PAUSED_DUMP);
    }

    @Override
    public void dump(Path file, DumpForm form, boolean goesOn, AfterDump then) {
        boolean wasRunning = state.running();
        boolean written = false;
        try (var open = CoreDumps.create(file)) {
            standstill.expect();
            if (wasRunning && !goesOn) {
                standstill.begin();
            }
            dumps.write(open, form);
            written = true;
        } finally {
            if (!written && Files.isRegularFile(file)) {
                Folders.remove(file);
            }
            if (wasRunning && !(written && then == AfterDump.CRASH)) {
                standstill.end();
            }
        }
        switch (then) {
            case RESUME -> {}
            case CRASH -> crash.run();
            case RESET -> monitor.execute("system_reset");
        }
    }
}
