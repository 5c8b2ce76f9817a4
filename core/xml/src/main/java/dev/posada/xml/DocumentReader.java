package dev.posada.xml;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.model.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document in one pass over its text.
 *
 * <p>Written by hand rather than upon the JDK's reader: a third of the time per document, a quarter of the time for the
 * first, and no switch that an attacker might find left on. Open elements wait on a list, not on the call stack.
 */
final class DocumentReader {
    /** An element whose end has not been read. */
    private static final class Open {
        final String name;
        final SequencedMap<String, String> attributes;
        final int line;
        final List<Content> content = new ArrayList<>(4);

        /** Which prefixes the element itself declares; empty for nearly all. */
        final List<String> prefixes;

        boolean hasElements;
        boolean hasText;

        Open(String name, SequencedMap<String, String> attributes, int line, List<String> prefixes) {
            this.name = name;
            this.attributes = attributes;
            this.line = line;
            this.prefixes = prefixes;
        }
    }

    private static final SequencedMap<String, String> NO_ATTRIBUTES =
            Collections.unmodifiableSequencedMap(new LinkedHashMap<>());

    private final String text;

    /** The text again: an array is quicker to look through one by one, a string to search and to cut. */
    private final char[] chars;

    private final int end;
    private final DocumentProblem problem;
    private final Deque<Open> open = new ArrayDeque<>();

    /** How many open elements declare a prefix. */
    private final Map<String, Integer> prefixes = new HashMap<>();

    private final StringBuilder buffer = new StringBuilder();
    private int at;

    /** The line of {@link #lineAt}. */
    private int line = 1;

    /** Up to where line feeds have been counted. */
    private int lineAt;

    DocumentReader(String text, DocumentProblem problem) {
        this.text = text;
        this.chars = text.length() > Documents.MAX_LENGTH ? new char[0] : text.toCharArray();
        this.end = text.length();
        this.problem = problem;
        prefixes.put("xml", 1);
    }

    /** Reads the whole text. */
    Element document() {
        if (end > Documents.MAX_LENGTH) {
            throw problem.tooLong(end);
        }
        int bad = Characters.firstForbidden(text, 0, end);
        if (bad >= 0) {
            throw problem.at(
                    bad,
                    "PCDATA invalid Char value " + (int) text.charAt(bad)
                            + ": XML does not allow this character, in no way of writing it");
        }
        if (end > 0 && chars[0] == '\uFEFF') {
            at = 1;
        }
        if (text.startsWith("<?xml", at) && at + 5 < end && Characters.isSpace(chars[at + 5])) {
            skipTo("?>", 2, "XML declaration is not closed by '?>'");
        }
        skipOutside();
        if (at >= end) {
            throw problem.at(at, "Document is empty");
        }
        if (chars[at] != '<') {
            throw problem.at(at, "Start tag expected, '<' not found");
        }
        var root = tree();
        skipOutside();
        if (at < end) {
            throw problem.at(at, "Extra content at the end of the document: one root element is all it may have");
        }
        return root;
    }

    /** Passes over what may stand before and after the root element. */
    private void skipOutside() {
        while (true) {
            skipSpace();
            if (text.startsWith("<!--", at)) {
                comment();
            } else if (text.startsWith("<?", at)) {
                skipTo("?>", 2, "Processing instruction is not closed by '?>'");
            } else if (text.startsWith("<!", at)) {
                throw problem.at(at, "Document type declarations are refused: take '<!DOCTYPE …>' out of the document");
            } else {
                return;
            }
        }
    }

