package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about devices of the host. */
final class NodeDeviceCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "nodedev-create",
            "nodedev-destroy",
            "nodedev-detach",
            "nodedev-dumpxml",
            "nodedev-list",
            "nodedev-reattach",
            "nodedev-reset",
            "nodedev-event",
            "nodedev-define",
            "nodedev-undefine",
            "nodedev-start",
            "nodedev-autostart",
            "nodedev-info");

    @Override
    public String keyword() {
        return "nodedev";
    }

    @Override
    public String title() {
        return "Node Device";
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
