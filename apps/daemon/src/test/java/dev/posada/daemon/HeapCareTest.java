package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HeapCareTest {
    private static final long MIB = 1 << 20;

    private final AtomicLong work = new AtomicLong();
    private final AtomicLong used = new AtomicLong(15 * MIB);
    private final AtomicLong collections = new AtomicLong();
    private final HeapCare care = new HeapCare(work::get, used::get, this::collect);

    private void collect() {
        collections.incrementAndGet();
        used.set(15 * MIB);
    }

    @Test
    void littleGarbageIsLeft() {
        used.set(38 * MIB);
        work.incrementAndGet();
        care.look();

        assertThat(collections).hasValue(0);
    }

    @Test
    void muchGarbageIsCollected() {
        used.set(40 * MIB);
        work.incrementAndGet();
        care.look();

        assertThat(collections).hasValue(1);
    }

    @Test
    void heapThatIsLargeBecauseMuchLivesIsLeftInPeace() {
        var large = new AtomicLong(500 * MIB);
        var ofLarge = new HeapCare(work::get, large::get, this::collect);
        large.set(900 * MIB);
        work.incrementAndGet();
        ofLarge.look();

        assertThat(collections).hasValue(0);
    }

    @Test
    void crumbsAreCollectedOnceWhenWorkHasCeased() {
        used.set(30 * MIB);
        for (int i = 0; i < 100; i++) {
            work.incrementAndGet();
            care.look();
        }
        assertThat(collections).as("while it works").hasValue(0);

        for (int i = 0; i < 100; i++) {
            used.set(Math.max(used.get(), 25 * MIB));
            care.look();
        }
        assertThat(collections).as("once, although crumbs fall again").hasValue(1);
    }
}
