package dev.posada.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the processes of a group have used, as its files say at this moment; 0 for what the host does not count.
 *
 * <pre>
 *   processor   cpuacct.usage, _user, _sys (ns)     cpu.stat usage_usec, user_usec, system_usec
 *   throttled   cpu.stat nr_throttled, throttled_time (ns)   cpu.stat nr_throttled, throttled_usec
 *   memory      memory.usage_in_bytes, memory.max_usage_in_bytes   memory.current, memory.peak
 *   cache       memory.stat total_cache, total_inactive_file       memory.stat file, inactive_file
 *   faults      memory.stat total_pgfault, total_pgmajfault        memory.stat pgfault, pgmajfault
 *   disks       blkio.throttle.io_service_bytes, io_serviced       io.stat rbytes, wbytes, rios, wios
 * </pre>
 *
 * @param processorNanos processor time
 * @param userNanos of that, in programs
 * @param systemNanos of that, in the kernel
 * @param throttledPeriods in how many periods the quota stopped it
 * @param throttledNanos for how long
 * @param memoryBytes memory now, the cache of its files included
 * @param memoryPeakBytes most memory so far
 * @param cacheBytes the cache of its files
 * @param inactiveFileBytes of that, what the kernel gives up first
 * @param minorFaults page faults without a disk
 * @param majorFaults page faults that had to wait for a disk
 */
public record CgroupUsage(
        long processorNanos,
        long userNanos,
        long systemNanos,
        long throttledPeriods,
        long throttledNanos,
        long memoryBytes,
        long memoryPeakBytes,
        long cacheBytes,
        long inactiveFileBytes,
        long minorFaults,
        long majorFaults,
        long readBytes,
        long writtenBytes,
        long reads,
        long writes) {
    private static final long NANOS_PER_MICRO = 1000;

    /** Reads what a group's folders say, by controller; each absent where the host has none. */
    static CgroupUsage of(
            Optional<Path> account,
            Optional<Path> cpu,
            Optional<Path> memory,
            Optional<Path> disks,
            boolean[] unified) {
        boolean unifiedCpu = unified[0];
        boolean unifiedMemory = unified[1];
        boolean unifiedDisks = unified[2];
        var cpuStat = table(cpu, "cpu.stat");
        var memoryStat = table(memory, "memory.stat");
        var traffic = unifiedDisks ? unifiedTraffic(disks) : separateTraffic(disks);
        long usage = unifiedCpu
                ? cpuStat.getOrDefault("usage_usec", 0L) * NANOS_PER_MICRO
                : number(account, "cpuacct.usage");
        long user = unifiedCpu
                ? cpuStat.getOrDefault("user_usec", 0L) * NANOS_PER_MICRO
                : number(account, "cpuacct.usage_user");
        long system = unifiedCpu
                ? cpuStat.getOrDefault("system_usec", 0L) * NANOS_PER_MICRO
                : number(account, "cpuacct.usage_sys");
        var total = unifiedMemory ? "" : "total_";
        return new CgroupUsage(
                usage,
                user,
                system,
                cpuStat.getOrDefault("nr_throttled", 0L),
                unifiedCpu
                        ? cpuStat.getOrDefault("throttled_usec", 0L) * NANOS_PER_MICRO
                        : cpuStat.getOrDefault("throttled_time", 0L),
                number(memory, unifiedMemory ? "memory.current" : "memory.usage_in_bytes"),
                number(memory, unifiedMemory ? "memory.peak" : "memory.max_usage_in_bytes"),
                memoryStat.getOrDefault(unifiedMemory ? "file" : "total_cache", 0L),
                memoryStat.getOrDefault(total + "inactive_file", 0L),
                memoryStat.getOrDefault(total + "pgfault", 0L) - memoryStat.getOrDefault(total + "pgmajfault", 0L),
                memoryStat.getOrDefault(total + "pgmajfault", 0L),
                traffic[0],
                traffic[1],
                traffic[2],
                traffic[3]);
    }

    /** Lines as {@code 8:0 rbytes=4096 wbytes=0 rios=1 wios=0}. */
    private static long[] unifiedTraffic(Optional<Path> folder) {
        var sums = new long[4];
        for (var line : text(folder, "io.stat").lines().toList()) {
            for (var field : line.split(" ", -1)) {
                int sign = field.indexOf('=');
                int place = sign < 0
                        ? -1
                        : switch (field.substring(0, sign)) {
                            case "rbytes" -> 0;
                            case "wbytes" -> 1;
                            case "rios" -> 2;
                            case "wios" -> 3;
                            default -> -1;
                        };
                if (place >= 0) {
                    sums[place] += parsed(field.substring(sign + 1));
                }
            }
        }
        return sums;
    }

    /** Lines as {@code 8:0 Read 4096}. */
    private static long[] separateTraffic(Optional<Path> folder) {
        var sums = new long[4];
        var files = new String[] {"blkio.throttle.io_service_bytes", "blkio.throttle.io_serviced"};
        for (int i = 0; i < files.length; i++) {
            for (var line : text(folder, files[i]).lines().toList()) {
                var fields = line.split(" ", -1);
                if (fields.length == 3 && fields[1].equals("Read")) {
                    sums[2 * i] += parsed(fields[2]);
                } else if (fields.length == 3 && fields[1].equals("Write")) {
                    sums[2 * i + 1] += parsed(fields[2]);
                }
            }
        }
        return sums;
    }

    private static Map<String, Long> table(Optional<Path> folder, String file) {
        var table = new HashMap<String, Long>();
        for (var line : text(folder, file).lines().toList()) {
            int space = line.indexOf(' ');
            if (space > 0) {
                table.put(line.substring(0, space), parsed(line.substring(space + 1)));
            }
        }
        return table;
    }

    private static long number(Optional<Path> folder, String file) {
        return parsed(text(folder, file).strip());
    }

    private static long parsed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A file of a group that may be gone, or that this kernel does not have. */
    private static String text(Optional<Path> folder, String file) {
        if (folder.isEmpty()) {
            return "";
        }
        try {
            return Files.readString(folder.get().resolve(file));
        } catch (IOException e) {
            return "";
        }
    }
}
