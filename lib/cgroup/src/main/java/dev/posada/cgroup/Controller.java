package dev.posada.cgroup;

import java.util.Locale;

/** A kind of resource the kernel shares out and accounts for. */
public enum Controller {
    CPU,
    CPUACCT,
    CPUSET,
    MEMORY,
    BLKIO,
    PIDS,
    /** Stops and resumes whole groups; in version 2 every group can be stopped. */
    FREEZER;

    /** The name on a version 1 mount. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name in a version 2 group's {@code cgroup.controllers}; empty for what every group has. */
    String unifiedWord() {
        return switch (this) {
            case CPUACCT, FREEZER -> "";
            case BLKIO -> "io";
            case CPU, CPUSET, MEMORY, PIDS -> word();
        };
    }
}
