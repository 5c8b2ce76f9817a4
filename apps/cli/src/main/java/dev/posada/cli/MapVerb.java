package dev.posada.cli;

import dev.posada.image.ChainExtent;
import dev.posada.image.Disk;
import dev.posada.image.Extent;
import dev.posada.image.Extent.State;
import dev.posada.terminal.Console;
import java.util.Optional;
import java.util.OptionalLong;

/** Prints where the bytes of a disk lie. */
final class MapVerb implements Verb {
    @Override
    public String synopsis() {
        return "[-f FORMAT] [--output=human|json] [--start-offset=N] [--max-length=N] [-U] FILE";
    }

    @Override
    public Options options() {
        return new Options()
                .values("-f", "--output", "--start-offset/-s", "--max-length/-l")
                .flags("-U/--force-share");
    }

    @Override
    public int run(Words words, Console console) {
        var file = words.rest(1, "FILE").getFirst();
        try (var disk = Sources.open(file, words.format("-f"), words)) {
            long start = words.value("--start-offset")
                    .map(text -> Sizes.parse(text, "start offset"))
                    .orElse(0L);
            long length = words.value("--max-length")
                    .map(text -> Sizes.parse(text, "max length"))
                    .orElse(Long.MAX_VALUE);
            start = Math.min(start, disk.size());
            long end = start + Math.min(length, disk.size() - start);
            if (words.json()) {
                json(disk, start, end, console);
            } else {
                table(disk, start, end, console);
            }
        }
        return 0;
    }

    /** Bytes of a disk that are all alike. */
    private record Entry(long start, ChainExtent found) {
        Extent extent() {
            return found.extent();
        }

        long end() {
            return start + extent().length();
        }

        boolean continues(Entry before) {
            return found.depth() == before.found.depth()
                    && extent().state() == before.extent().state()
                    && extent().compressed() == before.extent().compressed()
                    && extent().hostOffset().equals(before.nextHostOffset());
        }

        private OptionalLong nextHostOffset() {
            var offset = extent().hostOffset();
            return offset.isPresent() ? OptionalLong.of(offset.getAsLong() + extent().length()) : OptionalLong.empty();
        }

        Entry with(Entry next) {
            var extent = extent();
            return new Entry(
                    start,
                    new ChainExtent(
                            new Extent(extent.state(), next.end() - start, extent.hostOffset(), extent.compressed()),
                            found.depth(),
                            found.file()));
        }
    }

    private interface Printer {
        void print(Entry entry);
    }

    private static void walk(Disk disk, long start, long end, Console console, Printer printer) {
        Optional<Entry> open = Optional.empty();
        for (long at = start; at < end; ) {
            console.cancellation().check();
            var entry = new Entry(at, ChainExtent.at(disk, at, end - at));
            at = entry.end();
            if (open.isPresent() && entry.continues(open.get())) {
                open = Optional.of(open.get().with(entry));
            } else {
                open.ifPresent(printer::print);
                open = Optional.of(entry);
            }
        }
        open.ifPresent(printer::print);
    }

    private static void json(Disk disk, long start, long end, Console console) {
        var out = console.out();
        out.print("[");
        var separator = new StringBuilder();
        walk(disk, start, end, console, entry -> {
            var extent = entry.extent();
            out.print(separator);
            separator.setLength(0);
            separator.append(",\n");
            out.print("{ \"start\": " + entry.start() + ", \"length\": " + extent.length() + ", \"depth\": "
                    + entry.found().depth() + ", \"present\": " + (extent.state() != State.ABSENT) + ", \"zero\": "
                    + (extent.state() != State.DATA) + ", \"data\": " + (extent.state() == State.DATA));
            extent.hostOffset().ifPresent(offset -> out.print(", \"offset\": " + offset));
            out.print("}");
        });
        out.println("]");
    }

    private static void table(Disk disk, long start, long end, Console console) {
        var out = console.out();
        out.printf("%-16s%-16s%-16s%s%n", "Offset", "Length", "Mapped to", "File");
        walk(disk, start, end, console, entry -> {
            var extent = entry.extent();
            if (extent.state() != State.DATA) {
                return;
            }
            var offset = extent.hostOffset();
            if (offset.isEmpty()) {
                throw new UsageException("File contains external, encrypted or compressed clusters: use --output=json");
            }
            out.printf(
                    "%-16s%-16s%-16s%s%n",
                    hex(entry.start()),
                    hex(extent.length()),
                    hex(offset.getAsLong()),
                    entry.found().file());
        });
    }

    /** As C's %#x has it: zero goes without a prefix. */
    private static String hex(long number) {
        return number == 0 ? "0" : "0x" + Long.toHexString(number);
    }
}
