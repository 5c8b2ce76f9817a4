package dev.posada.process;

import dev.posada.posix.Descriptor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What to start and what to give it. Standard input is empty; so is everything that is not named here.
 *
 * @param executable path of the program
 * @param arguments all of argv, the program's own name first
 * @param environment all of its variables
 * @param directory its working directory
 * @param descriptors open files it finds at the given numbers, from 3; they stay the caller's
 * @param log where standard output and standard error go; otherwise they are lost
 * @param pidFile a file to write its number to, for others to see
 * @param umask its file mode mask; otherwise ours. Costs a shell in between, about a millisecond.
 */
public record ChildCommand(
        Path executable,
        List<String> arguments,
        Map<String, String> environment,
        Path directory,
        Map<Integer, Descriptor> descriptors,
        Optional<LogFile> log,
        Optional<Path> pidFile,
        OptionalInt umask) {
    private static final int FIRST_EXTRA_DESCRIPTOR = 3;

    public ChildCommand {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        descriptors = Map.copyOf(descriptors);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("argv of " + executable + " has no name");
        }
        for (int number : descriptors.keySet()) {
            if (number < FIRST_EXTRA_DESCRIPTOR) {
                throw new IllegalArgumentException("descriptor " + number + " is a standard one");
            }
        }
    }

    /** The program with these arguments behind its name, our environment, the root as its directory. */
    public static ChildCommand of(Path executable, List<String> arguments) {
        var all = Stream.concat(Stream.of(executable.toString()), arguments.stream())
                .toList();
        return new ChildCommand(
                executable,
                all,
                System.getenv(),
                Path.of("/"),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
    }

    /** A copy with all of its variables set. */
    public ChildCommand withEnvironment(Map<String, String> variables) {
        return new ChildCommand(executable, arguments, variables, directory, descriptors, log, pidFile, umask);
    }

    /** A copy with another working directory. */
    public ChildCommand withDirectory(Path path) {
        return new ChildCommand(executable, arguments, environment, path, descriptors, log, pidFile, umask);
    }

    /** A copy with one more open file. */
    public ChildCommand withDescriptor(int number, Descriptor descriptor) {
        var more = new HashMap<>(descriptors);
        more.put(number, descriptor);
        return new ChildCommand(executable, arguments, environment, directory, more, log, pidFile, umask);
    }

    /** A copy that writes to a log. */
    public ChildCommand withLog(LogFile file) {
        return new ChildCommand(
                executable, arguments, environment, directory, descriptors, Optional.of(file), pidFile, umask);
    }

    /** A copy whose number is written to a file. */
    public ChildCommand withPidFile(Path path) {
        return new ChildCommand(
                executable, arguments, environment, directory, descriptors, log, Optional.of(path), umask);
    }

    /** A copy with a file mode mask of its own, 0 to 0777. */
    public ChildCommand withUmask(int mask) {
        return new ChildCommand(
                executable, arguments, environment, directory, descriptors, log, pidFile, OptionalInt.of(mask));
    }
}
