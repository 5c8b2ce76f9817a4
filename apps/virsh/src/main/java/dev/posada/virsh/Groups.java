package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** All groups, in the order of the help. */
final class Groups {
    private static final List<CommandGroup> ALL = List.of(
            new DomainCommands(),
            new MonitorCommands(),
            new EventCommands(),
            new HostCommands(),
            new CheckpointCommands(),
            new InterfaceCommands(),
            new FilterCommands(),
            new NetworkCommands(),
            new NodeDeviceCommands(),
            new SecretCommands(),
            new SnapshotCommands(),
            new BackupCommands(),
            new PoolCommands(),
            new VolumeCommands(),
            new ShellCommands());

    private Groups() {}

    static List<CommandGroup> all() {
        return ALL;
    }

    static Optional<CommandGroup> named(String keyword) {
        for (var group : ALL) {
            if (group.keyword().equals(keyword)) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    static Optional<Command> command(String name) {
        for (var group : ALL) {
            var command = group.command(name);
            if (command.isPresent()) {
                return command;
            }
        }
        return Optional.empty();
    }
}
