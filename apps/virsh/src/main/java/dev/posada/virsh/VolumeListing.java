package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.StorageVolume;
import dev.posada.model.PosadaException;
import java.util.Comparator;
import java.util.List;

/** Commands that look at storage volumes. */
final class VolumeListing {
    private VolumeListing() {}

    static Command list() {
        return Command.named("vol-list")
                .summary("list the volumes of a pool")
                .options(Pools.option(Flag.PoolList.ACTIVE), Option.flag("details", "show kinds and sizes too"))
                .action(VolumeListing::list);
    }

    private static void list(Call call) {
        var pool = Pools.of(call);
        var volumes = call.attempt("Failed to list volumes", pool::volumes).stream()
                .sorted(Comparator.comparing(StorageVolume::name, String::compareToIgnoreCase))
                .toList();
        if (call.has("details")) {
            details(call, volumes);
            return;
        }
        var table = Table.of("Name", "Path");
        for (var volume : volumes) {
            table.row(volume.name(), path(volume));
        }
        call.print(table);
    }

    private static void details(Call call, List<StorageVolume> volumes) {
        var table = Table.of("Name", "Path", "Type", "Capacity", "Allocation");
        for (var volume : volumes) {
            var path = path(volume);
            try {
                var info = volume.info(false);
                table.row(
                        volume.name(),
                        path,
                        info.type().word(),
                        size(call, info.capacityBytes()),
                        size(call, info.allocationBytes()));
            } catch (PosadaException e) {
                table.row(volume.name(), path, "unknown", "unknown", "unknown");
            }
        }
        call.print(table);
    }

    private static Object size(Call call, long bytes) {
        return call.json() ? (Object) bytes : PrettySize.brief(bytes);
    }

    private static String path(StorageVolume volume) {
        try {
            return volume.path();
        } catch (PosadaException e) {
            return "unknown";
        }
    }

    static Command info() {
        return Command.named("vol-info")
                .summary("show what a volume is and how large")
                .options(
                        Volumes.option(),
                        Volumes.pool(),
                        Option.flag("bytes", "sizes in bytes"),
                        Option.flag("physical", "how many bytes its file has, in place of the allocation"))
                .action(VolumeListing::info);
    }

    private static void info(Call call) {
        var volume = Volumes.of(call);
        boolean physical = call.has("physical");
        var fields = Fields.plain().add("Name", volume.name());
        try {
            var info = volume.info(physical);
            fields.add("Type", info.type().word());
            size(call, fields, "Capacity", info.capacityBytes());
            size(call, fields, physical ? "Physical" : "Allocation", info.allocationBytes());
        } finally {
            call.print(fields);
        }
    }

    private static void size(Call call, Fields fields, String label, long bytes) {
        fields.add(label, call.has("bytes") ? Long.toUnsignedString(bytes) + " bytes" : PrettySize.brief(bytes), bytes);
    }

    static Command dumpxml() {
        return Command.named("vol-dumpxml")
                .summary("print a volume's XML document")
                .options(CommonOptions.withSelection(Volumes.option(), Volumes.pool()))
                .action(call -> XmlSelection.print(call, Volumes.of(call).xml()));
    }

    static Command key() {
        return Command.named("vol-key")
                .summary("print the key of the volume with a name or path")
                .options(Volumes.option(), Volumes.pool())
                .action(call -> call.println(Volumes.of(call).key()));
    }

    static Command path() {
        return Command.named("vol-path")
                .summary("print the path of the volume with a name or key")
                .options(Volumes.option(), Volumes.pool())
                .action(call -> call.println(Volumes.of(call).path()));
    }

    static Command name() {
        return Command.named("vol-name")
                .summary("print the name of the volume with a key or path")
                .options(Volumes.byKey())
                .action(call -> call.println(Volumes.ofKey(call).name()));
    }

    static Command pool() {
        return Command.named("vol-pool")
                .summary("print the pool of the volume with a key or path")
                .options(Volumes.byKey(), Option.flag("uuid", "the pool's uuid, not its name"))
                .action(VolumeListing::pool);
    }

    private static void pool(Call call) {
        var volume = Volumes.ofKey(call);
        var pool = call.attempt("failed to get parent pool", volume::pool);
        call.println(call.has("uuid") ? pool.uuid().toString() : pool.name());
    }
}
