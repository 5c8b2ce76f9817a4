package dev.posada.virsh;

import dev.posada.client.VirtualNetwork;
import java.util.ArrayList;
import java.util.List;

/** {@code net-update}. */
final class UpdateNetwork {
    /** The parts of a definition that can be changed alone, by their numbers on the wire. */
    private static final List<String> SECTIONS = List.of(
            "none",
            "bridge",
            "domain",
            "ip",
            "ip-dhcp-host",
            "ip-dhcp-range",
            "forward",
            "forward-interface",
            "forward-pf",
            "portgroup",
            "dns-host",
            "dns-txt",
            "dns-srv");

    private static final int ANY_PARENT = -1;

    private UpdateNetwork() {}

    static Command command() {
        var options = new ArrayList<>(List.of(
                Networks.option(),
                Option.value("command", "add-first, add-last (or add), delete or modify")
                        .completing(Completer.words("add", "add-last", "add-first", "delete", "modify")),
                Option.value("section", "the part of the definition, such as ip-dhcp-host")
                        .completing(_ -> SECTIONS.subList(1, SECTIONS.size())),
                Option.value("xml", "the element itself, or a file that holds it"),
                Option.number("parent-index", "which of several elements around it, from 0")));
        options.addAll(List.of(Impacts.options()));
        return Command.named("net-update")
                .summary("change a part of a network's definition")
                .description("Adds, changes or deletes one element, in the running network, the definition or both.")
                .options(options.toArray(Option[]::new))
                .action(UpdateNetwork::run);
    }

    private static void run(Call call) {
        var impact = Impacts.of(call);
        var network = Networks.of(call);
        var update = command(call.required("command"));
        var word = call.required("section");
        int section = SECTIONS.indexOf(word);
        if (section <= 0) {
            throw new CommandException("unrecognized section name '" + word + "'");
        }
        var given = call.required("xml");
        int parent = call.integer("parent-index").orElse(ANY_PARENT);
        var xml = given.startsWith("<") ? given : TextFiles.xml(call, given);
        call.attempt(
                "Failed to update network " + network.name(),
                () -> network.update(update, section, parent, xml, impact));
        call.extra("Updated network " + network.name() + " " + changed(call, network));
    }

    private static VirtualNetwork.UpdateCommand command(String word) {
        return switch (word) {
            case "add", "add-last" -> VirtualNetwork.UpdateCommand.ADD_LAST;
            case "add-first" -> VirtualNetwork.UpdateCommand.ADD_FIRST;
            case "delete" -> VirtualNetwork.UpdateCommand.DELETE;
            case "modify" -> VirtualNetwork.UpdateCommand.MODIFY;
            default -> throw new CommandException("unrecognized command name '" + word + "'");
        };
    }

    private static String changed(Call call, VirtualNetwork network) {
        if (call.has("config")) {
            return call.has("live") ? "persistent config and live state" : "persistent config";
        }
        return call.has("live") || network.isActive() ? "live state" : "persistent config";
    }
}
