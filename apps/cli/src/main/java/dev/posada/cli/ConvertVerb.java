package dev.posada.cli;

import dev.posada.image.ConvertRequest;
import dev.posada.image.ConvertRequest.Bitmaps;
import dev.posada.image.ConvertRequest.Onto;
import dev.posada.image.Disk;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.Progress;
import dev.posada.terminal.Console;
import java.util.List;
import java.util.Optional;

/** Copies an image into another one, of any format. */
final class ConvertVerb implements Verb {
    private static final int SPARSE_BYTES_MAX = 1 << 20;
    private static final int THREADS_MAX = 64;

    @Override
    public String synopsis() {
        return "[-c] [-p] [-q] [-n] [-U] [-f FORMAT] [-O FORMAT] [-o OPTIONS] [-B BACKING -F FORMAT] [-S SIZE] [-m THREADS]"
                + " [-t CACHE] [--target-is-zero] [--bitmaps [--skip-broken-bitmaps]] [--salvage] [-l SNAPSHOT] FILE... NEW_FILE";
    }

    @Override
    public Options options() {
        return new Options()
                .values("-f", "-O", "-B", "-F", "-l", "-S", "-m", "-t", "-T", "-r")
                .values("-o")
                .flags(
                        "-c",
                        "-p",
                        "-q",
                        "-n",
                        "-U/--force-share",
                        "-W",
                        "-C",
                        "--target-is-zero",
                        "--bitmaps",
                        "--skip-broken-bitmaps",
                        "--salvage");
    }

    @Override
    public int run(Words words, Console console) {
        var files = words.rest();
        if (files.size() < 2) {
            throw new UsageException("Must specify image file name: FILE... NEW_FILE");
        }
        var sources = files.subList(0, files.size() - 1);
        if (words.has("--skip-broken-bitmaps") && !words.has("--bitmaps")) {
            throw new UsageException("Use of --skip-broken-bitmaps requires --bitmaps");
        }
        if (words.has("--bitmaps") && sources.size() > 1) {
            throw new UsageException("Copying bitmaps only possible with single source");
        }
        if (words.has("--salvage") && words.has("-C")) {
            throw new UsageException("Cannot enable copy offloading when --salvage is used");
        }
        try (var source = source(sources, words);
                var progress = new ProgressBar(console, words.has("-p") && !words.has("-q"))) {
            Images.convert(
                    source, Words.path(files.getLast()), request(words, source, console), paced(words, progress));
        }
        return 0;
    }

    /** At the rate that is asked for, in bytes per second. */
    private static Progress paced(Words words, Progress progress) {
        return words.value("-r")
                .map(text -> Sizes.parse(text, "rate limit"))
                .map(rate -> {
                    if (rate < 1) {
                        throw new UsageException("Invalid rate limit specified: it must be positive");
                    }
                    return (Progress) new Pace(progress, rate);
                })
                .orElse(progress);
    }

    private static Disk source(List<String> files, Words words) {
        var snapshot = words.value("-l");
        if (snapshot.isEmpty()) {
            return Sources.openAll(files, words.format("-f"), words);
        }
        if (files.size() > 1) {
            throw new UsageException("No support for concatenating multiple snapshot");
        }
        return Sources.openSnapshot(files.getFirst(), words.format("-f"), snapshot.get(), words);
    }

    private static ConvertRequest request(Words words, Disk source, Console console) {
        var options = new FormatOptions(words.values("-o"));
        long size = options.takeSize().orElse(source.size());
        var format = words.format("-O").orElse(Format.RAW);
        var image = options.request(format, size, words.value("-B"), words.format("-F"));
        var request = ConvertRequest.to(image);
        if (words.has("-c")) {
            request = request.compressed();
        }
        if (words.has("-n")) {
            request = request.onto(words.has("--target-is-zero") ? Onto.EXISTING_ZEROES : Onto.EXISTING_IMAGE);
        } else if (words.has("--target-is-zero")) {
            throw new UsageException("--target-is-zero requires use of -n flag");
        }
        if (words.has("--bitmaps")) {
            request = request.with(words.has("--skip-broken-bitmaps") ? Bitmaps.VALID : Bitmaps.ALL);
        }
        if (words.has("--salvage")) {
            boolean quiet = words.has("-q");
            request = request.salvaging((position, _, cause) -> {
                if (!quiet) {
                    console.err()
                            .println("posada image: warning: error while reading offset " + position + ": "
                                    + cause.getMessage());
                }
            });
        }
        // As qemu-img: unless a cache mode asks for it, the system writes in its own time.
        if (words.value("-t").orElse("unsafe").equals("unsafe")) {
            request = request.notDurable();
        }
        var sparse = words.value("-S").map(text -> Sizes.parse(text, "buffer size for sparse output"));
        if (sparse.isPresent()) {
            request = request.sparseFrom(sparse(sparse.get()));
        }
        return threads(words.value("-m")).map(request::withThreads).orElse(request);
    }

    private static int sparse(long bytes) {
        if (bytes % 512 != 0 || bytes > SPARSE_BYTES_MAX) {
            throw new UsageException(
                    "Invalid buffer size for sparse output: a multiple of 512 up to " + SPARSE_BYTES_MAX + ", or 0");
        }
        return (int) bytes;
    }

    private static Optional<Integer> threads(Optional<String> text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        long count = Sizes.parse(text.get(), "number of threads");
        if (count < 1 || count > THREADS_MAX) {
            throw new UsageException("Invalid number of threads: 1 to " + THREADS_MAX);
        }
        return Optional.of((int) count);
    }
}
