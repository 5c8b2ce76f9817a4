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
        return Optional.empty();
    }
}
