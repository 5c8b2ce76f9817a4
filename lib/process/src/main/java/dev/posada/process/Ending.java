package dev.posada.process;

import dev.posada.posix.ExitStatus;

/** How a child ended, as far as it can be known. */
public sealed interface Ending {
    /** It was our child, and the kernel told us. */
    record Known(ExitStatus status) implements Ending {}

    /** It was adopted: its status went to whoever is its parent now. */
    record Unknown() implements Ending {}
}
