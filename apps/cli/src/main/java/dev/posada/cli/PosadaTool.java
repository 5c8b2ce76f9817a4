package dev.posada.cli;

import dev.posada.doctor.Doctor;
import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import dev.posada.virsh.VirshTool;
import java.util.List;

/** {@code posada NOUN VERB …}. */
final class PosadaTool implements Tool {
    @Override
    public int run(List<String> words, Console console) {
        var first = words.isEmpty() ? "" : words.getFirst();
        return switch (first) {
            case "image" ->
                new ImageCommand(console).run(words.subList(1, words.size()).toArray(String[]::new));
            case "doctor" -> new Doctor().run(words.subList(1, words.size()), console);
            case "", "-h", "--help" -> usage(first, console);
            default -> commands(words, console);
        };
    }

    private static int usage(String first, Console console) {
        (first.isEmpty() ? console.err() : console.out()).print(usage());
        return first.isEmpty() ? 1 : 0;
    }

    private static int commands(List<String> words, Console console) {
        return words.getLast().equals("shell")
                ? new VirshTool().run(words.subList(0, words.size() - 1), console)
                : VirshTool.byNoun().run(words, console);
    }

    private static String usage() {
        return """
            usage: posada image VERB ...               works on disk images as qemu-img does
                   posada [OPTIONS] NOUN VERB ...      the commands of virsh by what they are about
                   posada doctor                       says what this host can run, and what is missing
                   posada [OPTIONS] shell              virsh's shell

            posada NOUN lists its verbs, posada NOUN VERB --help shows what one takes. Nouns:
              %s
            OPTIONS are those of virsh: -c URI, -r, -q, --output=json; see virsh --help.
            """.formatted(String.join(", ", VirshTool.nouns()));
    }
}
