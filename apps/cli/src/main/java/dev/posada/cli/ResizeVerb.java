package dev.posada.cli;

import dev.posada.image.Disk;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.image.Preallocation;
import dev.posada.terminal.Console;
import java.nio.ByteBuffer;

/** Changes the size of an image. */
final class ResizeVerb implements Verb {
    private static final int CHUNK_BYTES = 1 << 20;

    @Override
    public String synopsis() {
        return "[-f FORMAT] [-q] [--shrink] [--preallocation=off|falloc|full] FILE [+|-]SIZE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "--preallocation").flags("-q", "--shrink");
    }

    @Override
    public int run(Words words, Console console) {
        var rest = words.rest(2, "FILE [+|-]SIZE");
        var text = rest.get(1);
        char sign = text.isEmpty() ? ' ' : text.charAt(0);
        long size = Sizes.parse(sign == '+' || sign == '-' ? text.substring(1) : text, "image size");
        var preallocation = preallocation(words);
        var path = Words.path(rest.getFirst());
        var options = OpenOptions.WRITING.withFormat(words.format("-f"));
        try (var disk = Images.open(path, options)) {
            long before = disk.size();
            long after = Math.ceilDiv(
                            switch (sign) {
                                case '+' -> sum(before, size);
                                case '-' -> before - size;
                                default -> size;
                            },
                            512)
                    * 512;
            if (after <= 0) {
                throw new UsageException("New image size must be positive");
            }
            if (after < before && !words.has("--shrink")) {
                throw new UsageException(
                        "Use the --shrink option to perform a shrink operation: it deletes the data beyond " + after
                                + " bytes");
            }
            if (after < before && preallocation != Preallocation.OFF) {
                throw new UsageException("Preallocation can't be used for shrinking an image");
            }
            disk.resize(after);
            if (preallocation != Preallocation.OFF) {
                fill(disk, before, after);
            }
        }
        if (!words.has("-q")) {
            console.out().println("Image resized.");
        }
        return 0;
    }

    /** How much of what is new takes its room at once. Tables alone are filled in when an image is made, not later. */
    private static Preallocation preallocation(Words words) {
        var label = words.value("--preallocation").orElse("off");
        var known = Preallocation.named(label)
                .orElseThrow(() -> new UsageException("Invalid parameter '" + label + "': use off, falloc or full"));
        if (known == Preallocation.METADATA) {
            throw new UsageException("preallocation=metadata is for images that are made: use falloc or full");
        }
        return known;
    }

    /** Gives what is new its room. A raw file can be told so; in other formats it takes zeroes that are written. */
    private static void fill(Disk disk, long from, long to) {
        if (disk.format() == Format.RAW) {
            disk.writeZeroes(from, to - from, false);
            return;
        }
        var zeroes = ByteBuffer.allocateDirect(CHUNK_BYTES);
        for (long at = from; at < to; at += zeroes.limit()) {
            zeroes.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
            disk.write(at, zeroes);
        }
        disk.flush();
    }

    private static long sum(long before, long more) {
        try {
            return Math.addExact(Math.addExact(before, more), 511) - 511;
        } catch (ArithmeticException e) {
            throw new UsageException("The new image size is too large: less than 8E (exabytes) are possible");
        }
    }
}
