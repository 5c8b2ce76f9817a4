package dev.posada.virsh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Rows under headings, printed as libvirt's tools print them or as JSON. */
final class Table {
    private static final String GAP = "   ";

    private final List<String> headings;
    private final List<List<Object>> rows = new ArrayList<>();

    private Table(List<String> headings) {
        this.headings = headings;
    }

    static Table of(String... headings) {
        return new Table(List.of(headings));
    }

    /** Adds a row: texts, or numbers and truths that JSON shows as such. */
    Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + headings.size() + " headings");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Lines with a leading space, columns as wide as their widest cell; without headings when {@code bare}. */
    String text(boolean bare, Colours colours) {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = bare ? 0 : width(headings.get(column));
            for (var row : rows) {
                widths[column] = Math.max(widths[column], width(row.get(column).toString()));
            }
        }
        var out = new StringBuilder();
        if (!bare) {
            line(headings, widths, colours::heading, out);
            int rule = 0;
            for (int width : widths) {
                rule += width + GAP.length();
            }
            out.append("-".repeat(rule)).append('\n');
        }
        for (var row : rows) {
            line(row, widths, colours::cell, out);
        }
        return out.toString();
    }

    private static void line(List<?> cells, int[] widths, UnaryOperator<String> colour, StringBuilder out) {
        for (int column = 0; column < widths.length; column++) {
            var cell = cells.get(column).toString();
            out.append(column == 0 ? " " : GAP).append(colour.apply(cell));
            if (column < widths.length - 1) {
                out.append(" ".repeat(widths[column] - width(cell)));
            }
        }
        out.append('\n');
    }

    /** How many columns of a terminal a text takes. */
    private static int width(String text) {
        return TerminalWidth.of(text);
    }

    /** A list of objects, their keys the headings in small letters, words joined by dashes. */
    List<Map<String, Object>> json() {
        var list = new ArrayList<Map<String, Object>>();
        for (var row : rows) {
            var object = new LinkedHashMap<String, Object>();
            for (int column = 0; column < headings.size(); column++) {
                var key = key(headings.get(column));
                object.put(key, value(key, row.get(column)));
            }
            list.add(object);
        }
        return list;
    }

    /** What JSON has for a cell: what can only be yes or no is a truth. */
    static Object value(String key, Object shown) {
        return switch (key) {
            case "persistent", "autostart", "managed-save", "active" -> truth(shown);
            default -> shown;
        };
    }

    private static Object truth(Object shown) {
        if (shown.equals("yes")) {
            return true;
        }
        return shown.equals("no") ? false : shown;
    }

    /** A heading or label as a key. */
    static String key(String label) {
        return label.replace("(s)", "s")
                .replace(":", "")
                .strip()
                .toLowerCase(Locale.ROOT)
                .replace(' ', '-');
    }
}
