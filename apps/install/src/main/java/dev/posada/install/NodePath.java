package dev.posada.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A way down from an element: to an element ({@code driver}) or to one of its attributes ({@code driver/@name}).
 *
 * <p>A step may say which of several it means: {@code disk[2]} by its number from 1, {@code source[@mode='bind']} by an
 * attribute. {@code ..} takes back the step before it. This is the part of XPath that the tools' options use.
 *
 * @param steps the elements, from the top
 * @param attribute the attribute at the end
 */
record NodePath(List<Step> steps, Optional<String> attribute) {
    /** The number of an element that is never there. */
    private static final int NONE = -1;

    /**
     * One element of a way.
     *
     * @param name its name, with its prefix
     * @param number which of them, from 1; 0 when it is not said, below 0 for none of those there
     * @param attribute the attribute it is known by, or empty
     * @param value that attribute's value
     */
    record Step(String name, int number, String attribute, String value) {
        boolean matches(Node node) {
            return number != NONE
                    && (name.equals("*") || node.name().equals(name))
                    && (attribute.isEmpty() || value.equals(node.attributes().get(attribute)));
        }
    }

    NodePath {
        steps = List.copyOf(steps);
    }

    /**
     * Takes a path apart.
     *
     * @throws InstallException when it is none
     */
    static NodePath parse(String text) {
        var steps = new ArrayList<Step>();
        var attribute = Optional.<String>empty();
        for (var part : split(text)) {
            if (attribute.isPresent()) {
                throw invalid(text);
            }
            switch (part) {
                case "", "." -> {}
                case ".." -> {
                    if (steps.isEmpty()) {
                        throw invalid(text);
                    }
                    steps.removeLast();
                }
                default -> {
                    if (part.startsWith("@")) {
                        attribute = Optional.of(part.substring(1));
                    } else {
                        steps.add(step(part, text));
                    }
                }
            }
        }
        return new NodePath(steps, attribute);
    }

    /** The parts between slashes that stand outside brackets. */
    private static List<String> split(String text) {
        var parts = new ArrayList<String>();
        int begin = 0;
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '[' -> depth++;
                case ']' -> depth--;
                case '/' -> {
                    if (depth == 0) {
                        parts.add(text.substring(begin, i));
                        begin = i + 1;
                    }
                }
                default -> {}
            }
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private static Step step(String part, String whole) {
        int bracket = part.indexOf('[');
        if (bracket < 0) {
            return new Step(part, 0, "", "");
        }
        if (!part.endsWith("]") || bracket == 0) {
            throw invalid(whole);
        }
        var name = part.substring(0, bracket);
        var condition = part.substring(bracket + 1, part.length() - 1);
        int equal = condition.indexOf('=');
        if (equal < 0) {
            try {
                return new Step(name, Integer.parseInt(condition), "", "");
            } catch (NumberFormatException e) {
                throw invalid(whole);
            }
        }
        var key = condition.substring(0, equal).strip();
        var value = condition.substring(equal + 1).strip();
        if (!key.startsWith("@") || value.isEmpty()) {
            throw invalid(whole);
        }
        boolean quoted = value.length() > 1
                && "'\"".indexOf(value.charAt(0)) >= 0
                && value.charAt(0) == value.charAt(value.length() - 1);
        // Without quotes it is no text in XPath, so nothing there has it; what is made gets it all the same.
        return quoted
                ? new Step(name, 0, key.substring(1), value.substring(1, value.length() - 1))
                : new Step(name, NONE, key.substring(1), value);
    }

    private static InstallException invalid(String text) {
        return new InstallException(text + " is not a path this program understands: write elements as name, name[2] or"
                + " name[@attribute='value'], an attribute as @name, with / between them");
    }

    /** This way, gone after another. */
    NodePath after(List<Step> prefix) {
        if (prefix.isEmpty()) {
            return this;
        }
        var all = new ArrayList<>(prefix);
        all.addAll(steps);
        return new NodePath(all, attribute);
    }

    /** The way to where this one begins its last step. */
    List<Step> container() {
        return steps.subList(0, steps.size() - 1);
    }
}
