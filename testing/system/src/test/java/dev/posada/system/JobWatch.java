package dev.posada.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Notices a virsh of libvirt 9 that will never end. It runs {@code save}, {@code managedsave}, {@code dump} and {@code
 * migrate} in a thread of their own, which at its end tells the first thread's loop to stop; told before the loop has
 * begun, that is lost, and virsh waits for ever (some 3 of 100 times for {@code virsh -c test:///default save test FILE
 * --running --paused}). Nothing but running it again helps.
 */
final class JobWatch {
    private static final Set<String> JOBS = Set.of("save", "managedsave", "dump", "migrate");

    /** The threads that are left when the job's is gone. */
    private static final List<String> WAITING = List.of("virsh", "vshEventLoop");

    /** For how long nothing but waiting threads is more than a job that is about to begin. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private JobWatch() {}

    /**
     * Whether a command is libvirt's virsh and one of the commands it runs as jobs, as words or as one line. Words before
     * it become virsh, as {@code setpriv} and {@code env} do.
     */
    static boolean concerns(String... command) {
        int virsh = List.of(command).indexOf("virsh");
        return virsh >= 0
                && Arrays.stream(command)
                        .skip(virsh + 1L)
                        .map(word -> word.split(" ", 2)[0])
                        .anyMatch(JOBS::contains);
    }

    /**
     * Waits until such a command has ended, its job has and it does not know, or it took too long.
     *
     * @return whether its job has ended and it does not know
     */
    static boolean waitsForNothing(Process virsh, Duration patience) throws InterruptedException {
        long start = System.nanoTime();
        long busy = start;
        while (!virsh.waitFor(100, TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            if (!threads(virsh).equals(WAITING)) {
                busy = now;
            }
            if (now - busy > SETTLED.toNanos()) {
                return true;
            }
            if (now - start > patience.toNanos()) {
                return false;
            }
        }
        return false;
    }

    /** Names of the threads a process has, sorted. */
    private static List<String> threads(Process process) {
        try (var tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            return tasks.map(JobWatch::name).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "one that has just ended";
        }
    }
}
