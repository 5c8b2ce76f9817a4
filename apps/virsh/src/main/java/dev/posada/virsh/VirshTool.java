package dev.posada.virsh;

import dev.posada.client.ConnectionOptions;
import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code virsh}: options, then one command, a line of commands, or a shell. */
public final class VirshTool implements Tool {
    private static final int FAILED = 1;
    private static final int MOST_DEBUG = 4;
    private static final String ESCAPE = "^]";
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final int KEEP_ALIVES = 6;

    private final boolean byNoun;

    /** The tool as everybody knows it. */
    public VirshTool() {
        this(false);
    }

    private VirshTool(boolean byNoun) {
        this.byNoun = byNoun;
    }

    /** The same commands as {@code NOUN VERB …}. */
    public static VirshTool byNoun() {
        return new VirshTool(true);
    }

    /** What {@link #byNoun()} knows of. */
    public static List<String> nouns() {
        return Nouns.names();
    }

    @Override
    public int run(List<String> words, Console console) {
        console.cancellation().endAtOnce();
        var line = new GlobalOptions(words, byNoun);
        try {
            var answered = line.read();
            line.readEnvironment();
            line.complaints.forEach(each -> console.err().println("error: " + each));
            if (answered.isPresent()) {
                console.out().print(answered.get());
                return 0;
            }
        } catch (CommandException e) {
            e.lines().forEach(each -> console.err().println("error: " + each));
            return FAILED;
        }
        List<String> rest;
        try {
            rest = byNoun ? Nouns.command(line.rest()) : line.rest();
        } catch (CommandException e) {
            e.lines().forEach(each -> console.err().println("error: " + each));
            return FAILED;
        }
        try (var session = new Session(console, line.settings(), rest.isEmpty())) {
            if (rest.isEmpty()) {
                return new Conversation(session).run();
            }
            var shell = new Shell(session);
            if (rest.size() == 1 && !byNoun) {
                session.debug(SessionLog.Level.INFO, "commands: \"" + rest.getFirst() + "\"");
            }
            return rest.size() == 1 && !byNoun ? shell.run(rest.getFirst()) : shell.run(rest);
        }
    }

    /** The options before the command, as getopt_long(3) reads them. */
    private static final class GlobalOptions {
        private final boolean byNoun;
        private final Deque<String> words;
        private String uri = "";
        private boolean readOnly;
        private boolean quiet;
        private boolean timing;
        private boolean json;
        private int debug = MOST_DEBUG;
        private Optional<SessionLog> log = Optional.empty();
        private String escape = ESCAPE;
        private Duration interval = KEEP_ALIVE;
        private int count = KEEP_ALIVES;
        /** The option that is read, as it stands on the command line. */
        private String spelled = "";

        private final List<String> complaints = new ArrayList<>();

        GlobalOptions(List<String> words, boolean byNoun) {
            this.byNoun = byNoun;
            this.words = new ArrayDeque<>(words);
            environment("VIRSH_DEFAULT_CONNECT_URI").ifPresent(value -> uri = value);
        }

        private static Optional<String> environment(String name) {
            return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
        }

        /** What the environment says counts where no option says otherwise. */
        private void readEnvironment() {
            environment("VIRSH_DEBUG").filter(_ -> debug == MOST_DEBUG).ifPresent(value -> {
                int level = whole(value).orElse(-1);
                if (level >= 0 && level <= MOST_DEBUG) {
                    debug = level;
                } else {
                    complaints.add("VIRSH_DEBUG not set with a valid numeric value");
                }
            });
            if (log.isEmpty()) {
                log = environment("VIRSH_LOG_FILE").map(SessionLog::open);
            }
        }

        List<String> rest() {
            return List.copyOf(words);
        }

        Session.Settings settings() {
            var connecting = ConnectionOptions.DEFAULT.withKeepAlive(interval, count);
            return new Session.Settings(uri, readOnly, quiet, timing, json, debug, log, escape, connecting, byNoun);
        }

        /** Reads up to the command; returns what is to be printed instead of running one. */
        Optional<String> read() {
            while (!words.isEmpty()) {
                var word = words.peek();
                if (word.equals("--")) {
                    words.pop();
                    break;
                }
                if (word.length() < 2 || word.charAt(0) != '-') {
                    break;
                }
                words.pop();
                var answer = word.startsWith("--") ? named(word) : letters(word);
                if (answer.isPresent()) {
                    return answer;
                }
            }
            return Optional.empty();
        }

