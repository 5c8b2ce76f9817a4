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
        MEMORY(0),
        DISK(1),
        HYBRID(2);

        private final int number;

        Sleep(int number) {
            this.number = number;
        }
    }

    /** How a guest ends. */
    public enum Ending {
        POWEROFF(0),
        REBOOT(1),
        CRASH(2);

        private final int number;

        Ending(int number) {
            this.number = number;
        }
    }

    /** What the host does then. */
    public enum Action {
        DESTROY(0),
        RESTART(1),
        RESTART_RENAME(2),
        PRESERVE(3),
        COREDUMP_DESTROY(4),
        COREDUMP_RESTART(5);

        private final int number;

        Action(int number) {
            this.number = number;
        }
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
                        new RemoteDomainPmSuspendForDurationArgs(domain, target.number, durationSeconds, 0));
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
                        domain, ending.number, action.number, Flag.bits(impact)));
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
