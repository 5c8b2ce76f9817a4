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
        return Optional.ofNullable(
                switch (name) {
                    case "vol-clone" -> VolumeLife.cloneVolume();
                    case "vol-create-as" -> VolumeLife.createAs();
                    case "vol-create" -> VolumeLife.create();
                    case "vol-create-from" -> VolumeLife.createFrom();
                    case "vol-delete" -> VolumeLife.delete();
                    case "vol-download" -> VolumeTransfer.download();
                    case "vol-dumpxml" -> VolumeListing.dumpxml();
                    case "vol-info" -> VolumeListing.info();
                    case "vol-key" -> VolumeListing.key();
                    case "vol-list" -> VolumeListing.list();
                    case "vol-name" -> VolumeListing.name();
                    case "vol-path" -> VolumeListing.path();
                    case "vol-pool" -> VolumeListing.pool();
                    case "vol-resize" -> VolumeLife.resize();
                    case "vol-upload" -> VolumeTransfer.upload();
                    case "vol-wipe" -> VolumeLife.wipe();
                    default -> null;
                });
    }
}
