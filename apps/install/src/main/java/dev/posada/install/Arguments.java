package dev.posada.install;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options a program has, from a file of its own, one a line; the manner of the lines is that of the files. */
final class Arguments {
    private static final int HELP_COLUMN = 26;

    private final String program;
    private final String usage;
    private final List<Entry> entries;

    private Arguments(String program, String usage, List<Entry> entries) {
        this.program = program;
        this.usage = usage;
        this.entries = List.copyOf(entries);
    }

    /** What follows an option. */
    enum Form {
        /** Nothing. */
        SWITCH,
        /** A word; the last one counts. */
        TEXT,
        /** A word or nothing. */
        OPTIONAL_TEXT,
        /** A word; all count. */
        LIST,
        /** A word or nothing; all count. */
        OPTIONAL_LIST,
        /** A number. */
        INT,
        /** A number or nothing. */
        OPTIONAL_INT,
        /** A number with a fraction; all count. */
        NUMBERS,
        /** No option: a word that stands alone. */
        WORD
    }

    /**
     * One option.
     *
     * @param group the heading it is listed under
     * @param key what it is looked up by: its last name without dashes, but for the first of several long ones
     * @param hidden whether help leaves it out
     * @param rivals the name of the options of which only one may be used
     */
    record Entry(
            String group,
            List<String> names,
            Form form,
            String key,
            boolean hidden,
            String rivals,
            String metavar,
            String help) {
        Entry {
            names = List.copyOf(names);
        }

        boolean mayStandAlone() {
            return form == Form.OPTIONAL_TEXT || form == Form.OPTIONAL_LIST || form == Form.OPTIONAL_INT;
        }

        /** As errors call it. */
        String shown() {
            return String.join("/", names);
        }
    }

    /** What a command line says. A value that was left out is empty. */
    static final class Given {
        private final Map<String, List<Optional<String>>> values = new HashMap<>();

        boolean has(String key) {
            return values.containsKey(key);
        }

        /** The last value. */
        Optional<String> text(String key) {
            var all = values.getOrDefault(key, List.of());
            return all.isEmpty() ? Optional.empty() : all.getLast();
        }

        List<String> all(String key) {
            return values.getOrDefault(key, List.of()).stream()
                    .map(value -> value.orElse("default"))
                    .toList();
        }

        void put(String key, List<String> replacement) {
            if (replacement.isEmpty()) {
                values.remove(key);
            } else {
                values.put(
                        key,
                        new ArrayList<>(replacement.stream().map(Optional::of).toList()));
            }
        }

        private void add(Entry entry, Optional<String> value) {
            values.computeIfAbsent(entry.key(), _ -> new ArrayList<>()).add(value);
        }
    }

