package dev.posada.virsh;

import dev.posada.client.Checkpoint;
import dev.posada.client.Checkpoint.Delete;
import dev.posada.client.Checkpoints.Create;
import dev.posada.client.Domain;
import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code checkpoint-create}, {@code checkpoint-create-as}, {@code checkpoint-delete}, {@code checkpoint-edit}. */
final class Checkpointing {
    private Checkpointing() {}

    static Command create() {
        return Command.named("checkpoint-create")
                .summary("set a checkpoint as a document says")
                .description(
                        "Sets a mark from which on changed blocks are known, so that a backup can leave out the rest.")
                .options(
                        Domains.option(),
                        Option.text("xmlfile", "the file with the document"),
                        Option.flag("redefine", "only write down one that was set before"),
                        Option.flag("redefine-validate", "with --redefine, see whether the disks have what it needs"),
                        Option.flag("quiesce", "have the guest bring its file systems to rest first"))
                .action(Checkpointing::create);
    }

    private static void create(Call call) {
        call.requires("redefine-validate", "redefine");
        var flags = EnumSet.noneOf(Create.class);
        if (call.has("redefine")) {
            flags.add(Create.REDEFINE);
        }
        if (call.has("redefine-validate")) {
            flags.add(Create.REDEFINE_VALIDATE);
        }
        if (call.has("quiesce")) {
            flags.add(Create.QUIESCE);
        }
        var domain = Domains.of(call);
        var file = call.text("xmlfile");
        var xml = file.map(name -> XmlFile.read(call, name)).orElse("<domaincheckpoint/>");
        create(call, domain, xml, flags, file);
    }

    private static void create(Call call, Domain domain, String xml, Set<Create> flags, Optional<String> file) {
        var checkpoint = domain.checkpoints().create(xml, flags);
        call.extra("Domain checkpoint " + checkpoint.name() + " created"
                + file.map(name -> " from '" + name + "'").orElse(""));
    }

    static Command createAs() {
        return Command.named("checkpoint-create-as")
                .summary("set a checkpoint")
                .description(
                        "Sets a mark from which on changed blocks are known, so that a backup can leave out the rest.")
                .options(
                        Domains.option(),
                        Option.text("name", "its name"),
                        Option.text("description", "what to say about it"),
                        Option.flag("print-xml", "show the document and set none"),
                        Option.flag("quiesce", "have the guest bring its file systems to rest first"),
                        Option.rest("diskspec", "how a disk is marked: disk[,checkpoint=type][,bitmap=name]")
                                .completing(DomainParts.disks()))
                .action(Checkpointing::createAs);
    }

    private static void createAs(Call call) {
        var flags = call.has("quiesce") ? EnumSet.of(Create.QUIESCE) : EnumSet.noneOf(Create.class);
        var domain = Domains.of(call);
        var disks = new ArrayList<Content>();
        for (var disk : call.all("diskspec")) {
            disks.add(disk(disk));
        }
        var rest = disks.isEmpty()
                ? List.<Element>of()
                : List.of(new Element("disks", Element.of("disks").attributes(), disks, 0));
        var xml = MomentText.document("domaincheckpoint", call.text("name"), call.text("description"), rest);
        if (call.has("print-xml")) {
            call.println(xml);
            return;
        }
        create(call, domain, xml, flags, Optional.empty());
    }

    private static Element disk(String word) {
        var parts = MomentText.parts(word);
        var settings = MomentText.settings(parts.subList(1, parts.size()), List.of("checkpoint", "bitmap"))
                .filter(_ -> !parts.getFirst().isEmpty())
                .orElseThrow(() -> new CommandException("unable to parse diskspec: " + word));
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("name", parts.getFirst());
        for (var key : List.of("checkpoint", "bitmap")) {
            if (settings.containsKey(key)) {
                attributes.put(key, settings.get(key));
            }
        }
        return new Element("disk", attributes, List.of(), 0);
    }

    static Command delete() {
        return Command.named("checkpoint-delete")
                .summary("delete a checkpoint")
                .options(
                        Domains.option(),
                        LookAtCheckpoints.name("which"),
                        Option.flag("children", "all that grew from it, too"),
                        Option.flag("children-only", "all that grew from it, but not itself"),
                        Option.flag("metadata", "only what is written down about it"))
                .action(Checkpointing::delete);
    }

    private static void delete(Call call) {
        var checkpoint = LookAtCheckpoints.chosen(call, Domains.of(call));
        var flags = EnumSet.noneOf(Delete.class);
        if (call.has("children")) {
            flags.add(Delete.CHILDREN);
        }
        if (call.has("children-only")) {
            flags.add(Delete.CHILDREN_ONLY);
        }
        if (call.has("metadata")) {
            flags.add(Delete.METADATA_ONLY);
        }
        call.attempt("Failed to delete checkpoint " + checkpoint.name(), () -> checkpoint.delete(flags));
        call.extra("Domain checkpoint " + checkpoint.name()
                + (call.has("children-only") ? " children deleted\n" : " deleted\n"));
    }

    static Command edit() {
        return Command.named("checkpoint-edit")
                .summary("edit a checkpoint's document")
                .options(Domains.option(), LookAtCheckpoints.name("which"))
                .action(Checkpointing::edit);
    }

    private static void edit(Call call) {
        var domain = Domains.of(call);
        var before = LookAtCheckpoints.chosen(call, domain);
        try {
            var edited = Editing.of(
                    call,
                    () -> before.xml(EnumSet.of(Checkpoint.Xml.SECURE)),
                    xml -> domain.checkpoints().create(xml, EnumSet.of(Create.REDEFINE)));
            if (edited.isEmpty()) {
                call.extra("Checkpoint " + before.name() + " XML configuration not changed.\n");
                return;
            }
            var after = edited.get();
            if (!after.name().equals(before.name())) {
                call.attempt(
                        "Failed to clean up " + after.name(), () -> after.delete(EnumSet.of(Delete.METADATA_ONLY)));
                throw new CommandException("Cannot rename checkpoint " + before.name() + " to " + after.name());
            }
            call.extra("Checkpoint " + before.name() + " edited.\n");
        } catch (CommandException e) {
            e.lines().forEach(call::complain);
            throw new CommandException("Failed to update " + before.name());
        }
    }
}
