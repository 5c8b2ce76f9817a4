package dev.posada.virsh;

import dev.posada.model.Element;
import dev.posada.model.Text;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of a device that was taken out of a domain's document and changed there.
 *
 * <p>libvirt's tools cut it out of the text they were given, white space and all: what was removed leaves its empty line,
 * what was appended stands before the end of the element. Scripts compare such texts, so this one is the same.
 */
final class DeviceText {
    /** Where devices stand in a domain's document. */
    private static final String OUTSIDE = "\n    ";

    private static final String INSIDE = "\n      ";

    private final Element device;
    private final List<Part> parts = new ArrayList<>();

    /** A child, or the gap that one left. */
    private record Part(Element element, boolean gap, boolean appended) {}

    DeviceText(Element device) {
        this.device = device;
        device.children().forEach(child -> parts.add(new Part(child, false, false)));
    }

    /** Leaves out the children of a name. */
    void remove(String name) {
        parts.replaceAll(part -> part.element().name().equals(name) ? new Part(part.element(), true, false) : part);
    }

    /** Puts another element in the place of the first of its name, or after everything. */
    void set(Element element) {
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            if (!part.gap() && part.element().name().equals(element.name())) {
                parts.set(i, new Part(element, false, part.appended()));
                return;
            }
        }
        parts.add(new Part(element, false, true));
    }

    /** Puts an element on a line of its own before the first of a name. */
    void insertBefore(String name, Element element) {
        int at = 0;
        while (at < parts.size()
                && (parts.get(at).gap() || !parts.get(at).element().name().equals(name))) {
            at++;
        }
        parts.add(at, new Part(element, false, false));
    }

    /** The text, without a line's end. */
    String text() {
        return text(device);
    }

    /** The text with other attributes than the device had. */
    String text(Element withAttributes) {
        var bare = new Element(withAttributes.name(), withAttributes.attributes(), List.of(new Text("x")), 0);
        var tags = Documents.formatDoubleQuoted(bare).strip();
        var end = "</" + device.name() + ">";
        if (parts.isEmpty()) {
            return tags.substring(0, tags.length() - end.length() - 2) + "/>";
        }
        var out = new StringBuilder(tags.substring(0, tags.length() - end.length() - 1));
        for (var part : parts) {
            if (!part.appended()) {
                out.append(INSIDE);
                if (!part.gap()) {
                    out.append(indented(part.element()));
                }
            }
        }
        out.append(OUTSIDE);
        for (var part : parts) {
            if (part.appended()) {
                out.append(indented(part.element()));
            }
        }
        return out.append(end).toString();
    }

    private static String indented(Element element) {
        return Documents.formatDoubleQuoted(element).strip().replace("\n", INSIDE);
    }
}
