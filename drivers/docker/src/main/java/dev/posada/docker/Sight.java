package dev.posada.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What a look at a container shows of its life.
 *
 * @param id of the container
 * @param running whether a program runs in it, frozen or not
 * @param restarting whether the engine is about to begin it anew by itself
 * @param paused whether it is frozen
 * @param pid of its first process on the engine's host, 0 for none
 * @param started when it was started last, as the engine writes it: what tells one run from another
 * @param exit status of the run before, when it does not run
 * @param outOfMemory whether the kernel killed in it for want of memory
 * @param error why the engine could not start it; empty when it could
 */
record Sight(
        String id,
        boolean running,
        boolean restarting,
        boolean paused,
        long pid,
        String started,
        int exit,
        boolean outOfMemory,
        String error) {
    static Sight of(InspectContainerResponse seen) {
        var state = seen.getState();
        boolean restarting = Boolean.TRUE.equals(state.getRestarting());
        return new Sight(
                seen.getId(),
                Boolean.TRUE.equals(state.getRunning()) && !restarting,
                restarting,
                Boolean.TRUE.equals(state.getPaused()),
                Optional.ofNullable(state.getPidLong()).orElse(0L),
                Optional.ofNullable(state.getStartedAt()).orElse(""),
                Optional.ofNullable(state.getExitCodeLong()).orElse(0L).intValue(),
                Boolean.TRUE.equals(state.getOOMKilled()),
                Optional.ofNullable(state.getError()).orElse(""));
    }

    /** When it was started last; nothing when it never was. */
    Optional<Instant> startedAt() {
        try {
            return Optional.of(Instant.parse(started)).filter(at -> at.isAfter(Instant.EPOCH));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
