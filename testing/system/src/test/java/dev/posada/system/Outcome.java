package dev.posada.system;

/** How a program ended: its exit status and everything it wrote. */
record Outcome(String command, int status, String out, String err) {
    /** This outcome, or a failure that shows what the program said. */
    Outcome succeeded() {
        if (status != 0) {
            throw new AssertionError(command + " ended with " + status + "\n" + out + err);
        }
        return this;
    }

    /** This outcome of a program that should have refused. */
    Outcome refused() {
        if (status == 0) {
            throw new AssertionError(command + " should have failed, and said\n" + out + err);
        }
        return this;
    }
}
