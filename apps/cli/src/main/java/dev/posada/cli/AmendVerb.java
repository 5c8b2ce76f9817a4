package dev.posada.cli;

import dev.posada.image.Format;
import dev.posada.image.OpenOptions;
import dev.posada.image.Qcow2Images;
import dev.posada.terminal.Console;

/** Changes options of an existing image. */
final class AmendVerb implements Verb {
    @Override
    public String synopsis() {
        return "[-f FORMAT] [-p] [-q] -o OPTIONS FILE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "-t").values("-o").flags("-p", "-q", "--force");
    }

    @Override
    public int run(Words words, Console console) {
        var path = Words.path(words.rest(1, "FILE").getFirst());
        if (!words.has("-o")) {
            throw new UsageException("Must specify options (-o)");
        }
        var format = words.format("-f").orElse(Format.QCOW2);
        Qcow2Images.amend(path, OpenOptions.WRITING.withFormat(format), new FormatOptions(words.values("-o")).rest());
        return 0;
    }
}
