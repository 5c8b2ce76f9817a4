package dev.posada.cli;

import dev.posada.image.Images;
import dev.posada.image.OpenOptions;

/** Changes the size of an image. */
final class ResizeVerb implements Verb {
    @Override
    public String synopsis() {
        return "[-f FORMAT] [-q] [--shrink] FILE [+|-]SIZE";
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
            disk.resize(after);
        }
        if (!words.has("-q")) {
            console.out().println("Image resized.");
        }
        return 0;
    }

    private static long sum(long before, long more) {
        try {
            return Math.addExact(Math.addExact(before, more), 511) - 511;
        } catch (ArithmeticException e) {
            throw new UsageException("The new image size is too large: less than 8E (exabytes) are possible");
        }
    }
}
