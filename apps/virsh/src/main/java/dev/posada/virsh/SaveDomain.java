package dev.posada.virsh;

import dev.posada.client.DomainMemory;
import dev.posada.client.Flag;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code save}, {@code restore}, {@code dump} and what can be done to files of saved memory. */
final class SaveDomain {
    private static final List<String> DUMP_FORMATS = List.of("kdump-zlib", "kdump-lzo", "kdump-snappy", "win-dmp");

    private SaveDomain() {}

    static Command save() {
        return Command.named("save")
                .summary("put a domain to rest in a file")
                .description("Writes the memory of a running domain to a file of the daemon's host and ends it.")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.ACTIVE)),
                        Option.value("file", "the file to write"),
                        bypassCache(),
                        Option.text("xml", "a file with the document to go on with"),
                        running(),
                        paused(),
                        verbose())
                .action(SaveDomain::save);
    }

    private static void save(Call call) {
        var domain = Domains.of(call);
        var file = call.required("file");
        var xml = document(call).orElse(null);
        var flags = flags(call);
        call.attempt(
                "Failed to save domain '" + domain.name() + "' to " + file,
                () -> new JobWatch(call, domain, "Save", call.has("verbose"))
                        .run(() -> domain.memory().save(path(call, file), xml, flags)));
        call.extra("\nDomain '" + domain.name() + "' saved to " + file + "\n");
    }

    static Command restore() {
        return Command.named("restore")
                .summary("start a domain from a file of saved memory")
                .options(
                        Option.value("file", "the file on the daemon's host"),
                        bypassCache(),
                        Option.text("xml", "a file with the document to go on with"),
                        running(),
                        paused(),
                        Option.flag("reset-nvram", "begin with a new copy of the firmware's variables"))
                .action(SaveDomain::restore);
    }

    private static void restore(Call call) {
        var file = call.required("file");
        var xml = document(call).orElse(null);
        var flags = flags(call);
        call.attempt(
                "Failed to restore domain from " + file,
                () -> call.connection().saveImages().restore(path(call, file), xml, flags));
        call.extra("Domain restored from " + file + "\n");
    }

    static Command imageDumpxml() {
        return Command.named("save-image-dumpxml")
                .summary("print the document in a file of saved memory")
                .options(image(), Option.flag("security-info", "with passwords"))
                .options(XmlSelection.options())
                .action(call -> {
                    var flags = call.has("security-info") ? new Flag.Xml[] {Flag.Xml.SECURE} : new Flag.Xml[0];
                    var file = path(call, call.required("file"));
                    XmlSelection.print(call, call.connection().saveImages().xml(file, flags));
                });
    }

    static Command imageDefine() {
        return Command.named("save-image-define")
                .summary("change the document in a file of saved memory")
                .options(image(), Option.value("xml", "a file with the new document"), running(), paused())
                .action(SaveDomain::imageDefine);
    }

    private static void imageDefine(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, call.required("xml"));
        var flags = flags(call);
        call.attempt(
                "Failed to update " + file, () -> call.connection().saveImages().define(path(call, file), xml, flags));
        call.extra("State file " + file + " updated.\n");
    }

    static Command imageEdit() {
        return Command.named("save-image-edit")
                .summary("change the document in a file of saved memory in an editor")
                .options(image(), running(), paused())
                .action(SaveDomain::imageEdit);
    }

    private static void imageEdit(Call call) {
        call.exclusive("running", "paused");
        var file = call.required("file");
        var path = path(call, file);
        var flags = flags(call);
        var images = call.connection().saveImages();
        var edited = Editing.of(call, () -> images.xml(path, Flag.Xml.SECURE), xml -> {
            images.define(path, xml, flags);
            return xml;
        });
        call.extra(
                edited.isPresent()
                        ? "State file " + file + " edited.\n"
                        : "Saved image " + file + " XML configuration not changed.\n");
    }

    static Command dump() {
        return Command.named("dump")
                .summary("write a domain's memory to a file, for debuggers")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.ACTIVE)),
                        Option.value("file", "the file to write on the daemon's host"),
                        Option.flag("live", "without stopping the guest, if that is possible"),
                        Option.flag("crash", "then let the domain be crashed"),
                        Option.flag("bypass-cache", "write past the host's cache"),
                        Option.flag("reset", "then reset the guest"),
                        verbose(),
                        Option.flag("memory-only", "memory alone, without the state of devices"),
                        Option.text("format", "elf, kdump-zlib, kdump-lzo, kdump-snappy or win-dmp; for memory alone")
                                .completing(
                                        Completer.words("elf", "kdump-zlib", "kdump-lzo", "kdump-snappy", "win-dmp")))
                .action(SaveDomain::dump);
    }

    private static void dump(Call call) {
        var domain = Domains.of(call);
        var file = call.required("file");
        var flags = Arrays.stream(Flag.Dump.values())
                .filter(flag -> call.has(OptionNames.of(flag)))
                .toArray(Flag.Dump[]::new);
        var format = dumpFormat(call);
        var path = path(call, file);
        call.attempt(
                "Failed to core dump domain '" + domain.name() + "' to " + file,
                () -> new JobWatch(call, domain, "Dump", call.has("verbose")).run(() -> {
                    if (format == DomainMemory.DumpFormat.RAW) {
                        domain.memory().dump(path, flags);
                    } else {
                        domain.memory().dump(path, format, flags);
                    }
                }));
        call.extra("\nDomain '" + domain.name() + "' dumped to " + file + "\n");
    }

    private static DomainMemory.DumpFormat dumpFormat(Call call) {
        var name = call.text("format");
        if (name.isEmpty()) {
            return DomainMemory.DumpFormat.RAW;
        }
        if (!call.has("memory-only")) {
            throw new CommandException("--format only works with --memory-only");
        }
        if (name.get().equals("elf")) {
            return DomainMemory.DumpFormat.RAW;
        }
        int index = DUMP_FORMATS.indexOf(name.get());
        if (index < 0) {
            throw new CommandException("format '" + name.get() + "' is not supported, expecting 'kdump-zlib', "
                    + "'kdump-lzo', 'kdump-snappy', 'win-dmp' or 'elf'");
        }
        return List.of(DomainMemory.DumpFormat.values()).get(index + 1);
    }

    static Option bypassCache() {
        return Option.flag("bypass-cache", "go past the host's cache of files");
    }

    static Option running() {
        return Option.flag("running", "let it run when it goes on");
    }

    static Option paused() {
        return Option.flag("paused", "let it be suspended when it goes on");
    }

    static Option verbose() {
        return Option.flag("verbose", "show how far it is");
    }

    private static Option image() {
        return Option.value("file", "the file on the daemon's host");
    }

    /** What {@code --bypass-cache}, {@code --running}, {@code --paused} and {@code --reset-nvram} ask for. */
    static Flag.Save[] flags(Call call) {
        return Arrays.stream(Flag.Save.values())
                .filter(flag -> call.has(OptionNames.of(flag)))
                .toArray(Flag.Save[]::new);
    }

    private static Optional<String> document(Call call) {
        return call.text("xml").map(name -> TextFiles.xml(call, name));
    }

    /** The daemon knows nothing of our folder, so it is told whole paths. */
    static String path(Call call, String name) {
        return name.startsWith("/")
                ? name
                : call.session().folder().resolve(name).toString();
    }
}
