package dev.posada.xml;

import dev.posada.model.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the outline of a document's format, whose notation {@code domain.outline} explains, into rules. */
final class Outline {
    private static final String PART_MARK = "= ";

    /** A line of the outline and those below it. */
    private static final class Line {
        final String text;
        final int number;
        final List<Line> below = new ArrayList<>();
        Optional<Rule> rule = Optional.empty();

        Line(String text, int number) {
            this.text = text;
            this.number = number;
        }
    }

    private final Map<String, Kind> kinds = Kind.byWord();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Line> parts = new HashMap<>();

    private Outline() {}

    /** Reads an outline from the class path; the answer is the rule of the root element. */
    static Rule load(String resource) {
        try (var in = Outline.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no outline " + resource + " among the resources");
            }
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read outline " + resource, e);
        }
    }

    /** Reads an outline; the answer is the rule of its first line. */
    static Rule read(String text) {
        var outline = new Outline();
        var roots = outline.lines(text);
        for (var line : roots) {
            if (line.text.startsWith(PART_MARK)) {
                outline.parts.put(
                        split(line.text.substring(PART_MARK.length()), ' ').getFirst(), line);
            }
        }
        return outline.rule(roots.getFirst());
    }

    private List<Line> lines(String text) {
        var roots = new ArrayList<Line>();
        var path = new ArrayList<Line>();
        int number = 0;
        for (var raw : split(text, '\n')) {
            number++;
            var content = raw.strip();
            if (content.isEmpty() || content.startsWith("#")) {
                continue;
            }
            int depth = (raw.length() - raw.stripLeading().length()) / 2;
            if (depth > path.size()) {
                throw malformed(number, "is indented too far");
            }
            var line = new Line(content, number);
            (depth == 0 ? roots : path.get(depth - 1).below).add(line);
            while (path.size() > depth) {
                path.removeLast();
            }
            path.add(line);
        }
        return roots;
    }

    /** The rule of a line, made when first asked for, so that a part may hold itself. */
    private Rule rule(Line line) {
        if (line.rule.isPresent()) {
            return line.rule.get();
        }
        int colon = line.text.indexOf(" : ");
        var head = split(colon < 0 ? line.text : line.text.substring(0, colon), ' ');
        var text = Optional.ofNullable(colon < 0 ? null : value(line.text.substring(colon + 3)));
        var name = head.getFirst();
        var count = count(name);
        int next = 1;
        var when = Condition.ALWAYS;
        if (next < head.size() && head.get(next).startsWith("[")) {
            when = condition(head.get(next), line);
            next++;
        }
        var rule =
                new Rule(count == Rule.Count.OPTIONAL ? name : name.substring(0, name.length() - 1), count, when, text);
        line.rule = Optional.of(rule);
        for (var token : head.subList(next, head.size())) {
            attribute(rule, token, line);
        }
        if (text.isPresent() && text.get().isSize()) {
            rule.add(new Rule.Attribute("unit", Rule.Need.NEVER, ErrorCode.XML_ERROR, Condition.ALWAYS, value("Unit")));
        }
        below(rule, line);
        return rule;
    }

    /** Adds the children of a line, those of parts in their place. */
    private void below(Rule rule, Line line) {
        for (var child : line.below) {
            if (child.text.startsWith("@")) {
                below(rule, part(child.text, child));
            } else {
                rule.add(rule(child));
            }
        }
    }

    private static Rule.Count count(String name) {
        return switch (name.charAt(name.length() - 1)) {
            case '!' -> Rule.Count.ONE;
            case '*' -> Rule.Count.ANY;
            case '+' -> Rule.Count.SOME_VALIDATED;
            case '%' -> Rule.Count.ONE_VALIDATED;
            default -> Rule.Count.OPTIONAL;
        };
    }

    private void attribute(Rule rule, String token, Line line) {
        if (token.startsWith("@")) {
            var part = part(token, line);
            var tokens = split(part.text.substring(PART_MARK.length()), ' ');
            for (var inner : tokens.subList(1, tokens.size())) {
                attribute(rule, inner, part);
            }
            below(rule, part);
            return;
        }
        // The condition of an attribute has an equals sign of its own.
        int bracket = token.indexOf('[');
        int equals = token.indexOf('=', bracket < 0 ? 0 : Math.max(0, token.indexOf(']')));
        if (equals < 1) {
            throw malformed(line.number, "has an attribute without value: " + token);
        }
        int end = equals;
        var need = Rule.Need.NEVER;
        var missing = ErrorCode.XML_ERROR;
        if (token.charAt(end - 1) == '!' || token.charAt(end - 1) == '+') {
            need = token.charAt(end - 1) == '!' ? Rule.Need.ALWAYS : Rule.Need.VALIDATED;
            end--;
        }
        if (token.charAt(end - 1) == '^') {
            missing = ErrorCode.INTERNAL_ERROR;
            end--;
        }
        var name = token.substring(0, end);
        var when = Condition.ALWAYS;
        if (bracket > 0) {
            when = condition(name.substring(bracket), line);
            name = name.substring(0, bracket);
        }
        rule.add(new Rule.Attribute(name, need, missing, when, value(token.substring(equals + 1))));
    }

    private static Condition condition(String token, Line line) {
        if (!token.endsWith("]") || token.indexOf('=') < 0) {
            throw malformed(line.number, "has a malformed condition: " + token);
        }
        return Condition.of(token.substring(1, token.length() - 1));
    }

    private Line part(String token, Line line) {
        var part = parts.get(token.substring(1));
        if (part == null) {
            throw malformed(line.number, "names a part that is not there: " + token);
        }
        return part;
    }

    private Value value(String notation) {
        return values.computeIfAbsent(notation, text -> Value.of(text, kinds));
    }

    private static IllegalStateException malformed(int line, String problem) {
        return new IllegalStateException("line " + line + " of the outline " + problem);
    }

    /** The pieces of a text between separators. */
    static List<String> split(String text, char separator) {
        var pieces = new ArrayList<String>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            pieces.add(text.substring(from, at));
            from = at + 1;
        }
        pieces.add(text.substring(from));
        return pieces;
    }
}
