package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about packet filters. */
final class FilterCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "nwfilter-define",
            "nwfilter-dumpxml",
            "nwfilter-edit",
            "nwfilter-list",
            "nwfilter-undefine",
            "nwfilter-binding-create",
            "nwfilter-binding-delete",
            "nwfilter-binding-dumpxml",
            "nwfilter-binding-list");

    @Override
    public String keyword() {
        return "filter";
    }

    @Override
    public String title() {
        return "Network Filter";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "nwfilter-define" -> Filters.define();
                    case "nwfilter-dumpxml" -> Filters.dumpxml();
                    case "nwfilter-edit" -> Filters.edit();
                    case "nwfilter-list" -> Filters.list();
                    case "nwfilter-undefine" -> Filters.undefine();
                    case "nwfilter-binding-create" -> Filters.bindingCreate();
                    case "nwfilter-binding-delete" -> Filters.bindingDelete();
                    case "nwfilter-binding-dumpxml" -> Filters.bindingDumpxml();
                    case "nwfilter-binding-list" -> Filters.bindingList();
                    default -> null;
                });
    }
}
