package dev.posada.posix;

/** Who this process is and what the kernel lets it be: credentials(7), umask(2), prctl(2). */
public final class CurrentProcess {
    private static final long PR_SET_CHILD_SUBREAPER = 36;

    private static final NativeCall GETUID = NativeCall.of("getuid");
    private static final NativeCall GETEUID = NativeCall.of("geteuid");
    private static final NativeCall GETGID = NativeCall.of("getgid");
    private static final NativeCall GETEGID = NativeCall.of("getegid");
    private static final NativeCall UMASK = NativeCall.of("umask");
    private static final NativeCall PRCTL = NativeCall.of("prctl");
    private static final NativeCall KILL = NativeCall.of("kill");
    private static final NativeCall SIGNAL = NativeCall.of("signal");
    private static final NativeCall WAITPID = NativeCall.of("waitpid");

    private CurrentProcess() {}

    public static int pid() {
        return Math.toIntExact(ProcessHandle.current().pid());
    }

    public static int uid() {
        return (int) GETUID.raw();
    }

    public static int effectiveUid() {
        return (int) GETEUID.raw();
    }

    public static int gid() {
        return (int) GETGID.raw();
    }

    public static int effectiveGid() {
        return (int) GETEGID.raw();
    }

    /** Sets the file mode mask of the whole process, all threads; for start-up only. Answers the one before. */
    public static int changeUmask(int mask) {
        return UMASK.asInt(mask);
    }

    /** Descendants whose parent ends become our children instead of init's, and must be reaped by us. */
    public static void becomeSubreaper() {
        PRCTL.checked("PR_SET_CHILD_SUBREAPER", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }

    /**
     * Sends a signal by process number; prefer {@link ProcessDescriptor#signal}, which cannot hit a later process of the same
     * number. A negative number means a process group.
     *
     * @return false when there is no such process
     */
    public static boolean signal(int pid, int signal) {
        int result = KILL.asInt(pid, signal);
        if (result == -Errno.ESRCH) {
            return false;
        }
        KILL.check(result, "process " + pid);
        return true;
    }

    /**
     * Makes the kernel keep ended children until their status is taken. It does not if whoever started us left SIGCHLD ignored,
     * and then nobody ever learns how a child ended.
     */
    public static void keepEndedChildren() {
        SIGNAL.raw(Signals.CHLD, 0);
    }

    /** Kills a child of ours and takes its status, for want of a descriptor to do so; waits for the child to go. */
    public static void killChild(int pid) {
        if (pid <= 0) {
            throw new IllegalArgumentException("not a single process: " + pid);
        }
        signal(pid, Signals.KILL);
        WAITPID.asIntRestarting(pid, 0, 0);
    }
}
