package dev.posada.cli;

import dev.posada.image.BackingChains;
import dev.posada.image.BackingReference;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.image.Qcow2Images;
import dev.posada.terminal.Console;
import java.util.Optional;

/** Puts another image below an image. */
final class RebaseVerb implements Verb {
    @Override
    public String synopsis() {
        return "[-f FORMAT] [-p] [-q] [-u] -b BACKING [-F BACKING_FORMAT] FILE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "-b", "-F", "-t", "-T").flags("-p", "-q", "-u", "-U/--force-share");
    }

    @Override
    public int run(Words words, Console console) {
        var path = Words.path(words.rest(1, "FILE").getFirst());
        var format = words.format("-f").orElseGet(() -> Images.probe(path));
        if (format != Format.QCOW2) {
            throw new UsageException("an image of the format " + format + " has no backing file");
        }
        var backing = backing(words);
        var options = OpenOptions.WRITING.withFormat(format);
        if (words.has("-u")) {
            Qcow2Images.replaceBacking(path, options, backing);
            return 0;
        }
        try (var progress = new ProgressBar(console, words.has("-p") && !words.has("-q"))) {
            BackingChains.rebase(path, options, backing, progress);
        }
        return 0;
    }

    private static Optional<BackingReference> backing(Words words) {
        var name =
                words.value("-b").orElseThrow(() -> new UsageException("Could not find backing file: say it with -b"));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        var format = words.format("-F")
                .orElseThrow(() -> new UsageException("backing file specified without backing format: say it with -F"));
        return Optional.of(new BackingReference(name, Optional.of(format.label())));
    }
}
