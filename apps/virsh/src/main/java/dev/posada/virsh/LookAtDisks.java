package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainFigures;
import dev.posada.client.Flag;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** {@code domblkerror}, {@code domblkinfo}, {@code domblklist}, {@code domblkstat}. */
final class LookAtDisks {
    /** A figure by the name that travels, the name that is printed, and what it means. */
    private record Figure(String name, String shown, String meaning) {}

    private static final List<Figure> FIGURES = List.of(
            new Figure("rd_operations", "rd_req", "number of read operations:"),
            new Figure("rd_bytes", "rd_bytes", "number of bytes read:"),
            new Figure("wr_operations", "wr_req", "number of write operations:"),
            new Figure("wr_bytes", "wr_bytes", "number of bytes written:"),
            new Figure("errs", "errs", "error count:"),
            new Figure("flush_operations", "flush_operations", "number of flush operations:"),
            new Figure("rd_total_times", "rd_total_times", "total duration of reads (ns):"),
            new Figure("wr_total_times", "wr_total_times", "total duration of writes (ns):"),
            new Figure("flush_total_times", "flush_total_times", "total duration of flushes (ns):"));
    private static final int MEANING_WIDTH = 31;
    private static final List<String> SOURCES = List.of("file", "dev", "dir", "name", "volume", "path");
    private static final List<String> ERRORS = List.of("no error", "unspecified error", "no space");

    private LookAtDisks() {}

    static Command domblkerror() {
        return Command.named("domblkerror")
                .summary("show which disks are in error")
                .options(Domains.option())
                .action(LookAtDisks::domblkerror);
    }

    private static void domblkerror(Call call) {
        var errors = Domains.of(call).figures().diskErrors();
        var words = new LinkedHashMap<String, Object>();
        errors.forEach((disk, error) ->
                words.put(disk, error >= 0 && error < ERRORS.size() ? ERRORS.get(error) : "unknown error"));
        if (call.json()) {
            call.printJson(words);
        } else if (words.isEmpty()) {
            call.println("No errors found");
        } else {
            words.forEach((disk, error) -> call.println(disk + ": " + error));
        }
    }

    static Command domblkinfo() {
        return Command.named("domblkinfo")
                .summary("show the sizes of a disk")
                .description(
                        "Shows what a disk holds for the guest, what its image uses and what that takes on the host.")
                .options(
                        Domains.option(),
                        Option.text("device", "the disk's target or source").completing(DomainParts.disks()),
                        Option.flag("human", "with units that people read"),
                        Option.flag("all", "of all disks"))
                .action(LookAtDisks::domblkinfo);
    }

    private static void domblkinfo(Call call) {
        call.exclusive("all", "device");
        var domain = Domains.of(call);
        if (call.has("all")) {
            sizes(call, domain);
            return;
        }
        var device = call.text("device")
                .orElseThrow(() -> new CommandException("command 'domblkinfo' requires <device> option"));
        var size = domain.figures().diskSize(device);
        call.print(Fields.plain()
                .add("Capacity", bytes(call, size, size.capacityBytes()), size.capacityBytes())
                .add("Allocation", bytes(call, size, size.allocationBytes()), size.allocationBytes())
                .add("Physical", bytes(call, size, size.physicalBytes()), size.physicalBytes()));
    }

    private static void sizes(Call call, Domain domain) {
        boolean active = domain.isActive();
        var table = Table.of("Target", "Capacity", "Allocation", "Physical");
        for (var disk : DomainParts.devices(DomainParts.document(domain), "disk")) {
            var target = DomainParts.value(disk, "target", "dev").orElse("");
            var size = size(domain, disk, target, active);
            table.row(
                    target,
                    cell(call, size, size.capacityBytes()),
                    cell(call, size, size.allocationBytes()),
                    cell(call, size, size.physicalBytes()));
        }
        call.print(table);
    }

