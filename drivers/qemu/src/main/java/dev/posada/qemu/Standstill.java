package dev.posada.qemu;

import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import java.time.Duration;
import java.util.Optional;

/** Has a guest stand still while something is done with its machine, and go on afterwards. */
final class Standstill {
    /** How long QEMU's word of a change may lag behind its answer to the command. */
    private static final Duration EVENT_PATIENCE = Duration.ofSeconds(1);

    private final LiveState state;
    private final Monitor monitor;
    private final DomainStatus reason;

    /**
     * @param reason what the guest is meanwhile
     */
    Standstill(LiveState state, Monitor monitor, DomainStatus reason) {
        this.state = state;
        this.monitor = monitor;
        this.reason = reason;
    }

    /** Says what a stop will be called that QEMU makes of itself. */
    void expect() {
        state.expect(reason, DomainStatus.RUNNING_UNPAUSED);
    }

    void begin() {
        long before = state.stops();
        monitor.execute("stop");
        if (!state.awaitStop(before, EVENT_PATIENCE) && state.running()) {
            state.enter(reason, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
        }
    }

    /** Sets going again what stood still; also what QEMU itself stopped when it had written the machine's state. */
    void end() {
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
