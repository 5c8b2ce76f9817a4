package dev.posada.virsh;

import dev.posada.client.Flag;
import java.util.Arrays;

/** {@code dumpxml}, {@code edit} and the translations to and from a hypervisor's own formats. */
final class DomainDocuments {
    private DomainDocuments() {}

    static Command dumpxml() {
        return Command.named("dumpxml")
                .summary("print a domain's document")
                .description("Prints a domain's document: of the running instance where there is one.")
                .options(
                        Domains.option(),
                        Option.flag("inactive", "the definition, even if the domain runs"),
                        Option.flag("security-info", "with passwords"),
                        Option.flag("update-cpu", "with the processor that the host would give it"),
                        Option.flag("migratable", "as another host would take it"))
                .options(XmlSelection.options())
                .action(DomainDocuments::dumpxml);
    }

    private static void dumpxml(Call call) {
        var domain = Domains.of(call);
        var flags = Arrays.stream(Flag.Xml.values())
                .filter(flag -> call.has(flag == Flag.Xml.SECURE ? "security-info" : OptionNames.of(flag)))
                .toArray(Flag.Xml[]::new);
        XmlSelection.print(call, domain.xml(flags));
    }

    static Command edit() {
        return Command.named("edit")
                .summary("change a domain's definition in an editor")
                .description("Opens a domain's definition in $VISUAL or $EDITOR and defines what comes out.")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.PERSISTENT)),
                        Option.flag("skip-validate", "do not hold it against its schema"))
                .action(DomainDocuments::edit);
    }

    private static void edit(Call call) {
        var domain = Domains.of(call);
        var edited = Editing.validated(
                call,
                () -> domain.xml(Flag.Xml.INACTIVE, Flag.Xml.SECURE),
                (xml, validate) -> call.connection()
                        .define(xml, validate ? new Flag.Define[] {Flag.Define.VALIDATE} : new Flag.Define[0]),
                !call.has("skip-validate"));
        var name = edited.orElse(domain).name();
        call.extra(
                "Domain '" + name + "' XML configuration " + (edited.isPresent() ? "edited" : "not changed") + ".\n");
    }

    static Command fromNative() {
        return Command.named("domxml-from-native")
                .summary("make a document of a hypervisor's own configuration")
                .options(
                        Option.value("format", "the configuration's format, such as qemu-argv"),
                        Option.value("config", "the file with it"))
                .action(call -> {
                    var format = call.required("format");
                    var configuration = TextFiles.xml(call, call.required("config"));
                    call.print(call.connection().nativeFormats().toXml(format, configuration));
                });
    }

    static Command toNative() {
        return Command.named("domxml-to-native")
                .summary("make a hypervisor's own configuration of a document")
                .options(
                        Option.value("format", "the configuration's format, such as qemu-argv"),
                        Option.text("domain", "a domain's name, id or uuid")
                                .onlyNamed()
                                .completing(Proposals.domains()),
                        Option.text("xml", "a file with a document"))
                .action(DomainDocuments::toNative);
    }

    private static void toNative(Call call) {
        var format = call.required("format");
        call.exclusive("domain", "xml");
        String xml;
        if (call.has("domain")) {
            xml = Domains.of(call).xml();
        } else {
            var file = call.text("xml").orElseThrow(() -> new CommandException("need either domain or domain XML"));
            xml = TextFiles.xml(call, file);
        }
        call.print(call.connection().nativeFormats().fromXml(format, xml));
    }
}
