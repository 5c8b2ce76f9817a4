package dev.posada.cli;

import dev.posada.image.SnapshotEntry;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Prints the snapshots in an image as QEMU does. */
final class SnapshotTable {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private SnapshotTable() {}

    static void print(List<SnapshotEntry> snapshots, PrintStream out) {
        out.println("Snapshot list:");
        out.println(row("ID", "TAG", "VM SIZE", "DATE", "VM CLOCK", "ICOUNT"));
        for (var snapshot : snapshots) {
            var count = snapshot.instructionCount();
            out.println(row(
                    snapshot.id(),
                    snapshot.name(),
                    Sizes.text(snapshot.vmStateBytes()),
                    DATE.format(snapshot.date()),
                    clock(snapshot.vmClock()),
                    count.isPresent() ? Long.toString(count.getAsLong()) : ""));
        }
    }

    private static String clock(Duration running) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%03d",
                running.toHours(),
                running.toMinutesPart(),
                running.toSecondsPart(),
                running.toMillisPart());
    }

    private static String row(String id, String tag, String size, String date, String clock, String count) {
        return String.format(Locale.ROOT, "%-9s %-16s %8s%20s%13s%11s", id, tag, size, date, clock, count);
    }
}
