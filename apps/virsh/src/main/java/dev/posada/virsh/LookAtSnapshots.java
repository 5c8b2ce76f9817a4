package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Snapshot;
import dev.posada.client.Snapshots.Create;
import dev.posada.client.Snapshots.Filter;
import dev.posada.model.Element;
import dev.posada.terminal.Json;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code snapshot-list}, {@code snapshot-info}, {@code snapshot-current}, {@code snapshot-parent}, {@code
 * snapshot-dumpxml}.
 */
final class LookAtSnapshots {
    private LookAtSnapshots() {}

    /** {@code --snapshotname}. */
    static Option name(String help) {
        return Option.text("snapshotname", help).completing(proposals());
    }

    private static Completer proposals() {
        return call -> Proposals.answered(() -> Domains.of(call).snapshots().list(Set.of()).stream()
                .map(Snapshot::name)
                .toList());
    }

    /** The one that {@code --snapshotname} or {@code --current} names; not both. */
    static Snapshot chosen(Call call, Domain domain) {
        return chosen(call, domain, "snapshotname")
                .orElseThrow(() -> new CommandException("--snapshotname or --current is required"));
    }

    private static Optional<Snapshot> chosen(Call call, Domain domain, String option) {
        var name = call.text(option);
        if (name.isPresent() && call.has("current")) {
            throw new CommandException("--" + option + " and --current are mutually exclusive");
        }
        if (name.isPresent()) {
            return Optional.of(domain.snapshots().named(name.get()));
        }
        return call.has("current") ? Optional.of(domain.snapshots().current()) : Optional.empty();
    }

    static Command list() {
        return Command.named("snapshot-list")
                .summary("list a domain's snapshots")
                .options(
                        Domains.option(),
                        Option.flag("parent", "tell what each grew from"),
                        Option.flag("roots", "those that grew from none"),
                        Option.flag("leaves", "those from which none grew"),
                        Option.flag("no-leaves", "those from which others grew"),
                        Option.flag("metadata", "those the daemon has written something down about"),
                        Option.flag("no-metadata", "those it has not"),
                        Option.flag("inactive", "those taken while the domain did not run"),
                        Option.flag("active", "those with memory, taken while it ran"),
                        Option.flag("disk-only", "those of disks alone, taken while it ran"),
                        Option.flag("internal", "those inside the disks' images"),
                        Option.flag("external", "those in files of their own"),
                        Option.flag("tree", "draw what grew from what"),
                        Option.text("from", "those that grew from this one").completing(proposals()),
                        Option.flag("current", "those that grew from the one the domain stands on"),
                        Option.flag("descendants", "all that grew from it, near or far"),
                        Option.flag("name", "names alone"),
                        Option.flag("topological", "parents before children, not by name"))
                .action(LookAtSnapshots::list);
    }

    private static void list(Call call) {
        call.exclusive("tree", "name");
        call.exclusive("parent", "roots");
        call.exclusive("parent", "tree");
        call.exclusive("roots", "tree");
        call.exclusive("roots", "from");
        call.exclusive("roots", "current");
        if (call.has("descendants") && !call.has("from") && !call.has("current")) {
            throw new CommandException("--descendants requires either --from or --current");
        }
        for (var option : List.of("leaves", "no-leaves")) {
            if (call.has(option) && call.has("tree")) {
                throw new CommandException("--" + option + " and --tree are mutually exclusive");
            }
        }
        var domain = Domains.of(call);
        var from = chosen(call, domain, "from");
        var filter = filter(call);
        var snapshots = new ArrayList<>(
                from.isPresent()
                        ? from.get().children(call.has("descendants"), filter)
                        : domain.snapshots().list(filter));
        if (!call.has("topological")) {
            snapshots.sort(Comparator.comparing(Snapshot::name, String.CASE_INSENSITIVE_ORDER));
        }
        if (call.has("tree")) {
            tree(call, from, snapshots);
        } else if (call.has("name")) {
            names(call, snapshots.stream().map(Snapshot::name).toList());
        } else {
            table(call, snapshots);
        }
    }

    /** Names, a line each or as JSON. */
    static void names(Call call, List<String> names) {
        if (call.json()) {
            call.println(Json.text(names));
        } else {
            names.forEach(call::println);
        }
    }

    private static void tree(Call call, Optional<Snapshot> from, List<Snapshot> snapshots) {
        var parents = new LinkedHashMap<String, Optional<String>>();
        for (var snapshot : snapshots) {
            parents.put(snapshot.name(), snapshot.parent().map(Snapshot::name));
        }
        print(call, MomentTree.of(from.map(Snapshot::name), parents));
    }

    /** Prints a drawing, or JSON. */
    static void print(Call call, MomentTree tree) {
        if (call.json()) {
            call.println(Json.text(tree.json()));
        } else {
            call.print(tree.text());
        }
    }

