package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Ability;
import dev.posada.engine.EventSink;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.MetadataChange;
import dev.posada.model.LifecycleChange;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What clients are told, and in which order. */
public interface EventClaims extends Claims {
    @Test
    default void aLifeIsToldFromDefinitionToRemoval() {
        try (var stage = Stage.open(driver());
                var diary = new Diary(stage.connection())) {
            var domain = stage.define("inn").uuid();
            stage.domains().define(stage.domains().xml(domain, 2), 0);
            stage.lifecycle().start(domain, 0);
            stage.lifecycle().destroy(domain, 0);
            stage.domains().undefine(domain, 0);
            stage.eventually("removal told", () -> diary.steps(domain).contains(LifecycleChange.UNDEFINED_REMOVED));
            assertThat(diary.steps(domain))
                    .startsWith(LifecycleChange.DEFINED_ADDED, LifecycleChange.DEFINED_UPDATED)
                    .containsOnlyOnce(LifecycleChange.STARTED_BOOTED)
                    .containsOnlyOnce(LifecycleChange.STOPPED_DESTROYED)
                    .endsWith(LifecycleChange.STOPPED_DESTROYED, LifecycleChange.UNDEFINED_REMOVED);
        }
    }

    @Test
    default void aPausedStartIsToldAsStartedThenSuspended() {
        try (var stage = Stage.open(driver());
                var diary = new Diary(stage.connection())) {
            var domain = stage.lifecycle()
                    .create(stage.driver().definition("guest"), LifecycleClaims.PAUSED)
                    .uuid();
            stage.eventually("suspension told", () -> diary.steps(domain).contains(LifecycleChange.SUSPENDED_PAUSED));
            assertThat(diary.steps(domain))
                    .containsExactly(LifecycleChange.STARTED_BOOTED, LifecycleChange.SUSPENDED_PAUSED);
        }
    }

    @Test
    default void suspendAndResumeAreToldOnceEach() {
        try (var stage = Stage.open(driver())) {
            if (!stage.can(Ability.SUSPEND)) {
                return; // that it is refused is another claim
            }
            var domain = stage.run("inn").uuid();
            try (var diary = new Diary(stage.connection())) {
                stage.lifecycle().suspend(domain);
                stage.lifecycle().suspend(domain);
                stage.lifecycle().resume(domain);
                stage.lifecycle().destroy(domain, 0);
                stage.eventually("end told", () -> diary.steps(domain).contains(LifecycleChange.STOPPED_DESTROYED));
                assertThat(diary.steps(domain))
                        .startsWith(LifecycleChange.SUSPENDED_PAUSED, LifecycleChange.RESUMED_UNPAUSED)
                        .containsOnlyOnce(LifecycleChange.SUSPENDED_PAUSED)
                        .containsOnlyOnce(LifecycleChange.RESUMED_UNPAUSED);
            }
        }
    }

    @Test
    default void anotherNameIsToldUnderBothNames() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            try (var diary = new Diary(stage.connection())) {
                stage.domains().rename(domain, "tavern", 0);
                stage.eventually("both told", () -> diary.of(domain).size() == 2);
                assertThat(diary.steps(domain))
                        .containsExactly(LifecycleChange.UNDEFINED_RENAMED, LifecycleChange.DEFINED_RENAMED);
                assertThat(diary.of(domain))
                        .extracting(event -> event.domain().name())
                        .isEqualTo(List.of("inn", "tavern"));
            }
        }
    }

    @Test
    default void changedMetadataIsTold() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            try (var diary = new Diary(stage.connection())) {
                stage.domains().setMetadata(domain, 1, "A house", "", "", 0);
                stage.eventually("title told", () -> !diary.of(domain).isEmpty());
                assertThat(diary.of(domain).getFirst().happening()).isEqualTo(new MetadataChange(1, ""));
            }
        }
    }

    @Test
    default void aSubscriptionToOneDomainHearsOfNoOther() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            var heard = new ConcurrentLinkedQueue<String>();
            var sink = new EventSink<DomainEvent>() {
                @Override
                public void event(DomainEvent event) {
                    heard.add(event.domain().name());
                }

                @Override
                public void lost(long count) {
                    heard.add("lost " + count);
                }
            };
            try (var _ = stage.connection().events().subscribe(domain, sink)) {
                stage.define("other");
                stage.domains().undefine(domain, 0);
                stage.eventually("removal told", () -> !heard.isEmpty());
                assertThat(heard).containsExactly("inn");
            }
        }
    }
}
