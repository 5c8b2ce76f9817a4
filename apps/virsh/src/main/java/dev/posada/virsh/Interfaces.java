package dev.posada.virsh;

import dev.posada.client.HostLink;
import dev.posada.model.PosadaException;
import java.util.Comparator;
import java.util.List;

/** Commands about network links of the host: how they are found, listed, defined, brought up and down. */
final class Interfaces {
    private Interfaces() {}

    static Option option() {
        return Option.value("interface", "a link's name or hardware address").completing(Interfaces::names);
    }

    /** Names of all links. */
    static List<String> names(Call call) {
        return Proposals.answered(() -> call.connection().hostLinks().list(true, true).stream()
                .map(HostLink::name)
                .toList());
    }

    /** The link of a name, or of a hardware address where the word is one. */
    private static HostLink of(Call call) {
        var word = call.required("interface");
        return HardwareAddress.normal(word).isPresent() ? byMac(call, word) : named(call, word);
    }

    /** The link of a name. */
    static HostLink named(Call call, String name) {
        try {
            return call.connection().hostLinks().require(name);
        } catch (PosadaException e) {
            throw new CommandException("failed to get interface '" + name + "'", e);
        }
    }

    private static HostLink byMac(Call call, String mac) {
        try {
            return call.connection().hostLinks().requireMac(mac);
        } catch (PosadaException e) {
            throw new CommandException("failed to get interface '" + mac + "'", e);
        }
    }

    static Command list() {
        return Command.named("iface-list")
                .summary("list the host's network links")
                .options(
                        Option.flag("inactive", "those that are down"),
                        Option.flag("all", "those that are up and those that are down"))
                .action(Interfaces::list);
    }

    private static void list(Call call) {
        boolean inactive = call.has("inactive") || call.has("all");
        boolean active = !call.has("inactive") || call.has("all");
        var links = call
                .attempt(
                        "Failed to list interfaces",
                        () -> call.connection().hostLinks().list(active, inactive))
                .stream()
                .sorted(Comparator.comparing(HostLink::name, String::compareToIgnoreCase))
                .toList();
        var table = Table.of("Name", "State", "MAC Address");
        for (var link : links) {
            table.row(link.name(), link.isActive() ? "active" : "inactive", link.mac());
        }
        call.print(table);
    }

    static Command mac() {
        return Command.named("iface-mac")
                .summary("print the hardware address of the link with a name")
                .options(Option.value("interface", "a link's name").completing(Interfaces::names))
                .action(call ->
                        call.println(named(call, call.required("interface")).mac()));
    }

    static Command name() {
        return Command.named("iface-name")
                .summary("print the name of the link with a hardware address")
                .options(Option.value("interface", "a hardware address"))
                .action(Interfaces::name);
    }

    private static void name(Call call) {
        var word = call.required("interface");
        if (HardwareAddress.normal(word).isEmpty()) {
            throw new CommandException("failed to get interface '" + word + "'");
        }
        call.println(byMac(call, word).name());
    }

    static Command define() {
        return Command.named("iface-define")
                .summary("keep a link's definition from a file")
                .options(CommonOptions.file("a link's XML document"), CommonOptions.validate())
                .action(Interfaces::define);
    }

    private static void define(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var link = call.attempt(
                "Failed to define interface from " + file,
                () -> call.connection().hostLinks().define(xml, call.has("validate")));
        call.extra("Interface " + link.name() + " defined from " + file + "\n");
    }

    static Command dumpxml() {
        return Command.named("iface-dumpxml")
                .summary("print a link's XML document")
                .options(CommonOptions.withSelection(
                        option(), Option.flag("inactive", "as it is defined, not as it is")))
                .action(Interfaces::dumpxml);
    }

    private static void dumpxml(Call call) {
        var link = of(call);
        XmlSelection.print(call, call.has("inactive") ? link.definition() : link.xml());
    }

    static Command edit() {
        return Command.named("iface-edit")
                .summary("edit a link's XML document")
                .description("Opens the definition in an editor and keeps what was changed.")
                .options(option())
                .action(Interfaces::edit);
    }

    private static void edit(Call call) {
        var link = of(call);
        Editing.of(call, link::definition, xml -> call.connection().hostLinks().define(xml))
                .ifPresentOrElse(
                        edited -> call.extra("Interface " + edited.name() + " XML configuration edited.\n"),
                        () -> call.extra("Interface " + link.name() + " XML configuration not changed.\n"));
    }

    static Command undefine() {
        return Command.named("iface-undefine")
                .summary("forget a link's definition")
                .options(option())
                .action(call -> change(call, "undefine", "undefined", HostLink::undefine));
    }

    static Command start() {
        return Command.named("iface-start")
                .summary("bring a link up")
                .options(option())
                .action(call -> change(call, "start", "started", HostLink::start));
    }

    static Command destroy() {
        return Command.named("iface-destroy")
                .summary("take a link down")
                .options(option())
                .action(call -> change(call, "destroy", "destroyed", HostLink::destroy));
    }

    private static void change(Call call, String verb, String done, java.util.function.Consumer<HostLink> change) {
        var link = of(call);
        var name = call.required("interface");
        call.attempt("Failed to " + verb + " interface " + name, () -> change.accept(link));
        call.extra("Interface " + name + " " + done + "\n");
    }

    static Command begin() {
        return Command.named("iface-begin")
                .summary("keep the links' definitions, to be able to go back to them")
                .action(call -> {
                    call.attempt(
                            "Failed to begin network config change transaction",
                            () -> call.connection().hostLinks().begin());
                    call.extra("Network config change transaction started\n");
                });
    }

    static Command commit() {
        return Command.named("iface-commit")
                .summary("keep what was changed since iface-begin")
                .action(call -> {
                    call.attempt(
                            "Failed to commit network config change transaction",
                            () -> call.connection().hostLinks().commit());
                    call.extra("Network config change transaction committed\n");
                });
    }

    static Command rollback() {
        return Command.named("iface-rollback")
                .summary("go back to the definitions at iface-begin")
                .action(call -> {
                    call.attempt(
                            "Failed to rollback network config change transaction",
                            () -> call.connection().hostLinks().rollback());
                    call.extra("Network config change transaction rolled back\n");
                });
    }
}