    /** A command line that cannot be understood. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    static Arguments read(String program, String usage) {
        var groups = new HashMap<String, List<String>>();
        var here = new ArrayList<String>();
        for (var line : lines("common-arguments.txt")) {
            if (line.startsWith("{")) {
                here = new ArrayList<>();
                groups.put(line.substring(1, line.length() - 1), here);
            } else {
                here.add(line);
            }
        }
        var entries = new ArrayList<Entry>();
        var heading = "";
        for (var line : lines(program + "-arguments.txt")) {
            if (line.startsWith("[")) {
                heading = line.substring(1, line.length() - 1);
            } else if (line.startsWith("+")) {
                for (var common : groups.getOrDefault(line.substring(1), new ArrayList<>())) {
                    entries.add(entry(heading, common));
                }
            } else {
                entries.add(entry(heading, line));
            }
        }
        return new Arguments(program, usage, entries);
    }

    private static List<String> lines(String file) {
        try (var in = Arguments.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the program");
            }
            var lines = new ArrayList<String>();
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isEmpty()) {
                    lines.add(line);
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Entry entry(String group, String line) {
        int help = line.indexOf("  ");
        var names = new ArrayList<String>();
        var form = Form.SWITCH;
        var key = "";
        boolean hidden = false;
        var rivals = "";
        var metavar = "";
        for (var word : (help < 0 ? line : line.substring(0, help)).split(" ", -1)) {
            if (word.startsWith("-")) {
                names.add(word);
            } else if (word.startsWith("as=")) {
                key = word.substring("as=".length());
            } else if (word.startsWith("one=")) {
                rivals = word.substring("one=".length());
            } else if (word.startsWith("=")) {
                metavar = word.substring(1);
            } else {
                switch (word) {
                    case "hidden" -> hidden = true;
                    case "switch" -> form = Form.SWITCH;
                    case "text" -> form = Form.TEXT;
                    case "text?" -> form = Form.OPTIONAL_TEXT;
                    case "list" -> form = Form.LIST;
                    case "list?" -> form = Form.OPTIONAL_LIST;
                    case "int" -> form = Form.INT;
                    case "int?" -> form = Form.OPTIONAL_INT;
                    case "numbers" -> form = Form.NUMBERS;
                    case "word?" -> form = Form.WORD;
                    default -> names.add(word);
                }
            }
        }
        if (key.isEmpty()) {
            key = names.stream()
                    .filter(name -> name.startsWith("--"))
                    .findFirst()
                    .orElse(names.getFirst());
            key = key.startsWith("--") ? key.substring(2) : key.replace("-", "");
        }
        return new Entry(group, names, form, key, hidden, rivals, metavar, help < 0 ? "" : line.substring(help + 2));
    }

    /**
     * Takes a command line apart.
     *
     * @throws UsageException when it cannot be understood
     */
    Given parse(List<String> words) {
        return new Parsing(words).run();
    }

    private final class Parsing {
        private final List<String> words;
        private final Given given = new Given();
        private final List<String> unknown = new ArrayList<>();
        private final Map<String, Entry> chosen = new HashMap<>();
        private int at;

        Parsing(List<String> words) {
            this.words = words;
        }

        Given run() {
            boolean onlyWords = false;
            while (at < words.size()) {
                var word = words.get(at++);
                if (onlyWords || !looksLikeOption(word)) {
                    word(word);
                } else if (word.equals("--")) {
                    onlyWords = true;
                } else if (word.startsWith("--")) {
                    longOption(word);
                } else {
                    shortOptions(word);
                }
            }
            if (!unknown.isEmpty() && !given.has("help") && !given.has("version")) {
                throw new UsageException("unrecognized arguments: " + String.join(" ", unknown));
            }
            return given;
        }

        private void word(String word) {
            var place = entries.stream()
                    .filter(entry -> entry.form() == Form.WORD && !given.has(entry.key()))
                    .findFirst();
            place.ifPresentOrElse(entry -> given.add(entry, Optional.of(word)), () -> unknown.add(word));
        }

        private void longOption(String word) {
            int equal = word.indexOf('=');
            var name = equal < 0 ? word : word.substring(0, equal);
            var value = equal < 0 ? Optional.<String>empty() : Optional.of(word.substring(equal + 1));
            find(name, word).ifPresentOrElse(entry -> take(entry, value), () -> unknown.add(word));
        }

        private void shortOptions(String word) {
            var rest = word.substring(1);
            while (!rest.isEmpty()) {
                var name = "-" + rest.charAt(0);
                var entry = entries.stream()
                        .filter(each -> each.names().contains(name))
                        .findFirst();
                if (entry.isEmpty()) {
                    unknown.add(word);
                    return;
                }
                rest = rest.substring(1);
                if (entry.get().form() != Form.SWITCH) {
                    if (rest.startsWith("=")) {
                        rest = rest.substring(1);
                    }
                    take(entry.get(), rest.isEmpty() ? Optional.empty() : Optional.of(rest));
                    return;
                }
                take(entry.get(), Optional.empty());
            }
        }

        private Optional<Entry> find(String name, String word) {
            var exact = entries.stream()
                    .filter(entry -> entry.names().contains(name))
                    .findFirst();
            if (exact.isPresent()) {
                return exact;
            }
            var names = new LinkedHashSet<String>();
            var found = Optional.<Entry>empty();
            for (var entry : entries) {
                for (var each : entry.names()) {
                    if (each.startsWith(name)) {
                        names.add(each);
                        found = Optional.of(entry);
                    }
                }
            }
            if (names.size() > 1) {
                throw new UsageException("ambiguous option: " + word + " could match " + String.join(", ", names));
            }
            return found;
        }