    /** Reads an element with everything in it. */
    private Element tree() {
        while (true) {
            if (chars[at] != '<') {
                text();
            } else if (at + 1 < end && chars[at + 1] == '/') {
                var closed = endTag();
                if (open.isEmpty()) {
                    return closed;
                }
                add(closed);
            } else if (at + 1 < end && chars[at + 1] != '!' && chars[at + 1] != '?') {
                var empty = startTag();
                if (empty != null) {
                    if (open.isEmpty()) {
                        return empty;
                    }
                    add(empty);
                }
            } else if (text.startsWith("<!--", at)) {
                comment();
            } else if (text.startsWith("<![CDATA[", at)) {
                int from = at + 9;
                skipTo("]]>", 9, "CDATA section is not closed by ']]>'");
                addText(lineFeeds(text.substring(from, at - 3)));
            } else if (text.startsWith("<?", at)) {
                skipTo("?>", 2, "Processing instruction is not closed by '?>'");
            } else {
                throw problem.at(at, "StartTag: invalid element name");
            }
            if (at >= end) {
                var unclosed = open.getLast();
                throw problem.at(
                        end,
                        "Premature end of data in tag " + unclosed.name + " line " + unclosed.line + ": </"
                                + unclosed.name + "> is missing");
            }
        }
    }

    private void add(Element child) {
        var parent = open.getLast();
        parent.content.add(child);
        parent.hasElements = true;
    }

    /** Adds text to the open element, joined with text just before it. */
    private void addText(String part) {
        if (part.isEmpty()) {
            return;
        }
        var parent = open.getLast();
        if (!parent.content.isEmpty() && parent.content.getLast() instanceof Text(String before)) {
            // Only sections and comments split text, so joining is rare.
            parent.content.set(parent.content.size() - 1, new Text(before + part));
        } else {
            parent.content.add(new Text(part));
        }
        parent.hasText = parent.hasText || !Characters.isBlank(part);
    }

    private void text() {
        int stop = text.indexOf('<', at);
        if (stop < 0) {
            stop = end;
        }
        int from = at;
        at = stop;
        addText(value(from, stop, false));
    }

    /** Reads a start tag; an empty element is the answer, an opened one waits in {@link #open}. */
    private @Nullable Element startTag() {
        int start = at;
        int tagLine = lineOf(start);
        if (open.size() >= Documents.MAX_DEPTH) {
            throw problem.at(
                    start, "Excessive depth in document: elements may stand " + Documents.MAX_DEPTH + " deep at most");
        }
        at++;
        var name = name("StartTag: invalid element name");
        var attributes = NO_ATTRIBUTES;
        while (true) {
            boolean spaced = skipSpace();
            if (at >= end) {
                throw problem.at(end, "Couldn't find end of Start Tag " + name + " line " + tagLine);
            }
            char c = chars[at];
            if (c == '>' || c == '/') {
                break;
            }
            if (!spaced) {
                throw problem.at(at, "attributes construct error: white space is missing before an attribute");
            }
            if (attributes.isEmpty()) {
                attributes = new LinkedHashMap<>();
            }
            attribute(name, attributes);
        }
        boolean empty = chars[at] == '/';
        if (empty && (++at >= end || chars[at] != '>')) {
            throw problem.at(at, "Couldn't find end of Start Tag " + name + " line " + tagLine);
        }
        at++;
        var opened = new Open(name, attributes, tagLine, declare(attributes));
        checkPrefixes(opened, start);
        if (empty) {
            undeclare(opened);
            return new Element(name, attributes, List.of(), tagLine);
        }
        open.addLast(opened);
        return null;
    }

    private void attribute(String element, SequencedMap<String, String> attributes) {
        int start = at;
        var name = name("StartTag: invalid attribute name in " + element);
        skipSpace();
        if (at >= end || chars[at] != '=') {
            throw problem.at(at, "Specification mandates value for attribute " + name);
        }
        at++;
        skipSpace();
        char quote = at < end ? chars[at] : ' ';
        if (quote != '\'' && quote != '"') {
            throw problem.at(at, "AttValue: \" or ' expected for attribute " + name);
        }
        int from = ++at;
        int stop = text.indexOf(quote, from);
        if (stop < 0) {
            throw problem.at(end, "AttValue: " + quote + " expected to close attribute " + name);
        }
        int less = text.indexOf('<', from, stop);
        if (less >= 0) {
            throw problem.at(less, "Unescaped '<' not allowed in attributes values: write &lt; in " + name);
        }
        at = stop + 1;
        if (attributes.size() >= Documents.MAX_ATTRIBUTES) {
            throw problem.at(
                    start, "Element " + element + " has more than " + Documents.MAX_ATTRIBUTES + " attributes");
        }
        if (attributes.putIfAbsent(name, value(from, stop, true)) != null) {
            throw problem.at(start, "Attribute " + name + " redefined");
        }
    }

