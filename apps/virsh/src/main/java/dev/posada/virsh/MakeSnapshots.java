package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Snapshots.Create;
import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code snapshot-create}, {@code snapshot-create-as}. */
final class MakeSnapshots {
    private MakeSnapshots() {}

    private static Option[] manners() {
        return new Option[] {
            Option.flag("no-metadata", "write down nothing about it"),
            Option.flag("halt", "pull the domain's plug afterwards"),
            Option.flag("disk-only", "disks alone, not memory"),
            Option.flag("reuse-external", "write into files that are there already"),
            Option.flag("quiesce", "have the guest bring its file systems to rest first"),
            Option.flag("atomic", "all disks or none"),
            Option.flag("live", "the guest goes on meanwhile"),
            Option.flag("validate", "hold the document against its schema first")
        };
    }

    private static Set<Create> flags(Call call) {
        var flags = EnumSet.noneOf(Create.class);
        for (var flag : Create.values()) {
            var option = switch (flag) {
                case REDEFINE -> "redefine";
                case CURRENT -> "current";
                case NO_METADATA -> "no-metadata";
                case HALT -> "halt";
                case DISK_ONLY -> "disk-only";
                case REUSE_EXTERNAL -> "reuse-external";
                case QUIESCE -> "quiesce";
                case ATOMIC -> "atomic";
                case LIVE -> "live";
                case VALIDATE -> "validate";
            };
            if (call.has(option)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    static Command create() {
        return Command.named("snapshot-create")
                .summary("take a snapshot as a document says")
                .description("Takes a snapshot of a domain's disks and, while it runs, of its memory.\n"
                        + "Without a document the daemon chooses a name and how to do it.")
                .options(
                        Domains.option(),
                        Option.text("xmlfile", "the file with the document"),
                        Option.flag("redefine", "only write down one that was taken before"),
                        Option.flag("current", "with --redefine, the domain stands on it"))
                .options(manners())
                .action(MakeSnapshots::create);
    }

    private static void create(Call call) {
        var flags = flags(call);
        var domain = Domains.of(call);
        var file = call.text("xmlfile");
        var xml = file.map(name -> XmlFile.read(call, name)).orElse("<domainsnapshot/>");
        create(call, domain, xml, flags, file);
    }

    private static void create(Call call, Domain domain, String xml, Set<Create> flags, Optional<String> file) {
        var snapshot = domain.snapshots().create(xml, flags);
        call.extra("Domain snapshot " + snapshot.name() + " created"
                + file.map(name -> " from '" + name + "'").orElse(""));
    }

    static Command createAs() {
        return Command.named("snapshot-create-as")
                .summary("take a snapshot")
                .description("Takes a snapshot of a domain's disks and, while it runs, of its memory.")
                .options(
                        Domains.option(),
                        Option.text("name", "its name"),
                        Option.text("description", "what to say about it"),
                        Option.flag("print-xml", "show the document and take none"))
                .options(manners())
                .options(
                        Option.text("memspec", "where memory goes: [file=]name[,snapshot=type]")
                                .onlyNamed(),
                        Option.rest(
                                        "diskspec",
                                        "where a disk goes: disk[,snapshot=type][,driver=type][,stype=type][,file=name]")
                                .completing(DomainParts.disks()))
                .action(MakeSnapshots::createAs);
    }

    private static void createAs(Call call) {
        var flags = flags(call);
        var domain = Domains.of(call);
        var rest = new ArrayList<Element>();
        call.text("memspec").ifPresent(memory -> rest.add(memory(memory)));
        var disks = new ArrayList<Content>();
        for (var disk : call.all("diskspec")) {
            disks.add(disk(disk));
        }
        if (!disks.isEmpty()) {
            rest.add(new Element("disks", Element.of("disks").attributes(), disks, 0));
        }
        var xml = MomentText.document("domainsnapshot", call.text("name"), call.text("description"), rest);
        if (call.has("print-xml")) {
            call.println(xml);
            return;
        }
        create(call, domain, xml, flags, Optional.empty());
    }

    private static Element memory(String word) {
        var complaint = new CommandException("unable to parse memspec: " + word);
        var parts = new ArrayList<>(MomentText.parts(word));
        parts.replaceAll(part -> part.startsWith("/") ? "file=" + part : part);
        var settings = MomentText.settings(parts, List.of("file", "snapshot")).orElseThrow(() -> complaint);
        var attributes = new LinkedHashMap<String, String>();
        for (var key : List.of("snapshot", "file")) {
            if (settings.containsKey(key)) {
                attributes.put(key, settings.get(key));
            }
        }
        return new Element("memory", attributes, List.of(), 0);
    }

    private static Element disk(String word) {
        var complaint = new CommandException("unable to parse diskspec: " + word);
        var parts = MomentText.parts(word);
        var name = parts.getFirst();
        var settings = MomentText.settings(
                        parts.subList(1, parts.size()), List.of("snapshot", "driver", "stype", "file"))
                .orElseThrow(() -> complaint);
        if (name.isEmpty()) {
            throw complaint;
        }
        var type = Optional.ofNullable(settings.get("stype"));
        if (type.isPresent() && !type.get().equals("file") && !type.get().equals("block")) {
            throw new CommandException("Unknown storage type: '" + type.get() + "'", complaint);
        }
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("name", name);
        Optional.ofNullable(settings.get("snapshot")).ifPresent(how -> attributes.put("snapshot", how));
        type.ifPresent(kind -> attributes.put("type", kind));
        var content = new ArrayList<Content>();
        Optional.ofNullable(settings.get("driver"))
                .ifPresent(driver -> content.add(Element.of("driver", "type", driver)));
        Optional.ofNullable(settings.get("file"))
                .ifPresent(file -> content.add(
                        Element.of("source", type.filter("block"::equals).isPresent() ? "dev" : "file", file)));
        return new Element("disk", attributes, content, 0);
    }
}
