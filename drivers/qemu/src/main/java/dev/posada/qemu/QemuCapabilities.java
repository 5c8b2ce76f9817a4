package dev.posada.qemu;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one emulator binary can do on this host, as it says itself.
 *
 * @param binary the emulator
 * @param version major × 1,000,000 + minor × 1,000 + release
 * @param packageVersion the distributor's own words, may be empty
 * @param architecture the guest's architecture, as {@code x86_64}
 * @param machines boards, in the emulator's order
 * @param cpuModels processors by accelerator; an accelerator that does not work has no entry
 * @param hostModels the model nearest to the host's processor, by accelerator
 * @param types names of all device and object types
 * @param properties properties of those types that come in different versions of QEMU; only types we ask about
 * @param commands the monitor's commands
 * @param options command-line options with the parameters they list
 * @param kvmObstacle why KVM cannot be used; empty when it can
 */
record QemuCapabilities(
        Path binary,
        int version,
        String packageVersion,
        String architecture,
        List<MachineType> machines,
        Map<Accelerator, List<CpuModel>> cpuModels,
        Map<Accelerator, HostModel> hostModels,
        Set<String> types,
        Map<String, Set<String>> properties,
        Set<String> commands,
        Map<String, Set<String>> options,
        String kvmObstacle) {

    QemuCapabilities {
        machines = List.copyOf(machines);
        cpuModels = Map.copyOf(cpuModels);
        hostModels = Map.copyOf(hostModels);
        types = Set.copyOf(types);
        properties = Map.copyOf(properties);
        commands = Set.copyOf(commands);
        options = Map.copyOf(options);
    }

    /** Whether guests can run on the host's processor. */
    boolean kvmUsable() {
        return kvmObstacle.isEmpty();
    }

    /** The board with this canonical name or alias. */
    Optional<MachineType> machine(String nameOrAlias) {
        return machines.stream()
                .filter(machine -> machine.name().equals(nameOrAlias)
                        || machine.alias().filter(nameOrAlias::equals).isPresent())
                .findFirst();
    }

    /** The board taken when none is named. */
    Optional<MachineType> defaultMachine() {
        return machines.stream().filter(MachineType::isDefault).findFirst();
    }

    /** The board taken when a definition names none: the emulator's default, or where it has none its first. */
    Optional<MachineType> usualMachine() {
        return defaultMachine()
                .or(() -> Architecture.usualMachine(architecture).flatMap(this::machine))
                .or(() -> machines.stream().findFirst());
    }

    /** Whether there is a device or object of this type. */
    boolean has(String type) {
        return types.contains(type);
    }

    /** Whether a type we asked about has a property. */
    boolean has(String type, String property) {
        return properties.getOrDefault(type, Set.of()).contains(property);
    }
}
