package dev.posada.virsh;

import dev.posada.client.NetworkPort;
import java.util.Optional;

/** {@code net-port-list}, {@code net-port-create}, {@code net-port-dumpxml}, {@code net-port-delete}. */
final class PortsOfNetwork {
    private PortsOfNetwork() {}

    private static Option port() {
        return Option.value("port", "a port's uuid")
                .completing(call -> Proposals.answered(() -> Networks.of(call).ports().list().stream()
                        .map(port -> port.uuid().toString())
                        .toList()));
    }

    /**
     * The port; empty when it is not found, which has been told then.
     *
     * <p>libvirt's virsh says no more of it than that, and calls it a success.
     */
    private static Optional<NetworkPort> named(Call call) {
        try {
            var network = Networks.of(call);
            var word = call.required("port");
            var failure = "failed to get network port '" + word + "'";
            var uuid = Words.fullUuid(word).orElseThrow(() -> new CommandException(failure));
            return Optional.of(call.attempt(failure, () -> network.ports().require(uuid)));
        } catch (CommandException e) {
            call.complain(e.lines().getFirst());
            return Optional.empty();
        }
    }

    static Command list() {
        return Command.named("net-port-list")
                .summary("list a network's ports")
                .options(
                        Networks.option(),
                        Option.flag("uuid", "print uuids alone"),
                        Option.flag("table", "print a table, as is done without these"))
                .action(PortsOfNetwork::list);
    }

    private static void list(Call call) {
        if (call.has("uuid") && call.has("table")) {
            throw new CommandException("Only one argument from --table and --uuid may be specified.");
        }
        var network = Networks.of(call);
        var uuids = network.ports().list().stream()
                .map(port -> port.uuid().toString())
                .sorted()
                .toList();
        if (call.has("uuid")) {
            uuids.forEach(call::println);
            return;
        }
        var table = Table.of("UUID");
        uuids.forEach(table::row);
        call.print(table);
    }

    static Command create() {
        return Command.named("net-port-create")
                .summary("make a port of a network from a file")
                .options(Networks.option(), CommonOptions.file("a port's XML document"), CommonOptions.validate())
                .action(PortsOfNetwork::create);
    }

    private static void create(Call call) {
        var network = Networks.of(call);
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var port = call.attempt(
                "Failed to create network from " + file, () -> network.ports().create(xml, call.has("validate")));
        call.extra("Network port " + port.uuid() + " created from " + file + "\n");
    }

    static Command dumpxml() {
        return Command.named("net-port-dumpxml")
                .summary("print the XML document of a network's port")
                .options(CommonOptions.withSelection(Networks.option(), port()))
                .action(call -> named(call).ifPresent(port -> XmlSelection.print(call, port.xml())));
    }

    static Command delete() {
        return Command.named("net-port-delete")
                .summary("give a port of a network up")
                .options(Networks.option(), port())
                .action(PortsOfNetwork::delete);
    }

    private static void delete(Call call) {
        named(call).ifPresent(port -> {
            call.attempt("Failed to delete network port " + port.uuid(), port::delete);
            call.extra("Network port " + port.uuid() + " deleted\n");
        });
    }
}