        private Optional<String> named(String word) {
            int equals = word.indexOf('=');
            var name = word.substring(2, equals < 0 ? word.length() : equals);
            var given = equals < 0 ? Optional.<String>empty() : Optional.of(word.substring(equals + 1));
            spelled = "--" + name;
            char letter = switch (name) {
                case "connect" -> 'c';
                case "debug" -> 'd';
                case "escape" -> 'e';
                case "help" -> 'h';
                case "keepalive-interval" -> 'k';
                case "keepalive-count" -> 'K';
                case "log" -> 'l';
                case "quiet" -> 'q';
                case "readonly" -> 'r';
                case "timing" -> 't';
                case "version" -> 'v';
                case "output" -> 'o';
                default -> throw new CommandException("unsupported option '" + word + "'. See --help.");
            };
            if (letter == 'v') {
                return Optional.of(version(given.orElse("short")));
            }
            return takesValue(letter)
                    ? set(letter, given.or(this::next).orElseThrow(() -> lacks(letter, name)))
                    : set(letter, "");
        }

        private static CommandException lacks(char letter, String name) {
            return new CommandException("option '-" + letter + "'/'--" + name + "' requires an argument");
        }

        private Optional<String> next() {
            return Optional.ofNullable(words.poll());
        }

        private Optional<String> letters(String word) {
            for (int i = 1; i < word.length(); i++) {
                char letter = word.charAt(i);
                spelled = "-" + letter;
                if ("cdehkKlqrtvV".indexOf(letter) < 0) {
                    throw new CommandException("unsupported option '-" + letter + "'. See --help.");
                }
                if (takesValue(letter)) {
                    var rest = word.substring(i + 1);
                    var value = rest.isEmpty() ? next() : Optional.of(rest);
                    return set(letter, value.orElseThrow(() -> lacks(letter, longName(letter))));
                }
                var answer = set(letter, "");
                if (answer.isPresent()) {
                    return answer;
                }
            }
            return Optional.empty();
        }

        private static boolean takesValue(char letter) {
            return "cdekKlo".indexOf(letter) >= 0;
        }

        private static String longName(char letter) {
            return switch (letter) {
                case 'c' -> "connect";
                case 'd' -> "debug";
                case 'e' -> "escape";
                case 'k' -> "keepalive-interval";
                case 'K' -> "keepalive-count";
                default -> "log";
            };
        }

        private Optional<String> set(char letter, String value) {
            switch (letter) {
                case 'c' -> uri = value;
                case 'd' -> debug(value);
                case 'l' -> log = Optional.of(SessionLog.open(value));
                case 'e' -> escape = escape(value);
                case 'k' -> interval = Duration.ofSeconds(positive(value));
                case 'K' -> count = positive(value);
                case 'o' -> json = Session.isJson(value);
                case 'q' -> quiet = true;
                case 'r' -> readOnly = true;
                case 't' -> timing = true;
                case 'h' -> {
                    return Optional.of(Usage.text());
                }
                case 'v' -> {
                    return Optional.of(version("short"));
                }
                case 'V' -> {
                    return Optional.of(version("long"));
                }
                default -> {}
            }
            return Optional.empty();
        }

        /** A level there is not is told of and passed over. */
        private void debug(String value) {
            int level = whole(value)
                    .orElseThrow(() -> new CommandException("option " + spelled + " takes a numeric argument"));
            if (level < 0 || level > MOST_DEBUG) {
                complaints.add("ignoring debug level " + level + " out of range [0-4]");
            } else {
                debug = level;
            }
        }

        private int positive(String value) {
            int number = whole(value).orElseThrow(() -> new CommandException("Invalid value for option " + spelled));
            if (number < 0) {
                throw new CommandException("option " + spelled + " requires a positive integer argument");
            }
            return number;
        }

        private static OptionalInt whole(String value) {
            try {
                return OptionalInt.of(Integer.parseInt(value));
            } catch (NumberFormatException e) {
                return OptionalInt.empty();
            }
        }

        private static String escape(String value) {
            if (value.length() == 1 || (value.length() == 2 && value.charAt(0) == '^')) {
                return value;
            }
            throw new CommandException("Invalid string '" + value + "' for escape sequence");
        }

        private static String version(String kind) {
            return switch (kind) {
                case "long" -> Usage.version();
                // As with libvirt's, whatever else is asked for.
                default -> Usage.VERSION + "\n";
            };
        }
    }
}
