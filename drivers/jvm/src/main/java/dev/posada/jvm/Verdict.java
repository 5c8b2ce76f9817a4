package dev.posada.jvm;

import dev.posada.model.DomainDefinition;
import dev.posada.process.RunLog;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a program came to its end, worked out from its status, its last words and what the kernel counted.
 *
 * @param kind what it was
 * @param reason one line for people; empty for an end as it should be
 */
record Verdict(Kind kind, String reason) {
    /** What an end was. */
    enum Kind {
        /** It came to its own end, or was asked to and did. */
        SHUTDOWN,
        /** It failed. */
        CRASHED,
        /** It never came to be. */
        NEVER_RAN,
        /** Nobody is left who could know. */
        UNKNOWN
    }

    private static final int SIGNALLED = 128;
    private static final int OUT_OF_MEMORY_STATUS = 3;
    private static final int KILLED = SIGNALLED + 9;
    private static final int ABORTED = SIGNALLED + 6;

    /** SIGHUP, SIGINT and SIGTERM: a JVM runs its hooks at these and ends with a status that says so. */
    private static final List<Integer> ASKED = List.of(SIGNALLED + 1, SIGNALLED + 2, SIGNALLED + 15);

    private static final int LINE_MAX = 300;

    /** What HotSpot writes when a full heap ends it. */
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("^Terminating due to (java\\.lang\\.OutOfMemoryError(?:: .*)?)\\r?$", Pattern.MULTILINE);

    /** Lines of a stack trace below its first one. */
    private static final Pattern TRACE =
            Pattern.compile("\\s+at .*|Caused by: .*|\\s+\\.\\.\\. \\d+ more|\\s*Suppressed: .*");

    /** What the launcher adds to every error. */
    private static final List<String> LAUNCHER_SAYS = List.of(
            "Error: Could not create the Java Virtual Machine.",
            "Error: A fatal exception has occurred. Program will exit.",
            "Error: A JNI error has occurred, please check your installation and try again");

    private static final String MAIN_THREAD = "Exception in thread \"main\" ";

    /**
     * What is known of a program's limits.
     *
     * @param memoryKib the limit of the whole process
     * @param heap the heap, as {@code 64 MiB}
     * @param kernelKilled whether the kernel ended a process of it because its memory was full
     */
    record Limits(long memoryKib, String heap, boolean kernelKilled) {}

    /**
     * Judges a program that has ended.
     *
     * @param status as a shell tells it: 128 and more for a signal
     * @param output the last of what the program wrote
     */
    static Verdict of(int status, String output, Limits limits) {
        if (status == 0 || ASKED.contains(status)) {
            return new Verdict(Kind.SHUTDOWN, "");
        }
        if (status == Launcher.NEVER_RAN) {
            return new Verdict(Kind.NEVER_RAN, "the program was never started: " + lastWords(output));
        }
        var full = OUT_OF_MEMORY.matcher(output);
        if (status == OUT_OF_MEMORY_STATUS && full.find()) {
            return crashed("out of memory: the program's heap of " + limits.heap() + " is full (" + full.group(1)
                    + "); give it more <memory>");
        }
        if (limits.kernelKilled()) {
            return crashed("killed: the program took more than its " + inMib(limits.memoryKib())
                    + " of memory; give it more <memory>, or less of it to the heap (-Xmx)");
        }
        if (status == KILLED) {
            return crashed("the program was killed by somebody (SIGKILL)");
        }
        if (status == ABORTED) {
            return crashed("the Java virtual machine aborted: " + lastWords(output));
        }
        if (status > SIGNALLED) {
            return crashed("the program was ended by signal " + (status - SIGNALLED));
        }
        var words = lastWords(output);
        return crashed("the program ended with status " + status + (words.isEmpty() ? "" : ": " + words));
    }

    /**
     * Judges the run an instance's journal speaks of.
     *
     * @param typed what was typed at its console last, as far as it is known
     */
    static Verdict of(InstanceJournal journal, DomainDefinition definition, ResourceLimits limits, List<String> typed) {
        var status = StatusFile.read(journal.files().status());
        if (status.isEmpty()) {
            return new Verdict(
                    Kind.UNKNOWN, "the process that waits for the program's end was killed, and the program with it");
        }
        var options = JavaProgram.of(definition).options();
        var heap = Heap.sizedBy(options)
                ? "the size its options give it"
                : inMib(Heap.ofMemory(definition.maxMemoryKib()));
        return of(
                status.getAsInt(),
                withoutEcho(RunLog.tail(journal.log(), journal.logStart()), typed),
                new Limits(limits.memoryLimitKib().orElseGet(definition::maxMemoryKib), heap, limits.kernelKilled()));
    }

    /** What the program wrote, without the lines that are what was typed; all of it when there is nothing else. */
    static String withoutEcho(String output, List<String> typed) {
        var own = output.lines().filter(line -> !typed.contains(line.strip())).collect(Collectors.joining("\n"));
        return own.isBlank() ? output : own;
    }

    /** A failure for this reason. */
    static Verdict crashed(String reason) {
        return new Verdict(Kind.CRASHED, reason);
    }

    static String inMib(long kib) {
        return kib % 1024 == 0 ? kib / 1024 + " MiB" : kib + " KiB";
    }

    /** The line of a program's output that says most: its last one, or the head of the stack trace it ends with. */
    static String lastWords(String output) {
        var lines = output.lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isBlank() && !LAUNCHER_SAYS.contains(line))
                .toList();
        int last = lines.size() - 1;
        while (last > 0 && TRACE.matcher(lines.get(last)).matches()) {
            last--;
        }
        if (last < 0) {
            return "";
        }
        var line = lines.get(last).strip();
        var words = line.startsWith(MAIN_THREAD) ? line.substring(MAIN_THREAD.length()) : line;
        return words.length() <= LINE_MAX ? words : words.substring(0, LINE_MAX) + "…";
    }
}
