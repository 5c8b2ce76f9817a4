package dev.posada.engine;

import dev.posada.driver.DomainRecord;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.engine.DomainView.Live;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * One instance of a domain, from the intent to start it until it has ended: what the driver reports arrives here.
 *
 * <p>The driver reports from its own threads while calls of clients are under way, so nothing here waits for a job. The
 * view changes first and the record in the run folder follows; {@link #recording} is held over the writing so that
 * records are written in the order of their making and none is written after the instance has ended. It guards nothing
 * else, and nothing but the writing of this one small file happens under it.
 */
final class Instance implements LiveListener {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final Hypervisor hypervisor;
    private final Domain domain;
    private final int id;
    private final Optional<Connection> owner;
    private final boolean autodestroy;
    private final ReentrantLock recording = new ReentrantLock();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile Optional<Element> journal = Optional.empty();
    private volatile Optional<LiveDomain> live = Optional.empty();
    private volatile Shown shown;
    private volatile boolean ending;
    private volatile Optional<Ending> why = Optional.empty();
    private volatile StartCause cause = StartCause.BOOT;
    private volatile boolean redefined;
    private volatile boolean over;
    /** Of the instance before this one. */
    private volatile String remarkBefore = "";

    Instance(
            Hypervisor hypervisor,
            Domain domain,
            int id,
            boolean autodestroy,
            Optional<Connection> owner,
            Shown shown) {
        this.hypervisor = hypervisor;
        this.domain = domain;
        this.id = id;
        this.autodestroy = autodestroy;
        this.owner = owner;
        this.shown = shown;
    }

    int id() {
        return id;
    }

    /** The live definition as clients see it. */
    DomainDefinition shown(DomainDefinition live) {
        return shown.in(live);
    }

    /** Whether this instance ends when the connection is closed. */
    boolean endsWith(Connection connection) {
        return autodestroy && owner.filter(connection::equals).isPresent();
    }

    /** What an earlier daemon wrote down, for the driver to find the instance by. */
    DomainRecord record(LiveDocument document) {
        journal = document.journal();
        ending = document.ending();
        return new DomainRecord(document.definition(), id, document.status(), journal, this::writeJournal);
    }

    /** Takes the domain for this instance and puts the intent on disk. */
    void intend(DomainDefinition definition) {
        expect(definition);
        record();
    }

    /** Takes the domain for this instance, whose record is on disk. */
    void expect(DomainDefinition definition) {
        domain.change(view -> view.withLive(new Live(this, definition)));
        remarkBefore = domain.remark();
        domain.remark("");
        hypervisor.registry().enter(id, domain);
    }

    /** The driver's journal; on disk when this returns. */
    void writeJournal(Element entry) {
        journal = Optional.of(entry);
        record();
    }

    /** The driver has made the instance, or found it. It may have ended meanwhile. */
    void started(LiveDomain made) {
        var definition = made.definition();
        domain.change(view -> view.live()
                .filter(now -> now.instance() == this && !redefined)
                .map(_ -> view.withLive(new Live(this, definition)))
                .orElse(view)); // a driver that has reported a definition knows better already
        live = Optional.of(made);
        settled.countDown();
        note();
    }

    /** The driver could not start the instance: everything it reported is taken back. */
    void failed() {
        domain.remark(remarkBefore); // what is known of the instance before is still the last that is
        over(
                DomainStatus.SHUTOFF_FAILED,
                domain.view().active() ? Optional.of(LifecycleChange.STOPPED_FAILED) : Optional.empty());
    }

    /**
     * The running instance, waited for while it is still being started.
     *
     * @return nothing when it has ended or did not come up
     */
    Optional<LiveDomain> await(Duration patience) {
        try {
            if (!settled.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return live();
    }

    /** The running instance; nothing while it is being started and after it has ended. */
    Optional<LiveDomain> live() {
        return over ? Optional.empty() : live;
    }

    /** Whether the instance has ended. */
    boolean over() {
        return over;
    }

    /** Writes down that the daemon is about to end the instance, so that a later one can say why it is gone. */
    void intendEnd() {
        ending = true;
        note(); // a full disk must not keep anybody from ending a guest
    }

    /** The daemon is about to end the instance for a reason that is told instead of the driver's. */
    void intendEnd(Ending reason) {
        why = Optional.of(reason);
        intendEnd();
    }

    /** What the driver reports until the start is over is told as caused by this. */
    void startedBy(StartCause starting) {
        cause = starting;
    }

    /** The domain is called otherwise now; its record moves. */
    void renamed(String before, String name) {
        redefine(definition -> definition.withName(name));
        hypervisor.storage().removeLive(before);
    }

    /** Changes the live definition on behalf of a client. */
    void redefine(UnaryOperator<DomainDefinition> change, Happening... happenings) {
        domain.change(mine((view, now) -> view.withLive(new Live(this, change.apply(now.definition())))), happenings);
        record();
    }

    @Override
    public void status(DomainStatus status, Optional<LifecycleChange> change) {
        if (over) {
            return;
        }
        var starting = cause;
        domain.change(
                mine((view, _) -> view.reported(id, starting.told(status))),
                change.map(starting::told).map(Domain::step).stream().toArray(Happening[]::new));
        note();
    }

    /** Shows clients an interface that was plugged in as what they asked for; on disk when this returns. */
    void show(ShownNics nics) {
        shown = shown.with(nics);
        record();
    }

    /**
     * Shows clients a disk as what they asked for; on disk when this returns.
     *
     * @param look empty for a disk that is shown as it is
     * @return what it was shown as before
     */
    Optional<ShownDisks.Shown> show(String target, Optional<ShownDisks.Shown> look) {
        var before = Optional.ofNullable(shown.disks().disks().get(target));
        if (!before.equals(look)) {
            shown = shown.with(shown.disks().with(target, look));
            record();
        }
        return before;
    }

    /** Puts up the interface's filter, or takes away one it had; one that cannot be put up must not be passed over. */
    @Override
    public void plugged(Element nic) {
        if (over) {
            return;
        }
        var filters = hypervisor.filters();
        if (filters.isPresent()) {
            filters.get().plugged(domain.view().identity(), nic);
        } else if (nic.child("filterref").isPresent()) {
            throw hypervisor.error(
                    ErrorCode.CONFIG_UNSUPPORTED, "this host has no packet filters, and an interface wants one");
        }
    }

    @Override
    public void unplugged(Element nic) {
        if (!over) {
            hypervisor.nics().release(nic);
            hypervisor
                    .filters()
                    .ifPresent(filters -> filters.unplugged(domain.view().identity(), nic));
        }
    }

    @Override
    public void happened(DomainEvent.Happening happening) {
        if (!over) {
            domain.tell(happening);
        }
    }

    @Override
    public void changed(DomainDefinition definition) {
        if (over) {
            return;
        }
        redefined = true;
        domain.change(mine(
                (view, now) -> view.withLive(new Live(this, LiveEdits.carriedOver(now.definition(), definition)))));
        note();
    }

    @Override
    public void ended(DomainStatus status, LifecycleChange change) {
        boolean asked = ending && status == DomainStatus.SHUTOFF_UNKNOWN;
        over(
                why.map(Ending::status).orElse(asked ? DomainStatus.SHUTOFF_DESTROYED : status),
                Optional.of(why.map(Ending::change).orElse(asked ? LifecycleChange.STOPPED_DESTROYED : change)));
    }

    @Override
    public void ended(DomainStatus status, LifecycleChange change, String reason) {
        if (!over) {
            LOG.log(System.Logger.Level.WARNING, "domain '" + domain.view().name() + "' has ended: " + reason);
            domain.remark(reason);
        }
        ended(status, change);
    }

    private void over(DomainStatus status, Optional<LifecycleChange> change) {
        recording.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            hypervisor.storage().removeLive(domain.view().name());
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
        } finally {
            recording.unlock();
        }
        hypervisor.nics().release(domain.uuid());
        hypervisor.filters().ifPresent(filters -> filters.ended(domain.view().identity()));
        hypervisor.registry().leave(id, domain);
        domain.change(
                view -> view.stopped(status), change.map(Domain::step).stream().toArray(Happening[]::new));
        if (domain.view().presence() == Presence.GONE) {
            hypervisor.forget(domain);
        }
        settled.countDown();
    }

    /** A change of the view that is made only while this is the domain's instance. */
    private UnaryOperator<DomainView> mine(BiFunction<DomainView, Live, DomainView> change) {
        return view -> view.live()
                .filter(now -> now.instance() == this)
                .map(now -> change.apply(view, now))
                .orElse(view);
    }

    /** Writes the record; what cannot be written is told and does not stop the guest. */
    private void note() {
        try {
            record();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
        }
    }

    private void record() {
        recording.lock();
        try {
            if (over) {
                return;
            }
            var view = domain.view();
            var definition = view.live().orElseThrow().definition();
            var document = new LiveDocument(definition, id, view.status(), ending, autodestroy, journal, shown);
            hypervisor.storage().saveLive(view.name(), document.toElement());
        } finally {
            recording.unlock();
        }
    }
}
