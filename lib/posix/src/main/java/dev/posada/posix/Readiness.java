package dev.posada.posix;

/** What one waits for on a descriptor. A hang-up or an error counts as both, so that nobody waits for ever. */
public enum Readiness {
    READABLE(PollCalls.EPOLLIN),
    WRITABLE(PollCalls.EPOLLOUT);

    private final int mask;

    Readiness(int mask) {
        this.mask = mask;
    }

    int mask() {
        return mask;
    }

    boolean answeredBy(int ready) {
        return (ready & (mask | PollCalls.EPOLLERR | PollCalls.EPOLLHUP)) != 0;
    }
}
