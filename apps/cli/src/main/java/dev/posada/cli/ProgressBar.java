package dev.posada.cli;

import dev.posada.image.Progress;
import dev.posada.terminal.Console;
import java.util.Locale;

/** Prints how far it is, as QEMU does: {@code (12.50/100%)}, over and over on one line. */
final class ProgressBar implements Progress, AutoCloseable {
    /** A hundredth of a percent is the least that can be seen. */
    private static final int STEPS = 10_000;

    /** Some changes are enough; each costs the terminal more than it tells. */
    private static final int STEPS_BETWEEN = 100;

    private final Console console;
    private final boolean shown;
    private long last = -STEPS_BETWEEN;

    ProgressBar(Console console, boolean shown) {
        this.console = console;
        this.shown = shown;
    }

    @Override
    public void at(long doneBytes, long totalBytes) {
        console.cancellation().check();
        long step = totalBytes == 0 ? STEPS : (long) ((double) doneBytes / totalBytes * STEPS);
        if (shown && (step - last >= STEPS_BETWEEN || (step == STEPS && last != STEPS))) {
            last = step;
            console.out().print(String.format(Locale.ROOT, "    (%3.2f/100%%)\r", step / 100.0));
            console.out().flush();
        }
    }

    /** Leaves the line. */
    @Override
    public void close() {
        if (shown) {
            console.out().println();
        }
    }
}
