package dev.posada.docker;

import dev.posada.driver.Abilities;
import dev.posada.driver.GuestAgent;
import java.util.Map;
import java.util.Optional;

/** Why containers cannot do what other domains can. */
final class WhyNot {
    private static final Map<Class<?>, String> REASONS = Map.ofEntries(
            Map.entry(Abilities.HasScreens.class, "a container has no screen"),
            Map.entry(Abilities.HandsOverScreens.class, "a container has no screen"),
            Map.entry(Abilities.TakesKeys.class, "a container has no keyboard"),
            Map.entry(Abilities.TakesNmi.class, "a container has no processor of its own to interrupt"),
            Map.entry(Abilities.HasMonitor.class, "a container has no monitor but for console-resize"),
            Map.entry(GuestAgent.class, "there is no agent in a container: use docker exec"),
            Map.entry(
                    Abilities.Saves.class,
                    "the checkpoints of Docker are experimental and need a CRIU that works with the host's kernel"),
            Map.entry(
                    Abilities.DumpsCore.class, "a container has no memory of its own to dump, only its programs have"),
            Map.entry(Abilities.ChangesDisks.class, "a container has no disks"),
            Map.entry(Abilities.LimitsDisks.class, "a container has no disks; its traffic is limited by <blkiotune>"),
            Map.entry(Abilities.WatchesDisks.class, "a container has no disks"),
            Map.entry(Abilities.RunsIoThreads.class, "a container has no threads of a hypervisor"),
            Map.entry(Abilities.WakesUp.class, "a container does not sleep"),
            Map.entry(Abilities.MeasuresDirtyRate.class, "only a machine's memory can be followed"));

    private WhyNot() {}

    static Optional<String> of(Class<?> ability) {
        return Optional.ofNullable(REASONS.get(ability));
    }
}
