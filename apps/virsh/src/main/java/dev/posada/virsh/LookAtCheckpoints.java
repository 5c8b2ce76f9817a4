package dev.posada.virsh;

import dev.posada.client.Checkpoint;
import dev.posada.client.Checkpoints.Filter;
import dev.posada.client.Domain;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code checkpoint-list}, {@code checkpoint-info}, {@code checkpoint-parent}, {@code checkpoint-dumpxml}. */
final class LookAtCheckpoints {
    private LookAtCheckpoints() {}

    /** {@code --checkpointname}. */
    static Option name(String help) {
        return Option.text("checkpointname", help).completing(proposals());
    }

    private static Completer proposals() {
        return call -> Proposals.answered(() -> Domains.of(call).checkpoints().list(Set.of()).stream()
                .map(Checkpoint::name)
                .toList());
    }

    /** The one that {@code --checkpointname} names. */
    static Checkpoint chosen(Call call, Domain domain) {
        var name = call.text("checkpointname").orElseThrow(() -> new CommandException("--checkpointname is required"));
        return domain.checkpoints().named(name);
    }

    static Command list() {
        return Command.named("checkpoint-list")
                .summary("list a domain's checkpoints")
                .options(
                        Domains.option(),
                        Option.flag("parent", "tell what each grew from"),
                        Option.flag("roots", "those that grew from none"),
                        Option.flag("leaves", "those from which none grew"),
                        Option.flag("no-leaves", "those from which others grew"),
                        Option.flag("tree", "draw what grew from what"),
                        Option.text("from", "those that grew from this one").completing(proposals()),
                        Option.flag("descendants", "all that grew from it, near or far"),
                        Option.flag("name", "names alone"),
                        Option.flag("topological", "parents before children, not by name"))
                .action(LookAtCheckpoints::list);
    }

    private static void list(Call call) {
        call.exclusive("tree", "name");
        call.exclusive("parent", "roots");
        call.exclusive("parent", "tree");
        call.exclusive("roots", "tree");
        call.exclusive("roots", "from");
        if (call.has("descendants") && !call.has("from")) {
            throw new CommandException("--descendants requires --from");
        }
        for (var option : List.of("leaves", "no-leaves")) {
            if (call.has(option) && call.has("tree")) {
                throw new CommandException("--" + option + " and --tree are mutually exclusive");
            }
        }
        var domain = Domains.of(call);
        var from = call.text("from").map(name -> domain.checkpoints().named(name));
        var filter = filter(call);
        var checkpoints = new ArrayList<>(
                from.isPresent()
                        ? from.get().children(call.has("descendants"), filter)
                        : domain.checkpoints().list(filter));
        if (!call.has("topological")) {
            checkpoints.sort(Comparator.comparing(Checkpoint::name, String.CASE_INSENSITIVE_ORDER));
        }
        if (call.has("tree")) {
            tree(call, from, checkpoints);
        } else if (call.has("name")) {
            LookAtSnapshots.names(
                    call, checkpoints.stream().map(Checkpoint::name).toList());
        } else {
            table(call, checkpoints);
        }
    }

    private static void tree(Call call, Optional<Checkpoint> from, List<Checkpoint> checkpoints) {
        var parents = new LinkedHashMap<String, Optional<String>>();
        for (var checkpoint : checkpoints) {
            parents.put(checkpoint.name(), checkpoint.parent().map(Checkpoint::name));
        }
        LookAtSnapshots.print(call, MomentTree.of(from.map(Checkpoint::name), parents));
    }

    private static void table(Call call, List<Checkpoint> checkpoints) {
        var table =
                call.has("parent") ? Table.of("Name", "Creation Time", "Parent") : Table.of("Name", "Creation Time");
        for (var checkpoint : checkpoints) {
            var document = Documents.parse(checkpoint.xml(Set.of()));
            var time = MomentText.time(document);
            if (call.has("parent")) {
                table.row(checkpoint.name(), time, MomentText.parent(document));
            } else {
                table.row(checkpoint.name(), time);
            }
        }
        call.print(table);
    }

    private static Set<Filter> filter(Call call) {
        var filter = EnumSet.noneOf(Filter.class);
        for (var flag : Filter.values()) {
            var option = switch (flag) {
                case ROOTS -> "roots";
                case TOPOLOGICAL -> "topological";
                case LEAVES -> "leaves";
                case NO_LEAVES -> "no-leaves";
            };
            if (call.has(option)) {
                filter.add(flag);
            }
        }
        return filter;
    }

    static Command info() {
        return Command.named("checkpoint-info")
                .summary("show what is known about a checkpoint")
                .options(Domains.option(), name("which"))
                .action(LookAtCheckpoints::info);
    }

    private static void info(Call call) {
        var domain = Domains.of(call);
        var checkpoint = chosen(call, domain);
        call.print(Fields.plain()
                .add("Name", checkpoint.name())
                .add("Domain", domain.name())
                .add("Parent", checkpoint.parent().map(Checkpoint::name).orElse("-"))
                .add("Children", checkpoint.children(false, Set.of()).size())
                .add("Descendants", checkpoint.children(true, Set.of()).size()));
    }

    static Command parent() {
        return Command.named("checkpoint-parent")
                .summary("show what a checkpoint grew from")
                .options(Domains.option(), name("which"))
                .action(LookAtCheckpoints::parent);
    }

    private static void parent(Call call) {
        var checkpoint = chosen(call, Domains.of(call));
        var parent = checkpoint
                .parent()
                .orElseThrow(() -> new CommandException("checkpoint '" + checkpoint.name() + "' has no parent"));
        LookAtSnapshots.word(call, "parent", parent.name());
    }

    static Command dumpxml() {
        return Command.named("checkpoint-dumpxml")
                .summary("show a checkpoint's document")
                .options(
                        Domains.option(),
                        name("which"),
                        Option.flag("security-info", "with passwords"),
                        Option.flag("no-domain", "without the domain's document"),
                        Option.flag("size", "with how much a backup would copy"))
                .options(XmlSelection.options())
                .action(LookAtCheckpoints::dumpxml);
    }

    private static void dumpxml(Call call) {
        var flags = EnumSet.noneOf(Checkpoint.Xml.class);
        if (call.has("security-info")) {
            flags.add(Checkpoint.Xml.SECURE);
        }
        if (call.has("no-domain")) {
            flags.add(Checkpoint.Xml.NO_DOMAIN);
        }
        if (call.has("size")) {
            flags.add(Checkpoint.Xml.SIZE);
        }
        XmlSelection.print(call, chosen(call, Domains.of(call)).xml(flags));
    }
}
