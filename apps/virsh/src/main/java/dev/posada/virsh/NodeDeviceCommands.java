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
        return Optional.ofNullable(
                switch (name) {
                    case "nodedev-list" -> NodeDeviceListing.list();
                    case "nodedev-create" -> NodeDeviceLife.create();
                    case "nodedev-destroy" -> NodeDeviceLife.destroy();
                    case "nodedev-detach" -> NodeDeviceLife.detach();
                    case "nodedev-dumpxml" -> NodeDeviceLife.dumpxml();
                    case "nodedev-reattach" -> NodeDeviceLife.reattach();
                    case "nodedev-reset" -> NodeDeviceLife.reset();
                    case "nodedev-define" -> NodeDeviceLife.define();
                    case "nodedev-undefine" -> NodeDeviceLife.undefine();
                    case "nodedev-start" -> NodeDeviceLife.start();
                    case "nodedev-autostart" -> NodeDeviceLife.autostart();
                    case "nodedev-info" -> NodeDeviceLife.info();
                    case "nodedev-event" -> ObjectEventCommands.nodeDevice();
                    default -> null;
                });
    }
}
