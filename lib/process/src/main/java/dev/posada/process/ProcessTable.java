package dev.posada.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Looks through all processes of the host. */
public final class ProcessTable {
    /** The kernel lets a program start with 2 MiB of arguments by default; what is longer is looked at in part. */
    private static final int COMMAND_LINE_BYTES_MAX = 4 << 20;

    private ProcessTable() {}

    /**
     * A process that was there when looked at.
     *
     * @param identity which one
     * @param commandLine its arguments, the program's name first
     */
    public record Found(ProcessIdentity identity, List<String> commandLine) {
        public Found {
            commandLine = List.copyOf(commandLine);
        }
    }

    /**
     * Finds processes by their arguments: those that were started but whose number was never written down. Ended ones and
     * threads of the kernel have no arguments and are not shown to the predicate. A process that is just starting another one
     * can be seen twice for a moment: until its child becomes another program, both have the same arguments.
     */
    public static List<Found> find(Predicate<List<String>> commandLine) {
        var found = new ArrayList<Found>();
        try (var processes = Files.newDirectoryStream(ProcFiles.PROC, "[0-9]*")) {
            for (var process : processes) {
                ProcFiles.number(process).ifPresent(pid -> look(pid, commandLine, found));
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new ProcessException(ProcessException.Kind.CANNOT_START, "cannot list /proc: " + e.getMessage(), e);
        }
        return List.copyOf(found);
    }

    private static void look(int pid, Predicate<List<String>> wanted, List<Found> found) {
        // The identity first: if the number changes hands in between, the arguments belong to a process that is not it.
        var identity = ProcessIdentity.of(pid);
        var arguments = commandLine(pid);
        if (identity.isPresent()
                && !arguments.isEmpty()
                && wanted.test(arguments)
                && identity.get().exists()) {
            found.add(new Found(identity.get(), arguments));
        }
    }

    static List<String> commandLine(int pid) {
        var file = ProcFiles.PROC.resolve(Integer.toString(pid)).resolve("cmdline");
        var text = ProcFiles.read(file, COMMAND_LINE_BYTES_MAX).orElse("");
        // Each argument ends with a zero byte, the last one too.
        return text.isEmpty() ? List.of() : withoutLast(Arrays.asList(text.split("\0", -1)));
    }

    private static List<String> withoutLast(List<String> parts) {
        return parts.getLast().isEmpty() ? List.copyOf(parts.subList(0, parts.size() - 1)) : List.copyOf(parts);
    }
}
