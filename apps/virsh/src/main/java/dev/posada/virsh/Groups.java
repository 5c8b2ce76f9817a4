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

    /** What libvirt's virsh does not have, and its lists, which ours equal, therefore do not show. */
    private static final List<CommandGroup> OWN = List.of(new JvmCommands());

    private Groups() {}

    /** Those libvirt's virsh has. */
    static List<CommandGroup> all() {
        return ALL;
    }

    static Optional<CommandGroup> named(String keyword) {
        for (var groups : List.of(ALL, OWN)) {
            for (var group : groups) {
                if (group.keyword().equals(keyword) || group.title().equals(keyword)) {
                    return Optional.of(group);
                }
            }
        }
        return Optional.empty();
    }

    static Optional<Command> command(String name) {
        for (var groups : List.of(ALL, OWN)) {
            for (var group : groups) {
                var command = group.command(name);
                if (command.isPresent()) {
                    return command;
                }
            }
        }
        return Optional.empty();
    }
}
