package dev.posada.virsh;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Names and what they grew from, drawn as libvirt's tools draw trees. */
final class MomentTree {
    /** Deeper ones are left out: nobody can read them, and a daemon that answers in a circle ends here. */
    private static final int MOST_DEPTH = 512;

    private final Map<String, List<String>> children = new LinkedHashMap<>();
    private final List<String> roots = new ArrayList<>();
    private final Set<String> drawn = new HashSet<>();

    /**
     * The tree of some moments.
     *
     * @param root what they all grew from, which is not among them
     * @param parents by name, in order; a parent that is not among them counts as none
     */
    static MomentTree of(Optional<String> root, SequencedMap<String, Optional<String>> parents) {
        var tree = new MomentTree();
        root.ifPresent(name -> tree.add(name, Optional.empty()));
        parents.forEach((name, parent) ->
                tree.add(name, parent.filter(each -> parents.containsKey(each) || root.equals(parent))));
        return tree;
    }

    /** Adds a name; what grew from a name that is not in the tree is a root. */
    void add(String name, Optional<String> parent) {
        if (parent.isEmpty()) {
            roots.add(name);
        } else {
            children.computeIfAbsent(parent.get(), _ -> new ArrayList<>()).add(name);
        }
    }

    /** The drawing: a line a name, and an empty one after the last of each branch. */
    String text() {
        var out = new StringBuilder();
        for (var root : roots) {
            draw(root, "", true, true, 0, out);
        }
        return out.toString();
    }

    private void draw(String name, String indent, boolean root, boolean last, int depth, StringBuilder out) {
        if (depth > MOST_DEPTH || !drawn.add(name)) {
            return;
        }
        out.append(indent).append(root ? "" : "+- ").append(name).append('\n');
        var inner = root ? indent : indent + (last ? "  " : "| ");
        var kids = children.getOrDefault(name, List.of());
        if (!kids.isEmpty()) {
            out.append(inner).append("  |\n");
        }
        for (int i = 0; i < kids.size(); i++) {
            draw(kids.get(i), inner + "  ", false, i == kids.size() - 1, depth + 1, out);
        }
        if (kids.isEmpty() && last) {
            out.append(inner).append('\n');
        }
    }

    /** Lists of objects with their children inside. */
    List<Map<String, Object>> json() {
        return json(roots, 0);
    }

    private List<Map<String, Object>> json(List<String> names, int depth) {
        var list = new ArrayList<Map<String, Object>>();
        for (var name : names) {
            var object = new LinkedHashMap<String, Object>();
            object.put("name", name);
            var kids = children.getOrDefault(name, List.of());
            if (!kids.isEmpty() && depth < MOST_DEPTH) {
                object.put("children", json(kids, depth + 1));
            }
            list.add(object);
        }
        return list;
    }
}
