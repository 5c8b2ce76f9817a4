package dev.posada.virsh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Labelled values, one a line, printed as libvirt's tools print them or as JSON. */
final class Fields {
    private final int labelWidth;
    private final List<String> labels = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Fields(int labelWidth) {
        this.labelWidth = labelWidth;
    }

    /** Labels take 15 columns, as in {@code dominfo}. */
    static Fields plain() {
        return new Fields(15);
    }

    /** Labels take so many columns. */
    static Fields wide(int labelWidth) {
        return new Fields(labelWidth);
    }

    /** Adds a line; the label without its colon. */
    Fields add(String label, Object value) {
        return add(label, value.toString(), value);
    }

    /** Adds a line whose value reads otherwise in JSON, as a number without its unit does. */
    Fields add(String label, String text, Object value) {
        labels.add(label);
        texts.add(text);
        var key = Table.key(label);
        values.put(key, Table.value(key, value));
        return this;
    }

    /** Adds a line that continues the one before, which JSON has whole. */
    Fields more(String text) {
        labels.add("");
        texts.add(text);
        return this;
    }

    String text() {
        var out = new StringBuilder();
        for (int i = 0; i < labels.size(); i++) {
            var label = labels.get(i).isEmpty() ? "" : labels.get(i) + ":";
            out.append(label)
                    .append(" ".repeat(Math.max(0, labelWidth - label.length())))
                    .append(' ')
                    .append(texts.get(i))
                    .append('\n');
        }
        return out.toString();
    }

    Map<String, Object> json() {
        return values;
    }
}