    private static void table(Call call, List<Snapshot> snapshots) {
        var table = call.has("parent")
                ? Table.of("Name", "Creation Time", "State", "Parent")
                : Table.of("Name", "Creation Time", "State");
        for (var snapshot : snapshots) {
            var document = Documents.parse(snapshot.xml(false));
            var state = document.childText("state").orElse("");
            var time = MomentText.time(document);
            if (call.has("parent")) {
                table.row(snapshot.name(), time, state, MomentText.parent(document));
            } else {
                table.row(snapshot.name(), time, state);
            }
        }
        call.print(table);
    }

    private static Set<Filter> filter(Call call) {
        var filter = EnumSet.noneOf(Filter.class);
        for (var flag : Filter.values()) {
            var option = switch (flag) {
                case ROOTS -> "roots";
                case METADATA -> "metadata";
                case LEAVES -> "leaves";
                case NO_LEAVES -> "no-leaves";
                case NO_METADATA -> "no-metadata";
                case INACTIVE -> "inactive";
                case ACTIVE -> "active";
                case DISK_ONLY -> "disk-only";
                case INTERNAL -> "internal";
                case EXTERNAL -> "external";
                case TOPOLOGICAL -> "topological";
            };
            if (call.has(option)) {
                filter.add(flag);
            }
        }
        return filter;
    }

    static Command info() {
        return Command.named("snapshot-info")
                .summary("show what is known about a snapshot")
                .options(Domains.option(), name("which"), Option.flag("current", "the one the domain stands on"))
                .action(LookAtSnapshots::info);
    }

    private static void info(Call call) {
        var domain = Domains.of(call);
        var snapshot = chosen(call, domain);
        var document = Documents.parse(snapshot.xml(false));
        boolean current = snapshot.isCurrent();
        var parent = MomentText.parent(document);
        boolean metadata = snapshot.hasMetadata();
        call.print(Fields.plain()
                .add("Name", snapshot.name())
                .add("Domain", domain.name())
                .add("Current", current ? "yes" : "no", current)
                .add("State", document.childText("state").orElse(""))
                .add("Location", isExternal(document) ? "external" : "internal")
                .add("Parent", parent.isEmpty() ? "-" : parent)
                .add("Children", snapshot.childCount(false))
                .add("Descendants", snapshot.childCount(true))
                .add("Metadata", metadata ? "yes" : "no", metadata));
    }

    private static boolean isExternal(Element document) {
        var memory = document.child("memory");
        if (memory.isEmpty()) {
            return document.childText("state").equals(Optional.of("disk-snapshot"));
        }
        return memory.get().has("snapshot", "external")
                || document.child("disks").map(disks -> disks.children("disk")).orElse(List.of()).stream()
                        .anyMatch(disk -> disk.has("snapshot", "external"));
    }

    static Command current() {
        return Command.named("snapshot-current")
                .summary("show the snapshot a domain stands on, or say which it is")
                .options(
                        Domains.option(),
                        Option.flag("name", "its name alone"),
                        Option.flag("security-info", "with passwords"),
                        name("say that the domain stands on this one"))
                .action(LookAtSnapshots::current);
    }

    private static void current(Call call) {
        call.exclusive("name", "snapshotname");
        var domain = Domains.of(call);
        var name = call.text("snapshotname");
        if (name.isPresent()) {
            var xml = domain.snapshots().named(name.get()).xml(true);
            domain.snapshots().create(xml, EnumSet.of(Create.REDEFINE, Create.CURRENT));
            call.extra("Snapshot " + name.get() + " set as current");
            return;
        }
        if (!domain.snapshots().hasCurrent()) {
            throw new CommandException("domain '" + call.required("domain") + "' has no current snapshot");
        }
        var snapshot = domain.snapshots().current();
        if (call.has("name")) {
            word(call, "name", snapshot.name());
        } else {
            call.print(snapshot.xml(call.has("security-info")));
        }
    }

    /** A word without the end of a line, or JSON. */
    static void word(Call call, String key, String word) {
        if (call.json()) {
            call.printJson(Map.of(key, word));
        } else {
            call.print(word);
        }
    }

    static Command parent() {
        return Command.named("snapshot-parent")
                .summary("show what a snapshot grew from")
                .options(Domains.option(), name("which"), Option.flag("current", "the one the domain stands on"))
                .action(LookAtSnapshots::parent);
    }

    private static void parent(Call call) {
        var snapshot = chosen(call, Domains.of(call));
        var parent = snapshot.parent()
                .orElseThrow(() -> new CommandException("snapshot '" + snapshot.name() + "' has no parent"));
        word(call, "parent", parent.name());
    }

    static Command dumpxml() {
        return Command.named("snapshot-dumpxml")
                .summary("show a snapshot's document")
                .options(
                        Domains.option(),
                        Option.value("snapshotname", "which").completing(proposals()),
                        Option.flag("security-info", "with passwords"))
                .options(XmlSelection.options())
                .action(call -> {
                    var domain = Domains.of(call);
                    var snapshot = domain.snapshots().named(call.required("snapshotname"));
                    XmlSelection.print(call, snapshot.xml(call.has("security-info")));
                });
    }
}
