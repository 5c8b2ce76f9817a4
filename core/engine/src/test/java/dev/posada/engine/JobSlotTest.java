package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JobSlotTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LATE = Duration.ofMinutes(2);

    private final JobSlot slot = new JobSlot();

    private JobSlot.Job begin(Kind kind, String api, Duration wait) {
        return slot.begin(kind, api, wait, ErrorOrigin.TEST);
    }

    @Test
    void aSecondChangeWaitsAndThenIsToldWhoHoldsIt() {
        try (var _ = begin(Kind.MODIFY, "virDomainSuspend", SOON)) {
            assertThatThrownBy(() -> begin(Kind.MODIFY, "virDomainResume", SOON))
                    .isInstanceOf(PosadaException.class)
                    .hasMessage("Timed out during operation: cannot acquire state change lock "
                            + "(held by virDomainSuspend)");
        }
        begin(Kind.MODIFY, "virDomainResume", SOON).close();
    }

    @Test
    void questionsGoTogetherButNotBesideAChange() {
        try (var _ = begin(Kind.QUERY, "first", SOON);
                var _ = begin(Kind.QUERY, "second", SOON)) {
            assertThatThrownBy(() -> begin(Kind.MODIFY, "change", SOON)).hasMessageContaining("held by second");
        }
        try (var _ = begin(Kind.MODIFY, "change", SOON)) {
            assertThat(slot.tryBegin(Kind.QUERY, "question")).isEmpty();
        }
    }

    @Test
    void questionsGoBesideALongJob() {
        try (var _ = begin(Kind.ASYNC, "save", SOON);
                var question = begin(Kind.QUERY, "question", SOON)) {
            assertThat(question).isNotNull();
            assertThat(slot.tryBegin(Kind.MODIFY, "change")).isEmpty();
        }
    }

    @Test
    void destroyGoesPastWhateverHoldsTheSlotAndHoldsItWhenItIsFree() {
        try (var _ = begin(Kind.MODIFY, "hangs", SOON)) {
            begin(Kind.DESTROY, "virDomainDestroy", SOON).close();
            assertThat(slot.holder().orElseThrow().api()).isEqualTo("hangs");
        }
        try (var _ = begin(Kind.DESTROY, "virDomainDestroy", SOON)) {
            assertThat(slot.tryBegin(Kind.MODIFY, "start")).isEmpty();
        }
        assertThat(slot.holder()).isEmpty();
    }

    @Test
    void givingBackTwiceIsGivingBackOnce() {
        var first = begin(Kind.MODIFY, "first", SOON);
        first.close();
        try (var _ = begin(Kind.MODIFY, "second", SOON)) {
            first.close();
            assertThat(slot.holder().orElseThrow().api()).isEqualTo("second");
        }
    }

    @Test
    void aStreamOfQuestionsDoesNotKeepAChangeOut() throws InterruptedException {
        var first = begin(Kind.QUERY, "question", SOON);
        var changed = new CountDownLatch(1);
        var writer = Thread.ofVirtual().start(() -> {
            begin(Kind.MODIFY, "change", LATE).close();
            changed.countDown();
        });
        Theatre.eventually(
                "the change waits",
                () -> slot.tryBegin(Kind.QUERY, "another")
                        .map(job -> {
                            job.close();
                            return false;
                        })
                        .orElse(true));
        first.close();
        changed.await();
        writer.join();
        begin(Kind.QUERY, "question", SOON).close();
    }

    @Test
    void aWriterThatGaveUpLetsQuestionsOn() {
        try (var _ = begin(Kind.QUERY, "question", SOON)) {
            assertThatThrownBy(() -> begin(Kind.MODIFY, "change", SOON)).isInstanceOf(PosadaException.class);
            assertThat(slot.tryBegin(Kind.QUERY, "another")).isPresent();
        }
    }

    @Test
    void anInterruptedWaitIsAnAbortedOperation() throws InterruptedException {
        try (var _ = begin(Kind.MODIFY, "holds", SOON)) {
            var codes = new LinkedBlockingQueue<ErrorCode>();
            var waiter = Thread.ofVirtual().start(() -> {
                try {
                    begin(Kind.MODIFY, "waits", LATE).close();
                } catch (PosadaException e) {
                    codes.add(e.code());
                }
            });
            waiter.interrupt();
            assertThat(codes.take()).isEqualTo(ErrorCode.OPERATION_ABORTED);
            waiter.join();
        }
    }

    @Test
    void oneChangeAtATimeHoweverManyAsk() {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                var _ = threads.submit(() -> {
                    try (var _ = begin(Kind.MODIFY, "change", LATE)) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                    }
                });
            }
        }
        assertThat(most).hasValue(1);
        assertThat(slot.holder()).isEmpty();
    }
}
