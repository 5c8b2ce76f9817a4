package dev.posada.install;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An element under work: what was asked for is kept by path, and written into the document at the end, in the order of
 * the element's kind.
 *
 * <p>So an option may be given anywhere on a command line, a default may look at what was asked for, and still the
 * document looks the same each time. A draft of an element that exists reads what is not asked for from there, and
 * changes only what is.
 *
 * <p>Paths are those of {@link NodePath}; {@code a>b} goes into a part that has an order of its own.
 */
final class Draft {
    /** What is to stand at a path. */
    private sealed interface Wish {}

    private record Value(String text) implements Wish {}

    /** An element, whatever it holds. */
    private record Presence() implements Wish {}

    /** No such value; elements that hold nothing any more go with it. */
    private record NoValue() implements Wish {}

    /** No such element, whatever it holds. */
    private record Absence() implements Wish {}

    /** An element of its own in the document, that may not be there yet. */
    private static final class Place {
        private final Optional<Place> parent;
        private final List<NodePath.Step> way;
        private Optional<Node> node;

        Place(Optional<Place> parent, List<NodePath.Step> way, Optional<Node> node) {
            this.parent = parent;
            this.way = way;
            this.node = node;
        }

        Node make() {
            if (node.isEmpty()) {
                var above = parent.orElseThrow().make().make(way.subList(0, way.size() - 1));
                node = Optional.of(above.add(way.getLast().name()));
            }
            return node.get();
        }
    }

    private final ElementOrder order;
    private final ElementOrder.Kind kind;
    private final Place place;
    private final List<NodePath.Step> prefix;
    private final LinkedHashMap<String, Wish> wishes = new LinkedHashMap<>();
    private final Map<String, Draft> parts = new HashMap<>();
    private final Map<String, List<Draft>> lists = new HashMap<>();

    private Draft(ElementOrder order, ElementOrder.Kind kind, Place place, List<NodePath.Step> prefix) {
        this.order = order;
        this.kind = kind;
        this.place = place;
        this.prefix = List.copyOf(prefix);
    }

    /** A draft of an element that is written into directly; a new one for a new document. */
    static Draft of(ElementOrder order, String kind, Node node) {
        return new Draft(order, order.kind(kind), new Place(Optional.empty(), List.of(), Optional.of(node)), List.of());
    }

    /** The part at a path, whether there is anything in it or not. */
    Draft part(String path) {
        int deeper = path.indexOf('>');
        if (deeper >= 0) {
            return part(path.substring(0, deeper)).part(path.substring(deeper + 1));
        }
        return parts.computeIfAbsent(path, wanted -> {
            var way = NodePath.parse(wanted).after(prefix).steps();
            return new Draft(order, order.kind(kindOf(wanted)), place, way);
        });
    }

    /** The elements at a path, of which there may be many, in order; to read. */
    List<Draft> all(String path) {
        return List.copyOf(list(path));
    }

    private List<Draft> list(String path) {
        int deeper = path.lastIndexOf('>');
        if (deeper >= 0) {
            return part(path.substring(0, deeper)).list(path.substring(deeper + 1));
        }
        return lists.computeIfAbsent(path, wanted -> {
            var way = NodePath.parse(wanted).after(prefix).steps();
            var found = new ArrayList<Draft>();
            place.node.ifPresent(node -> node.findAll(way)
                    .forEach(each -> found.add(new Draft(
                            order,
                            order.kind(kindOf(wanted)),
                            new Place(Optional.of(place), way, Optional.of(each)),
                            List.of()))));
            return found;
        });
    }

    /** Another element at the end of those at a path. */
    Draft add(String path) {
        var added = detached(path);
        attach(path, added);
        return added;
    }

    /** An element for a path that is not among those there yet; {@link #attach} puts it there. */
    Draft detached(String path) {
        int deeper = path.lastIndexOf('>');
        if (deeper >= 0) {
            return part(path.substring(0, deeper)).detached(path.substring(deeper + 1));
        }
        var way = NodePath.parse(path).after(prefix).steps();
        return new Draft(
                order, order.kind(kindOf(path)), new Place(Optional.of(place), way, Optional.empty()), List.of());
    }

    void attach(String path, Draft element) {
        list(path).add(element);
    }

    /** As {@link #attach}, but before another element that is there. */
    void attachBefore(String path, Draft other, Draft element) {
        var list = list(path);
        list.add(list.indexOf(other), element);
    }

    /** Takes an element out of the document; it can still be read. */
    void remove(String path, Draft element) {
        list(path).remove(element);
        element.place.node.ifPresent(Node::unlink);
    }

