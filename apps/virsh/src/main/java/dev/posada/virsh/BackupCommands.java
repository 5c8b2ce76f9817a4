package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about backups of running domains. */
final class BackupCommands implements CommandGroup {
    private static final List<String> NAMES = List.of("backup-begin", "backup-dumpxml");

    @Override
    public String keyword() {
        return "backup";
    }

    @Override
    public String title() {
        return "Backup";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "backup-begin" -> Backups.begin();
                    case "backup-dumpxml" -> Backups.dumpxml();
                    default -> null;
                });
    }
}
