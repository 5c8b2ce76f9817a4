package dev.posada.cli;

import dev.posada.image.BackingChains;
import dev.posada.image.OpenOptions;
import dev.posada.terminal.Console;

/** Writes what an image has into the one below it. */
final class CommitVerb implements Verb {
    @Override
    public String synopsis() {
        return "[-f FORMAT] [-b BASE] [-d] [-p] [-q] FILE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "-b", "-t", "-r").flags("-d", "-p", "-q");
    }

    @Override
    public int run(Words words, Console console) {
        var path = Words.path(words.rest(1, "FILE").getFirst());
        var base = words.value("-b").map(Words::path);
        boolean quiet = words.has("-q");
        try (var progress = new ProgressBar(console, words.has("-p") && !quiet)) {
            var options = OpenOptions.WRITING.withFormat(words.format("-f"));
            // As qemu-img: with -b the images between would show through an emptied one.
            BackingChains.commit(path, options, base, words.has("-d") || base.isPresent(), progress);
        }
        if (!quiet) {
            console.out().println("Image committed.");
        }
        return 0;
    }
}
