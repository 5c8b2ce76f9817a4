package dev.posada.storage;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.Poller;
import dev.posada.process.Executables;
import dev.posada.process.ProcessException;
import dev.posada.process.Tools;
import java.util.List;
import java.util.Optional;

/**
 * The host's programs for storage, run when they are needed. What runs them is made with the first; until then a daemon
 * with nothing but folders has no thread for it.
 */
final class HostTools implements AutoCloseable {
    private static final int SHOWN_CHARACTERS = 300;

    private Optional<Poller> poller = Optional.empty();

    /**
     * Runs a program to its end.
     *
     * @param what what is tried, as errors begin
     * @param debianPackage where the program comes from
     * @return what it printed
     * @throws dev.posada.model.PosadaException {@code OPERATION_FAILED} when it is not installed or says no
     */
    String run(String what, String debianPackage, List<String> arguments) {
        require(what, debianPackage, arguments.getFirst());
        try {
            var result = tools().run(Tools.Call.of(arguments));
            if (!result.success()) {
                var words = (result.errors().isBlank() ? result.output() : result.errors())
                        .strip()
                        .replaceAll("\\s*\\n\\s*", "; ");
                throw failed(what + ": " + arguments.getFirst() + " ended with " + result.status() + ": " + cut(words));
            }
            return result.output();
        } catch (ProcessException e) {
            throw failed(what + ": " + e.getMessage());
        }
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
