package dev.posada.jvm;

import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A JVM's monitor: its own diagnostic commands, as {@code jcmd} has them, and a few of ours.
 *
 * <p>For people a command is a line, {@code Thread.print -l}, and the answer text. For programs it is
 * {@code {"execute": "Thread.print", "arguments": {"-l": true}}} and the answer {@code {"return": "…"}} or
 * {@code {"error": {"class": "…", "desc": "…"}}}, the form of QEMU's monitor, which clients know.
 */
final class JvmMonitor {
    private static final String RECORD = "record";
    private static final String HELP = "help";
    private static final int WORDS_MAX = 100;

    private static final String OWN_HELP = """

            Of the daemon:
            record start [default|profile]
            record dump [FILE]
            record stop [FILE]
            console-resize [ALIAS] ROWS COLUMNS
            """;

    private final Diagnostics jvm;
    private final Recordings recordings;

    JvmMonitor(Diagnostics jvm, Recordings recordings) {
        this.jvm = jvm;
        this.recordings = recordings;
    }

    /**
     * Says one command and waits for the answer.
     *
     * @throws PosadaException when the JVM does not answer, or does not do what a line for people asks for
     */
    String say(String command, boolean human) {
        return human ? forPeople(command) : forPrograms(command);
    }

    private String forPeople(String line) {
        try {
            return execute(words(line.strip()));
        } catch (AttachException e) {
            throw Refusal.failed(e.description(), e);
        }
    }

    private String forPrograms(String text) {
        try {
            return Json.object()
                    .with("return", execute(words(text, parsed(text))))
                    .toString();
        } catch (AttachException e) {
            return error("CommandNotFound", e.description());
        } catch (QmpException e) {
            return error("GenericError", e.description());
        }
    }

    private static String error(String kind, String description) {
        return Json.object()
                .with("error", Json.object().with("class", kind).with("desc", description))
                .toString();
    }

    private static Json.ObjectValue parsed(String text) {
        try {
            return Json.parse(text).asObject();
        } catch (QmpException e) {
            throw Refusal.argument("a command is {\"execute\": \"NAME\", \"arguments\": {…}}: " + e.description());
        }
    }

    /** The words of a command in JSON: flags by {@code true}, values by name, or words in a list. */
    private static List<String> words(String text, Json.ObjectValue command) {
        var words = new ArrayList<String>();
        words.add(command.required("execute").text());
        switch (command.member("arguments").orElse(Json.object())) {
            case Json.ObjectValue(var members) ->
                members.forEach((name, value) -> {
                    switch (value) {
                        case Json.BooleanValue(boolean truth)
                        when name.startsWith("-") -> {
                            if (truth) {
                                words.add(name);
                            }
                        }
                        case Json.TextValue(String own) -> words.add(name + "=" + own);
                        default -> words.add(name + "=" + value);
                    }
                });
            case Json.ArrayValue(var elements) ->
                elements.forEach(
                        element -> words.add(element instanceof Json.TextValue(String own) ? own : element.toString()));
            default -> throw Refusal.argument("\"arguments\" is an object or a list in '" + Refusal.shown(text) + "'");
        }
        return words;
    }

    private static List<String> words(String line) {
        if (line.isEmpty()) {
            throw Refusal.argument("a command is wanted; 'help' lists those there are");
        }
        return List.of(line.split("\\s+", WORDS_MAX));
    }

    private String execute(List<String> words) {
        var name = words.getFirst();
        var rest = words.subList(1, words.size());
        return switch (name) {
            case RECORD ->
                recordings.execute(rest.stream().map(JvmMonitor::plain).toList());
            case HELP -> rest.isEmpty() ? jvm.command(HELP) + OWN_HELP : jvm.command(line(words));
            default -> jvm.command(line(words));
        };
    }

    /** Of our own commands only the values of named arguments count. */
    private static String plain(String word) {
        for (var argument : List.of("action=", "file=", "settings=")) {
            if (word.startsWith(argument)) {
                return word.substring(argument.length());
            }
        }
        return word;
    }

    /** One line for the JVM, which takes it apart at blanks unless they stand between quotes. */
    private static String line(List<String> words) {
        return words.stream().map(JvmMonitor::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        if (word.indexOf('\n') >= 0 || word.indexOf('\0') >= 0) {
            throw Refusal.argument("a command is one line");
        }
        if (word.indexOf(' ') < 0 || word.indexOf('"') >= 0) {
            return word;
        }
        int equals = word.indexOf('=');
        return word.substring(0, equals + 1) + '"' + word.substring(equals + 1) + '"';
    }
}
