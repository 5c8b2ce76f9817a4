package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * A process by descriptor, pidfd_open(2): however long one keeps it, it never means another process that got the same
 * number later. It becomes readable ({@link Poller#watch}) when the process ends.
 */
public final class ProcessDescriptor implements AutoCloseable {
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int SIGINFO_BYTES = 128;

    // siginfo_t for SIGCHLD on 64-bit machines.
    private static final int SI_CODE = 8;
    private static final int SI_PID = 16;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    private static final NativeCall PIDFD_OPEN = NativeCall.of("pidfd_open");
    private static final NativeCall PIDFD_SEND_SIGNAL = NativeCall.of("pidfd_send_signal");
    private static final NativeCall WAITID = NativeCall.of("waitid");

    private final int pid;
    private final Descriptor descriptor;

    private ProcessDescriptor(int pid, Descriptor descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /** The process that has this number now; empty when there is none. A zombie can still be opened. */
    public static Optional<ProcessDescriptor> open(int pid) {
        int number = PIDFD_OPEN.asInt(pid, 0);
        if (number == -Errno.ESRCH) {
            return Optional.empty();
        }
        PIDFD_OPEN.check(number, "process " + pid);
        return Optional.of(new ProcessDescriptor(pid, Descriptor.adopt(number)));
    }

    public int pid() {
        return pid;
    }

    /** The descriptor, still owned by this object; readable when the process has ended. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /**
     * Sends a signal.
     *
     * @return false when the process has ended and been reaped
     * @throws PosixException EPERM when it is not ours to signal
     */
    public boolean signal(int signal) {
        int number = descriptor.acquire();
        try {
            int result = PIDFD_SEND_SIGNAL.asInt(number, signal, 0, 0);
            if (result == -Errno.ESRCH) {
                return false;
            }
            PIDFD_SEND_SIGNAL.check(result, "process " + pid);
            return true;
        } finally {
            descriptor.done();
        }
    }

    /**
     * Takes the exit status of a child of this process that has ended, which lets the kernel forget it; waitid(2). Never
     * waits.
     *
     * @return empty when it still runs
     * @throws PosixException ECHILD when it is no child of ours, or somebody took the status before
     */
    public Optional<ExitStatus> reap() {
        int number = descriptor.acquire();
        try (var arena = Arena.ofConfined()) {
            var info = arena.allocate(SIGINFO_BYTES, 8);
            int result = WAITID.asIntRestarting(P_PIDFD, number, info.address(), WEXITED | WNOHANG, 0);
            WAITID.check(result, "process " + pid);
            if (info.get(JAVA_INT, SI_PID) == 0) {
                return Optional.empty();
            }
            int code = info.get(JAVA_INT, SI_CODE);
            int status = info.get(JAVA_INT, SI_STATUS);
            return Optional.of(
                    code == CLD_EXITED
                            ? new ExitStatus.Exited(status)
                            : new ExitStatus.Killed(status, code == CLD_DUMPED));
        } finally {
            descriptor.done();
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "process " + pid;
    }
}
