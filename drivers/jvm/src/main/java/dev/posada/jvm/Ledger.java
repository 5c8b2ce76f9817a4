package dev.posada.jvm;

import dev.posada.model.Element;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What is written down of an instance, changed one step at a time; {@code lock} keeps the steps in order on disk. */
final class Ledger {
    private final ReentrantLock lock = new ReentrantLock();
    private final Consumer<Element> writer;
    private volatile InstanceJournal journal;

    /** Takes what is on disk already. */
    Ledger(InstanceJournal journal, Consumer<Element> writer) {
        this.journal = journal;
        this.writer = writer;
    }

    InstanceJournal journal() {
        return journal;
    }

    /** Writes the next step down; on disk when this returns. */
    void write(UnaryOperator<InstanceJournal> change) {
        lock.lock();
        try {
            journal = change.apply(journal);
            writer.accept(journal.toElement());
        } finally {
            lock.unlock();
        }
    }
}
