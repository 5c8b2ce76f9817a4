package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainState;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once on few names: whatever they do to each other, all is consistent in the end. */
@Timeout(300)
class CrowdTest {
    private static final int CLIENTS = 16;
    private static final int CALLS = 150;
    private static final List<String> NAMES = List.of("inn", "tavern", "hostel");

    /** What a client may be told because another one was quicker. */
    private static final Set<ErrorCode> POLITE =
            EnumSet.of(ErrorCode.NO_DOMAIN, ErrorCode.OPERATION_INVALID, ErrorCode.OPERATION_FAILED);

    @TempDir
    Path root;

    @Test
    void everyCallIsDoneOrRefusedAndTheRegistryAgreesWithTheDisk() {
        long seed = System.nanoTime();
        var surprises = new ConcurrentLinkedQueue<Throwable>();
        try (var house = new House(root)) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int client = 0; client < CLIENTS; client++) {
                    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + client);
                    var _ = threads.submit(() -> visit(house, random, surprises));
                }
            }
            assertThat(surprises).as("seed " + seed).isEmpty();
            var names =
                    house.domains().list(0).stream().map(DomainIdentity::name).toList();
            assertThat(names).doesNotHaveDuplicates();
            for (var domain : house.domains().list(0)) {
                assertThat(house.domains().byName(domain.name())).isEqualTo(domain);
                assertThat(house.domains().isActive(domain.uuid()))
                        .isEqualTo(house.theatre().plays(domain.uuid()))
                        .isEqualTo(house.domains().status(domain.uuid()).state() != DomainState.SHUTOFF);
                assertThat(house.definition(domain.name()).toFile().exists())
                        .isEqualTo(house.domains().isPersistent(domain.uuid()));
                assertThat(house.instance(domain.name()).toFile().exists())
                        .isEqualTo(house.domains().isActive(domain.uuid()));
            }
            var before = new ArrayList<>(house.domains().list(0));
            house.killAndStart();
            assertThat(house.domains().list(0)).as("seed " + seed).containsExactlyInAnyOrderElementsOf(before);
        }
    }

    private static void visit(House house, RandomGenerator random, ConcurrentLinkedQueue<Throwable> surprises) {
        for (int call = 0; call < CALLS; call++) {
            try {
                call(house, random, NAMES.get(random.nextInt(NAMES.size())));
            } catch (PosadaException e) {
                if (!POLITE.contains(e.code())) {
                    surprises.add(e);
                }
            } catch (RuntimeException | AssertionError e) {
                surprises.add(e);
            }
        }
    }

    private static void call(House house, RandomGenerator random, String name) {
        switch (random.nextInt(10)) {
            case 0, 1 -> house.define(name);
            case 2 -> house.lifecycle().create(House.xml(name), 0);
            case 3 -> house.domains().undefine(house.domains().byName(name).uuid(), 0);
            case 4, 5 -> house.lifecycle().start(house.domains().byName(name).uuid(), 0);
            case 6 -> house.lifecycle().destroy(house.domains().byName(name).uuid(), 0);
            case 7 ->
                house.domains().rename(house.domains().byName(name).uuid(), NAMES.get(random.nextInt(NAMES.size())), 0);
            case 8 -> house.lifecycle().suspend(house.domains().byName(name).uuid());
            default -> {
                for (var domain : house.domains().list(0)) {
                    assertThat(house.domains().info(domain.uuid()).maxMemoryKib())
                            .isPositive();
                }
            }
        }
    }
}
