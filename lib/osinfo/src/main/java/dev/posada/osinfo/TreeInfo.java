package dev.posada.osinfo;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The description of a tree, as its file {@code .treeinfo} or {@code treeinfo} gives it: sections in brackets, lines of
 * a key and a value in each.
 */
public final class TreeInfo {
    /** The longest description that is read. */
    public static final int MAX_LENGTH = 1024 * 1024;

    private final Map<String, Map<String, String>> sections;

    private TreeInfo(Map<String, Map<String, String>> sections) {
        this.sections = sections;
    }

    /** Reads a description. Lines that are none of its form are passed over, and so is what is beyond the bound. */
    public static TreeInfo parse(String text) {
        Map<String, Map<String, String>> sections = new HashMap<>();
        Map<String, String> section = new HashMap<>();
        String within = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
        for (String raw : within.lines().toList()) {
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = sections.computeIfAbsent(line.substring(1, line.length() - 1), any -> new HashMap<>());
                continue;
            }
            int equals = line.indexOf('=');
            int colon = line.indexOf(':');
            int at = equals < 0 ? colon : colon < 0 ? equals : Math.min(equals, colon);
            if (at > 0) {
                section.put(
                        line.substring(0, at).strip().toLowerCase(Locale.ROOT),
                        line.substring(at + 1).strip());
            }
        }
        return new TreeInfo(sections);
    }

    /** The value of a key in a section. */
    public Optional<String> value(String section, String key) {
        return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(key));
    }

    /** The family of systems. */
    public Optional<String> family() {
        return value("general", "family");
    }

    /** The edition. */
    public Optional<String> variant() {
        return value("general", "variant");
    }

    /** The version. */
    public Optional<String> version() {
        return value("general", "version");
    }

    /** The architecture. */
    public Optional<String> architecture() {
        return value("general", "arch");
    }

    /** Path of the kernel, for the tree's architecture. */
    public Optional<String> kernel() {
        return image("kernel");
    }

    /** Path of the first file system, for the tree's architecture. */
    public Optional<String> initrd() {
        return image("initrd");
    }

    /** Path of one of the images for the tree's architecture. */
    public Optional<String> image(String key) {
        return architecture().flatMap(architecture -> value("images-" + architecture, key));
    }
}
