package dev.posada.virsh;

import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.List;

/** {@code blkdeviotune}, {@code blockresize}, {@code domblkthreshold}. */
final class DiskLimits {
    /** A limit: its option, whether it counts bytes, and what it means. */
    private record Limit(String option, boolean bytes, String help) {}

    private static final List<Limit> LIMITS = List.of(
            new Limit("total-bytes-sec", true, "bytes a second"),
            new Limit("read-bytes-sec", true, "bytes read a second"),
            new Limit("write-bytes-sec", true, "bytes written a second"),
            new Limit("total-iops-sec", false, "reads and writes a second"),
            new Limit("read-iops-sec", false, "reads a second"),
            new Limit("write-iops-sec", false, "writes a second"),
            new Limit("total-bytes-sec-max", true, "bytes a second, for a moment"),
            new Limit("read-bytes-sec-max", true, "bytes read a second, for a moment"),
            new Limit("write-bytes-sec-max", true, "bytes written a second, for a moment"),
            new Limit("total-iops-sec-max", false, "reads and writes a second, for a moment"),
            new Limit("read-iops-sec-max", false, "reads a second, for a moment"),
            new Limit("write-iops-sec-max", false, "writes a second, for a moment"),
            new Limit("size-iops-sec", false, "bytes that count as one read or write"));
    private static final List<Limit> MOMENTS = List.of(
            new Limit("total-bytes-sec-max-length", false, "seconds that moment lasts for bytes"),
            new Limit("read-bytes-sec-max-length", false, "seconds it lasts for bytes read"),
            new Limit("write-bytes-sec-max-length", false, "seconds it lasts for bytes written"),
            new Limit("total-iops-sec-max-length", false, "seconds it lasts for reads and writes"),
            new Limit("read-iops-sec-max-length", false, "seconds it lasts for reads"),
            new Limit("write-iops-sec-max-length", false, "seconds it lasts for writes"));
    private static final String GROUP = "group-name";
    private static final long KIB = 1024;

    private DiskLimits() {}

    static Command blkdeviotune() {
        var command = Command.named("blkdeviotune")
                .summary("show or set limits of what a disk may read and write")
                .options(
                        Domains.option(),
                        Option.value("device", "the disk's target or source").completing(DomainParts.disks()));
        LIMITS.forEach(limit -> add(command, limit));
        command.options(
                Option.alias(GROUP.replace('-', '_'), GROUP),
                Option.text(GROUP, "disks with this name share their limits"));
        MOMENTS.forEach(limit -> add(command, limit));
        return command.options(Impacts.options()).action(DiskLimits::blkdeviotune);
    }

    private static void add(Command.Builder command, Limit limit) {
        command.options(
                Option.alias(limit.option().replace('-', '_'), limit.option()),
                Option.number(limit.option(), limit.help()));
    }

    private static void blkdeviotune(Call call) {
        var impact = Impacts.of(call);
        var tuning = Domains.of(call).tuning();
        var disk = call.required("device");
        var changes = new ArrayList<TypedParameter>();
        LIMITS.forEach(limit -> addChange(call, limit, changes));
        try {
            call.text(GROUP).ifPresent(name -> changes.add(TypedParameter.ofText("group_name", name)));
        } catch (CommandException e) {
            throw new CommandException(e.lines().getFirst(), "Unable to parse group-name parameter");
        }
        MOMENTS.forEach(limit -> addChange(call, limit, changes));
        if (!changes.isEmpty()) {
            call.attempt("Unable to change block I/O throttle", () -> tuning.setDisk(disk, changes, impact));
            return;
        }
        int count =
                call.attempt("Unable to get number of block I/O throttle parameters", () -> tuning.diskCount(impact));
        if (count > 0) {
            Limits.print(
                    call,
                    call.attempt(
                            "Unable to get block I/O throttle parameters", () -> tuning.disk(disk, count, impact)));
        }
    }

    private static void addChange(Call call, Limit limit, List<TypedParameter> changes) {
        try {
            var value = limit.bytes() ? call.bytes(limit.option(), 1) : call.number(limit.option(), 0, Long.MAX_VALUE);
            value.ifPresent(number ->
                    changes.add(TypedParameter.ofUnsigned(limit.option().replace('-', '_'), number.longValue())));
        } catch (CommandException e) {
            var lines = new ArrayList<>(e.lines());
            lines.add(1, "Unable to parse integer parameter");
            throw new CommandException(lines.toArray(String[]::new));
        }
    }

    static Command blockresize() {
        return Command.named("blockresize")
                .summary("give a running domain's disk another size")
                .options(
                        Domains.option(),
                        Option.value("path", "the disk's target or source").completing(DomainParts.disks()),
                        Option.number("size", "the size, in KiB unless a unit follows")
                                .required())
                .action(DiskLimits::blockresize);
    }

    private static void blockresize(Call call) {
        var path = call.required("path");
        long bytes = call.bytes("size", KIB).orElseThrow(() -> new CommandException("missing option --size"));
        var domain = Domains.of(call);
        call.attempt(
                "Failed to resize block device '" + path + "'",
                () -> domain.blocks().resize(path, bytes));
        call.extra("Block device '" + path + "' is resized");
    }

    static Command domblkthreshold() {
        return Command.named("domblkthreshold")
                .summary("have an event tell when an image grows beyond a size")
                .options(
                        Domains.option(),
                        Option.value("dev", "the disk's target, with the image's number: vda[2]")
                                .completing(DomainParts.disks()),
                        Option.number("threshold", "the size, in bytes unless a unit follows")
                                .required())
                .action(DiskLimits::domblkthreshold);
    }

    private static void domblkthreshold(Call call) {
        var device = call.required("dev");
        long bytes = call.bytes("threshold", 1).orElseThrow(() -> new CommandException("missing option --threshold"));
        Domains.of(call).blocks().setThreshold(device, bytes);
    }
}
