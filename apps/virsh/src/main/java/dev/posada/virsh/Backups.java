package dev.posada.virsh;

/** {@code backup-begin}, {@code backup-dumpxml}. */
final class Backups {
    private Backups() {}

    static Command begin() {
        return Command.named("backup-begin")
                .summary("begin a backup of a running domain's disks")
                .description("Begins to copy the disks of a running domain, whole or what changed since a checkpoint.\n"
                        + "The copy is a job of the domain: see domjobinfo and domjobabort.")
                .options(
                        Domains.option(),
                        Option.text("backupxml", "the file that says what is copied where"),
                        Option.text("checkpointxml", "the file that describes a checkpoint to set at the same moment"),
                        Option.flag("reuse-external", "write into files that are there already"))
                .action(Backups::begin);
    }

    private static void begin(Call call) {
        var domain = Domains.of(call);
        var xml = call.text("backupxml").map(file -> XmlFile.read(call, file)).orElse("<domainbackup/>");
        var checkpoint = call.text("checkpointxml").map(file -> XmlFile.read(call, file));
        domain.backup().begin(xml, checkpoint.orElse(null), call.has("reuse-external"));
        call.print("Backup started\n");
    }

    static Command dumpxml() {
        return Command.named("backup-dumpxml")
                .summary("show the document of the backup that is under way")
                .options(Domains.option())
                .options(XmlSelection.options())
                .action(call ->
                        XmlSelection.print(call, Domains.of(call).backup().xml()));
    }
}
