package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.SavedState;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;

/** Writes the whole state of a machine to a file: what another QEMU would be sent. QEMU is given the file open. */
final class Saving implements Abilities.Saves {
    private final LiveState state;
    private final CoreDumps machine;
    private final Standstill standstill;

    /** Whether the guest ran when it was last saved; one call at a time, by the engine's job. */
    private volatile boolean wasRunning;

    Saving(LiveState state, Monitor monitor, CoreDumps machine) {
        this.state = state;
        this.machine = machine;
        this.standstill = new Standstill(state, monitor, DomainStatus.PAUSED_SAVE);
    }

    @Override
    public void save(SavedState to) {
        wasRunning = state.running();
        boolean written = false;
        try (var open = open(to, OpenFlag.WRITE)) {
            standstill.expect();
            if (wasRunning) {
                standstill.begin();
            }
            machine.writeMachine(open);
            written = true;
        } finally {
            if (!written) {
                goOn();
            }
        }
    }

    @Override
    public void goOn() {
        if (wasRunning) {
            standstill.end();
        }
    }

    /** The file, where the driver's part of it begins. */
    static Descriptor open(SavedState saved, OpenFlag how) {
        try {
            var file = Descriptor.open(saved.file(), how);
            PosixFiles.position(file, saved.offsetBytes());
            return file;
        } catch (PosixException e) {
            throw PosadaException.system(
                    ErrorOrigin.QEMU,
                    e.errno(),
                    "cannot open save file '" + saved.file() + "': " + Errno.description(e.errno()));
        }
    }
}
