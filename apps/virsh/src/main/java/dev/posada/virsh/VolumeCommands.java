package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about volumes. */
final class VolumeCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "vol-clone",
            "vol-create-as",
            "vol-create",
            "vol-create-from",
            "vol-delete",
            "vol-download",
            "vol-dumpxml",
            "vol-info",
            "vol-key",
            "vol-list",
            "vol-name",
            "vol-path",
            "vol-pool",
            "vol-resize",
            "vol-upload",
            "vol-wipe");

    @Override
    public String keyword() {
        return "volume";
    }

    @Override
    public String title() {
        return "Storage Volume";
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
