package dev.posada.virsh;

import dev.posada.client.Flag;

/** Commands that make, start, stop and change virtual networks as a whole. */
final class NetworkLife {
    private NetworkLife() {}

    static Command autostart() {
        return Command.named("net-autostart")
                .summary("start a network with the host, or not")
                .options(Networks.option(Flag.NetworkList.PERSISTENT), CommonOptions.disable())
                .action(NetworkLife::autostart);
    }

    private static void autostart(Call call) {
        var network = Networks.of(call);
        var name = call.required("network");
        boolean wanted = !call.has("disable");
        call.attempt(
                "failed to " + (wanted ? "mark" : "unmark") + " network " + name + " as autostarted",
                () -> network.setAutostart(wanted));
        call.extra("Network " + name + (wanted ? " marked" : " unmarked") + " as autostarted\n");
    }

    static Command create() {
        return Command.named("net-create")
                .summary("start a network from a file, without keeping a definition")
                .description("Starts a transient network: nothing is left of it once it is stopped.")
                .options(CommonOptions.file("a network's XML document"), CommonOptions.validate())
                .action(NetworkLife::create);
    }

    private static void create(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var network = call.attempt(
                "Failed to create network from " + file,
                () -> call.connection().networks().create(xml, validation(call)));
        call.extra("Network " + network.name() + " created from " + file + "\n");
    }

    static Command define() {
        return Command.named("net-define")
                .summary("keep a network's definition from a file")
                .description("Keeps a definition, or changes the one of the same uuid. Starts nothing.")
                .options(CommonOptions.file("a network's XML document"), CommonOptions.validate())
                .action(NetworkLife::define);
    }

    private static void define(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var network = call.attempt(
                "Failed to define network from " + file,
                () -> call.connection().networks().define(xml, validation(call)));
        call.extra("Network " + network.name() + " defined from " + file + "\n");
    }

    private static Flag.NetworkDefine[] validation(Call call) {
        return call.has("validate")
                ? new Flag.NetworkDefine[] {Flag.NetworkDefine.VALIDATE}
                : new Flag.NetworkDefine[0];
    }

    static Command destroy() {
        return Command.named("net-destroy")
                .summary("stop a network")
                .description("Stops a network at once, also while domains are plugged in. Its definition stays.")
                .options(Networks.option(Flag.NetworkList.ACTIVE))
                .action(NetworkLife::destroy);
    }

    private static void destroy(Call call) {
        var network = Networks.of(call);
        var name = call.required("network");
        call.attempt("Failed to destroy network " + name, network::destroy);
        call.extra("Network " + name + " destroyed\n");
    }

    static Command start() {
        return Command.named("net-start")
                .summary("start a defined network")
                .options(Networks.option(Flag.NetworkList.INACTIVE))
                .action(NetworkLife::start);
    }

    private static void start(Call call) {
        var network = Networks.of(call);
        var name = call.required("network");
        call.attempt("Failed to start network " + name, network::start);
        call.extra("Network " + name + " started\n");
    }

    static Command undefine() {
        return Command.named("net-undefine")
                .summary("forget a network's definition")
                .description("Forgets the definition; a network that runs goes on as a transient one.")
                .options(Networks.option(Flag.NetworkList.PERSISTENT))
                .action(NetworkLife::undefine);
    }

    private static void undefine(Call call) {
        var network = Networks.of(call);
        var name = call.required("network");
        call.attempt("Failed to undefine network " + name, network::undefine);
        call.extra("Network " + name + " has been undefined\n");
    }

    static Command dumpxml() {
        return Command.named("net-dumpxml")
                .summary("print a network's XML document")
                .options(CommonOptions.withSelection(
                        Networks.option(), Option.flag("inactive", "as it is defined, not as it runs")))
                .action(NetworkLife::dumpxml);
    }

    private static void dumpxml(Call call) {
        var network = Networks.of(call);
        XmlSelection.print(call, call.has("inactive") ? network.xml(Flag.NetworkXml.INACTIVE) : network.xml());
    }

    static Command edit() {
        return Command.named("net-edit")
                .summary("edit a network's XML document")
                .description("Opens the definition in an editor and keeps what was changed.")
                .options(Networks.option())
                .action(NetworkLife::edit);
    }

    private static void edit(Call call) {
        var network = Networks.of(call);
        Editing.of(
                        call,
                        () -> network.xml(Flag.NetworkXml.INACTIVE),
                        xml -> call.connection().networks().define(xml))
                .ifPresentOrElse(
                        edited -> call.extra("Network " + edited.name() + " XML configuration edited.\n"),
                        () -> call.extra("Network " + network.name() + " XML configuration not changed.\n"));
    }

    static Command name() {
        return Command.named("net-name")
                .summary("print the name of the network with a uuid")
                .options(Option.value("network", "a network's uuid").completing(uuids()))
                .action(NetworkLife::name);
    }

    private static Completer uuids() {
        return call -> Proposals.answered(() -> call.connection().networks().list().stream()
                .map(network -> network.uuid().toString())
                .toList());
    }

    private static void name(Call call) {
        var word = call.required("network");
        var failure = "failed to get network '" + word + "'";
        var uuid = Words.fullUuid(word).orElseThrow(() -> new CommandException(failure));
        call.println(call.attempt(failure, () -> call.connection().networks().require(uuid))
                .name());
    }

    static Command uuid() {
        return Command.named("net-uuid")
                .summary("print the uuid of the network with a name")
                .options(Option.value("network", "a network's name").completing(Networks.proposals()))
                .action(NetworkLife::uuid);
    }

    private static void uuid(Call call) {
        var word = call.required("network");
        var network = call.attempt(
                "failed to get network '" + word + "'",
                () -> call.connection().networks().require(word));
        call.println(network.uuid().toString());
    }
}
