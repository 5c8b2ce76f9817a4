package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The switches of a running machine: stop and go, power, reset, and what is pressed on its keyboard. */
final class GuestSwitches
        implements Abilities.Suspends,
                Abilities.ShutsDown,
                Abilities.Reboots,
                Abilities.Resets,
                Abilities.WakesUp,
                Abilities.TakesNmi,
                Abilities.TakesKeys {
    /** How long QEMU's word of a change may lag behind its answer to the command. */
    private static final Duration EVENT_PATIENCE = Duration.ofSeconds(1);

    private static final int KEYS_MAX = 16;

    private static final int BY_ACPI = 1;
    private static final int BY_AGENT = 2;

    private final LiveState state;
    private final GuestLife life;
    private final Monitor monitor;
    private final Agent agent;
    private final KeyNumbers keys;

    GuestSwitches(LiveState state, GuestLife life, Monitor monitor, Agent agent, KeyNumbers keys) {
        this.state = state;
        this.life = life;
        this.monitor = monitor;
        this.agent = agent;
        this.keys = keys;
    }

    @Override
    public void suspend() {
        switch (state.status().state()) {
            case PAUSED -> {
                return;
            }
            case PMSUSPENDED -> throw invalid("domain is pmsuspended");
            default -> {}
        }
        long before = state.stops();
        state.expect(DomainStatus.PAUSED_USER, DomainStatus.RUNNING_UNPAUSED);
        monitor.execute("stop");
        if (!state.awaitStop(before, EVENT_PATIENCE) && state.running()) {
            state.enter(DomainStatus.PAUSED_USER, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
        }
    }

    @Override
    public void resume() {
        switch (state.status().state()) {
            case RUNNING -> throw invalid("domain is already running");
            case PMSUSPENDED -> throw invalid("domain is pmsuspended");
            default -> {}
        }
        long before = state.resumes();
        state.expect(DomainStatus.PAUSED_UNKNOWN, DomainStatus.RUNNING_UNPAUSED);
        monitor.execute("cont");
        if (!state.awaitResume(before, EVENT_PATIENCE) && state.status().state() == DomainState.PAUSED) {
            state.enter(DomainStatus.RUNNING_UNPAUSED, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
        }
    }

    @Override
    public void shutdown(int flags) {
        requireRunningOrPaused();
        life.wantReboot(false);
        if (!throughAgent(flags, "powerdown")) {
            monitor.execute("system_powerdown");
        }
    }

    @Override
    public void reboot(int flags) {
        requireRunningOrPaused();
        // A guest that is to end when it reboots just ends.
        boolean comesBack =
                !List.of("destroy", "preserve").contains(state.definition().onReboot());
        if (throughAgent(flags, "reboot")) {
            return;
        }
        life.wantReboot(comesBack);
        try {
            monitor.execute("system_powerdown");
        } catch (PosadaException e) {
            life.wantReboot(false);
            throw e;
        }
    }

    /** Asks the agent if that is what the flags want; false when the power button is to be pressed. */
    private boolean throughAgent(int flags, String mode) {
        if ((flags & ~(BY_ACPI | BY_AGENT)) != 0) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG,
                    ErrorOrigin.QEMU,
                    "unsupported flags (0x" + Integer.toHexString(flags & ~(BY_ACPI | BY_AGENT))
                            + "): a guest is asked by its power button (acpi) or by its agent");
        }
        boolean acpiToo = flags == 0 || (flags & BY_ACPI) != 0;
        boolean wanted = (flags & BY_AGENT) != 0 || (flags == 0 && agent.connected());
        if (!wanted) {
            return false;
        }
        try {
            life.wantReboot(false);
            agent.executeLast("guest-shutdown", Json.object().with("mode", mode));
            return true;
        } catch (PosadaException e) {
            if (acpiToo) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void reset() {
        life.wantReboot(false);
        monitor.execute("system_reset");
        if (state.status().state() == DomainState.CRASHED) {
            state.enter(DomainStatus.PAUSED_CRASHED, Optional.empty());
        }
    }

    @Override
    public void wakeUp() {
        monitor.execute("system_wakeup");
    }

    @Override
    public void injectNmi() {
        monitor.execute("inject-nmi");
    }

    @Override
    public void sendKeys(int codeset, int holdMillis, List<Integer> keycodes) {
        if (keycodes.isEmpty() || keycodes.size() > KEYS_MAX) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "1 to " + KEYS_MAX + " keys can be pressed together");
        }
        var pressed = new ArrayList<Json>();
        for (int key : keycodes) {
            int number = keys.qnum(codeset, key)
                    .orElseThrow(() -> new PosadaException(
                            ErrorCode.INTERNAL_ERROR,
                            ErrorOrigin.QEMU,
                            "cannot translate keycode " + key + " of codeset " + codeset + " to qnum keycode"));
            pressed.add(Json.object().with("type", "number").with("data", number));
        }
        var arguments = Json.object().with("keys", Json.array(pressed));
        monitor.execute("send-key", holdMillis > 0 ? arguments.with("hold-time", holdMillis) : arguments);
    }

    private void requireRunningOrPaused() {
        if (state.status().state() == DomainState.SHUTDOWN) {
            throw invalid("domain is shutting down already");
        }
    }

    private static PosadaException invalid(String why) {
        return new PosadaException(ErrorCode.OPERATION_INVALID, ErrorOrigin.QEMU, why);
    }
}
