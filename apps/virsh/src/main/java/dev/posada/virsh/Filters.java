package dev.posada.virsh;

import dev.posada.client.PacketFilter;
import dev.posada.client.PacketFilterBinding;
import dev.posada.model.PosadaException;
import java.util.Comparator;
import java.util.List;

/** Commands about packet filters and the links that have them. */
final class Filters {
    private Filters() {}

    private static Option option() {
        return Option.value("nwfilter", "a filter's name or uuid").completing(Filters::names);
    }

    private static List<String> names(Call call) {
        return Proposals.answered(() -> call.connection().packetFilters().list().stream()
                .map(PacketFilter::name)
                .toList());
    }

    private static PacketFilter of(Call call) {
        var word = call.required("nwfilter");
        var filters = call.connection().packetFilters();
        try {
            return Words.fullUuid(word).flatMap(filters::byUuid).orElseGet(() -> filters.require(word));
        } catch (PosadaException e) {
            throw new CommandException("failed to get nwfilter '" + word + "'", e);
        }
    }

    static Command list() {
        return Command.named("nwfilter-list").summary("list packet filters").action(Filters::list);
    }

    private static void list(Call call) {
        var filters =
                call
                        .attempt(
                                "Failed to list network filters",
                                () -> call.connection().packetFilters().list())
                        .stream()
                        .sorted(Comparator.comparing(PacketFilter::name, String::compareToIgnoreCase))
                        .toList();
        var table = Table.of("UUID", "Name");
        filters.forEach(filter -> table.row(filter.uuid(), filter.name()));
        call.print(table);
    }

    static Command define() {
        return Command.named("nwfilter-define")
                .summary("keep a packet filter from a file")
                .description("Keeps a filter, or changes the one of the same uuid wherever it is used.")
                .options(CommonOptions.file("a filter's XML document"), CommonOptions.validate())
                .action(Filters::define);
    }

    private static void define(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var filter = call.attempt(
                "Failed to define network filter from " + file,
                () -> call.connection().packetFilters().define(xml, call.has("validate")));
        call.extra("Network filter " + filter.name() + " defined from " + file + "\n");
    }

    static Command dumpxml() {
        return Command.named("nwfilter-dumpxml")
                .summary("print a packet filter's XML document")
                .options(CommonOptions.withSelection(option()))
                .action(call -> XmlSelection.print(call, of(call).xml()));
    }

    static Command edit() {
        return Command.named("nwfilter-edit")
                .summary("edit a packet filter's XML document")
                .description("Opens the document in an editor and keeps what was changed.")
                .options(option())
                .action(Filters::edit);
    }

    private static void edit(Call call) {
        var filter = of(call);
        Editing.of(call, filter::xml, xml -> call.connection().packetFilters().define(xml))
                .ifPresentOrElse(
                        edited -> call.extra("Network filter " + edited.name() + " XML configuration edited.\n"),
                        () -> call.extra("Network filter " + filter.name() + " XML configuration not changed.\n"));
    }

    static Command undefine() {
        return Command.named("nwfilter-undefine")
                .summary("forget a packet filter that no link has")
                .options(option())
                .action(Filters::undefine);
    }

    private static void undefine(Call call) {
        var filter = of(call);
        var name = call.required("nwfilter");
        call.attempt("Failed to undefine network filter " + name, filter::undefine);
        call.extra("Network filter " + name + " undefined\n");
    }

    private static Option bindingOption() {
        return Option.value("binding", "the name of a link that has a filter").completing(Filters::links);
    }

    private static List<String> links(Call call) {
        return Proposals.answered(() -> call.connection().packetFilters().bindingList().stream()
                .map(PacketFilterBinding::link)
                .toList());
    }

    private static PacketFilterBinding binding(Call call) {
        var word = call.required("binding");
        return call.attempt(
                "failed to get nwfilter binding '" + word + "'",
                () -> call.connection().packetFilters().requireBinding(word));
    }

    static Command bindingList() {
        return Command.named("nwfilter-binding-list")
                .summary("list links and the packet filters they have")
                .action(Filters::bindingList);
    }

    private static void bindingList(Call call) {
        var bindings = call
                .attempt(
                        "Failed to list network filter bindings",
                        () -> call.connection().packetFilters().bindingList())
                .stream()
                .sorted(Comparator.comparing(PacketFilterBinding::link, String::compareToIgnoreCase))
                .toList();
        var table = Table.of("Port Dev", "Filter");
        bindings.forEach(binding -> table.row(binding.link(), binding.filter()));
        call.print(table);
    }

    static Command bindingCreate() {
        return Command.named("nwfilter-binding-create")
                .summary("put a packet filter on a link, from a file")
                .options(CommonOptions.file("a binding's XML document"), CommonOptions.validate())
                .action(Filters::bindingCreate);
    }

    private static void bindingCreate(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var binding = call.attempt(
                "Failed to create network filter from " + file,
                () -> call.connection().packetFilters().bind(xml, call.has("validate")));
        call.extra("Network filter binding on " + binding.link() + " created from " + file + "\n");
    }

    static Command bindingDumpxml() {
        return Command.named("nwfilter-binding-dumpxml")
                .summary("print the XML document of a link's packet filter")
                .options(CommonOptions.withSelection(bindingOption()))
                .action(call -> XmlSelection.print(call, binding(call).xml()));
    }

    static Command bindingDelete() {
        return Command.named("nwfilter-binding-delete")
                .summary("take the packet filter from a link")
                .options(bindingOption())
                .action(Filters::bindingDelete);
    }

    private static void bindingDelete(Call call) {
        var binding = binding(call);
        var link = call.required("binding");
        call.attempt("Failed to delete network filter binding on " + link, binding::delete);
        call.extra("Network filter binding on " + link + " deleted\n");
    }
}
