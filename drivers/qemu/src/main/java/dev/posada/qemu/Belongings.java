package dev.posada.qemu;

import dev.posada.driver.Undo;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What a running instance has of the host, as written down in its journal: images come and go with its disks.
 *
 * <p>{@code lock} guards {@code journal} and its writing, so that no older record follows a newer one.
 */
final class Belongings {
    private final Machinery machinery;
    private final Consumer<Element> writer;
    private final ReentrantLock lock = new ReentrantLock();
    private InstanceJournal journal;

    /**
     * @param journal as it stands
     * @param writer puts another one on disk
     */
    Belongings(Machinery machinery, InstanceJournal journal, Consumer<Element> writer) {
        this.machinery = machinery;
        this.journal = journal;
        this.writer = writer;
    }

    InstanceJournal journal() {
        lock.lock();
        try {
            return journal;
        } finally {
            lock.unlock();
        }
    }

    /** The start is over: the guest runs, or is to stay paused. */
    void finished() {
        lock.lock();
        try {
            journal = journal.finished();
            writer.accept(journal.toElement());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives the emulator's user the images of a disk that is to come, and makes sure that they can be used.
     *
     * @param disk alone in its definition
     * @param others what other disks use
     * @throws dev.posada.model.PosadaException {@code SYSTEM_ERROR} naming what cannot be; everything is as before then
     */
    void take(DomainDefinition disk, List<NeededFiles.Needed> others) {
        Prerequisites.check(disk);
        var prerequisites = new Prerequisites(machinery.runAs(), machinery.tools());
        try (var undo = new Undo()) {
            undo.add(() -> giveBack(disk, others));
            machinery.owners().ifPresent(owners -> {
                var wanted = owners.look(prerequisites.toGive(disk, owners));
                addGiven(wanted);
                wanted.forEach(file -> owners.take(journal().directory(), file.path()));
            });
            prerequisites.checkReach(disk);
            undo.done();
        }
    }

    private void addGiven(List<ImageOwners.Given> more) {
        lock.lock();
        try {
            var all = new ArrayList<>(journal.given());
            more.stream()
                    .filter(file -> all.stream().noneMatch(one -> one.path().equals(file.path())))
                    .forEach(all::add);
            if (all.size() != journal.given().size()) {
                journal = journal.withGiven(all).finished();
                writer.accept(journal.toElement());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives back the images of a disk that is gone.
     *
     * @param disk alone in its definition
     * @param others what other disks use, which stays
     */
    void giveBack(DomainDefinition disk, List<NeededFiles.Needed> others) {
        var leaving = new HashSet<Path>();
        NeededFiles.images(disk).forEach(file -> leaving.add(file.path()));
        others.forEach(file -> leaving.remove(file.path()));
        lock.lock();
        try {
            var gone = journal.given().stream()
                    .filter(file -> leaving.contains(file.path()))
                    .toList();
            if (gone.isEmpty()) {
                return;
            }
            machinery.owners().ifPresent(owners -> owners.giveBack(journal.directory(), gone));
            journal = journal.withGiven(journal.given().stream()
                            .filter(file -> !gone.contains(file))
                            .toList())
                    .finished();
            writer.accept(journal.toElement());
        } finally {
            lock.unlock();
        }
    }
}
