package dev.posada.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One control group. Setting a limit takes effect at once on all processes in the group; a limit the host does not offer
 * is a {@link CgroupException} that says which controller is missing. Not bound to its processes: the group stays until
 * {@link #remove}, also when this program ends.
 *
 * <p>The files, version 1 beside version 2:
 *
 * <pre>
 *   processor share      cpu.shares                    cpu.weight
 *   processor bandwidth  cpu.cfs_period_us, _quota_us  cpu.max "QUOTA PERIOD"
 *   memory, hard         memory.limit_in_bytes         memory.max
 *   memory, soft         memory.soft_limit_in_bytes    memory.high
 *   memory and swap      memory.memsw.limit_in_bytes   memory.swap.max, less the hard limit
 *   processors, cells    cpuset.cpus, cpuset.mems      the same
 *   disk weight          blkio.weight, blkio.bfq.weight  io.weight, io.bfq.weight
 *   processor time       cpuacct.usage (ns)            cpu.stat usage_usec
 *   processes            pids.max                      the same
 *   stopped              freezer.state                 cgroup.freeze
 *   killed for memory    memory.oom_control oom_kill   memory.events oom_kill
 * </pre>
 */
public final class Cgroup {
    /** No limit, for every limit of this class. */
    public static final long UNLIMITED = -1;

    private static final int REMOVE_TRIES = 50;

    private final CgroupHost host;
    private final String path;
    private final Map<Controller, Path> folders;

    Cgroup(CgroupHost host, String path, Map<Controller, Path> folders) {
        this.host = host;
        this.path = path;
        this.folders = Map.copyOf(folders);
    }

    /** The path below the hierarchies' roots. */
    public String path() {
        return path;
    }

    /** Puts a process with all its threads into the group. */
    public void add(long pid) {
        for (var folder : new HashSet<>(folders.values())) {
            write(folder.resolve("cgroup.procs"), Long.toString(pid));
        }
    }

    /**
     * Puts one thread into the group, which must be a {@link #child} of the group of its process. In version 2 the group
     * becomes a threaded one.
     */
    public void addThread(long tid) {
        for (var entry : folders.entrySet()) {
            var folder = entry.getValue();
            if (host.isUnified(entry.getKey())) {
                if (read(folder.resolve("cgroup.type")).equals("domain")) {
                    write(folder.resolve("cgroup.type"), "threaded");
                }
                write(folder.resolve("cgroup.threads"), Long.toString(tid));
            } else {
                write(folder.resolve("tasks"), Long.toString(tid));
            }
        }
    }

    /** Share of the processors against sibling groups; version 1: 2 to 262144, version 2: 1 to 10000. */
    public void processorShares(long shares) {
        write(Controller.CPU, "cpu.shares", "cpu.weight", Long.toString(shares));
    }

    public long processorShares() {
        return number(read(Controller.CPU, "cpu.shares", "cpu.weight"));
    }

    /**
     * Processor time per period.
     *
     * @param periodMicros 1,000 to 1,000,000
     * @param quotaMicros at least 1,000, or {@link #UNLIMITED}
     */
    public void processorQuota(long periodMicros, long quotaMicros) {
        var folder = folder(Controller.CPU);
        if (host.isUnified(Controller.CPU)) {
            write(
                    folder.resolve("cpu.max"),
                    (quotaMicros < 0 ? "max" : Long.toString(quotaMicros)) + " " + periodMicros);
            return;
        }
        // The kernel refuses a pair that is momentarily out of range, so the quota is lifted first.
        write(folder.resolve("cpu.cfs_quota_us"), "-1");
        write(folder.resolve("cpu.cfs_period_us"), Long.toString(periodMicros));
        if (quotaMicros >= 0) {
            write(folder.resolve("cpu.cfs_quota_us"), Long.toString(quotaMicros));
        }
    }

    /** The period of {@link #processorQuota}, in microseconds. */
    public long processorPeriodMicros() {
        var folder = folder(Controller.CPU);
        return host.isUnified(Controller.CPU)
                ? number(read(folder.resolve("cpu.max")).replaceFirst("^\\S+ ", ""))
                : number(read(folder.resolve("cpu.cfs_period_us")));
    }

    /** The quota of {@link #processorQuota} in microseconds, or {@link #UNLIMITED}. */
    public long processorQuotaMicros() {
        var folder = folder(Controller.CPU);
        return host.isUnified(Controller.CPU)
                ? number(read(folder.resolve("cpu.max")).replaceFirst(" .*$", ""))
                : number(read(folder.resolve("cpu.cfs_quota_us")));
    }

    /** Most memory the group may have in bytes, or {@link #UNLIMITED}; beyond it the kernel ends processes. */
    public void limitMemory(long bytes) {
        write(Controller.MEMORY, "memory.limit_in_bytes", "memory.max", limit(Controller.MEMORY, bytes));
    }

    /** The limit of {@link #limitMemory}; nothing when there is none. */
    public OptionalLong memoryLimitBytes() {
        return limited(read(Controller.MEMORY, "memory.limit_in_bytes", "memory.max"));
    }

    /**
     * Memory in bytes the group is pressed back to when the host is short of it, or {@link #UNLIMITED}. In version 2 the
     * kernel does not wait until it is: who needs more is slowed down until he stands nearly still, see
     * {@link #softLimitSlowsDown}.
     */
    public void limitMemorySoftly(long bytes) {
        write(Controller.MEMORY, "memory.soft_limit_in_bytes", "memory.high", limit(Controller.MEMORY, bytes));
    }

    /** Whether {@link #limitMemorySoftly} slows down whoever is above it, also on a host with memory to spare. */
    public boolean softLimitSlowsDown() {
        return host.isUnified(Controller.MEMORY);
    }

    /**
     * Has the kernel take memory back, once, until the group has so many bytes or no more can be taken. Where it does not
     * offer that (version 1, and before Linux 5.19) nothing happens.
     */
    public void reclaimTo(long bytes) {
        var folder = folder(Controller.MEMORY);
        var reclaim = folder.resolve("memory.reclaim");
        if (!host.isUnified(Controller.MEMORY) || !Files.exists(reclaim)) {
            return;
        }
        long excess = number(read(folder.resolve("memory.current"))) - bytes;
        if (excess <= 0) {
            return;
        }
        try {
            Files.writeString(reclaim, Long.toString(excess));
        } catch (IOException notAll) {
            // The kernel took what there was.
        }
    }

    /** The limit of {@link #limitMemorySoftly}; nothing when there is none. */
    public OptionalLong memorySoftLimitBytes() {
        return limited(read(Controller.MEMORY, "memory.soft_limit_in_bytes", "memory.high"));
    }

    /** Most memory and swap together in bytes, or {@link #UNLIMITED}; not below the memory limit, which is set first. */
    public void limitMemoryAndSwap(long bytes) {
        var folder = folder(Controller.MEMORY);
        if (host.isUnified(Controller.MEMORY)) {
            long swap =
                    bytes < 0 ? bytes : Math.max(0, bytes - memoryLimitBytes().orElse(0));
            write(folder.resolve("memory.swap.max"), limit(Controller.MEMORY, swap));
        } else {
            write(folder.resolve("memory.memsw.limit_in_bytes"), limit(Controller.MEMORY, bytes));
        }
    }

    /** The limit of {@link #limitMemoryAndSwap}; nothing when there is none, or when the kernel does not count swap. */
    public OptionalLong memoryAndSwapLimitBytes() {
        var folder = folder(Controller.MEMORY);
        if (host.isUnified(Controller.MEMORY)) {
            var swap = folder.resolve("memory.swap.max");
            var limit = Files.exists(swap) ? limited(read(swap)) : OptionalLong.empty();
            var memory = memoryLimitBytes();
            return limit.isPresent() && memory.isPresent()
                    ? OptionalLong.of(limit.getAsLong() + memory.getAsLong())
                    : OptionalLong.empty();
        }
        var file = folder.resolve("memory.memsw.limit_in_bytes");
        return Files.exists(file) ? limited(read(file)) : OptionalLong.empty();
    }

    /** Most processes and threads the group may have, or {@link #UNLIMITED}. */
    public void limitProcesses(long count) {
        write(Controller.PIDS, "pids.max", "pids.max", count >= 0 ? Long.toString(count) : "max");
    }

    /** Whether the group can be {@linkplain #freeze stopped}. */
    public boolean canFreeze() {
        var folder = folders.get(Controller.FREEZER);
        return folder != null
                && Files.exists(folder.resolve(host.isUnified(Controller.FREEZER) ? "cgroup.freeze" : "freezer.state"));
    }

    /** Stops every process of the group, also those that come into it. They do not notice. */
    public void freeze() {
        var unified = host.isUnified(Controller.FREEZER);
        write(Controller.FREEZER, "freezer.state", "cgroup.freeze", unified ? "1" : "FROZEN");
    }

    /** Lets the processes of the group go on. In version 1 a stopped process ends only after this, also when killed. */
    public void thaw() {
        var unified = host.isUnified(Controller.FREEZER);
        write(Controller.FREEZER, "freezer.state", "cgroup.freeze", unified ? "0" : "THAWED");
    }

    /** The processes of the group, by number. */
    public List<Long> processes() {
        return folders.values().stream()
                .distinct()
                .flatMap(folder -> read(folder.resolve("cgroup.procs")).lines())
                .distinct()
                .map(Cgroup::number)
                .toList();
    }

    /** Processors the group may run on, as {@code 0-3,6}. */
    public void processors(String list) {
        write(folder(Controller.CPUSET).resolve("cpuset.cpus"), list);
    }

    /** NUMA cells the group may take memory from, as {@code 0-1}. */
    public void memoryCells(String list) {
        write(folder(Controller.CPUSET).resolve("cpuset.mems"), list);
    }

    /** Share of the disks against sibling groups, 10 to 1000. */
    public void diskWeight(long weight) {
        var file = firstOf(folder(Controller.BLKIO), weightFiles());
        write(file, file.endsWith("io.weight") ? "default " + weight : Long.toString(weight));
    }

    /** What of a disk's traffic can be limited, per second. */
    public enum DiskRate {
        READ_BYTES("blkio.throttle.read_bps_device", "rbps"),
        WRITE_BYTES("blkio.throttle.write_bps_device", "wbps"),
        READ_REQUESTS("blkio.throttle.read_iops_device", "riops"),
        WRITE_REQUESTS("blkio.throttle.write_iops_device", "wiops");

        private final String file;
        private final String key;

        DiskRate(String file, String key) {
            this.file = file;
            this.key = key;
        }
    }

    /**
     * Limits the group's traffic with one disk of the host.
     *
     * @param device a block device's node, as {@code /dev/sda}
     * @param perSecond bytes or requests, or {@link #UNLIMITED}
     */
    public void limitDisk(Path device, DiskRate rate, long perSecond) {
        var folder = folder(Controller.BLKIO);
        var number = deviceNumber(device);
        if (host.isUnified(Controller.BLKIO)) {
            write(folder.resolve("io.max"), number + " " + rate.key + "=" + (perSecond < 0 ? "max" : perSecond));
        } else {
            write(folder.resolve(rate.file), number + " " + Math.max(0, perSecond));
        }
    }

    /** The kernel's {@code MAJOR:MINOR}, taken apart as {@code makedev(3)} puts it together. */
    private static String deviceNumber(Path device) {
        try {
            long number = ((Number) Files.getAttribute(device, "unix:rdev")).longValue();
            long major = ((number >> 8) & 0xfff) | ((number >> 32) & ~0xfffL);
            long minor = (number & 0xff) | ((number >> 12) & ~0xffL);
            if (number == 0) {
                throw new CgroupException(device + " is not a device of the host");
            }
            return major + ":" + minor;
        } catch (IOException | UnsupportedOperationException e) {
            throw new CgroupException("cannot look at the device " + device + ": " + e.getMessage(), e);
        }
    }

    /** Whether the kernel offers {@link #diskWeight}: it takes a scheduler that knows weights. */
    public boolean hasDiskWeight() {
        return host.offers(Controller.BLKIO)
                && weightFiles().stream()
                        .anyMatch(file -> Files.exists(folder(Controller.BLKIO).resolve(file)));
    }

    /** Processor time all processes of the group have used, in nanoseconds. */
    public long processorNanos() {
        var folder = folder(Controller.CPUACCT);
        if (!host.isUnified(Controller.CPUACCT)) {
            return number(read(folder.resolve("cpuacct.usage")));
        }
        return read(folder.resolve("cpu.stat"))
                .lines()
                .filter(line -> line.startsWith("usage_usec "))
                .mapToLong(line -> number(line.substring(11)) * 1000)
                .findFirst()
                .orElse(0);
    }

    /** How often the kernel ended a process of the group because the group's memory was full. */
    public long memoryKills() {
        return read(Controller.MEMORY, "memory.oom_control", "memory.events")
                .lines()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line -> number(line.substring("oom_kill ".length())))
                .findFirst()
                .orElse(0);
    }

    /** What its processes have used. Quick: some small files are read, those of a group that is gone as nothing. */
    public CgroupUsage usage() {
        return CgroupUsage.of(
                Optional.ofNullable(folders.get(Controller.CPUACCT)),
                Optional.ofNullable(folders.get(Controller.CPU)),
                Optional.ofNullable(folders.get(Controller.MEMORY)),
                Optional.ofNullable(folders.get(Controller.BLKIO)),
                new boolean[] {
                    host.isUnified(Controller.CPU), host.isUnified(Controller.MEMORY), host.isUnified(Controller.BLKIO)
                });
    }

    /**
     * A group below this one in the hierarchies of some controllers, for single threads: only {@link Controller#CPU},
     * {@link Controller#CPUACCT}, {@link Controller#CPUSET} and {@link Controller#PIDS} follow threads.
     */
    public Cgroup child(String name, Controller first, Controller... more) {
        return host.create(path + "/" + name, EnumSet.of(first, more));
    }

    /**
     * Removes the group and those below it. Their processes must have ended; the kernel needs a moment to forget them,
     * which is waited for briefly. A group that cannot be removed is left; it holds nothing but its name.
     */
    public boolean remove() {
        boolean gone = true;
        for (Path folder : Set.copyOf(folders.values())) {
            gone &= removeFolder(folder);
        }
        return gone;
    }

    private static boolean removeFolder(Path folder) {
        try (Stream<Path> below = Files.list(folder)) {
            below.filter(Files::isDirectory).forEach(Cgroup::removeFolder);
        } catch (IOException e) {
            return !Files.exists(folder);
        }
        for (int tries = 0; tries < REMOVE_TRIES; tries++) {
            try {
                Files.deleteIfExists(folder);
                return true;
            } catch (IOException e) {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
        }
        return false;
    }

    private List<String> weightFiles() {
        return host.isUnified(Controller.BLKIO)
                ? List.of("io.weight", "io.bfq.weight")
                : List.of("blkio.weight", "blkio.bfq.weight");
    }

    private static Path firstOf(Path folder, List<String> names) {
        for (var name : names) {
            if (Files.exists(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        throw new CgroupException(
                "the kernel has no " + String.join(" or ", names) + ": no disk scheduler with weights");
    }

    private String limit(Controller controller, long bytes) {
        return bytes >= 0 ? Long.toString(bytes) : host.isUnified(controller) ? "max" : "-1";
    }

    /** Version 1 says "no limit" with a number near the largest, rounded to a page. */
    private static OptionalLong limited(String text) {
        long value = number(text);
        return value == UNLIMITED || value >= Long.MAX_VALUE - (1 << 20)
                ? OptionalLong.empty()
                : OptionalLong.of(value);
    }

    private static long number(String text) {
        try {
            return text.strip().equals("max") ? UNLIMITED : Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new CgroupException("not a number from the kernel: '" + text.strip() + "'", e);
        }
    }

    private void write(Controller controller, String separate, String unified, String value) {
        write(folder(controller).resolve(host.isUnified(controller) ? unified : separate), value);
    }

    private String read(Controller controller, String separate, String unified) {
        return read(folder(controller).resolve(host.isUnified(controller) ? unified : separate));
    }

    private Path folder(Controller controller) {
        var folder = folders.get(controller);
        if (folder == null) {
            throw new CgroupException(
                    "the host does not offer the control group controller '" + controller.word() + "'");
        }
        return folder;
    }

    private static void write(Path file, String value) {
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new CgroupException("cannot write '" + value + "' to " + file + ": " + e.getMessage(), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CgroupException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
