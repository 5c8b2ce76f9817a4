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
        return Optional.ofNullable(
                switch (name) {
                    case "find-storage-pool-sources-as" -> PoolSources.findAs();
                    case "find-storage-pool-sources" -> PoolSources.find();
                    case "pool-create-as" -> PoolFromOptions.createAs();
                    case "pool-define-as" -> PoolFromOptions.defineAs();
                    case "pool-list" -> PoolListing.list();
                    case "pool-info" -> PoolListing.info();
                    case "pool-autostart" -> PoolLife.autostart();
                    case "pool-build" -> PoolLife.build();
                    case "pool-create" -> PoolLife.create();
                    case "pool-define" -> PoolLife.define();
                    case "pool-delete" -> PoolLife.delete();
                    case "pool-destroy" -> PoolLife.destroy();
                    case "pool-dumpxml" -> PoolLife.dumpxml();
                    case "pool-edit" -> PoolLife.edit();
                    case "pool-name" -> PoolLife.name();
                    case "pool-refresh" -> PoolLife.refresh();
                    case "pool-start" -> PoolLife.start();
                    case "pool-undefine" -> PoolLife.undefine();
                    case "pool-uuid" -> PoolLife.uuid();
                    case "pool-capabilities" -> PoolLife.capabilities();
                    case "pool-event" -> ObjectEventCommands.pool();
                    default -> null;
                });
    }
}
