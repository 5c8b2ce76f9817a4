package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.posix.CurrentProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Figures, monitor, dumps and recordings of programs that run as domains, most of them as another user than the daemon. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JvmInsideTest {
    private static final int HUMAN = 1;
    private static final int CRASH = 1;
    private static final String DUMP = "virDomainCoreDump";

    @TempDir
    Path root;

    @Test
    void anotherUsersProgramIsLookedIntoAndWritesForTheDaemon() throws Exception {
        Assumptions.assumeTrue(CurrentProcess.effectiveUid() == 0, "only root can become others");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var house = new House(root)) {
            var xml = Programs.xml("inn", house.jar(), "idle").replace("<inituser>root</inituser>", "");
            var domain = house.start(xml).uuid();
            var devices = house.on().devices();
            // From the first moment on: who asks waits until there is somebody to answer.
            assertThat(devices.monitorCommand(domain, "Thread.print", HUMAN)).contains("\"main\"");
            Eventually.holds("its heap is known", () -> figures(house).contains("jvm.heap.used"));

            var heap = root.resolve("heap.hprof");
            devices.dump(domain, heap.toString(), 0, 0, DUMP);
            assertOurs(heap);
            var flight = root.resolve("flight.jfr");
            devices.monitorCommand(domain, "record start", HUMAN);
            devices.monitorCommand(domain, "record stop " + flight, HUMAN);
            assertOurs(flight);
            try (var left = Files.list(root.resolve("lib/jvm/domain-1-inn/tmp"))) {
                assertThat(left.filter(file -> file.getFileName().toString().startsWith("posada-")))
                        .isEmpty();
            }
        }
    }

    @Test
    void aSuspendedProgramIsNotWaitedFor() throws Exception {
        try (var house = new House(root)) {
            var domain = house.run("inn", "idle").uuid();
            // It may be asked a moment before it has made its counters.
            Eventually.holds(
                    "its figures are known",
                    () -> figures(house).containsAll(List.of("jvm.heap.used", "jvm.threads.live")));
            house.on().lifecycle().suspend(domain);
            assertThat(figures(house)).contains("jvm.threads.live").doesNotContain("jvm.heap.used");
            assertThatExceptionOfType(PosadaException.class)
                    .isThrownBy(() -> house.on().devices().monitorCommand(domain, "help", HUMAN))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_INVALID));
            house.on().lifecycle().resume(domain);
            Eventually.holds("it is asked again", () -> figures(house).contains("jvm.heap.used"));
        }
    }

    @Test
    void aDumpMayEndTheProgramAsCrashed() throws Exception {
        try (var house = new House(root)) {
            var domain = house.run("inn", "idle").uuid();
            var heap = root.resolve("heap.hprof");
            house.on().devices().dump(domain, heap.toString(), 0, CRASH, DUMP);
            assertThat(heap).isNotEmptyFile();
            house.awaitEnd(domain);
            assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
        }
    }

    private static void assertOurs(Path file) throws IOException {
        assertThat(file).isNotEmptyFile();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(CurrentProcess.effectiveUid());
    }

    private static List<String> figures(House house) {
        return house.on().statistics().all(StatsGroup.JVM.bit(), 0).stream()
                .flatMap(stats -> stats.parameters().stream())
                .map(TypedParameter::name)
                .toList();
    }
}
