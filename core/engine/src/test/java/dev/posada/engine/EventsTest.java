package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.Caller;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.Lifecycle;
import dev.posada.model.LifecycleChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
    @TempDir
    Path root;

    /** Keeps what it is told, after waiting for leave to begin. */
    private static final class Listener implements EventSink<DomainEvent> {
        private final CountDownLatch leave;
        private final List<DomainEvent> events = new ArrayList<>();
        private long lost;

        Listener(CountDownLatch leave) {
            this.leave = leave;
        }

        @Override
        public void event(DomainEvent event) {
            try {
                leave.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            synchronized (this) {
                events.add(event);
            }
        }

        @Override
        public synchronized void lost(long count) {
            lost += count;
        }

        synchronized long lost() {
            return lost;
        }

        synchronized int count() {
            return events.size();
        }

        synchronized List<LifecycleChange> of(UUID domain) {
            var steps = new ArrayList<LifecycleChange>();
            for (var event : events) {
                if (event.domain().uuid().equals(domain)
                        && event.happening() instanceof Lifecycle(LifecycleChange change)) {
                    steps.add(change);
                }
            }
            return steps;
        }
    }

    private static CountDownLatch open() {
        return new CountDownLatch(0);
    }

    @Test
    void eachDomainsEventsArriveInTheOrderOfItsChanges() {
        try (var house = new House(root)) {
            var listener = new Listener(open());
            house.connection().events().subscribe(listener);
            var domains = new ArrayList<UUID>();
            for (int i = 0; i < 8; i++) {
                domains.add(house.run("inn" + i));
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var domain : domains) {
                    var _ = threads.submit(() -> {
                        for (int i = 0; i < 20; i++) {
                            house.lifecycle().suspend(domain);
                            house.lifecycle().resume(domain);
                        }
                        house.lifecycle().destroy(domain, 0);
                    });
                }
            }
            var expected = new ArrayList<LifecycleChange>();
            expected.add(LifecycleChange.DEFINED_ADDED);
            expected.add(LifecycleChange.STARTED_BOOTED);
            for (int i = 0; i < 20; i++) {
                expected.add(LifecycleChange.SUSPENDED_PAUSED);
                expected.add(LifecycleChange.RESUMED_UNPAUSED);
            }
            expected.add(LifecycleChange.STOPPED_DESTROYED);
            Theatre.eventually("all told", () -> listener.count() == 8 * expected.size());
            assertThat(domains)
                    .allSatisfy(domain -> assertThat(listener.of(domain)).isEqualTo(expected));
        }
    }

    @Test
    void aSlowListenerDelaysNobodyAndLearnsHowMuchItMissed() {
        try (var house = new House(root)) {
            var leave = new CountDownLatch(1);
            var slow = new Listener(leave);
            var quick = new Listener(open());
            house.connection().events().subscribe(slow);
            house.connection().events().subscribe(quick);
            var domain = house.run("inn");
            int rounds = Subscription.QUEUE_LIMIT / 2 + 100;
            for (int i = 0; i < rounds; i++) {
                house.lifecycle().suspend(domain);
                house.lifecycle().resume(domain);
                int told = 2 + 2 * (i + 1);
                Theatre.eventually("the quick one is told", () -> quick.count() == told);
            }
            leave.countDown();
            int published = 2 + 2 * rounds;
            Theatre.eventually("the slow one knows of all", () -> slow.count() + slow.lost() == published);
            assertThat(quick.lost()).isZero();
            assertThat(slow.lost()).isPositive();
            house.lifecycle().destroy(domain, 0);
            Theatre.eventually(
                    "the slow one hears again", () -> slow.of(domain).contains(LifecycleChange.STOPPED_DESTROYED));
        }
    }

    @Test
    void aClosedSubscriptionHearsNothingMore() {
        try (var house = new House(root)) {
            var gone = new Listener(open());
            var stays = new Listener(open());
            var subscription = house.connection().events().subscribe(gone);
            house.connection().events().subscribe(stays);
            subscription.close();
            subscription.close();
            house.define("inn");
            Theatre.eventually("the other is told", () -> stays.count() == 1);
            assertThat(gone.count()).isZero();
        }
    }

    @Test
    void aClosedConnectionHearsNothingMore() {
        try (var house = new House(root)) {
            var gone = new Listener(open());
            var stays = new Listener(open());
            var other = house.engine().open("", Caller.SELF);
            other.events().subscribe(gone);
            house.connection().events().subscribe(stays);
            other.close();
            house.define("inn");
            Theatre.eventually("the other is told", () -> stays.count() == 1);
            assertThat(gone.count()).isZero();
        }
    }

    @Test
    void aListenerThatThrowsIsNotAskedAgainAndHarmsNoOther() {
        try (var house = new House(root)) {
            var calls = new AtomicInteger();
            var stays = new Listener(open());
            house.connection().events().subscribe(new EventSink<>() {
                @Override
                public void event(DomainEvent event) {
                    calls.incrementAndGet();
                    throw new IllegalStateException("on purpose, by a test");
                }

                @Override
                public void lost(long count) {}
            });
            house.connection().events().subscribe(stays);
            house.define("inn");
            Theatre.eventually("it was asked once", () -> calls.get() == 1);
            house.define("tavern");
            Theatre.eventually("the other is told", () -> stays.count() == 2);
            assertThat(calls).hasValue(1);
        }
    }
}
