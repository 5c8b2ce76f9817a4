package dev.posada.qemu;

import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a running domain's disks have done, and how large they are. Asks QEMU afresh each time. */
final class DiskStatistics implements QmpHappenings.Disks {
    /** Longest backing chain that is told. */
    private static final int CHAIN_MAX = 200;

    private final Supplier<DomainDefinition> definition;
    private final Supplier<Optional<Monitor>> monitor;

    DiskStatistics(Supplier<DomainDefinition> definition, Supplier<Optional<Monitor>> monitor) {
        this.definition = definition;
        this.monitor = monitor;
    }

    /** What QEMU says of one disk: its block statistics and its entry among the block devices. */
    private record Answer(Optional<Json> statistics, Optional<Json> device) {
        static final Answer NONE = new Answer(Optional.empty(), Optional.empty());
    }

    /**
     * The figures of all disks in order, as in a bulk answer.
     *
     * @param backing whether each disk is followed by the images below it
     */
    List<TypedParameter> bulk(boolean backing, boolean mayWait) {
        var disks = definition.get().devices("disk");
        var answers = mayWait && !disks.isEmpty() ? answers() : Map.<String, Answer>of();
        var parameters = new ArrayList<TypedParameter>();
        int index = 0;
        for (var disk : disks) {
            var answer = answers.getOrDefault(LiveEdits.alias(disk), Answer.NONE);
            describe(parameters, index++, disk, answer);
            if (backing) {
                index = describeChain(parameters, index, target(disk), answer);
            }
        }
        parameters.addFirst(TypedParameter.ofUnsigned("block.count", index));
        return parameters;
    }

    private void describe(List<TypedParameter> parameters, int index, Element disk, Answer answer) {
        var prefix = "block." + index + ".";
        parameters.add(TypedParameter.ofText(prefix + "name", target(disk)));
        var source = source(disk);
        source.ifPresent(path -> parameters.add(TypedParameter.ofText(prefix + "path", path.toString())));
        disk.child("source")
                .flatMap(element -> element.attribute("index"))
                .ifPresent(number -> parameters.add(
                        TypedParameter.ofUnsigned(prefix + "backingIndex", Integer.parseUnsignedInt(number))));
        answer.statistics()
                .flatMap(entry -> entry.member("stats"))
                .ifPresent(stats -> requests(parameters, prefix, stats));
        if (source.isEmpty()) {
            return;
        }
        answer.statistics()
                .ifPresent(entry ->
                        parameters.add(TypedParameter.ofUnsigned(prefix + "allocation", highestOffset(entry))));
        image(answer)
                .ifPresent(image -> parameters.add(
                        TypedParameter.ofUnsigned(prefix + "capacity", QmpHappenings.number(image, "virtual-size"))));
        // What the image takes on the host; a device takes all it has.
        image(answer)
                .map(image -> QmpHappenings.number(image, "actual-size"))
                .filter(bytes -> bytes > 0)
                .or(() -> physicalBytes(source.get()))
                .ifPresent(bytes -> parameters.add(TypedParameter.ofUnsigned(prefix + "physical", bytes)));
    }

    /** Tells the images below a disk's own; answers the index after the last one. */
    private static int describeChain(List<TypedParameter> parameters, int first, String target, Answer answer) {
        int index = first;
        var statistics = answer.statistics().flatMap(entry -> entry.member("backing"));
        var image = image(answer).flatMap(top -> top.member("backing-image"));
        for (int depth = 1; image.isPresent() && depth <= CHAIN_MAX; depth++) {
            var prefix = "block." + index++ + ".";
            parameters.add(TypedParameter.ofText(prefix + "name", target));
            parameters.add(TypedParameter.ofUnsigned(prefix + "backingIndex", depth));
            parameters.add(TypedParameter.ofText(prefix + "path", QmpHappenings.text(image.get(), "filename")));
            statistics.flatMap(entry -> entry.member("stats")).ifPresent(stats -> requests(parameters, prefix, stats));
            parameters.add(
                    TypedParameter.ofUnsigned(prefix + "capacity", QmpHappenings.number(image.get(), "virtual-size")));
            statistics = statistics.flatMap(entry -> entry.member("backing"));
            image = image.flatMap(below -> below.member("backing-image"));
        }
        return index;
    }

    private static void requests(List<TypedParameter> parameters, String prefix, Json stats) {
        add(parameters, prefix + "rd.reqs", stats, "rd_operations");
        add(parameters, prefix + "rd.bytes", stats, "rd_bytes");
        add(parameters, prefix + "rd.times", stats, "rd_total_time_ns");
        add(parameters, prefix + "wr.reqs", stats, "wr_operations");
        add(parameters, prefix + "wr.bytes", stats, "wr_bytes");
        add(parameters, prefix + "wr.times", stats, "wr_total_time_ns");
        add(parameters, prefix + "fl.reqs", stats, "flush_operations");
        add(parameters, prefix + "fl.times", stats, "flush_total_time_ns");
    }

    private static void add(List<TypedParameter> parameters, String name, Json stats, String member) {
        if (stats.member(member).isPresent()) {
            parameters.add(TypedParameter.ofUnsigned(name, QmpHappenings.number(stats, member)));
        }
    }

