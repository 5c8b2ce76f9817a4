package dev.posada.doctor;

/** How a check ended. */
enum Verdict {
    PASS("\033[32m"),
    /** Something is missing that some will want. */
    WARN("\033[33m"),
    /** Something is missing that is needed. */
    FAIL("\033[31m");

    private final String colour;

    Verdict(String colour) {
        this.colour = colour;
    }

    /** The word in its colour, for terminals. */
    String coloured() {
        return colour + name() + "\033[0m";
    }
}
