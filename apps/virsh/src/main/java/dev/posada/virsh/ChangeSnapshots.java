package dev.posada.virsh;

import dev.posada.client.Snapshot;
import dev.posada.client.Snapshot.Delete;
import dev.posada.client.Snapshot.Revert;
import dev.posada.client.Snapshots.Create;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.EnumSet;

/** {@code snapshot-delete}, {@code snapshot-revert}, {@code snapshot-edit}. */
final class ChangeSnapshots {
    private ChangeSnapshots() {}

    static Command delete() {
        return Command.named("snapshot-delete")
                .summary("delete a snapshot")
                .options(
                        Domains.option(),
                        LookAtSnapshots.name("which"),
                        Option.flag("current", "the one the domain stands on"),
                        Option.flag("children", "all that grew from it, too"),
                        Option.flag("children-only", "all that grew from it, but not itself"),
                        Option.flag("metadata", "only what is written down about it"))
                .action(ChangeSnapshots::delete);
    }

    private static void delete(Call call) {
        var snapshot = LookAtSnapshots.chosen(call, Domains.of(call));
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
        call.attempt("Failed to delete snapshot " + snapshot.name(), () -> snapshot.delete(flags));
        call.extra("Domain snapshot " + snapshot.name()
                + (call.has("children-only") ? " children deleted\n" : " deleted\n"));
    }

    static Command revert() {
        return Command.named("snapshot-revert")
                .summary("return a domain to a snapshot")
                .options(
                        Domains.option(),
                        LookAtSnapshots.name("which"),
                        Option.flag("current", "the one the domain stands on"),
                        Option.flag("running", "it runs afterwards"),
                        Option.flag("paused", "it is suspended afterwards"),
                        Option.flag("force", "even where that may go wrong"),
                        Option.flag("reset-nvram", "with the firmware's variables as new"))
                .action(ChangeSnapshots::revert);
    }

    private static void revert(Call call) {
        var snapshot = LookAtSnapshots.chosen(call, Domains.of(call));
        var flags = EnumSet.noneOf(Revert.class);
        if (call.has("running")) {
            flags.add(Revert.RUNNING);
        }
        if (call.has("paused")) {
            flags.add(Revert.PAUSED);
        }
        if (call.has("reset-nvram")) {
            flags.add(Revert.RESET_NVRAM);
        }
        call.attempt("Failed to revert snapshot " + snapshot.name(), () -> revert(snapshot, flags, call.has("force")));
        call.extra("Domain snapshot " + snapshot.name() + " reverted\n");
    }

    /** Forces only what cannot be had otherwise. */
    private static void revert(Snapshot snapshot, EnumSet<Revert> flags, boolean force) {
        try {
            snapshot.revert(flags);
        } catch (PosadaException e) {
            if (!force || e.code() != ErrorCode.SNAPSHOT_REVERT_RISKY) {
                throw e;
            }
            flags.add(Revert.FORCE);
            snapshot.revert(flags);
        }
    }

    static Command edit() {
        return Command.named("snapshot-edit")
                .summary("edit a snapshot's document")
                .options(
                        Domains.option(),
                        LookAtSnapshots.name("which"),
                        Option.flag("current", "the one the domain stands on; with a name, it will be that one"),
                        Option.flag("rename", "a new name replaces the old one"),
                        Option.flag("clone", "a new name makes another snapshot"))
                .action(ChangeSnapshots::edit);
    }

    private static void edit(Call call) {
        call.exclusive("rename", "clone");
        var domain = Domains.of(call);
        var name = call.text("snapshotname");
        if (name.isEmpty() && !call.has("current")) {
            throw new CommandException("--snapshotname or --current is required");
        }
        var snapshot = name.isPresent()
                ? domain.snapshots().named(name.get())
                : domain.snapshots().current();
        var flags = EnumSet.of(Create.REDEFINE);
        if (call.has("current") && name.isPresent()) {
            flags.add(Create.CURRENT);
        }
        try {
            var edited = Editing.of(
                    call, () -> snapshot.xml(true), xml -> domain.snapshots().create(xml, flags));
            if (edited.isEmpty()) {
                call.extra("Snapshot " + snapshot.name() + " XML configuration not changed.\n");
                return;
            }
            afterwards(call, snapshot, edited.get());
        } catch (CommandException e) {
            e.lines().forEach(call::complain);
            throw new CommandException("Failed to update " + snapshot.name());
        }
    }

    private static void afterwards(Call call, Snapshot before, Snapshot after) {
        if (after.name().equals(before.name())) {
            call.extra("Snapshot " + before.name() + " edited.\n");
            return;
        }
        if (call.has("clone")) {
            call.extra("Snapshot " + before.name() + " cloned to " + after.name() + ".\n");
            return;
        }
        var unwanted = call.has("rename") ? before : after;
        call.attempt("Failed to clean up " + unwanted.name(), () -> unwanted.delete(EnumSet.of(Delete.METADATA_ONLY)));
        if (!call.has("rename")) {
            throw new CommandException(
                    "Must use --rename or --clone to change " + before.name() + " to " + after.name());
        }
    }
}