    private static DomainFigures.DiskSize size(Domain domain, Element disk, String target, boolean active) {
        var none = new DomainFigures.DiskSize(0, 0, 0);
        if (disk.child("source").isEmpty()) {
            return none;
        }
        try {
            return domain.figures().diskSize(target);
        } catch (PosadaException e) {
            // Nobody can tell the sizes of what is on the network before a hypervisor has opened it.
            boolean remote = DomainParts.value(disk, "source", "protocol").isPresent();
            if (remote && !active && e.code() == ErrorCode.INTERNAL_ERROR && e.origin() == ErrorOrigin.STORAGE) {
                return none;
            }
            throw e;
        }
    }

    private static Object cell(Call call, DomainFigures.DiskSize size, long bytes) {
        return call.json() ? (Object) bytes : bytes(call, size, bytes);
    }

    private static String bytes(Call call, DomainFigures.DiskSize size, long bytes) {
        if (size.capacityBytes() == 0 && size.allocationBytes() == 0 && size.physicalBytes() == 0) {
            return "-";
        }
        return call.has("human") ? PrettySize.of(bytes) : Long.toUnsignedString(bytes);
    }

    static Command domblklist() {
        return Command.named("domblklist")
                .summary("list a domain's disks")
                .options(
                        Domains.option(),
                        Option.flag("inactive", "those of the definition, not of the running instance"),
                        Option.flag("details", "with the kinds of disk and source"))
                .action(LookAtDisks::domblklist);
    }

    private static void domblklist(Call call) {
        boolean details = call.has("details");
        var table = details ? Table.of("Type", "Device", "Target", "Source") : Table.of("Target", "Source");
        var domain = Domains.of(call);
        var document =
                call.has("inactive") ? DomainParts.document(domain, Flag.Xml.INACTIVE) : DomainParts.document(domain);
        for (var disk : DomainParts.devices(document, "disk")) {
            var target = DomainParts.value(disk, "target", "dev")
                    .orElseThrow(() -> new CommandException("unable to query block list"));
            var source = source(disk).orElse("-");
            if (details) {
                table.row(disk.attribute("type", ""), disk.attribute("device", ""), target, source);
            } else {
                table.row(target, source);
            }
        }
        call.print(table);
    }

    private static Optional<String> source(Element disk) {
        if (!disk.has("type", "nvme")) {
            return DomainParts.firstValue(disk, "source", SOURCES);
        }
        var address = disk.at("source", "address");
        var namespace = DomainParts.value(disk, "source", "namespace");
        if (address.isEmpty() || namespace.isEmpty()) {
            throw new CommandException("Unable to query NVMe disk address");
        }
        var at = address.get();
        return Optional.of(String.format(
                "nvme://%04x:%02x:%02x.%d/%s",
                number(at, "domain"), number(at, "bus"), number(at, "slot"), number(at, "function"), namespace.get()));
    }

    private static int number(Element address, String attribute) {
        try {
            return Integer.decode(address.attribute(attribute, "0"));
        } catch (NumberFormatException e) {
            throw new CommandException("Unable to query NVMe disk address");
        }
    }

    static Command domblkstat() {
        return Command.named("domblkstat")
                .summary("show what a domain reads and writes on a disk")
                .description("Shows the figures of a running domain's disk, or those of all disks together.")
                .options(
                        Domains.option(),
                        Option.text("device", "the disk's target or source")
                                .orEmpty()
                                .completing(DomainParts.disks()),
                        Option.flag("human", "tell what the figures mean"))
                .action(LookAtDisks::domblkstat);
    }

    private static void domblkstat(Call call) {
        var domain = Domains.of(call);
        var device = call.text("device").orElse("");
        var left = new ArrayList<>(domain.figures().disk(device));
        if (call.json()) {
            call.printJson(Parameters.json(left));
            return;
        }
        boolean human = call.has("human");
        if (human) {
            call.println("Device: " + device);
        }
        var name = human ? "" : device;
        for (var figure : FIGURES) {
            for (var each : List.copyOf(left)) {
                if (each.name().equals(figure.name())) {
                    var label = human ? padded(figure.meaning()) : figure.shown();
                    call.println(name + " " + label + " " + Parameters.text(each));
                    left.remove(each);
                }
            }
        }
        for (TypedParameter each : left) {
            call.println(name + " " + each.name() + " " + Parameters.text(each));
        }
    }

    private static String padded(String text) {
        return text + " ".repeat(Math.max(0, MEANING_WIDTH - text.length()));
    }
}