    private String kindOf(String path) {
        for (var item : kind.items()) {
            if (item instanceof ElementOrder.Part part && part.path().equals(path)) {
                return part.kind();
            }
        }
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What stands at a path, or will. */
    Optional<String> get(String path) {
        int deeper = path.lastIndexOf('>');
        if (deeper >= 0) {
            return part(path.substring(0, deeper)).get(path.substring(deeper + 1));
        }
        var wish = wishes.get(path);
        if (wish == null) {
            return place.node.flatMap(node -> node.get(NodePath.parse(unfold(path))));
        }
        return switch (wish) {
            case Value(String text) -> Optional.of(text);
            case Presence _ -> Optional.of("");
            case NoValue _, Absence _ -> Optional.empty();
        };
    }

    String get(String path, String otherwise) {
        return get(path).orElse(otherwise);
    }

    /** Whether there is something at a path. */
    boolean has(String path) {
        return get(path).isPresent();
    }

    /** Whether exactly this stands at a path. */
    boolean is(String path, String value) {
        return get(path).filter(value::equals).isPresent();
    }

    /** Whether somebody said what is to stand at a path, be it nothing. */
    boolean decided(String path) {
        return has(path) || wishes.containsKey(path);
    }

    void set(String path, String value) {
        wish(path, new Value(value));
    }

    /** Sets a path that nothing stands at. */
    void setIfAbsent(String path, String value) {
        if (!has(path)) {
            set(path, value);
        }
    }

    /** As {@link #set}, or {@link #unset} when there is no value. */
    void put(String path, Optional<String> value) {
        value.ifPresentOrElse(text -> set(path, text), () -> unset(path));
    }

    void unset(String path) {
        wish(path, new NoValue());
    }

    /** Has an element be there or not. */
    void flag(String path, boolean there) {
        if (there && has(path)) {
            // It is there, and may hold a text.
            return;
        }
        wish(path, there ? new Presence() : new Absence());
    }

    private void wish(String path, Wish wish) {
        int deeper = path.lastIndexOf('>');
        if (deeper >= 0) {
            part(path.substring(0, deeper)).wish(path.substring(deeper + 1), wish);
            return;
        }
        // What is set last is written last, where the order leaves it open.
        wishes.remove(path);
        wishes.put(path, wish);
    }

    /** Whether nothing is in this element, and nothing will be. */
    boolean isEmpty() {
        if (node().filter(Node::hasContent).isPresent()) {
            return false;
        }
        return wishes.values().stream().noneMatch(wish -> wish instanceof Value || wish instanceof Presence)
                && parts.values().stream().allMatch(Draft::isEmpty)
                && lists.values().stream().allMatch(list -> list.stream().allMatch(Draft::isEmpty));
    }

    /** The element in the document, as far as it is there. */
    Optional<Node> node() {
        return place.node.flatMap(node -> node.find(prefix));
    }

    /**
     * Removes all there is in this element.
     *
     * @param keep whether the empty element stays where it is
     */
    void wipe(boolean keep) {
        forget();
        node().ifPresent(node -> {
            if (keep || prefix.isEmpty()) {
                node.clear();
            } else {
                node.unlink();
            }
        });
    }

    private void forget() {
        wishes.replaceAll((_, _) -> new NoValue());
        parts.values().forEach(Draft::forget);
        lists.forEach((_, list) -> {
            list.forEach(element -> element.place.node.ifPresent(Node::unlink));
            list.clear();
        });
    }

    /** The element in the document, made when it is not there. */
    Node make() {
        return place.make().make(prefix);
    }

    /** Writes everything into the document. Doing so again changes nothing but what was set since. */
    void write() {
        var named = new HashSet<String>();
        for (var item : kind.items()) {
            switch (item) {
                case ElementOrder.Property(String path) -> named.add(path);
                case ElementOrder.Part _, ElementOrder.Rest _ -> {}
            }
        }
        for (var item : kind.items()) {
            switch (item) {
                case ElementOrder.Property(String path) -> {
                    var wish = wishes.get(path);
                    if (wish != null) {
                        write(path, wish);
                    }
                }
                case ElementOrder.Part part -> write(part);
                case ElementOrder.Rest _ ->
                    wishes.forEach((path, wish) -> {
                        if (!named.contains(path)) {
                            write(path, wish);
                        }
                    });
            }
        }
    }

    private void write(ElementOrder.Part part) {
        if (part.many()) {
            var list = lists.get(part.path());
            if (list != null) {
                list.forEach(Draft::write);
            }
        } else {
            var draft = parts.get(part.path());
            if (draft != null) {
                draft.write();
            }
        }
    }

    private void write(String path, Wish wish) {
        var full = NodePath.parse(unfold(path));
        switch (wish) {
            case Value(String text) -> place.make().set(full, text);
            case Presence _ -> place.make().make(full.steps());
            case NoValue _ -> place.node.ifPresent(node -> node.unset(full));
            case Absence _ -> place.node.ifPresent(node -> node.remove(full));
        }
    }

    /** The path from the place, with {@code ..} resolved against the prefix. */
    private String unfold(String path) {
        var full = new StringBuilder();
        for (var step : prefix) {
            full.append(step.name()).append('/');
        }
        return full.append(path).toString();
    }
}
