package dev.posada.engine;

import dev.posada.model.SnapshotDefinition;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The snapshots of a driver's domains and where they are kept. Looking takes no lock. Changes of one domain's snapshots are
 * made in its job, so they never overlap; a file is written before anybody sees the change.
 */
final class SnapshotHost {
    private final Map<UUID, SnapshotTree> trees = new ConcurrentHashMap<>();
    private final Optional<SnapshotFiles> files;

    /**
     * @param files where documents are kept; nothing when they go with the connection
     */
    SnapshotHost(Optional<SnapshotFiles> files) {
        this.files = files;
    }

    /** Brings back what an earlier daemon kept of a domain. */
    void load(UUID domain) {
        files.map(kept -> kept.load(domain)).filter(tree -> !tree.isEmpty()).ifPresent(tree -> trees.put(domain, tree));
    }

    SnapshotTree of(UUID domain) {
        return trees.getOrDefault(domain, SnapshotTree.NONE);
    }

    /** Keeps a snapshot, in place of one of the same name if there is one. */
    void put(UUID domain, SnapshotDefinition snapshot) {
        var tree = of(domain);
        files.ifPresent(kept -> kept.keep(
                domain, snapshot, tree.current().filter(snapshot.name()::equals).isPresent()));
        trees.put(domain, tree.with(snapshot));
    }

    /**
     * Says which one the domain is at. The old one's file is written first: a daemon that is killed between the two leaves
     * none that is current rather than two.
     */
    void current(UUID domain, Optional<String> name) {
        var tree = of(domain);
        if (tree.current().equals(name)) {
            return;
        }
        var before = tree.current().flatMap(tree::find);
        var after = name.flatMap(tree::find);
        files.ifPresent(kept -> {
            before.ifPresent(one -> kept.keep(domain, one, false));
            after.ifPresent(one -> kept.keep(domain, one, true));
        });
        trees.put(domain, tree.at(name));
    }

    /** Forgets one snapshot; those that grew from it are somebody else's care. */
    void remove(UUID domain, String name) {
        files.ifPresent(kept -> kept.remove(domain, name));
        var left = of(domain).without(name);
        if (left.isEmpty()) {
            forget(domain);
        } else {
            trees.put(domain, left);
        }
    }

    /** Forgets all snapshots of a domain; their data stays. */
    void forget(UUID domain) {
        if (trees.remove(domain) != null) {
            files.ifPresent(kept -> kept.forget(domain));
        }
    }
}
