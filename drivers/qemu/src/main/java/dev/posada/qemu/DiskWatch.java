package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.DiskError;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.List;

/** Keeps an eye on a running domain's disks: which of them fail, and when one is written to beyond a mark. */
final class DiskWatch implements Abilities.WatchesDisks {
    /** Block nodes of formats and the files below them differ in how their names end. */
    private static final String FORMAT = "-format";

    private static final String FILE = "-storage";

    private final LiveState state;
    private final Monitor monitor;

    DiskWatch(LiveState state, Monitor monitor) {
        this.state = state;
        this.monitor = monitor;
    }

    @Override
    public List<DiskError> diskErrors() {
        var devices = monitor.execute("query-block").elements();
        var errors = new ArrayList<DiskError>();
        for (var disk : state.definition().devices("disk")) {
            devices.stream()
                    .filter(entry -> DiskStatistics.alias(entry).equals(LiveEdits.alias(disk)))
                    .map(entry -> QmpHappenings.text(entry, "io-status"))
                    .forEach(status -> {
                        switch (status) {
                            case "failed" ->
                                errors.add(new DiskError(DiskStatistics.target(disk), DiskError.UNSPECIFIED));
                            case "nospace" ->
                                errors.add(new DiskError(DiskStatistics.target(disk), DiskError.NO_SPACE));
                            default -> {} // "ok", or a device without a say
                        }
                    });
        }
        return errors;
    }

    @Override
    public void blockThreshold(String name, long bytes) {
        var node = node(name);
        // The mark is of the file, not of what the guest sees in it: it is there that space runs out.
        var file = node.endsWith(FORMAT) ? node.substring(0, node.length() - FORMAT.length()) + FILE : node;
        monitor.execute(
                "block-set-write-threshold",
                Json.object().with("node-name", file).with("write-threshold", bytes));
    }

    /** The block node of a disk's target, or of the image in its chain that {@code target[index]} names. */
    private String node(String name) {
        int bracket = name.indexOf('[');
        var target = bracket < 0 ? name : name.substring(0, bracket);
        var disk = state.definition().devices("disk").stream()
                .filter(one -> DiskStatistics.target(one).equals(target))
                .findFirst()
                .orElseThrow(() -> notFound(name));
        var index = bracket < 0 ? "" : name.substring(bracket + 1).replace("]", "");
        if (!index.isEmpty() && disk.child("source").stream().noneMatch(source -> source.has("index", index))) {
            throw notFound(name);
        }
        return monitor.execute("query-block").elements().stream()
                .filter(entry -> DiskStatistics.alias(entry).equals(LiveEdits.alias(disk)))
                .flatMap(entry -> entry.member("inserted").stream())
                .map(inserted -> QmpHappenings.text(inserted, "node-name"))
                .findFirst()
                .orElseThrow(() -> notFound(name));
    }

    /** Whether an event about a block node is about this one or the file below it. */
    static boolean isOf(String formatNode, String node) {
        return formatNode.equals(node)
                || (formatNode.endsWith(FORMAT)
                        && node.equals(formatNode.substring(0, formatNode.length() - FORMAT.length()) + FILE));
    }

    private static PosadaException notFound(String name) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "failed to find disk '" + name + "'");
    }
}
