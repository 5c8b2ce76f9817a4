package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainPmSuspendForDurationArgs;
import dev.posada.protocol.RemoteDomainPmWakeupArgs;
import dev.posada.protocol.RemoteDomainSendProcessSignalArgs;
import dev.posada.protocol.RemoteDomainSetLifecycleActionArgs;

/** Sleep, signals, and what happens when a guest ends. */
public final class DomainPower {
    private final Connection connection;
    private final DomainRef domain;

    DomainPower(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** How deep a guest sleeps. */
    public enum Sleep {
        MEMORY,
        DISK,
        HYBRID
    }

    /** How a guest ends. */
    public enum Ending {
        POWEROFF,
        REBOOT,
        CRASH
    }

    /** What the host does then. */
    public enum Action {
        DESTROY,
        RESTART,
        RESTART_RENAME,
        PRESERVE,
        COREDUMP_DESTROY,
        COREDUMP_RESTART
    }

    /**
     * Has the guest put itself to sleep.
     *
     * @param durationSeconds when to wake it; 0 for not before it is woken
     */
    public void sleep(Sleep target, long durationSeconds) {
        connection
                .remote()
                .domainAgent()
                .domainPmSuspendForDuration(
                        new RemoteDomainPmSuspendForDurationArgs(domain, target.ordinal(), durationSeconds, 0));
    }

    /** Wakes a guest that put itself to sleep. */
    public void wake() {
        connection.remote().domainAgent().domainPmWakeup(new RemoteDomainPmWakeupArgs(domain, 0));
    }

    /** Says what the host does when the guest ends. */
    public void setAction(Ending ending, Action action, Flag.Impact... impact) {
        connection
                .remote()
                .domainLifecycle()
                .domainSetLifecycleAction(new RemoteDomainSetLifecycleActionArgs(
                        domain, ending.ordinal(), action.ordinal(), Flag.bits(impact)));
    }

    /**
     * Sends a signal to a process of the guest.
     *
     * @param process its number inside the guest
     * @param signal the signal's number
     */
    public void signal(long process, int signal) {
        connection
                .remote()
                .domainDevice()
                .domainSendProcessSignal(new RemoteDomainSendProcessSignalArgs(domain, process, signal, 0));
    }
}
