package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about checkpoints of domains. */
final class CheckpointCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "checkpoint-create",
            "checkpoint-create-as",
            "checkpoint-delete",
            "checkpoint-dumpxml",
            "checkpoint-edit",
            "checkpoint-info",
            "checkpoint-list",
            "checkpoint-parent");

    @Override
    public String keyword() {
        return "checkpoint";
    }

    @Override
    public String title() {
        return "Checkpoint";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.empty();
    }
}
