package dev.posada.storage;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.ExitStatus;
import dev.posada.posix.Poller;
import dev.posada.process.Executables;
import dev.posada.process.ProcessException;
import dev.posada.process.Tools;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The host's programs for storage, run when they are needed. What runs them is made with the first; until then a daemon
 * with nothing but folders has no thread for it.
 */
final class HostTools implements AutoCloseable {
    private static final int SHOWN_CHARACTERS = 300;

    /** What changes devices may take longer than what looks at them: a large disk, a slow server. */
    private static final Duration CHANGE_TIMEOUT = Duration.ofMinutes(10);

    private static final int OUTPUT_BYTES_MAX = 16 << 20;

    private Optional<Poller> poller = Optional.empty();

    /**
     * Runs a program that looks at something, or is done soon, to its end.
     *
     * @param what what is tried, as errors begin
     * @param debianPackage where the program comes from
     * @return what it printed
     * @throws dev.posada.model.PosadaException {@code OPERATION_FAILED} when it is not installed or does not come to its
     *     end, {@code INTERNAL_ERROR} when it says no
     */
    String run(String what, String debianPackage, List<String> arguments) {
        return printed(what, arguments, attempt(what, debianPackage, arguments));
    }

    /** Runs a program that changes something and may take long. */
    String change(String what, String debianPackage, List<String> arguments) {
        return printed(what, arguments, result(what, debianPackage, arguments, CHANGE_TIMEOUT));
    }

    /** Runs a program whose exit status says something. */
    Tools.Result attempt(String what, String debianPackage, List<String> arguments) {
        return result(what, debianPackage, arguments, Tools.Call.TIMEOUT);
    }

    private Tools.Result result(String what, String debianPackage, List<String> arguments, Duration timeout) {
        require(what, debianPackage, arguments.getFirst());
        try {
            return tools().run(Tools.Call.of(arguments).withLimits(timeout, OUTPUT_BYTES_MAX));
        } catch (ProcessException e) {
            throw failed(what + ": " + e.getMessage());
        }
    }

    /** What a program printed that was to succeed. */
    private static String printed(String what, List<String> arguments, Tools.Result result) {
        if (result.success()) {
            return result.output();
        }
        var words = (result.errors().isBlank() ? result.output() : result.errors())
                .strip()
                .replaceAll("\\s*\\n\\s*", "; ");
        throw StorageErrors.of(
                ErrorCode.INTERNAL_ERROR,
                what + ": " + arguments.getFirst() + " ended with " + shown(result.status()) + ": " + cut(words));
    }

    private static String shown(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited(int code) -> "status " + code;
            case ExitStatus.Killed killed -> "signal " + killed.signal();
        };
    }

    /** Refuses what needs a program that is not there. */
    static void require(String what, String debianPackage, String program) {
        if (Executables.find(program).isEmpty()) {
            throw failed(what + ": there is no program " + program + " here: install the package " + debianPackage);
        }
    }

    private static PosadaException failed(String detail) {
        return StorageErrors.of(ErrorCode.OPERATION_FAILED, detail);
    }

    private static String cut(String words) {
        return words.length() <= SHOWN_CHARACTERS ? words : words.substring(0, SHOWN_CHARACTERS) + "…";
    }

    private synchronized Tools tools() {
        if (poller.isEmpty()) {
            poller = Optional.of(new Poller());
        }
        return new Tools(poller.get());
    }

    @Override
    public synchronized void close() {
        poller.ifPresent(Poller::close);
        poller = Optional.empty();
    }
}