        private void take(Entry entry, Optional<String> value) {
            var before = chosen.put(entry.rivals(), entry);
            if (!entry.rivals().isEmpty() && before != null && !before.equals(entry)) {
                throw new UsageException("argument " + entry.shown() + ": not allowed with argument " + before.shown());
            }
            if (entry.form() == Form.SWITCH) {
                if (value.isPresent()) {
                    throw new UsageException(
                            "argument " + entry.shown() + ": ignored explicit argument " + quoted(value.get()));
                }
                given.add(entry, Optional.empty());
                return;
            }
            var word = value;
            if (word.isEmpty() && at < words.size() && !looksLikeOption(words.get(at))) {
                word = Optional.of(words.get(at++));
            }
            if (word.isEmpty() && !entry.mayStandAlone()) {
                throw new UsageException("argument " + entry.shown() + ": expected one argument");
            }
            word.ifPresent(text -> check(entry, text));
            given.add(entry, word);
        }

        private void check(Entry entry, String text) {
            try {
                switch (entry.form()) {
                    case INT, OPTIONAL_INT -> Long.parseLong(text.strip());
                    case NUMBERS -> Double.parseDouble(text);
                    case SWITCH, TEXT, OPTIONAL_TEXT, LIST, OPTIONAL_LIST, WORD -> {}
                }
            } catch (NumberFormatException e) {
                throw new UsageException("argument " + entry.shown() + ": invalid "
                        + (entry.form() == Form.NUMBERS ? "float" : "int") + " value: " + quoted(text));
            }
        }

        private boolean looksLikeOption(String word) {
            if (!word.startsWith("-") || word.length() == 1 || isNegative(word)) {
                return false;
            }
            // A word with spaces is taken for a value, unless it begins as an option with its value attached does.
            var attached = word.startsWith("--")
                    ? word.substring(0, word.contains("=") ? word.indexOf('=') : word.length())
                    : word.substring(0, 2);
            return !word.contains(" ")
                    || entries.stream().anyMatch(entry -> entry.names().contains(attached));
        }

        private boolean isNegative(String word) {
            for (int i = 1; i < word.length(); i++) {
                if (!Character.isDigit(word.charAt(i)) && word.charAt(i) != '.') {
                    return false;
                }
            }
            return true;
        }
    }

    static String quoted(String text) {
        return text.contains("'") && !text.contains("\"") ? "\"" + text + "\"" : "'" + text.replace("'", "\\'") + "'";
    }

    /** The one line that says how the program is called. */
    String usage() {
        return "usage: " + program + " " + usage;
    }

    String program() {
        return program;
    }

    /** The help, with what the program is for. */
    String help(String purpose) {
        var out = new StringBuilder(usage()).append("\n\n").append(purpose).append('\n');
        var group = " ";
        for (var entry : entries) {
            if (entry.hidden()) {
                continue;
            }
            if (!entry.group().equals(group)) {
                group = entry.group();
                out.append('\n').append(group.isEmpty() ? "options" : group).append(":\n");
            }
            var line = new StringBuilder("  ").append(String.join(", ", entry.names()));
            if (entry.form() != Form.SWITCH && entry.form() != Form.WORD) {
                var value = entry.metavar().isEmpty() ? "VALUE" : entry.metavar();
                line.append(entry.mayStandAlone() ? " [" + value + "]" : " " + value);
            }
            if (line.length() > HELP_COLUMN - 2) {
                out.append(line).append('\n');
                line.setLength(0);
            }
            while (line.length() < HELP_COLUMN) {
                line.append(' ');
            }
            out.append(line).append(entry.help()).append('\n');
        }
        return out.append("\nAn option's suboptions are listed by --option=? or --option help.\n")
                .toString();
    }
}
