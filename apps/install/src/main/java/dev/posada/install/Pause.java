package dev.posada.install;

import dev.posada.terminal.Console;
import dev.posada.terminal.Terminals;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Time to read something, which the user can cut short. */
final class Pause {
    private static final long GLANCE_MILLIS = 100;

    private Pause() {}

    /** Waits for the time to pass or a line to come; not at all where nobody is at the other end. */
    static void untilEnter(Console console, String invitation, Duration time) {
        if (!Terminals.isTerminal(Terminals.Descriptor.IN)) {
            return;
        }
        console.out().print(invitation);
        console.out().flush();
        long end = System.nanoTime() + time.toNanos();
        var never = new CountDownLatch(1);
        try {
            while (System.nanoTime() < end) {
                console.cancellation().check();
                if (console.in().available() > 0) {
                    console.in().read();
                    return;
                }
                never.await(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (IOException closed) {
            // Nobody is there any more to read.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
