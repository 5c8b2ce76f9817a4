package dev.posada.cli;

import dev.posada.image.Disk;
import dev.posada.image.Format;
import dev.posada.image.Measurement;
import dev.posada.terminal.Console;
import dev.posada.terminal.Json;
import java.util.LinkedHashMap;
import java.util.Optional;

/** Says how large the file of an image will be. */
final class MeasureVerb implements Verb {
    @Override
    public String synopsis() {
        return "[--output=human|json] [-O FORMAT] [-o OPTIONS] [--size N | [-f FORMAT] [-U] FILE]";
    }

    @Override
    public Options options() {
        return new Options()
                .values("-f", "-l", "-O", "--output", "--size/-s")
                .values("-o")
                .flags("-U/--force-share");
    }

    @Override
    public int run(Words words, Console console) {
        boolean json = words.json();
        var files = words.rest();
        if (words.has("--size") != files.isEmpty() || files.size() > 1) {
            throw new UsageException("Either --size N or one filename must be specified.");
        }
        var options = new FormatOptions(words.values("-o"));
        var format = words.format("-O").orElse(Format.RAW);
        Measurement measured;
        if (files.isEmpty()) {
            long size = Sizes.parse(words.value("--size").orElse("0"), "image size");
            measured = measure(options, format, size, Optional.empty());
        } else {
            try (var disk = open(files.getFirst(), words)) {
                measured = measure(options, format, disk.size(), Optional.of(disk));
            }
        }
        print(measured, json, console);
        return 0;
    }

    private static Disk open(String file, Words words) {
        var format = words.format("-f");
        var snapshot = words.value("-l");
        return snapshot.isPresent()
                ? Sources.openSnapshot(file, format, snapshot.get(), words)
                : Sources.open(file, format, words);
    }

    private static Measurement measure(FormatOptions options, Format format, long size, Optional<Disk> source) {
        options.takeSize();
        return Measurement.of(options.request(format, size, Optional.empty(), Optional.empty()), source);
    }

    private static void print(Measurement measured, boolean json, Console console) {
        if (json) {
            var map = new LinkedHashMap<String, Object>();
            measured.bitmapBytes().ifPresent(bytes -> map.put("bitmaps", bytes));
            map.put("required", measured.requiredBytes());
            map.put("fully-allocated", measured.fullyAllocatedBytes());
            console.out().println(Json.text(map));
            return;
        }
        console.out().println("required size: " + measured.requiredBytes());
        console.out().println("fully allocated size: " + measured.fullyAllocatedBytes());
        measured.bitmapBytes().ifPresent(bytes -> console.out().println("bitmaps size: " + bytes));
    }
}
