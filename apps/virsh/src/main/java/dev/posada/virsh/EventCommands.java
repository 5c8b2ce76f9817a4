package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands that wait for events of domains. */
final class EventCommands implements CommandGroup {
    private static final List<String> NAMES = List.of("event");

    @Override
    public String keyword() {
        return "events";
    }

    @Override
    public String title() {
        return "Domain Events";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return name.equals("event") ? Optional.of(DomainEventCommands.event()) : Optional.empty();
    }
}
