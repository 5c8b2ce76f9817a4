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
        return Optional.ofNullable(
                switch (name) {
                    case "checkpoint-create" -> Checkpointing.create();
                    case "checkpoint-create-as" -> Checkpointing.createAs();
                    case "checkpoint-delete" -> Checkpointing.delete();
                    case "checkpoint-edit" -> Checkpointing.edit();
                    case "checkpoint-info" -> LookAtCheckpoints.info();
                    case "checkpoint-list" -> LookAtCheckpoints.list();
                    case "checkpoint-parent" -> LookAtCheckpoints.parent();
                    case "checkpoint-dumpxml" -> LookAtCheckpoints.dumpxml();
                    default -> null;
                });
    }
}
