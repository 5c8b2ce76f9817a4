package dev.posada.generator;

import dev.posada.generator.InterfaceFile.Arm;
import dev.posada.generator.InterfaceFile.Condition;
import dev.posada.generator.InterfaceFile.Constant;
import dev.posada.generator.InterfaceFile.Descriptors;
import dev.posada.generator.InterfaceFile.EnumType;
import dev.posada.generator.InterfaceFile.EventKey;
import dev.posada.generator.InterfaceFile.Field;
import dev.posada.generator.InterfaceFile.Group;
import dev.posada.generator.InterfaceFile.Kind;
import dev.posada.generator.InterfaceFile.Procedure;
import dev.posada.generator.InterfaceFile.Program;
import dev.posada.generator.InterfaceFile.Struct;
import dev.posada.generator.InterfaceFile.Traits;
import dev.posada.generator.InterfaceFile.UnionType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one interface file; the notation is line-oriented, an entry owns the indented lines below it. */
final class InterfaceReader {

    private static final Pattern GROUP = Pattern.compile("group ([a-z-]+) \"([^\"]+)\"");
    private static final Pattern PROCEDURE =
            Pattern.compile("(call|upload|download|duplex|event|message) (\\d+) (\\w+)(?: : (.*))?");
    private static final Pattern CONDITION = Pattern.compile("(\\w+) (has|is) (\\d+)");
    private static final Pattern WORD = Pattern.compile("\\w+=\"[^\"]*\"|\\S+");

    private final String name;
    private final List<Entry> entries;

    private Optional<Program> program = Optional.empty();
    private final TreeMap<String, Integer> limits = new TreeMap<>();
    private final List<EnumType> enums = new ArrayList<>();
    private final List<UnionType> unions = new ArrayList<>();
    private final List<Struct> structs = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    /** A line at the margin with the lines that belong to it. */
    private record Entry(int line, String head, List<String> body) {}

    private InterfaceReader(String name, List<Entry> entries) {
        this.name = name;
        this.entries = entries;
    }

    static InterfaceFile read(String name, List<String> lines) {
        return new InterfaceReader(name, entries(name, lines)).read();
    }

