package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.StoragePool;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands that make storage volumes, change and delete them. */
final class VolumeLife {
    /** Ways to overwrite a volume, by their numbers on the wire. */
    private static final List<String> WIPING =
            List.of("zero", "nnsa", "dod", "bsi", "gutmann", "schneier", "pfitzner7", "pfitzner33", "random", "trim");

    private VolumeLife() {}

    private static Option metadata() {
        return Option.flag("prealloc-metadata", "set space aside for qcow2's tables, not for all data");
    }

    private static Option reflink() {
        return Option.flag("reflink", "share the data where the file system can, as btrfs does");
    }

    private static Flag.VolumeCreate[] making(Call call) {
        var flags = new ArrayList<Flag.VolumeCreate>();
        if (call.has("prealloc-metadata")) {
            flags.add(Flag.VolumeCreate.METADATA);
        }
        if (call.has("reflink")) {
            flags.add(Flag.VolumeCreate.REFLINK);
        }
        if (call.has("validate")) {
            flags.add(Flag.VolumeCreate.VALIDATE);
        }
        return flags.toArray(Flag.VolumeCreate[]::new);
    }

    static Command createAs() {
        return Command.named("vol-create-as")
                .summary("make a volume that options describe")
                .options(
                        Pools.option(Flag.PoolList.ACTIVE),
                        Option.value("name", "the volume's name"),
                        Option.value("capacity", "its size, in bytes or with a suffix such as G"),
                        Option.text("allocation", "how much is set aside at once, likewise"),
                        Option.text("format", "the format of its file")
                                .completing(Completer.words("raw", "qcow2", "qcow", "bochs", "qed", "vmdk")),
                        Option.text("backing-vol", "the volume beneath it"),
                        Option.text("backing-vol-format", "that volume's format"),
                        metadata(),
                        Option.flag("print-xml", "print the document and do nothing else"))
                .action(VolumeLife::createAs);
    }

    private static void createAs(Call call) {
        var pool = Pools.of(call);
        var name = call.required("name");
        var xml = Documents.format(document(call, pool, name));
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        var flags = making(call);
        call.attempt("Failed to create vol " + name, () -> pool.createVolume(xml, flags));
        call.extra("Vol " + name + " created\n");
    }

    private static Element document(Call call, StoragePool pool, String name) {
        long capacity = Volumes.size(call.required("capacity"));
        var volume = Element.of("volume")
                .plus(Element.text("name", name))
                .plus(Element.text("capacity", Long.toString(capacity)));
        if (call.has("allocation")) {
            long allocation = Volumes.size(call.required("allocation"));
            volume = volume.plus(Element.text("allocation", Long.toString(allocation)));
        }
        var format = call.text("format");
        var beneath = call.text("backing-vol");
        var beneathFormat = call.text("backing-vol-format");
        if (format.isPresent()) {
            volume = volume.plus(Element.of("target").plus(Element.of("format", "type", format.get())));
        }
        if (beneath.isPresent()) {
            var path = Volumes.named(call, beneath.get(), Optional.of(pool), "").path();
            var backing = Element.of("backingStore").plus(Element.text("path", path));
            volume = volume.plus(
                    beneathFormat.isPresent()
                            ? backing.plus(Element.of("format", "type", beneathFormat.get()))
                            : backing);
        }
        return volume;
    }

    static Command create() {
        return Command.named("vol-create")
                .summary("make a volume from a file")
                .options(
                        Pools.option(Flag.PoolList.ACTIVE),
                        CommonOptions.file("a volume's XML document"),
                        metadata(),
                        CommonOptions.validate())
                .action(VolumeLife::create);
    }

    private static void create(Call call) {
        var pool = Pools.of(call);
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var flags = making(call);
        var volume = call.attempt("Failed to create vol from " + file, () -> pool.createVolume(xml, flags));
        call.extra("Vol " + volume.name() + " created from " + file + "\n");
    }

    static Command createFrom() {
        return Command.named("vol-create-from")
                .summary("make a volume from a file, with the data of another one")
                .options(
                        Pools.option(Flag.PoolList.ACTIVE),
                        CommonOptions.file("a volume's XML document"),
                        Volumes.option(),
                        Option.text("inputpool", "the name or uuid of the other volume's pool")
                                .completing(Pools.proposals(Flag.PoolList.ACTIVE)),
                        metadata(),
                        reflink(),
                        CommonOptions.validate())
                .action(VolumeLife::createFrom);
    }

    private static void createFrom(Call call) {
        var pool = Pools.of(call);
        var file = call.required("file");
        var source = Volumes.of(call, "inputpool");
        var xml = TextFiles.xml(call, file);
        var flags = making(call);
        var volume = call.attempt("Failed to create vol from " + file, () -> pool.createVolume(xml, source, flags));
        call.extra("Vol " + volume.name() + " created from input vol " + source.name() + "\n");
    }

