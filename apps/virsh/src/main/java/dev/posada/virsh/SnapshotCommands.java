package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about snapshots of domains. */
final class SnapshotCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "snapshot-create",
            "snapshot-create-as",
            "snapshot-current",
            "snapshot-delete",
            "snapshot-dumpxml",
            "snapshot-edit",
            "snapshot-info",
            "snapshot-list",
            "snapshot-parent",
            "snapshot-revert");

    @Override
    public String keyword() {
        return "snapshot";
    }

    @Override
    public String title() {
        return "Snapshot";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "snapshot-create" -> MakeSnapshots.create();
                    case "snapshot-create-as" -> MakeSnapshots.createAs();
                    case "snapshot-current" -> LookAtSnapshots.current();
                    case "snapshot-delete" -> ChangeSnapshots.delete();
                    case "snapshot-edit" -> ChangeSnapshots.edit();
                    case "snapshot-info" -> LookAtSnapshots.info();
                    case "snapshot-list" -> LookAtSnapshots.list();
                    case "snapshot-parent" -> LookAtSnapshots.parent();
                    case "snapshot-revert" -> ChangeSnapshots.revert();
                    case "snapshot-dumpxml" -> LookAtSnapshots.dumpxml();
                    default -> null;
                });
    }
}
