package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.DomainIdentity;
import java.util.ArrayList;
import java.util.Optional;

/** {@code start}, {@code create}, {@code define}, {@code autostart}. */
final class StartDomain {
    private StartDomain() {}

    static Command start() {
        return Command.named("start")
                .summary("start a domain that is defined")
                .description("Starts a domain: from its managed save where there is one, else by a fresh boot.")
                .options(
                        Option.value("domain", "the name or uuid of a domain that does not run")
                                .completing(Proposals.domains(Flag.List.INACTIVE)),
                        Option.flag("console", "then open the guest's console"),
                        Option.flag("paused", "keep its processors stopped"),
                        Option.flag("autodestroy", "destroy it when this connection ends"),
                        Option.flag("bypass-cache", "read the managed save past the host's cache"),
                        Option.flag("force-boot", "boot afresh and drop a managed save"),
                        Option.text("pass-fds", "open files N,M,... to give to the guest"),
                        Option.flag("reset-nvram", "begin with a new copy of the firmware's variables"))
                .action(StartDomain::start);
    }

    private static void start(Call call) {
        var domain = Domains.by(call, Domains.By.NAME, Domains.By.UUID);
        if (domain.identity().id() != DomainIdentity.INACTIVE) {
            throw new CommandException("Domain is already active");
        }
        var files = PassedFiles.of(call);
        call.attempt("Failed to start domain '" + domain.name() + "'", () -> {
            if (files.isEmpty()) {
                domain.start(flags(call));
            } else {
                domain.files().start(files, flags(call));
            }
        });
        call.extra("Domain '" + domain.name() + "' started\n");
        attach(call, domain);
    }

    static Command create() {
        return Command.named("create")
                .summary("start a domain from a file")
                .description("Starts a domain of which nothing is kept once it ends, or a defined one another way.")
                .options(
                        Option.value("file", "a file with the domain's document"),
                        Option.flag("console", "then open the guest's console"),
                        Option.flag("paused", "keep its processors stopped"),
                        Option.flag("autodestroy", "destroy it when this connection ends"),
                        Option.text("pass-fds", "open files N,M,... to give to the guest"),
                        Option.flag("validate", "hold the document against its schema"),
                        Option.flag("reset-nvram", "begin with a new copy of the firmware's variables"))
                .action(StartDomain::create);
    }

    private static void create(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var files = PassedFiles.of(call);
        var domain = call.attempt(
                "Failed to create domain from " + file,
                () -> files.isEmpty()
                        ? call.connection().create(xml, flags(call))
                        : call.connection().createWithFiles(xml, files, flags(call)));
        call.extra("Domain '" + domain.name() + "' created from " + file + "\n");
        try {
            attach(call, domain);
        } catch (CommandException e) {
            // The domain is there, which is what was asked for; libvirt's virsh has it so for this command alone.
            e.lines().forEach(call::complain);
        }
    }

    private static Flag.Start[] flags(Call call) {
        var flags = new ArrayList<Flag.Start>();
        for (var flag : Flag.Start.values()) {
            // The options are called as the flags are.
            if (call.has(flag == Flag.Start.AUTODESTROY ? "autodestroy" : OptionNames.of(flag))) {
                flags.add(flag);
            }
        }
        return flags.toArray(Flag.Start[]::new);
    }

    private static void attach(Call call, Domain domain) {
        if (call.has("console")) {
            GuestConsole.attach(call, domain, Optional.empty());
        }
    }

    static Command define() {
        return Command.named("define")
                .summary("keep a domain's definition, or change it")
                .description("Keeps the definition in a file; one with a known uuid replaces what was kept.")
                .options(
                        Option.value("file", "a file with the domain's document"),
                        Option.flag("validate", "hold the document against its schema"))
                .action(StartDomain::define);
    }

    private static void define(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var flags = call.has("validate") ? new Flag.Define[] {Flag.Define.VALIDATE} : new Flag.Define[0];
        var domain = call.attempt(
                "Failed to define domain from " + file, () -> call.connection().define(xml, flags));
        call.extra("Domain '" + domain.name() + "' defined from " + file + "\n");
    }

    static Command autostart() {
        return Command.named("autostart")
                .summary("start a domain whenever the daemon starts")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.PERSISTENT)),
                        Option.flag("disable", "start it no more"))
                .action(StartDomain::autostart);
    }

    private static void autostart(Call call) {
        var domain = Domains.of(call);
        var marked = call.has("disable") ? "unmark" : "mark";
        call.attempt(
                "Failed to " + marked + " domain '" + domain.name() + "' as autostarted",
                () -> domain.setAutostart(!call.has("disable")));
        call.extra("Domain '" + domain.name() + "' " + marked + "ed as autostarted\n");
    }
}
