package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about storage pools. */
final class PoolCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "find-storage-pool-sources-as",
            "find-storage-pool-sources",
            "pool-autostart",
            "pool-build",
            "pool-create-as",
            "pool-create",
            "pool-define-as",
            "pool-define",
            "pool-delete",
            "pool-destroy",
            "pool-dumpxml",
            "pool-edit",
            "pool-info",
            "pool-list",
            "pool-name",
            "pool-refresh",
            "pool-start",
            "pool-undefine",
            "pool-uuid",
            "pool-event",
            "pool-capabilities");

    @Override
    public String keyword() {
        return "pool";
    }

    @Override
    public String title() {
        return "Storage Pool";
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