    private static List<Entry> entries(String name, List<String> lines) {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith(" ")) {
                entries.add(new Entry(i + 1, line, new ArrayList<>()));
                continue;
            }
            if (entries.isEmpty()) {
                throw new InterfaceException(name, i + 1, "indented line belongs to nothing");
            }
            List<String> body = entries.getLast().body();
            if (!body.isEmpty() && body.getLast().endsWith(",")) {
                body.set(body.size() - 1, body.getLast() + " " + line.strip());
            } else {
                body.add(line.strip());
            }
        }
        return entries;
    }

    private InterfaceFile read() {
        for (Entry entry : entries) {
            String keyword = entry.head().split(" ", 2)[0];
            String rest = entry.head().substring(keyword.length()).strip();
            switch (keyword) {
                case "program" -> readProgram(entry, rest);
                case "const" -> readLimit(entry, rest);
                case "enum" -> enums.add(new EnumType(rest, map(entry, this::constant)));
                case "union" -> unions.add(new UnionType(rest, map(entry, line -> arm(entry, line))));
                case "struct" -> structs.add(new Struct(rest, map(entry, line -> field(entry, line))));
                case "group" -> readGroup(entry);
                default -> readProcedure(entry);
            }
        }
        return new InterfaceFile(name, program, limits, enums, unions, structs, groups);
    }

    private void readProgram(Entry entry, String rest) {
        String[] words = rest.split(" ", -1);
        if (words.length != 3 || !words[0].equals(name)) {
            throw wrong(entry, "expected: program " + name + " NUMBER VERSION");
        }
        program = Optional.of(new Program(Integer.decode(words[1]), Integer.parseInt(words[2])));
    }

    private void readLimit(Entry entry, String rest) {
        String[] words = rest.split(" ", -1);
        if (words.length != 2 || limits.put(words[0], Integer.valueOf(words[1])) != null) {
            throw wrong(entry, "expected: const NAME VALUE, each name once");
        }
    }

    private void readGroup(Entry entry) {
        Matcher head = GROUP.matcher(entry.head());
        if (!head.matches()) {
            throw wrong(entry, "expected: group NAME \"DESCRIPTION\"");
        }
        groups.add(new Group(head.group(1), head.group(2), new ArrayList<>()));
    }

    private Constant constant(String line) {
        String[] words = line.split(" ", -1);
        return new Constant(words[1], Integer.parseInt(words[0]));
    }

    private Arm arm(Entry entry, String line) {
        String[] words = line.split(" ", -1);
        return new Arm(Integer.parseInt(words[0]), words[1], type(entry, words[2]));
    }

    private Field field(Entry entry, String text) {
        String[] words = text.strip().split(" ", -1);
        if (words.length != 2) {
            throw wrong(entry, "expected NAME TYPE, found '" + text + "'");
        }
        return new Field(words[0], type(entry, words[1]));
    }

    private void readProcedure(Entry entry) {
        Matcher head = PROCEDURE.matcher(entry.head());
        if (!head.matches() || groups.isEmpty()) {
            throw wrong(entry, "expected: KIND NUMBER NAME [: TRAITS] inside a group");
        }
        Kind kind = Kind.valueOf(head.group(1).toUpperCase(Locale.ROOT));
        String procedure = head.group(3);
        Map<String, Struct> parts = new HashMap<>();
        for (String line : entry.body()) {
            String[] words = line.split(" +", 2);
            String suffix = switch (words[0]) {
                case "in" -> "_args";
                case "out" -> "_ret";
                case "msg" -> "_msg";
                default -> throw wrong(entry, "expected in, out or msg, found '" + words[0] + "'");
            };
            var fields = new ArrayList<Field>();
            for (String field : words[1].split(",", -1)) {
                fields.add(field(entry, field));
            }
            parts.put(words[0], new Struct(procedure + suffix, fields));
        }
        groups.getLast()
                .procedures()
                .add(new Procedure(
                        kind,
                        Integer.parseInt(head.group(2)),
                        procedure,
                        traits(entry, Optional.ofNullable(head.group(4)).orElse("")),
                        Optional.ofNullable(parts.get("in")),
                        Optional.ofNullable(parts.get("out")),
                        Optional.ofNullable(parts.get("msg"))));
    }

    private Traits traits(Entry entry, String text) {
        Map<String, String> words = new HashMap<>();
        WORD.matcher(text).results().map(result -> result.group()).forEach(word -> {
            int equals = word.indexOf('=');
            if (word.startsWith("vir")) {
                words.put("api", word);
            } else if (equals < 0) {
                words.put(word, "");
            } else {
                words.put(word.substring(0, equals), word.substring(equals + 1).replace("\"", ""));
            }
        });
        Optional<EventKey> event = Optional.ofNullable(words.get("class"))
                .map(objectClass -> new EventKey(
                        objectClass, Integer.parseInt(words.getOrDefault("event", "")), words.containsKey("callback")));
        return new Traits(
                Optional.ofNullable(words.get("api")),
                words.containsKey("high"),
                words.containsKey("readonly"),
                Optional.ofNullable(words.get("unless")).map(condition -> condition(entry, condition)),
                words.getOrDefault("origin", "none"),
                Descriptors.valueOf(words.getOrDefault("fds", "none").toUpperCase(Locale.ROOT)),
                words.containsKey("sparse")
                        ? OptionalInt.of(Integer.parseInt(words.getOrDefault("sparse", "")))
                        : OptionalInt.empty(),
                event);
    }

    private Condition condition(Entry entry, String text) {
        Matcher matcher = CONDITION.matcher(text);
        if (!matcher.matches()) {
            throw wrong(entry, "expected FIELD has|is VALUE, found '" + text + "'");
        }
        return new Condition(matcher.group(1), matcher.group(2).equals("has"), Integer.parseInt(matcher.group(3)));
    }

    private WireType type(Entry entry, String text) {
        if (text.endsWith("?")) {
            return new WireType.Maybe(type(entry, text.substring(0, text.length() - 1)));
        }
        int bracket = text.indexOf("[]<");
        if (bracket > 0) {
            String limit = text.substring(bracket + 3, text.length() - 1);
            return new WireType.Many(type(entry, text.substring(0, bracket)), limit);
        }
        if (text.startsWith("opaque<")) {
            return new WireType.Bytes(inside(text, "opaque"));
        }
        if (text.startsWith("chars<") || text.startsWith("chars[")) {
            return new WireType.Octets(inside(text, "chars"), text.contains("["));
        }
        if (text.equals("string")) {
            return new WireType.Text();
        }
        for (var scalar : WireType.Scalar.values()) {
            if (scalar.notation().equals(text)) {
                return scalar;
            }
        }
        if (!text.matches("[a-z0-9_]+")) {
            throw wrong(entry, "not a type: '" + text + "'");
        }
        return new WireType.Named(text);
    }

    private static String inside(String text, String before) {
        return text.substring(before.length() + 1, text.length() - 1);
    }

    private static <T> List<T> map(Entry entry, Function<String, T> reading) {
        return entry.body().stream().map(reading).toList();
    }

    private InterfaceException wrong(Entry entry, String detail) {
        return new InterfaceException(name, entry.line(), detail);
    }
}
