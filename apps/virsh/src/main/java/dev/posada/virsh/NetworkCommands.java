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
        return Optional.ofNullable(
                switch (name) {
                    case "net-autostart" -> NetworkLife.autostart();
                    case "net-create" -> NetworkLife.create();
                    case "net-define" -> NetworkLife.define();
                    case "net-destroy" -> NetworkLife.destroy();
                    case "net-dhcp-leases" -> NetworkListing.dhcpLeases();
                    case "net-dumpxml" -> NetworkLife.dumpxml();
                    case "net-edit" -> NetworkLife.edit();
                    case "net-info" -> NetworkListing.info();
                    case "net-list" -> NetworkListing.list();
                    case "net-name" -> NetworkLife.name();
                    case "net-start" -> NetworkLife.start();
                    case "net-undefine" -> NetworkLife.undefine();
                    case "net-update" -> UpdateNetwork.command();
                    case "net-uuid" -> NetworkLife.uuid();
                    case "net-port-list" -> PortsOfNetwork.list();
                    case "net-port-create" -> PortsOfNetwork.create();
                    case "net-port-dumpxml" -> PortsOfNetwork.dumpxml();
                    case "net-port-delete" -> PortsOfNetwork.delete();
                    case "net-event" -> ObjectEventCommands.network();
                    default -> null;
                });
    }
}
