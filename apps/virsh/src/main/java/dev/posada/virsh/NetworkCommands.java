package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about virtual networks. */
final class NetworkCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "net-autostart",
            "net-create",
            "net-define",
            "net-destroy",
            "net-dhcp-leases",
            "net-dumpxml",
            "net-edit",
            "net-event",
            "net-info",
            "net-list",
            "net-name",
            "net-start",
            "net-undefine",
            "net-update",
            "net-uuid",
            "net-port-list",
            "net-port-create",
            "net-port-dumpxml",
            "net-port-delete");

    @Override
    public String keyword() {
        return "network";
    }

    @Override
    public String title() {
        return "Networking";
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