    /**
     * What one disk has done, or all of them for an empty name.
     *
     * @throws PosadaException {@code INVALID_ARG} when there is no such disk, {@code OPERATION_TIMEOUT} when QEMU does not
     *     say
     */
    DiskFigures figures(String name) {
        var wanted = name.isEmpty() ? definition.get().devices("disk") : List.of(disk(name));
        var answers = answers();
        var sum = new long[8];
        for (var disk : wanted) {
            var stats = answers.getOrDefault(LiveEdits.alias(disk), Answer.NONE)
                    .statistics()
                    .flatMap(entry -> entry.member("stats"))
                    .orElseThrow(DiskStatistics::noAnswer);
            var members = new String[] {
                "rd_operations",
                "rd_bytes",
                "rd_total_time_ns",
                "wr_operations",
                "wr_bytes",
                "wr_total_time_ns",
                "flush_operations",
                "flush_total_time_ns"
            };
            for (int i = 0; i < members.length; i++) {
                sum[i] += QmpHappenings.number(stats, members[i]);
            }
        }
        return new DiskFigures(sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7]);
    }

    /**
     * How large a disk is.
     *
     * @throws PosadaException {@code INVALID_ARG} when there is no such disk or nothing is in it
     */
    DiskSizes sizes(String name) {
        var disk = disk(name);
        if (NeededFiles.handedOver(disk)) {
            throw new PosadaException(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    ErrorOrigin.QEMU,
                    "block info is not supported for FD passed disk image");
        }
        var source = source(disk)
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "disk '" + name + "' has no medium in it"));
        var answer = answers().getOrDefault(LiveEdits.alias(disk), Answer.NONE);
        var image = image(answer).orElseThrow(DiskStatistics::noAnswer);
        long physical = physicalBytes(source).orElse(0L);
        long used = QmpHappenings.number(image, "actual-size");
        long allocation = answer.statistics()
                .map(DiskStatistics::highestOffset)
                .filter(offset -> offset > 0)
                .orElse(used);
        return new DiskSizes(QmpHappenings.number(image, "virtual-size"), allocation, physical);
    }

    @Override
    public Optional<QmpHappenings.Disk> find(String device, String node) {
        var disks = definition.get().devices("disk");
        var alias = aliasOf(device, node);
        return disks.stream()
                .filter(disk ->
                        alias.filter(found -> LiveEdits.hasAlias(disk, found)).isPresent())
                .findFirst()
                .map(disk -> new QmpHappenings.Disk(
                        LiveEdits.alias(disk),
                        target(disk),
                        source(disk).map(Path::toString).orElse("")));
    }

    private Optional<String> aliasOf(String device, String node) {
        return monitor.get()
                .flatMap(asked -> asked.ask("query-block"))
                .flatMap(devices -> devices.elements().stream()
                        .filter(entry -> (!device.isEmpty()
                                        && QmpHappenings.text(entry, "device").equals(device))
                                || entry.member("inserted").stream()
                                        .anyMatch(inserted ->
                                                DiskWatch.isOf(QmpHappenings.text(inserted, "node-name"), node)))
                        .map(DiskStatistics::alias)
                        .findFirst());
    }

    private Map<String, Answer> answers() {
        var asked = monitor.get();
        var answers = new HashMap<String, Answer>();
        var statistics = asked.flatMap(now -> now.ask("query-blockstats"));
        var devices = asked.flatMap(now -> now.ask("query-block"));
        statistics.ifPresent(list -> list.elements()
                .forEach(entry -> answers.put(alias(entry), new Answer(Optional.of(entry), Optional.empty()))));
        devices.ifPresent(list -> list.elements()
                .forEach(entry -> answers.merge(
                        alias(entry),
                        new Answer(Optional.empty(), Optional.of(entry)),
                        (known, more) -> new Answer(known.statistics(), more.device()))));
        return answers;
    }

    /** The alias in an entry of {@code query-block} or {@code query-blockstats}. */
    static String alias(Json entry) {
        var qdev = QmpHappenings.text(entry, "qdev");
        var name = qdev.isEmpty() ? QmpHappenings.text(entry, "device") : QmpHappenings.deviceAlias(qdev);
        return name.startsWith("drive-") ? name.substring("drive-".length()) : name;
    }

    private static Optional<Json> image(Answer answer) {
        return answer.device().flatMap(entry -> entry.member("inserted")).flatMap(inserted -> inserted.member("image"));
    }

    /** How far the image was written to; of the file below a format when there is one. */
    private static long highestOffset(Json entry) {
        return entry.member("parent")
                .or(() -> Optional.of(entry))
                .flatMap(top -> top.member("stats"))
                .map(stats -> QmpHappenings.number(stats, "wr_highest_offset"))
                .orElse(0L);
    }

    private Element disk(String name) {
        return definition.get().devices("disk").stream()
                .filter(disk -> target(disk).equals(name)
                        || source(disk)
                                .filter(path -> path.toString().equals(name))
                                .isPresent())
                .findFirst()
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INVALID_ARG,
                        ErrorOrigin.QEMU,
                        "invalid path " + name + ": domain '" + definition.get().name()
                                + "' has no disk with this target or source"));
    }

    static String target(Element disk) {
        return disk.child("target").map(target -> target.attribute("dev", "")).orElse("");
    }

    private static Optional<Path> source(Element disk) {
        return disk.child("source")
                .flatMap(source -> source.attribute("file")
                        .or(() -> source.attribute("dev"))
                        .or(() -> source.attribute("dir")))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }

    private static Optional<Long> physicalBytes(Path image) {
        if (Files.isRegularFile(image)) {
            try {
                return Optional.of(Files.size(image));
            } catch (IOException gone) {
                return Optional.empty();
            }
        }
        try (var device = FileChannel.open(image, StandardOpenOption.READ)) {
            return Optional.of(device.size());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static PosadaException noAnswer() {
        return new PosadaException(
                ErrorCode.OPERATION_TIMEOUT, ErrorOrigin.QEMU, "QEMU did not tell the figures of the disk in time");
    }
}
