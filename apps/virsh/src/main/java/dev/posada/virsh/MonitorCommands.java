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
                    case "domblkerror" -> LookAtDisks.domblkerror();
                    case "domblkinfo" -> LookAtDisks.domblkinfo();
                    case "domblklist" -> LookAtDisks.domblklist();
                    case "domblkstat" -> LookAtDisks.domblkstat();
                    case "domcontrol" -> LookAtDomain.domcontrol();
                    case "domif-getlink" -> LookAtCards.domifGetlink();
                    case "domifaddr" -> LookAtCards.domifaddr();
                    case "domiflist" -> LookAtCards.domiflist();
                    case "domifstat" -> LookAtCards.domifstat();
                    case "dominfo" -> LookAtDomain.dominfo();
                    case "dommemstat" -> LookAtFigures.dommemstat();
                    case "domstate" -> LookAtDomain.domstate();
                    case "domstats" -> LookAtFigures.domstats();
                    case "domtime" -> LookAtDomain.domtime();
                    case "list" -> ListDomains.command();
                    default -> null;
                });
    }
}
