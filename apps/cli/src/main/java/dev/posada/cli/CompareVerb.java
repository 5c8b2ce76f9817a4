package dev.posada.cli;

import dev.posada.image.Comparison;
import dev.posada.terminal.Console;

/** Says whether two images hold the same disk: exit status 0 if they do, 1 if not, 2 if that cannot be said. */
final class CompareVerb implements Verb {
    private static final int FAILED = 2;
    private static final int DIFFERENT = 1;

    @Override
    public String synopsis() {
        return "[-f FORMAT] [-F FORMAT] [-s] [-p] [-q] [-U] FILE1 FILE2";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "-F", "-T").flags("-s", "-p", "-q", "-U/--force-share");
    }

    @Override
    public int failureStatus() {
        return FAILED;
    }

    @Override
    public int run(Words words, Console console) {
        var files = words.rest(2, "FILE1 FILE2");
        boolean quiet = words.has("-q");
        try (var first = Sources.open(files.getFirst(), words.format("-f"), words);
                var second = Sources.open(files.get(1), words.format("-F"), words);
                var progress = new ProgressBar(console, words.has("-p") && !quiet)) {
            if (first.size() != second.size()) {
                if (words.has("-s")) {
                    return said("Strict mode: Image size mismatch!", DIFFERENT, quiet, console);
                }
                said("Warning: Image size mismatch!", 0, quiet, console);
            }
            var difference = Comparison.firstDifference(first, second, progress);
            return difference.isPresent()
                    ? said("Content mismatch at offset " + difference.getAsLong() + "!", DIFFERENT, quiet, console)
                    : said("Images are identical.", 0, quiet, console);
        }
    }

    private static int said(String sentence, int status, boolean quiet, Console console) {
        if (!quiet) {
            console.out().println(sentence);
        }
        return status;
    }
}