    private Element endTag() {
        int start = at;
        at += 2;
        var name = name("EndTag: invalid element name");
        skipSpace();
        if (at >= end || chars[at] != '>') {
            throw problem.at(at, "expected '>' to close the end tag " + name);
        }
        at++;
        var closed = open.pollLast();
        if (closed == null) {
            throw problem.at(
                    start, "Start tag expected, '</" + name + ">' found: nothing has been opened that it could end");
        }
        if (!closed.name.equals(name)) {
            throw problem.at(
                    start, "Opening and ending tag mismatch: " + closed.name + " line " + closed.line + " and " + name);
        }
        undeclare(closed);
        var content = closed.content;
        if (closed.hasElements && !closed.hasText) {
            content.removeIf(Text.class::isInstance);
        }
        return new Element(closed.name, closed.attributes, content, closed.line);
    }

    /** Reads a name; an empty one is an error with these words. */
    private String name(String otherwise) {
        int from = at;
        if (from >= end || !Characters.isNameStart(text.codePointAt(from))) {
            throw problem.at(from, otherwise);
        }
        while (at < end && Characters.isPlainName(chars[at])) {
            at++;
        }
        while (at < end && Characters.isName(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        var name = text.substring(from, at);
        int colon = name.indexOf(':');
        if (colon == 0 || colon == name.length() - 1 || colon != name.lastIndexOf(':')) {
            throw problem.at(from, "Failed to parse QName '" + name + "': a name has at most one ':', inside it");
        }
        return name;
    }

    /** Notes which prefixes an element declares, from here to its end. */
    private List<String> declare(SequencedMap<String, String> attributes) {
        List<String> declared = List.of();
        for (var name : attributes.sequencedKeySet()) {
            if (name.startsWith("xmlns:")) {
                if (declared.isEmpty()) {
                    declared = new ArrayList<>();
                }
                var prefix = name.substring("xmlns:".length());
                declared.add(prefix);
                prefixes.merge(prefix, 1, Integer::sum);
            }
        }
        return declared;
    }

    private void undeclare(Open closed) {
        for (var prefix : closed.prefixes) {
            prefixes.merge(prefix, -1, Integer::sum);
        }
    }

    private void checkPrefixes(Open opened, int start) {
        checkPrefix(opened.name, opened.name, start);
        for (var attribute : opened.attributes.sequencedKeySet()) {
            if (!attribute.startsWith("xmlns:")) {
                checkPrefix(attribute, opened.name, start);
            }
        }
    }

    private void checkPrefix(String name, String element, int start) {
        int colon = name.indexOf(':');
        if (colon > 0 && prefixes.getOrDefault(name.substring(0, colon), 0) <= 0) {
            var prefix = name.substring(0, colon);
            throw problem.at(
                    start,
                    "Namespace prefix " + prefix + " on " + name.substring(colon + 1)
                            + (name.equals(element) ? "" : " of " + element)
                            + " is not defined: declare xmlns:" + prefix + " here or on an element around it");
        }
    }

    /** A stretch of text with references resolved and line ends made one; in attributes white space becomes spaces. */
    private String value(int from, int to, boolean inAttribute) {
        int plain = from;
        while (plain < to && isPlain(chars[plain], inAttribute)) {
            plain++;
        }
        if (plain == to) {
            return text.substring(from, to);
        }
        buffer.setLength(0);
        buffer.append(text, from, plain);
        int i = plain;
        while (i < to) {
            char c = chars[i];
            if (c == '&') {
                i = reference(i, to);
            } else if (c == '\r') {
                buffer.append(inAttribute ? ' ' : '\n');
                i += i + 1 < to && chars[i + 1] == '\n' ? 2 : 1;
            } else if (c == ']' && !inAttribute && text.startsWith("]]>", i)) {
                throw problem.at(i, "Sequence ']]>' not allowed in content: write ]]&gt;");
            } else {
                buffer.append(inAttribute && (c == '\n' || c == '\t') ? ' ' : c);
                i++;
            }
        }
        return buffer.toString();
    }

    private static boolean isPlain(char c, boolean inAttribute) {
        if (c > ']') {
            return true;
        }
        return inAttribute ? c >= ' ' && c != '&' : c != '&' && c != '\r' && c != ']';
    }

    /** Appends what a reference at {@code start} stands for; the answer is where the text goes on. */
    private int reference(int start, int to) {
        int stop = text.indexOf(';', start, to);
        if (stop < 0) {
            throw problem.at(start, "EntityRef: expecting ';': write &amp; where '&' itself is meant");
        }
        if (stop == start + 1) {
            throw problem.at(start, "EntityRef: no name: write &amp; where '&' itself is meant");
        }
        if (chars[start + 1] == '#') {
            buffer.appendCodePoint(characterReference(start, stop));
            return stop + 1;
        }
        switch (text.substring(start + 1, stop)) {
            case "lt" -> buffer.append('<');
            case "gt" -> buffer.append('>');
            case "amp" -> buffer.append('&');
            case "apos" -> buffer.append('\'');
            case "quot" -> buffer.append('"');
            default -> throw unknownEntity(start, stop);
        }
        return stop + 1;
    }

    private PosadaException unknownEntity(int start, int stop) {
        int shown = Math.min(stop, start + 1 + 40);
        return problem.at(
                start,
                "Entity '" + text.substring(start + 1, shown)
                        + "' not defined: only &lt; &gt; &amp; &apos; &quot; and &#…; are known");
    }

    private int characterReference(int start, int stop) {
        boolean hexadecimal = chars[start + 2] == 'x';
        int from = start + (hexadecimal ? 3 : 2);
        int base = hexadecimal ? 16 : 10;
        int codePoint = 0;
        for (int i = from; i < stop && codePoint <= Character.MAX_CODE_POINT; i++) {
            char c = chars[i];
            int digit = c < 128 ? Character.digit(c, base) : -1;
            if (digit < 0) {
                throw problem.at(i, "CharRef: invalid digit in " + text.substring(start, Math.min(stop + 1, i + 10)));
            }
            codePoint = codePoint * base + digit;
        }
        if (from >= stop || !Characters.isAllowed(codePoint)) {
            throw problem.at(start, "CharRef: invalid xmlChar value " + codePoint);
        }
        return codePoint;
    }

    private static String lineFeeds(String text) {
        return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
    }

    private void comment() {
        int start = at;
        skipTo("-->", 4, "Comment is not closed by '-->'");
        int dashes = text.indexOf("--", start + 4);
        if (dashes < at - 3) {
            throw problem.at(dashes, "Double hyphen within comment");
        }
    }

    private void skipTo(String mark, int offset, String otherwise) {
        int stop = text.indexOf(mark, at + offset);
        if (stop < 0) {
            throw problem.at(at, otherwise);
        }
        at = stop + mark.length();
    }

    private boolean skipSpace() {
        int from = at;
        while (at < end && Characters.isSpace(chars[at])) {
            at++;
        }
        return at > from;
    }

    /** The line of a position at or after the last one asked for. */
    private int lineOf(int position) {
        for (int feed = text.indexOf('\n', lineAt, position);
                feed >= 0;
                feed = text.indexOf('\n', feed + 1, position)) {
            line++;
        }
        lineAt = position;
        return line;
    }
}
