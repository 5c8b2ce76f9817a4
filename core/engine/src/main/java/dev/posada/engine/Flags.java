package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** The bits of libvirt's flags that calls here take, one group per enumeration. */
final class Flags {
    // virConnectListAllDomainsFlags: groups of bits; within a group any one that fits lets a domain pass
    static final int LIST_ACTIVE = 1;
    static final int LIST_INACTIVE = 1 << 1;
    static final int LIST_PERSISTENT = 1 << 2;
    static final int LIST_TRANSIENT = 1 << 3;
    static final int LIST_RUNNING = 1 << 4;
    static final int LIST_PAUSED = 1 << 5;
    static final int LIST_SHUTOFF = 1 << 6;
    static final int LIST_OTHER = 1 << 7;
    static final int LIST_MANAGED_SAVE = 1 << 8;
    static final int LIST_NO_MANAGED_SAVE = 1 << 9;
    static final int LIST_AUTOSTART = 1 << 10;
    static final int LIST_NO_AUTOSTART = 1 << 11;
    static final int LIST_HAS_SNAPSHOT = 1 << 12;
    static final int LIST_NO_SNAPSHOT = 1 << 13;
    static final int LIST_HAS_CHECKPOINT = 1 << 14;
    static final int LIST_NO_CHECKPOINT = 1 << 15;
    static final int LIST_ALL = (1 << 16) - 1;

    // virDomainXMLFlags
    static final int XML_SECURE = 1;
    static final int XML_INACTIVE = 2;
    static final int XML_UPDATE_CPU = 4;
    static final int XML_MIGRATABLE = 8;

    // virDomainDefineFlags
    static final int DEFINE_VALIDATE = 1;

    // virDomainCreateFlags
    static final int START_PAUSED = 1;
    static final int START_AUTODESTROY = 2;
    static final int START_BYPASS_CACHE = 4;
    static final int START_FORCE_BOOT = 8;
    static final int START_VALIDATE = 16;
    static final int START_RESET_NVRAM = 32;
    static final int START_ALL = 63;

    // virDomainUndefineFlagsValues
    static final int UNDEFINE_MANAGED_SAVE = 1;
    static final int UNDEFINE_SNAPSHOTS_METADATA = 2;
    static final int UNDEFINE_NVRAM = 4;
    static final int UNDEFINE_KEEP_NVRAM = 8;
    static final int UNDEFINE_ALL = 127;

    // virDomainDestroyFlagsValues
    static final int DESTROY_GRACEFUL = 1;
    static final int DESTROY_REMOVE_LOGS = 2;

    // virDomainShutdownFlagValues, virDomainRebootFlagValues
    static final int SHUTDOWN_ALL = 31;

    // virDomainModificationImpact
    static final int AFFECT_LIVE = 1;
    static final int AFFECT_CONFIG = 2;
    static final int AFFECT_ALL = 3;

    // virDomainGetJobStatsFlags
    static final int JOB_COMPLETED = 1;
    static final int JOB_KEEP_COMPLETED = 2;

    // virDomainMemoryModFlags
    static final int MEMORY_MAXIMUM = 4;

    // virDomainVcpuFlags
    static final int VCPU_MAXIMUM = 4;
    static final int VCPU_GUEST = 8;
    static final int VCPU_HOTPLUGGABLE = 16;

    // virDomainConsoleFlags, virDomainChannelFlags
    static final int CONSOLE_FORCE = 1;
    static final int CONSOLE_SAFE = 2;

    // virDomainOpenGraphicsFlags
    static final int GRAPHICS_SKIP_AUTH = 1;

    // virDomainFDAssociateFlags
    static final int ASSOCIATE_RESTORE_LABEL = 1;
    static final int ASSOCIATE_WRITABLE_LABEL = 2;

    // virDomainQemuMonitorCommandFlags
    static final int MONITOR_HUMAN = 1;

    // virConnectGetAllDomainStatsFlags, beside the first eight of the list flags
    static final int STATS_FILTERS = 255;
    static final int STATS_NOWAIT = 1 << 29;
    static final int STATS_BACKING = 1 << 30;
    static final int MESSAGES_ALL = 3;
    static final int STATS_ENFORCE = 1 << 31;

    private Flags() {}

    /** Refuses bits a call does not know, rather than do something else than was asked for. */
    static void check(int flags, int known, String api, ErrorOrigin origin) {
        int unknown = flags & ~known;
        if (unknown != 0) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG,
                    origin,
                    String.format("unsupported flags (0x%x) in function %s", unknown, api));
        }
    }

    static boolean has(int flags, int bit) {
        return (flags & bit) != 0;
    }

    /** Two bits of which one fits an object that has something and the other one that has not; neither asks nothing. */
    static boolean group(int flags, int with, boolean has, int without) {
        return !has(flags, with | without) || has(flags, has ? with : without);
    }
}
