package dev.posada.engine;

import dev.posada.model.SnapshotDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The snapshots of one domain: which grew from which, and which one the domain was last at. Immutable; every change gives a
 * new tree.
 *
 * @param all by name, in the order in which they became known
 * @param current the one taken or returned to last
 */
record SnapshotTree(SequencedMap<String, SnapshotDefinition> all, Optional<String> current) {
    static final SnapshotTree NONE = new SnapshotTree(new LinkedHashMap<>(), Optional.empty());

    SnapshotTree {
        all = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(all));
    }

    Optional<SnapshotDefinition> find(String name) {
        return Optional.ofNullable(all.get(name));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether one has no parent here; a parent that is gone is none. */
    boolean isRoot(SnapshotDefinition one) {
        return one.parent().filter(all::containsKey).isEmpty();
    }

    boolean isLeaf(SnapshotDefinition one) {
        return children(one.name()).isEmpty();
    }

    List<SnapshotDefinition> roots() {
        return all.values().stream().filter(this::isRoot).toList();
    }

    /** Those that grew from one directly. */
    List<SnapshotDefinition> children(String name) {
        return all.values().stream()
                .filter(one -> one.parent().filter(name::equals).isPresent())
                .toList();
    }

    /** Those that grew from one, however far; parents stand before their children. */
    List<SnapshotDefinition> descendants(String name) {
        return below(children(name));
    }

    /** All of them; parents stand before their children. */
    List<SnapshotDefinition> topological() {
        return below(roots());
    }

    private List<SnapshotDefinition> below(Collection<SnapshotDefinition> first) {
        var found = new ArrayList<SnapshotDefinition>();
        var seen = new HashSet<String>();
        var next = new ArrayDeque<>(first);
        while (!next.isEmpty()) {
            var one = next.pop();
            if (seen.add(one.name())) { // files that somebody edited may go in a circle
                found.add(one);
                children(one.name()).reversed().forEach(next::push);
            }
        }
        return found;
    }

    /** Whether going up from one by its parents passes another, or comes to it. */
    boolean leadsTo(String from, String other) {
        Set<String> seen = new HashSet<>();
        var here = Optional.of(from);
        while (here.isPresent() && seen.add(here.get())) {
            if (here.get().equals(other)) {
                return true;
            }
            here = find(here.get()).flatMap(SnapshotDefinition::parent);
        }
        return false;
    }

    SnapshotTree with(SnapshotDefinition one) {
        return changed(map -> {
            map.put(one.name(), one);
            return map;
        });
    }

    SnapshotTree without(String name) {
        var left = changed(map -> {
            map.remove(name);
            return map;
        });
        return current.filter(name::equals).isPresent() ? left.at(Optional.empty()) : left;
    }

    SnapshotTree at(Optional<String> name) {
        return new SnapshotTree(all, name);
    }

    private SnapshotTree changed(UnaryOperator<SequencedMap<String, SnapshotDefinition>> change) {
        return new SnapshotTree(change.apply(new LinkedHashMap<>(all)), current);
    }
}
