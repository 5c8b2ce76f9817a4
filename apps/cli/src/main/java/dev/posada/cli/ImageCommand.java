package dev.posada.cli;

import dev.posada.image.ImageException;
import dev.posada.terminal.Console;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** {@code posada image}: finds the verb, and turns failures into one line and an exit status. */
final class ImageCommand {
    private static final int FAILED = 1;

    /** As shells have it for a command that was interrupted. */
    private static final int INTERRUPTED = 130;

    private final Console console;
    private final Map<String, Supplier<Verb>> verbs = new LinkedHashMap<>();

    ImageCommand(Console console) {
        this.console = console;
        verbs.put("amend", AmendVerb::new);
        verbs.put("bitmap", BitmapVerb::new);
        verbs.put("check", CheckVerb::new);
        verbs.put("commit", CommitVerb::new);
        verbs.put("compare", CompareVerb::new);
        verbs.put("convert", ConvertVerb::new);
        verbs.put("create", CreateVerb::new);
        verbs.put("dd", DdVerb::new);
        verbs.put("info", InfoVerb::new);
        verbs.put("map", MapVerb::new);
        verbs.put("measure", MeasureVerb::new);
        verbs.put("rebase", RebaseVerb::new);
        verbs.put("resize", ResizeVerb::new);
        verbs.put("snapshot", SnapshotVerb::new);
    }

    int run(String... words) {
        if (words.length == 0 || words[0].equals("-h") || words[0].equals("--help")) {
            var stream = words.length == 0 ? console.err() : console.out();
            stream.println("usage: posada image VERB ...");
            verbs.forEach((name, verb) ->
                    stream.println("  " + name + " " + verb.get().synopsis()));
            return words.length == 0 ? FAILED : 0;
        }
        var verb = verbs.get(words[0]);
        if (verb == null) {
            console.err().println("posada image: there is no verb '" + words[0] + "'; see posada image --help");
            return FAILED;
        }
        return run(words[0], verb.get(), Arrays.copyOfRange(words, 1, words.length));
    }

    private int run(String name, Verb verb, String... words) {
        if (words.length == 1 && (words[0].equals("-h") || words[0].equals("--help"))) {
            console.out().println("usage: posada image " + name + " " + verb.synopsis());
            return 0;
        }
        try {
            return verb.run(verb.options().parse(words), console);
        } catch (UsageException e) {
            return complain(e, FAILED);
        } catch (ImageException e) {
            return complain(e, verb.failureStatus());
        } catch (CancellationException e) {
            console.err().println("posada image: interrupted; what was half made is removed");
            return INTERRUPTED;
        }
    }

    private int complain(RuntimeException e, int status) {
        console.err().println("posada image: " + e.getMessage());
        return status;
    }
}
