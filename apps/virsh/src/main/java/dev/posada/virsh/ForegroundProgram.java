package dev.posada.virsh;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that has the terminal while virsh waits for its end: an editor, what runs inside a container. */
final class ForegroundProgram {
    private static final int INTERRUPTED = 1;
    private static final int PATIENCE_SECONDS = 1;

    private ForegroundProgram() {}

    /**
     * Runs a program in the session's folder. When we are interrupted it is ended.
     *
     * @param words the program and its arguments
     * @param cannotExecute the answer when there is no such program, which is complained of
     * @return its exit status
     */
    static int run(Call call, List<String> words, int cannotExecute) {
        call.session().console().out().flush();
        try {
            return await(new ProcessBuilder(words)
                    .directory(call.session().folder().resolve("").toFile())
                    .inheritIO()
                    .start());
        } catch (IOException e) {
            call.complain("cannot execute binary " + words.getFirst() + ": No such file or directory");
            return cannotExecute;
        }
    }

    private static int await(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return process.onExit()
                    .thenApply(Process::exitValue)
                    .completeOnTimeout(INTERRUPTED, PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** What is said of a program that ended with another status than 0. */
    static CommandException failed(String command, int status) {
        return new CommandException("internal error: Child process (" + command + ") unexpected exit status " + status);
    }
}
