package dev.posada.qemu;

import java.util.Optional;

/**
 * A board an emulator can be.
 *
 * @param name the canonical name, as {@code pc-q35-7.2}
 * @param alias another name for it, as {@code q35}
 * @param maxCpus most processors it takes
 * @param isDefault whether the emulator takes it when none is named
 * @param deprecated whether it will go away
 * @param defaultCpu the processor type it has when none is named, as {@code qemu64-x86_64-cpu}
 * @param defaultRamId the name of its main memory's backend, as {@code pc.ram}
 */
record MachineType(
        String name,
        Optional<String> alias,
        int maxCpus,
        boolean isDefault,
        boolean deprecated,
        Optional<String> defaultCpu,
        Optional<String> defaultRamId) {}
