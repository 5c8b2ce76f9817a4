package dev.posada.virsh;

import dev.posada.client.Flag;

/** {@code managedsave} and what can be done to a managed save. */
final class ManagedSaves {
    private ManagedSaves() {}

    static Command save() {
        return Command.named("managedsave")
                .summary("put a domain to rest under the daemon's care")
                .description("Writes the memory of a running domain to disk and ends it.\n"
                        + "Its next start goes on from there.")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.ACTIVE)),
                        SaveDomain.bypassCache(),
                        SaveDomain.running(),
                        SaveDomain.paused(),
                        SaveDomain.verbose())
                .action(ManagedSaves::save);
    }

    private static void save(Call call) {
        var domain = Domains.of(call);
        var flags = SaveDomain.flags(call);
        call.attempt(
                "Failed to save domain '" + domain.name() + "' state",
                () -> new JobWatch(call, domain, "Managedsave", call.has("verbose"))
                        .run(() -> domain.managedSave().save(flags)));
        call.extra("\nDomain '" + domain.name() + "' state saved by libvirt\n");
    }

    static Command remove() {
        return Command.named("managedsave-remove")
                .summary("remove a domain's managed save")
                .description("Removes a domain's managed save: its next start is a fresh boot.")
                .options(saved())
                .action(ManagedSaves::remove);
    }

    private static void remove(Call call) {
        var domain = Domains.of(call);
        var save = domain.managedSave();
        if (!call.attempt("Failed to check for domain managed save image", save::exists)) {
            call.extra("Domain '" + domain.name() + "' has no manage save image; removal skipped");
            return;
        }
        call.attempt("Failed to remove managed save image for domain '" + domain.name() + "'", save::remove);
        call.extra("Removed managedsave image for domain '" + domain.name() + "'");
    }

    static Command dumpxml() {
        return Command.named("managedsave-dumpxml")
                .summary("print the document in a domain's managed save")
                .options(saved(), Option.flag("security-info", "with passwords"))
                .options(XmlSelection.options())
                .action(call -> {
                    var flags = call.has("security-info") ? new Flag.Xml[] {Flag.Xml.SECURE} : new Flag.Xml[0];
                    XmlSelection.print(call, Domains.of(call).managedSave().xml(flags));
                });
    }

    static Command define() {
        return Command.named("managedsave-define")
                .summary("change the document in a domain's managed save")
                .options(
                        saved(),
                        Option.value("xml", "a file with the new document"),
                        SaveDomain.running(),
                        SaveDomain.paused())
                .action(ManagedSaves::define);
    }

    private static void define(Call call) {
        var file = call.required("xml");
        var xml = TextFiles.xml(call, file);
        var domain = Domains.of(call);
        var flags = SaveDomain.flags(call);
        call.attempt(
                "Failed to update " + domain.name() + " XML configuration",
                () -> domain.managedSave().define(xml, flags));
        call.extra("Managed save state file of domain '" + domain.name() + "' updated.\n");
    }

    static Command edit() {
        return Command.named("managedsave-edit")
                .summary("change the document in a domain's managed save in an editor")
                .options(saved(), SaveDomain.running(), SaveDomain.paused())
                .action(ManagedSaves::edit);
    }

    private static void edit(Call call) {
        call.exclusive("running", "paused");
        var domain = Domains.of(call);
        var flags = SaveDomain.flags(call);
        var save = domain.managedSave();
        var edited = Editing.of(call, () -> save.xml(Flag.Xml.SECURE), xml -> {
            save.define(xml, flags);
            return xml;
        });
        call.extra(
                edited.isPresent()
                        ? "Managed save image of Domain '" + domain.name() + "' XML configuration edited.\n"
                        : "Managed save image of domain '" + domain.name() + "' XML configuration not changed.\n");
    }

    private static Option saved() {
        return Domains.option().completing(Proposals.domains(Flag.List.MANAGED_SAVE));
    }
}
