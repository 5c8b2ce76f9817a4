package dev.posada.process;

import dev.posada.posix.SystemConfiguration;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel tells of a process or thread at one moment, proc(5).
 *
 * @param id number of the process, or of the thread
 * @param name up to 15 bytes, as set by exec or by the thread itself
 * @param state what it does
 * @param parent number of the parent process
 * @param startTicks when it started, in clock ticks since the boot
 * @param user time spent in its own code, to a clock tick (usually 10 ms); of a process, all its threads together
 * @param system time spent in the kernel for it, likewise
 * @param residentBytes memory it occupies; the process's, also for a thread
 * @param threadCount threads of the process
 * @param lastCpu cpu it last ran on
 */
public record ProcessFacts(
        int id,
        String name,
        State state,
        int parent,
        long startTicks,
        Duration user,
        Duration system,
        long residentBytes,
        int threadCount,
        int lastCpu) {
    private static final int STAT_BYTES_MAX = 4096;

    /** Threads listed of one process; a process with more is shown in part. */
    private static final int THREADS_MAX = 65_536;

    /** Devices' numbers, as proc(5) writes them: the minor in the low 8 bits and the high 12, the major between. */
    private static final int MINOR_LOW_MASK = 0xff;

    private static final int MAJOR_SHIFT = 8;
    private static final int MAJOR_MASK = 0xfff;
    private static final int MINOR_SHIFT = 12;
    private static final int MINOR_HIGH_MASK = 0xfff00;

    /** The major number of terminals made by programs. */
    private static final int PTS_MAJOR = 136;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** What a process does. */
    public enum State {
        RUNNING,
        SLEEPING,
        /** Waits for a device; cannot be killed meanwhile. */
        UNINTERRUPTIBLE,
        STOPPED,
        /** Ended, but its parent has not asked how. */
        ZOMBIE,
        OTHER;

        static State of(char letter) {
            return switch (letter) {
                case 'R' -> RUNNING;
                case 'S', 'I' -> SLEEPING;
                case 'D' -> UNINTERRUPTIBLE;
                case 'T', 't' -> STOPPED;
                case 'Z', 'X', 'x' -> ZOMBIE;
                default -> OTHER;
            };
        }
    }

    /**
     * How the scheduler treated a thread, exactly.
     *
     * @param run time it ran
     * @param waiting time it could have run but no cpu was free
     */
    public record Scheduling(Duration run, Duration waiting) {}

    /** Facts of a process; empty when there is none of that number. */
    public static Optional<ProcessFacts> of(int pid) {
        return read(ProcFiles.PROC.resolve(Integer.toString(pid)), pid);
    }

    /** Facts of every thread of a process, by number; none when the process is gone. */
    public static List<ProcessFacts> threads(int pid) {
        var list = new ArrayList<ProcessFacts>();
        var folder = ProcFiles.PROC.resolve(Integer.toString(pid)).resolve("task");
        try (var threads = Files.newDirectoryStream(folder)) {
            for (var thread : threads) {
                ProcFiles.number(thread).flatMap(id -> read(thread, id)).ifPresent(list::add);
                if (list.size() == THREADS_MAX) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            // The process ended while we looked: what has been found is as true as anything.
        }
        list.sort(Comparator.comparingInt(ProcessFacts::id));
        return List.copyOf(list);
    }

    /** How the scheduler treated a thread; empty when it is gone, or the kernel does not count. */
    public static Optional<Scheduling> scheduling(int pid, int thread) {
        var file = ProcFiles.PROC
                .resolve(Integer.toString(pid))
                .resolve("task")
                .resolve(Integer.toString(thread))
                .resolve("schedstat");
        return ProcFiles.read(file, STAT_BYTES_MAX).flatMap(ProcessFacts::parseScheduling);
    }

    /** The arguments of a process; none when it is gone, ended, or a kernel thread. */
    public static List<String> commandLine(int pid) {
        return ProcessTable.commandLine(pid);
    }

    /**
     * The terminal that a process is controlled by, as {@code /dev/pts/3}; empty when it has none, or one of the host's own
     * lines, or is gone. Who opens it looks afterwards whether
     * the process is still the one that was meant.
     */
    public static Optional<Path> terminal(int pid) {
        return ProcFiles.read(ProcFiles.PROC.resolve(Integer.toString(pid)).resolve("stat"), STAT_BYTES_MAX)
                .flatMap(StatLine::parse)
                .map(StatLine::terminal)
                .filter(device -> ((device >>> MAJOR_SHIFT) & MAJOR_MASK) == PTS_MAJOR)
                .map(device -> (device & MINOR_LOW_MASK) | ((device >>> MINOR_SHIFT) & MINOR_HIGH_MASK))
                .map(minor -> Path.of("/dev/pts", Integer.toString(minor)));
    }

    /** User and system time together. */
    public Duration cpuTime() {
        return user.plus(system);
    }

    private static Optional<Scheduling> parseScheduling(String text) {
        var parts = text.strip().split(" ", -1);
        try {
            return parts.length < 2
                    ? Optional.empty()
                    : Optional.of(new Scheduling(
                            Duration.ofNanos(Long.parseLong(parts[0])), Duration.ofNanos(Long.parseLong(parts[1]))));
        } catch (NumberFormatException otherFormat) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessFacts> read(Path folder, int id) {
        return ProcFiles.read(folder.resolve("stat"), STAT_BYTES_MAX)
                .flatMap(StatLine::parse)
                .map(line -> of(id, line));
    }

    private static ProcessFacts of(int id, StatLine line) {
        return new ProcessFacts(
                id,
                line.name(),
                State.of(line.state()),
                line.parent(),
                line.startTicks(),
                time(line.userTicks()),
                time(line.systemTicks()),
                line.residentPages() * SystemConfiguration.pageSizeBytes(),
                line.threadCount(),
                line.lastCpu());
    }

    private static Duration time(long ticks) {
        return Duration.ofNanos(ticks * (NANOS_PER_SECOND / SystemConfiguration.clockTicksPerSecond()));
    }
}
