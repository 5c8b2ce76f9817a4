package dev.posada.cli;

import dev.posada.image.ConvertRequest;
import dev.posada.image.CreateRequest;
import dev.posada.image.DiskSlice;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.terminal.Console;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Copies a part of an image into a new one. */
final class DdVerb implements Verb {
    private static final Set<String> KNOWN = Set.of("if", "of", "bs", "count", "skip");
    private static final String BLOCK_BYTES = "512";

    @Override
    public String synopsis() {
        return "[-f FORMAT] [-O FORMAT] [-U] [bs=SIZE] [count=BLOCKS] [skip=BLOCKS] if=FILE of=NEW_FILE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "-O").flags("-U/--force-share");
    }

    @Override
    public int run(Words words, Console console) {
        Map<String, String> operands = new HashMap<>();
        for (var word : words.rest()) {
            int equals = word.indexOf('=');
            if (equals < 0 || !KNOWN.contains(word.substring(0, equals))) {
                throw new UsageException("unrecognized operand " + word);
            }
            operands.put(word.substring(0, equals), word.substring(equals + 1));
        }
        if (!operands.containsKey("if") || !operands.containsKey("of")) {
            throw new UsageException("Must specify both input and output file names");
        }
        long block = Sizes.parse(operands.getOrDefault("bs", BLOCK_BYTES), "block size");
        if (block < 1) {
            throw new UsageException("Invalid block size: at least 1");
        }
        try (var source = Sources.open(operands.get("if"), words.format("-f"), words);
                var progress = new ProgressBar(console, false)) {
            long begin = Math.min(bytes(operands.getOrDefault("skip", "0"), block), source.size());
            long end = source.size();
            if (operands.containsKey("count")) {
                end = begin + Math.min(bytes(operands.get("count"), block), end - begin);
            }
            try (var part = new DiskSlice(source, begin, end - begin)) {
                var image = CreateRequest.of(words.format("-O").orElse(Format.RAW), part.size())
                        .replacing();
                Images.convert(
                        part,
                        Words.path(operands.get("of")),
                        ConvertRequest.to(image).notDurable(),
                        progress);
            }
        }
        return 0;
    }

    private static long bytes(String blocks, long block) {
        try {
            return Math.multiplyExact(Sizes.parse(blocks, "number of blocks"), block);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
