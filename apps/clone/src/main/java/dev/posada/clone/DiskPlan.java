package dev.posada.clone;

import dev.posada.model.Element;
import java.util.Optional;

/**
 * What is to become of one disk, made up step by step as the command line is followed. For one thread.
 *
 * <p>A disk is copied unless it is empty, read-only or meant to be shared; options change that.
 */
final class DiskPlan {
    /** What happens with a disk. */
    enum Action {
        /** The clone uses the same storage. */
        SHARE,
        /** The clone gets a copy. */
        COPY,
        /** The clone uses storage that exists already. */
        PRESERVE
    }

    private final Element disk;
    private final Original original;
    private Action action;
    private Optional<CopyTarget> copy = Optional.empty();

    DiskPlan(Element disk, Original original) {
        this.disk = disk;
        this.original = original;
        this.action = isSharedByItself(disk) ? Action.SHARE : Action.COPY;
    }

    /** Whether a disk stays the same storage for clones unless told otherwise. */
    static boolean isSharedByItself(Element disk) {
        boolean empty = CloneDocument.path(disk).isEmpty()
                && !disk.has("type", "network")
                && disk.child("source")
                        .flatMap(source -> source.attribute("volume"))
                        .isEmpty();
        return empty
                || disk.child("readonly").isPresent()
                || disk.child("shareable").isPresent()
                || disk.child("transient")
                        .filter(transientDisk -> transientDisk.has("shareBacking", "yes"))
                        .isPresent();
    }

    Element disk() {
        return disk;
    }

    String target() {
        return CloneDocument.target(disk);
    }

    Original original() {
        return original;
    }

    Action action() {
        return action;
    }

    void act(Action wanted) {
        action = wanted;
    }

    Optional<CopyTarget> copy() {
        return copy;
    }

    void copyTo(CopyTarget target) {
        copy = Optional.of(target);
    }
}
