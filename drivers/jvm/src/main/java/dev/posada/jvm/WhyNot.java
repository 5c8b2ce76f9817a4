package dev.posada.jvm;

import dev.posada.driver.Abilities;
import dev.posada.driver.GuestAgent;
import dev.posada.driver.SnapshotDriver;
import java.util.Map;
import java.util.Optional;

/** Why Java programs cannot do what other domains can. */
final class WhyNot {
    private static final Map<Class<?>, String> REASONS = Map.ofEntries(
            Map.entry(Abilities.TakesSignals.class, "only shutdown and destroy speak to a Java program"),
            Map.entry(Abilities.ResizesConsoles.class, "it was started by somebody else and has no console here"),
            Map.entry(Abilities.HasScreens.class, "a Java program has no screen"),
            Map.entry(Abilities.HandsOverScreens.class, "a Java program has no screen"),
            Map.entry(Abilities.TakesKeys.class, "a Java program has no keyboard"),
            Map.entry(Abilities.TakesNmi.class, "a Java program has no processor of its own to interrupt"),
            Map.entry(GuestAgent.class, "there is no agent in a Java program: its monitor is what jcmd is"),
            Map.entry(SnapshotDriver.class, "a Java program cannot be put back to what it was"),
            Map.entry(Abilities.Saves.class, "a Java program cannot be put to rest on disk"),
            Map.entry(
                    Abilities.PinsProcessors.class,
                    "a Java program has no virtual processors to pin: see <vcpu cpuset>"),
            Map.entry(Abilities.ChangesInterfaces.class, "a Java program has the host's network"),
            Map.entry(Abilities.ChangesDisks.class, "a Java program has no disks"),
            Map.entry(Abilities.LimitsDisks.class, "a Java program has no disks"),
            Map.entry(Abilities.WatchesDisks.class, "a Java program has no disks"),
            Map.entry(Abilities.RunsIoThreads.class, "a Java program has no threads of a hypervisor"),
            Map.entry(Abilities.WakesUp.class, "a Java program does not sleep"),
            Map.entry(Abilities.MeasuresDirtyRate.class, "only a machine's memory can be followed"));

    private WhyNot() {}

    static Optional<String> of(Class<?> ability) {
        return Optional.ofNullable(REASONS.get(ability));
    }
}
