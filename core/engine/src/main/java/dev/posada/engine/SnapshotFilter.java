package dev.posada.engine;

import dev.posada.model.SnapshotDefinition;
import dev.posada.model.SnapshotState;
import java.util.List;

/** Which snapshots a list is about: {@code virDomainSnapshotListFlags}. */
record SnapshotFilter(int flags) {
    /** Of all: those without parents. Of the children of one: those of its children too. */
    static final int ROOTS = 1;

    static final int DESCENDANTS = 1;
    static final int METADATA = 1 << 1;
    static final int LEAVES = 1 << 2;
    static final int NO_LEAVES = 1 << 3;
    static final int NO_METADATA = 1 << 4;
    static final int INACTIVE = 1 << 5;
    static final int ACTIVE = 1 << 6;
    static final int DISK_ONLY = 1 << 7;
    static final int INTERNAL = 1 << 8;
    static final int EXTERNAL = 1 << 9;
    static final int TOPOLOGICAL = 1 << 10;
    static final int ALL = (1 << 11) - 1;

    List<SnapshotDefinition> of(SnapshotTree tree) {
        var all = Flags.has(flags, TOPOLOGICAL)
                ? tree.topological()
                : List.copyOf(tree.all().values());
        return all.stream()
                .filter(one -> !Flags.has(flags, ROOTS) || tree.isRoot(one))
                .filter(one -> admits(tree, one))
                .toList();
    }

    List<SnapshotDefinition> below(SnapshotTree tree, String name) {
        var all = Flags.has(flags, DESCENDANTS) ? tree.descendants(name) : tree.children(name);
        return all.stream().filter(one -> admits(tree, one)).toList();
    }

    private boolean admits(SnapshotTree tree, SnapshotDefinition one) {
        return Flags.group(flags, METADATA, true, NO_METADATA)
                && Flags.group(flags, LEAVES, tree.isLeaf(one), NO_LEAVES)
                && Flags.group(flags, EXTERNAL, one.external(), INTERNAL)
                && state(one.state());
    }

    private boolean state(SnapshotState state) {
        int bit = switch (state) {
            case SHUTOFF -> INACTIVE;
            case DISK_SNAPSHOT -> DISK_ONLY;
            case RUNNING, BLOCKED, PAUSED, SHUTDOWN, CRASHED -> ACTIVE;
        };
        return !Flags.has(flags, INACTIVE | ACTIVE | DISK_ONLY) || Flags.has(flags, bit);
    }
}
