package dev.posada.cli;

import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import java.util.List;

/** {@code posada NOUN VERB …}. */
final class PosadaTool implements Tool {
    @Override
    public int run(List<String> words, Console console) {
        if (!words.isEmpty() && words.getFirst().equals("image")) {
            return new ImageCommand(console).run(words.subList(1, words.size()).toArray(String[]::new));
        }
        boolean help = !words.isEmpty()
                && (words.getFirst().equals("--help") || words.getFirst().equals("-h"));
        (help ? console.out() : console.err())
                .println("usage: posada image VERB ...      works on disk images as qemu-img does\n"
                        + "       posada image --help       lists the verbs");
        return help ? 0 : 1;
    }
}
