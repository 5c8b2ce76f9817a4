package dev.posada.posix;

/** Constants of the running system, sysconf(3). */
public final class SystemConfiguration {
    private static final long SC_CLK_TCK = 2;
    private static final long SC_PAGESIZE = 30;

    private static final NativeCall SYSCONF = NativeCall.of("sysconf");

    private SystemConfiguration() {}

    /** The unit of times in /proc, usually 100 per second. */
    public static long clockTicksPerSecond() {
        return SYSCONF.asLong(SC_CLK_TCK);
    }

    /** Bytes of a memory page. */
    public static long pageSizeBytes() {
        return SYSCONF.asLong(SC_PAGESIZE);
    }
}
