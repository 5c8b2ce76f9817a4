package dev.posada.cli;

import dev.posada.terminal.Console;

/** One verb of {@code posada image}. */
interface Verb {
    /** One line for the list of verbs: the words it takes. */
    String synopsis();

    /** Says which options there are. */
    Options options();

    /** Exit status when an image cannot be used. */
    default int failureStatus() {
        return 1;
    }

    /**
     * Does it.
     *
     * @return exit status
     */
    int run(Words words, Console console);
}
