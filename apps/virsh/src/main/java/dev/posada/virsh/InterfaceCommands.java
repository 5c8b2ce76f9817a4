package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about network links of the host. */
final class InterfaceCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "iface-begin",
            "iface-bridge",
            "iface-commit",
            "iface-define",
            "iface-destroy",
            "iface-dumpxml",
            "iface-edit",
            "iface-list",
            "iface-mac",
            "iface-name",
            "iface-rollback",
            "iface-start",
            "iface-unbridge",
            "iface-undefine");

    @Override
    public String keyword() {
        return "interface";
    }

    @Override
    public String title() {
        return "Interface";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "iface-begin" -> Interfaces.begin();
                    case "iface-commit" -> Interfaces.commit();
                    case "iface-define" -> Interfaces.define();
                    case "iface-destroy" -> Interfaces.destroy();
                    case "iface-dumpxml" -> Interfaces.dumpxml();
                    case "iface-edit" -> Interfaces.edit();
                    case "iface-list" -> Interfaces.list();
                    case "iface-mac" -> Interfaces.mac();
                    case "iface-name" -> Interfaces.name();
                    case "iface-rollback" -> Interfaces.rollback();
                    case "iface-start" -> Interfaces.start();
                    case "iface-undefine" -> Interfaces.undefine();
                    case "iface-bridge" -> InterfaceBridges.bridge();
                    case "iface-unbridge" -> InterfaceBridges.unbridge();
                    default -> null;
                });
    }
}
