package dev.posada.jvm;

import dev.posada.driver.DomainRecord;
import dev.posada.driver.InstanceState;
import dev.posada.driver.LiveListener;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.process.Child;
import java.util.List;
import java.util.Optional;

/**
 * Finds an instance again that an earlier daemon started, or finds out what became of it: how its program ended meanwhile is
 * in the instance's folder.
 */
final class Recovery {
    private final Workshop workshop;
    private final DomainRecord record;
    private final LiveListener listener;

    Recovery(Workshop workshop, DomainRecord record, LiveListener listener) {
        this.workshop = workshop;
        this.record = record;
        this.listener = listener;
    }

    Optional<JvmDomain> run() {
        var known = record.journal().flatMap(InstanceJournal::of);
        if (known.isEmpty()) {
            // The daemon ended before it did anything that would have to be undone.
            listener.ended(EndReason.FAILED.status(), EndReason.FAILED.change());
            return Optional.empty();
        }
        var journal = known.get();
        var watcher = journal.watcher().flatMap(workshop.children()::adopt);
        var program = journal.program().flatMap(workshop.children()::adopt);
        var state = new InstanceState(live(), listener);
        var limits = ResourceLimits.of(journal.files().directory());
        var domain = new JvmDomain(workshop, state, new Ledger(journal, record.rewrite()), limits);
        if (watcher.isPresent() && program.isPresent()) {
            return Optional.of(takeOn(domain, new Run(watcher.get(), program.get())));
        }
        // One without the other is at its end, or was left behind by it.
        program.ifPresent(Child::kill);
        watcher.ifPresent(child -> child.awaitEnd(Run.END_PATIENCE));
        if (journal.watcher().isEmpty()) {
            Launch.clearAway(journal.files());
            listener.ended(EndReason.FAILED.status(), EndReason.FAILED.change());
            return Optional.empty();
        }
        state.announce(record.status());
        domain.open();
        if (record.status().state() == DomainState.CRASHED
                && record.definition().onCrash().equals("preserve")) {
            domain.keep();
            return Optional.of(domain);
        }
        domain.follow(Verdict.of(journal, state.definition(), limits, List.of()));
        return domain.isOver() ? Optional.empty() : Optional.of(domain);
    }

    private JvmDomain takeOn(JvmDomain domain, Run run) {
        domain.begin(run);
        domain.state().announce(status());
        domain.open();
        return domain;
    }

    private DomainStatus status() {
        return record.status().state() == DomainState.RUNNING || record.status().state() == DomainState.PAUSED
                ? record.status()
                : DomainStatus.RUNNING_UNKNOWN;
    }

    private DomainDefinition live() {
        var recorded = record.definition();
        return recorded.root().attribute("id").isPresent()
                ? recorded
                : new DomainDefinition(recorded.root().with("id", Integer.toString(record.id())));
    }
}