    static Command cloneVolume() {
        return Command.named("vol-clone")
                .summary("copy a volume within its pool")
                .options(
                        Volumes.option(),
                        Option.value("newname", "the copy's name"),
                        Volumes.pool(),
                        metadata(),
                        reflink(),
                        Option.flag("print-xml", "print the copy's document and do nothing else"))
                .action(VolumeLife::cloneVolume);
    }

    private static void cloneVolume(Call call) {
        var source = Volumes.of(call);
        var pool = call.attempt("failed to get parent pool", source::pool);
        var document = Documents.parse(source.xml()).withChild(Element.text("name", call.required("newname")));
        // How the source's file is divided is no wish for the copy's.
        var xml = Documents.formatDoubleQuoted(
                document.mapChildren(child -> child.name().equals("target")
                        ? child.withoutChildren(part -> part.name().equals("clusterSize"))
                        : child));
        if (call.has("print-xml")) {
            call.print(xml.stripTrailing());
            return;
        }
        var flags = making(call);
        var copy =
                call.attempt("Failed to clone vol from " + source.name(), () -> pool.createVolume(xml, source, flags));
        call.extra("Vol " + copy.name() + " cloned from " + source.name() + "\n");
    }

    static Command delete() {
        return Command.named("vol-delete")
                .summary("delete a volume and its data")
                .options(
                        Volumes.option(),
                        Volumes.pool(),
                        Option.flag("delete-snapshots", "its snapshots too, where the storage has some"))
                .action(VolumeLife::delete);
    }

    private static void delete(Call call) {
        var volume = Volumes.of(call);
        var name = call.required("vol");
        var flags = call.has("delete-snapshots")
                ? new Flag.VolumeDelete[] {Flag.VolumeDelete.WITH_SNAPSHOTS}
                : new Flag.VolumeDelete[0];
        call.attempt("Failed to delete vol " + name, () -> volume.delete(flags));
        call.extra("Vol " + name + " deleted\n");
    }

    static Command resize() {
        return Command.named("vol-resize")
                .summary("change a volume's capacity")
                .description("Changes the capacity of a volume that no running domain uses;\n"
                        + "blockresize does it while one runs.")
                .options(
                        Volumes.option(),
                        Option.value("capacity", "the new size, in bytes or with a suffix such as G"),
                        Volumes.pool(),
                        Option.flag("allocate", "set the space aside at once"),
                        Option.flag("delta", "the size is what is added"),
                        Option.flag("shrink", "allow it to become smaller"))
                .action(VolumeLife::resize);
    }

    private static void resize(Call call) {
        var volume = Volumes.of(call);
        var size = call.required("capacity").stripLeading();
        boolean delta = call.has("delta");
        if (size.startsWith("-")) {
            if (!call.has("shrink")) {
                throw new CommandException("negative size requires --shrink");
            }
            size = size.substring(1);
            delta = true;
        }
        var flags = new ArrayList<Flag.VolumeResize>();
        if (call.has("allocate")) {
            flags.add(Flag.VolumeResize.ALLOCATE);
        }
        if (call.has("shrink")) {
            flags.add(Flag.VolumeResize.SHRINK);
        }
        if (delta) {
            flags.add(Flag.VolumeResize.DELTA);
        }
        long bytes = Volumes.size(size);
        var change = (delta ? " by " : " to ") + size;
        call.attempt(
                "Failed to change size of volume '" + volume.name() + "'" + change,
                () -> volume.resize(bytes, flags.toArray(Flag.VolumeResize[]::new)));
        call.extra("Size of volume '" + volume.name() + "' successfully changed" + change + "\n");
    }

    static Command wipe() {
        return Command.named("vol-wipe")
                .summary("overwrite a volume's data")
                .description("Overwrites what a volume holds, so that nobody can read it later.")
                .options(
                        Volumes.option(),
                        Volumes.pool(),
                        Option.text("algorithm", "how: zero, or one of scrub(1)'s patterns")
                                .completing(_ -> WIPING))
                .action(VolumeLife::wipe);
    }

    private static void wipe(Call call) {
        var volume = Volumes.of(call);
        var name = call.required("vol");
        var word = call.text("algorithm").orElse("zero");
        int algorithm = WIPING.indexOf(word);
        if (algorithm < 0) {
            throw new CommandException("Unsupported algorithm '" + word + "'");
        }
        call.attempt("Failed to wipe vol " + name, () -> volume.wipe(algorithm));
        call.extra("Vol " + name + " wiped\n");
    }
}
