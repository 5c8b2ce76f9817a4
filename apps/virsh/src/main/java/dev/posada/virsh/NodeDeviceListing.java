package dev.posada.virsh;

import dev.posada.client.NodeDevice;
import dev.posada.client.NodeDevices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code nodedev-list}. */
final class NodeDeviceListing {
    private NodeDeviceListing() {}

    static Command list() {
        return Command.named("nodedev-list")
                .summary("list the host's devices")
                .description("Lists the devices that are there, or others as the options say.")
                .options(
                        Option.flag("tree", "what hangs on what"),
                        Option.text("cap", "those that are or can one of these, separated by commas")
                                .completing(_ -> NodeDevices.capabilities()),
                        Option.flag("inactive", "those that are only defined"),
                        Option.flag("all", "those that are there and those that are only defined"))
                .action(NodeDeviceListing::list);
    }

    private static void list(Call call) {
        var capabilities =
                call.text("cap").map(text -> List.of(text.split(",", -1))).orElse(List.of());
        boolean tree = call.has("tree");
        boolean inactive = call.has("inactive");
        boolean all = call.has("all");
        if (all && inactive) {
            throw new CommandException("Option --all is incompatible with --inactive");
        }
        if (tree && (!capabilities.isEmpty() || inactive)) {
            throw new CommandException("Option --tree is incompatible with --cap and --inactive");
        }
        if (!NodeDevices.capabilities().containsAll(capabilities)) {
            throw new CommandException("Invalid capability type");
        }
        var devices = call
                .attempt(
                        "Failed to list node devices",
                        () -> call.connection().hostDevices().list(capabilities, !inactive, inactive || all))
                .stream()
                .sorted(Comparator.comparing(NodeDevice::name, String::compareToIgnoreCase))
                .toList();
        if (tree) {
            tree(call, devices);
        } else if (call.json()) {
            var table = Table.of("Name");
            devices.forEach(device -> table.row(device.name()));
            call.print(table);
        } else {
            devices.forEach(device -> call.println(device.name()));
        }
    }

    private static void tree(Call call, List<NodeDevice> devices) {
        var children = new LinkedHashMap<String, List<String>>();
        var roots = new ArrayList<String>();
        var table = Table.of("Name", "Parent");
        for (var device : devices) {
            // The host itself hangs on nothing, and no daemon needs to be asked.
            var parent = device.name().equals("computer") ? "" : device.parent().orElse("");
            table.row(device.name(), parent);
            if (parent.isEmpty()) {
                roots.add(device.name());
            } else {
                children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(device.name());
            }
        }
        if (call.json()) {
            call.print(table);
            return;
        }
        for (var root : roots) {
            var out = new StringBuilder();
            branch(root, children, "", true, true, out);
            call.print(out.toString());
        }
    }

    /** Draws a device and what hangs on it; {@code indent} is what stands before its line. */
    private static void branch(
            String name,
            Map<String, List<String>> children,
            String indent,
            boolean root,
            boolean last,
            StringBuilder out) {
        out.append(indent).append(root ? "" : "+- ").append(name).append('\n');
        var beneath = root ? indent : indent + (last ? "  " : "| ");
        var below = children.getOrDefault(name, List.of());
        if (!below.isEmpty()) {
            out.append(beneath).append("  |\n");
        }
        for (int i = 0; i < below.size(); i++) {
            branch(below.get(i), children, beneath + "  ", false, i == below.size() - 1, out);
        }
        if (below.isEmpty() && last) {
            out.append(beneath).append('\n');
        }
    }
}
