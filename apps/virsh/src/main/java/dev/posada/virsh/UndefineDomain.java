package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code undefine}, which can remove a domain's volumes too. */
final class UndefineDomain {
    private static final List<String> SOURCES = List.of("file", "dir", "name", "dev", "volume");

    private UndefineDomain() {}

    /** A volume to remove, and how the domain knows it. */
    private record Doomed(StorageVolume volume, String target, String source) {
        String names() {
            return "'" + target + "'(" + source + ")";
        }
    }

    static Command command() {
        return Command.named("undefine")
                .summary("forget a domain's definition")
                .description("Forgets a domain's definition, and removes what the options name.\n"
                        + "A domain that runs goes on until it ends.")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.PERSISTENT)),
                        Option.flag("managed-save", "remove its managed save"),
                        Option.text("storage", "remove these volumes: targets or sources of disks, with commas")
                                .completing(DomainParts.disks()),
                        Option.flag("remove-all-storage", "remove all its volumes"),
                        Option.flag("delete-storage-volume-snapshots", "remove the volumes' own snapshots too"),
                        Option.flag("wipe-storage", "overwrite the volumes first"),
                        Option.flag("snapshots-metadata", "forget its snapshots"),
                        Option.flag("checkpoints-metadata", "forget its checkpoints"),
                        Option.flag("nvram", "remove the firmware's variables"),
                        Option.flag("keep-nvram", "keep the firmware's variables"),
                        Option.flag("tpm", "remove the state of its TPM"),
                        Option.flag("keep-tpm", "keep the state of its TPM"))
                .action(UndefineDomain::run);
    }

    private static void run(Call call) {
        boolean storage = call.has("storage") || call.has("remove-all-storage");
        if (call.has("wipe-storage") && !storage) {
            throw new CommandException("'--wipe-storage' requires '--storage <string>' or '--remove-all-storage'");
        }
        call.requires("delete-storage-volume-snapshots", "remove-all-storage");
        call.exclusive("nvram", "keep-nvram");
        call.exclusive("tpm", "keep-tpm");
        var domain = Domains.of(call);
        var doomed = storage ? volumes(call, domain) : List.<Doomed>of();
        call.attempt("Failed to undefine domain '" + domain.name() + "'", () -> domain.undefine(flags(call, domain)));
        call.extra("Domain '" + domain.name() + "' has been undefined\n");
        boolean allGone = true;
        for (var each : doomed) {
            allGone &= remove(call, each);
        }
        if (!allGone) {
            throw CommandException.silent();
        }
    }

    private static Flag.Undefine[] flags(Call call, Domain domain) {
        var flags = new ArrayList<Flag.Undefine>();
        for (var flag : Flag.Undefine.values()) {
            if (call.has(OptionNames.of(flag))) {
                flags.add(flag);
            }
        }
        if (flags.contains(Flag.Undefine.MANAGED_SAVE) && !domain.managedSave().exists()) {
            flags.remove(Flag.Undefine.MANAGED_SAVE);
        }
        return flags.toArray(Flag.Undefine[]::new);
    }

    /** The volumes to remove, found before the definition is gone. */
    private static List<Doomed> volumes(Call call, Domain domain) {
        if (domain.isActive()) {
            throw new CommandException("Storage volume deletion is supported only on stopped domains");
        }
        var wanted = call.text("storage");
        if (wanted.isPresent() && call.has("remove-all-storage")) {
            throw new CommandException("Specified both --storage and --remove-all-storage");
        }
        var names =
                new ArrayList<>(wanted.map(list -> List.of(list.split(",", -1))).orElse(List.of()));
        var doomed = new ArrayList<Doomed>();
        for (var disk : DomainParts.devices(DomainParts.document(domain), "disk")) {
            var source = DomainParts.firstValue(disk, "source", SOURCES);
            if (source.isEmpty()) {
                continue;
            }
            var target = DomainParts.value(disk, "target", "dev").orElse("");
            if (wanted.isPresent() && !names.remove(target) && !names.remove(source.get())) {
                continue;
            }
            volume(call, disk, target, source.get())
                    .ifPresent(volume -> doomed.add(new Doomed(volume, target, source.get())));
        }
        if (!names.isEmpty()) {
            names.forEach(name -> call.complain("Volume '" + name + "' was not found in domain's definition.\n"));
            throw CommandException.silent();
        }
        return doomed;
    }

    private static Optional<StorageVolume> volume(Call call, Element disk, String target, String source) {
        var storage = call.connection().storage();
        var poolName = DomainParts.value(disk, "source", "pool");
        Optional<StorageVolume> volume;
        if (poolName.isPresent()) {
            var pool = storage.poolByName(poolName.get());
            if (pool.isEmpty()) {
                call.print("Storage pool '" + poolName.get() + "' for volume '" + target + "' not found.");
                return Optional.empty();
            }
            volume = pool.get().volume(source);
        } else {
            volume = storage.volumeByPath(source);
        }
        if (volume.isEmpty()) {
            call.complain(
                    "Storage volume '" + target + "'(" + source + ") is not managed by libvirt. Remove it manually.\n");
        }
        return volume;
    }

    private static boolean remove(Call call, Doomed doomed) {
        if (call.has("wipe-storage")) {
            call.extra("Wiping volume " + doomed.names() + " ... ");
            call.session().console().out().flush();
            try {
                doomed.volume().wipe(0);
            } catch (PosadaException e) {
                call.complain("Failed! Volume not removed.");
                call.complain(e.getMessage());
                return false;
            }
            call.extra("Done.\n");
        }
        try {
            doomed.volume()
                    .delete(
                            call.has("delete-storage-volume-snapshots")
                                    ? new Flag.VolumeDelete[] {Flag.VolumeDelete.WITH_SNAPSHOTS}
                                    : new Flag.VolumeDelete[0]);
        } catch (PosadaException e) {
            call.complain("Failed to remove storage volume " + doomed.names());
            call.complain(e.getMessage());
            return false;
        }
        call.extra("Volume " + doomed.names() + " removed.\n");
        return true;
    }
}
