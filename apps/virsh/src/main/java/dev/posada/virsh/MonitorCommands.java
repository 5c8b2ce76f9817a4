package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands that look at domains and change nothing. */
final class MonitorCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "domblkerror",
            "domblkinfo",
            "domblklist",
            "domblkstat",
            "domcontrol",
            "domif-getlink",
            "domifaddr",
            "domiflist",
            "domifstat",
            "dominfo",
            "dommemstat",
            "domstate",
            "domstats",
            "domtime",
            "list");

    @Override
    public String keyword() {
        return "monitor";
    }

    @Override
    public String title() {
        return "Domain Monitoring";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "list" -> ListDomains.command();
                    default -> null;
                });
    }
}
