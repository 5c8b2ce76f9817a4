package dev.posada.virsh;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What snapshots and checkpoints have in common: documents made of options, times, words such as {@code a=b,c=d}. */
final class MomentText {
    private MomentText() {}

    /** A document with a name and a description, where they are given, and what follows them. */
    static String document(String root, Optional<String> name, Optional<String> description, List<Element> rest) {
        var content = new ArrayList<Content>();
        name.ifPresent(text -> content.add(Element.text("name", text)));
        description.ifPresent(text -> content.add(Element.text("description", text)));
        content.addAll(rest);
        // libvirt's tools open and close the element even where nothing stands between.
        return content.isEmpty()
                ? "<" + root + ">\n</" + root + ">\n"
                : Documents.format(new Element(root, Element.of(root).attributes(), content, 0));
    }

    /** The parts of a word between commas; two commas are one that belongs to a part. */
    static List<String> parts(String word) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c != ',') {
                part.append(c);
            } else if (i + 1 < word.length() && word.charAt(i + 1) == ',') {
                part.append(c);
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /** Parts of the form {@code key=value}, of these keys only; nothing where one is of another form. */
    static Optional<Map<String, String>> settings(List<String> parts, List<String> keys) {
        var settings = new LinkedHashMap<String, String>();
        for (var part : parts) {
            int equals = part.indexOf('=');
            if (equals < 0 || !keys.contains(part.substring(0, equals))) {
                return Optional.empty();
            }
            settings.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return Optional.of(settings);
    }

    /** When it was made, in the user's time zone. */
    static String time(Element document) {
        return seconds(document)
                .map(seconds -> DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss Z", Locale.ROOT)
                        .format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault())))
                .orElse("");
    }

    private static Optional<Long> seconds(Element document) {
        try {
            return document.childText("creationTime").map(Long::parseLong);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The name of the one it grew from; empty when it grew from none. */
    static String parent(Element document) {
        return document.at("parent", "name").map(Element::text).orElse("");
    }
}
