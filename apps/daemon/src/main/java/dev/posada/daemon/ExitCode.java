package dev.posada.daemon;

/** How the program ends, as seen by whoever started it. Once shipped, a number keeps its meaning. */
enum ExitCode {
    STOPPED(0, "told to stop, or idle for as long as --timeout allows"),
    FAILED(1, "could not start, or could not go on"),
    OPTIONS(2, "an option is wrong"),
    OUT_OF_MEMORY(3, "the Java heap is full"),
    SETTINGS(4, "a configuration file is wrong"),
    TAKEN(5, "another daemon uses the same folder or socket");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }
}
