package dev.posada.virsh;

import java.util.Optional;

/** Commands that change domains as a whole. */
final class DomainLifeCommands {
    private DomainLifeCommands() {}

    /** Makes the command of that name; empty for a name that is not one of these. */
    static Optional<Command> command(String name) {
        return Optional.empty();
    }
}
