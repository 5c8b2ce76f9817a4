package dev.posada.osinfo;

import java.util.OptionalLong;

/**
 * What a system needs of a machine of one architecture. What the database does not state is empty.
 *
 * @param architecture the architecture, or {@code all}
 * @param cpuHertz the clock of a processor
 * @param cpus the number of processors
 * @param ramBytes the memory
 * @param storageBytes the space on disk
 */
public record Resources(
        String architecture,
        OptionalLong cpuHertz,
        OptionalLong cpus,
        OptionalLong ramBytes,
        OptionalLong storageBytes) {

    /** These, with what they leave open taken from {@code other}. */
    Resources orElse(Resources other) {
        return new Resources(
                architecture,
                first(cpuHertz, other.cpuHertz),
                first(cpus, other.cpus),
                first(ramBytes, other.ramBytes),
                first(storageBytes, other.storageBytes));
    }

    private static OptionalLong first(OptionalLong one, OptionalLong other) {
        return one.isPresent() ? one : other;
    }
}
