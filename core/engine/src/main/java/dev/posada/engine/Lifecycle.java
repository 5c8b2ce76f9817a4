package dev.posada.engine;

import dev.posada.model.DomainIdentity;
import java.util.UUID;

/**
 * Starting, stopping and what is between. Each call is a job of its domain: it waits for the one before it, and fails
 * with {@code OPERATION_TIMEOUT} when that takes too long. Only {@link #destroy} waits for nobody.
 */
public final class Lifecycle {
    Lifecycle() {}

    /** Starts a domain that is defined nowhere; flags are {@code virDomainCreateFlags}. */
    public DomainIdentity create(String xml, int flags) {
        return Pending.body();
    }

    /** Starts a defined domain; flags are {@code virDomainCreateFlags}. */
    public DomainIdentity start(UUID domain, int flags) {
        return Pending.body();
    }

    /** Pulls the plug; deletes nothing. Flags are {@code virDomainDestroyFlagsValues}. */
    public void destroy(UUID domain, int flags) {
        Pending.body();
    }

    /** Asks the guest to shut down; flags are {@code virDomainShutdownFlagValues}. */
    public void shutdown(UUID domain, int flags) {
        Pending.body();
    }

    /** Asks the guest to reboot; flags are {@code virDomainRebootFlagValues}. */
    public void reboot(UUID domain, int flags) {
        Pending.body();
    }

    /** Presses the reset button; {@code flags} must be 0. */
    public void reset(UUID domain, int flags) {
        Pending.body();
    }

    /** Stops the guest's processors. */
    public void suspend(UUID domain) {
        Pending.body();
    }

    /** Continues the guest's processors. */
    public void resume(UUID domain) {
        Pending.body();
    }

    /**
     * Says what follows an ending.
     *
     * @param type 0 poweroff, 1 reboot, 2 crash
     * @param action 0 destroy, 1 restart, 2 rename-restart, 3 preserve, 4 coredump-destroy, 5 coredump-restart
     * @param flags {@code virDomainModificationImpact}
     */
    public void setLifecycleAction(UUID domain, int type, int action, int flags) {
        Pending.body();
    }
}
