package dev.posada.model;

import java.util.Optional;

/** What a domain was doing when a snapshot of it was taken, or that its disks alone were. */
public enum SnapshotState {
    RUNNING("running"),
    BLOCKED("blocked"),
    PAUSED("paused"),
    SHUTDOWN("shutdown"),
    SHUTOFF("shutoff"),
    CRASHED("crashed"),
    /** The disks of a running domain, as a crash of the host would have left them. */
    DISK_SNAPSHOT("disk-snapshot");

    private final String word;

    SnapshotState(String word) {
        this.word = word;
    }

    /** The word that stands in documents. */
    public String word() {
        return word;
    }

    /** Whether a domain returns to it running or paused. */
    public boolean online() {
        return this == RUNNING || this == PAUSED;
    }

    /** The state with this word; nothing for another word. */
    public static Optional<SnapshotState> ofWord(String word) {
        for (var state : values()) {
            if (state.word.equals(word)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
