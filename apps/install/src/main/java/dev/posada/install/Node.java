package dev.posada.install;

import dev.posada.model.Element;
import dev.posada.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An element of a document in the making.
 *
 * <p>The model's {@link Element} never changes, which is right for a definition; a document that some hundred options
 * write into, each by a path, is easier to make from parts that change. Not safe for several threads.
 */
final class Node {
    private static final Map<String, String> NAMESPACES = Map.of(
            "qemu", "http://libvirt.org/schemas/domain/qemu/1.0",
            "libosinfo", "http://libosinfo.org/xmlns/libvirt/domain/1.0");

    private final String name;
    private final LinkedHashMap<String, String> attributes = new LinkedHashMap<>();
    private final List<Node> children = new ArrayList<>();
    private String text = "";
    private Optional<Node> parent = Optional.empty();

    Node(String name) {
        this.name = name;
    }

    /** A copy of a document that was read. */
    static Node of(Element element) {
        var node = new Node(element.name());
        node.attributes.putAll(element.attributes());
        for (var item : element.content()) {
            switch (item) {
                case Element child -> node.append(of(child));
                case Text(String part) -> node.text += part;
            }
        }
        return node;
    }

    String name() {
        return name;
    }

    Map<String, String> attributes() {
        return attributes;
    }

    List<Node> children() {
        return children;
    }

    String text() {
        return text;
    }

    /** A copy that shares nothing with this. */
    Node copy() {
        var copy = new Node(name);
        copy.attributes.putAll(attributes);
        copy.text = text;
        children.forEach(child -> copy.append(child.copy()));
        return copy;
    }

    Node append(Node child) {
        child.parent = Optional.of(this);
        children.add(child);
        return child;
    }

    /** Adds a child with this name at the end; the first of a namespace declares it. */
    Node add(String child) {
        var added = append(new Node(child));
        int colon = child.indexOf(':');
        if (colon > 0) {
            var prefix = child.substring(0, colon);
            var declaration = "xmlns:" + prefix;
            if (!declared(declaration) && NAMESPACES.containsKey(prefix)) {
                added.attributes.put(declaration, NAMESPACES.get(prefix));
            }
        }
        return added;
    }

    private boolean declared(String declaration) {
        return attributes.containsKey(declaration)
                || parent.filter(above -> above.declared(declaration)).isPresent();
    }

    /** Takes this out of its parent. */
    void unlink() {
        // By identity: two equal elements may stand beside each other.
        parent.ifPresent(above -> above.children.removeIf(child -> child == this));
        parent = Optional.empty();
    }

    /** Removes all there is inside. */
    void clear() {
        attributes.clear();
        children.clear();
        text = "";
    }

    /** The first element at the end of a way; this one when the way has no steps. */
    Optional<Node> find(List<NodePath.Step> steps) {
        if (steps.isEmpty()) {
            return Optional.of(this);
        }
        for (var child : matching(steps.getFirst())) {
            var found = child.find(steps.subList(1, steps.size()));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** All elements at the end of a way, in the document's order. */
    List<Node> findAll(List<NodePath.Step> steps) {
        var all = List.of(this);
        for (var step : steps) {
            var next = new ArrayList<Node>();
            all.forEach(node -> next.addAll(node.matching(step)));
            all = next;
        }
        return all;
    }

    private List<Node> matching(NodePath.Step step) {
        var matching = children.stream().filter(step::matches).toList();
        if (step.number() <= 0) {
            return matching;
        }
        return step.number() <= matching.size() ? List.of(matching.get(step.number() - 1)) : List.of();
    }

    /** The element at the end of a way, made with all that leads there when it is missing. */
    Node make(List<NodePath.Step> steps) {
        var here = this;
        for (int i = 0; i < steps.size(); i++) {
            var upTo = steps.subList(0, i + 1);
            var found = find(upTo);
            if (found.isPresent()) {
                here = found.get();
                continue;
            }
            var step = steps.get(i);
            here = here.add(step.name());
            if (!step.attribute().isEmpty()) {
                here.attributes.put(step.attribute(), step.value());
            }
        }
        return here;
    }

    /** What stands at a path: an attribute's value, or the text of an element and all in it; empty when it is not there. */
    Optional<String> get(NodePath path) {
        var node = find(path.steps());
        return path.attribute().isPresent()
                ? node.map(found -> found.attributes.get(path.attribute().get()))
                : node.map(Node::allText);
    }

    Optional<String> get(String path) {
        return get(NodePath.parse(path));
    }

    private String allText() {
        if (children.isEmpty()) {
            return text;
        }
        var all = new StringBuilder(text);
        children.forEach(child -> all.append(child.allText()));
        return all.toString();
    }

    void set(NodePath path, String value) {
        var node = make(path.steps());
        if (path.attribute().isPresent()) {
            node.attributes.put(path.attribute().get(), value);
        } else {
            node.children.clear();
            node.text = value;
        }
    }

    void set(String path, String value) {
        set(NodePath.parse(path), value);
    }

    /** Removes an attribute or a text, and the elements above it that hold nothing any more. */
    void unset(NodePath path) {
        find(path.steps()).ifPresent(node -> {
            if (path.attribute().isPresent()) {
                node.attributes.remove(path.attribute().get());
            } else {
                node.children.clear();
                node.text = "";
            }
            removeEmpty(path.steps());
        });
    }

    private void removeEmpty(List<NodePath.Step> steps) {
        for (int length = steps.size(); length > 0; length--) {
            var node = find(steps.subList(0, length));
            if (node.isEmpty() || node.get().saysSomething()) {
                return;
            }
            node.get().unlink();
        }
    }

    /** Whether there is more than declarations of prefixes. */
    private boolean saysSomething() {
        return !children.isEmpty()
                || !text.isEmpty()
                || attributes.keySet().stream().anyMatch(name -> !name.equals("xmlns") && !name.startsWith("xmlns:"));
    }

    boolean hasContent() {
        return !attributes.isEmpty() || !children.isEmpty() || !text.isEmpty();
    }

    /** Removes an element with all in it. */
    void remove(NodePath path) {
        find(path.steps()).ifPresent(node -> {
            if (path.attribute().isPresent()) {
                node.attributes.remove(path.attribute().get());
            } else {
                node.unlink();
            }
        });
    }
}
