package dev.posada.virsh;

import java.util.Optional;

/** Commands that change parts of domains: devices, disks, processors, memory. */
final class DomainPartCommands {
    private DomainPartCommands() {}

    /** Makes the command of that name; empty for a name that is not one of these. */
    static Optional<Command> command(String name) {
        return Optional.empty();
    }
}
