package dev.posada.engine;

import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.LifecycleChange;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * One domain of a registry: who may change it, and what is known of it.
 *
 * <p>The view is replaced under this object's monitor, which is held for the replacing and for handing the events to the
 * bus, so that events of one domain leave in the order of its changes. Neither blocks: the bus queues. Everything that
 * takes time happens outside, in a job of {@link #jobs}.
 */
final class Domain {
    private final UUID uuid;
    private final EventBus<DomainEvent> bus;
    private final JobSlot jobs = new JobSlot();
    private volatile DomainView view;
    /** What people should know of the last ending; empty when there is nothing to say. */
    private volatile String remark = "";

    Domain(UUID uuid, String name, EventBus<DomainEvent> bus) {
        this.uuid = uuid;
        this.bus = bus;
        this.view = DomainView.reserved(name, uuid);
    }

    UUID uuid() {
        return uuid;
    }

    JobSlot jobs() {
        return jobs;
    }

    DomainView view() {
        return view;
    }

    /** Replaces the view, then tells of what happened, named as the domain is called afterwards. */
    synchronized void change(UnaryOperator<DomainView> change, Happening... happenings) {
        view = change.apply(view);
        tell(happenings);
    }

    /** Tells of something that leaves the view as it is. */
    synchronized void tell(Happening... happenings) {
        for (var happening : happenings) {
            bus.publish(new DomainEvent(view.identity(), happening));
        }
    }

    /** What people should know of how the last instance ended, in one line; empty when there is nothing to say. */
    String remark() {
        return remark;
    }

    void remark(String line) {
        remark = line;
    }

    static Happening step(LifecycleChange change) {
        return new DomainEvent.Lifecycle(change);
    }
}
