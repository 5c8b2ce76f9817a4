package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lines to a guest's serial port. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuConsoleTest {
    private QemuBench bench;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void whatIsTypedReachesTheGuestAndItsAnswerComesBack() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.ECHO, QemuBench.serial("pty")));

        try (var line = one.as(Abilities.HasConsoles.class).openConsole("", false, false)) {
            assertThat(typed(line, 'a', 'b')).isTrue();
            // Neither echoed nor edited on the way: an interrupt character and a line's end are characters.
            assertThat(typed(line, (char) 3, (char) 4)).isTrue();
            assertThat(typed(line, '\r', (char) 14)).isTrue();
        }
    }

    @Test
    void aSecondSessionIsRefusedUnlessForced() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.ECHO, QemuBench.serial("pty")));
        var consoles = one.as(Abilities.HasConsoles.class);
        var first = consoles.openConsole("serial0", false, false);
        assertThat(typed(first, 'a', 'b')).isTrue();

        assertThatThrownBy(() -> consoles.openConsole("", false, false))
                .isInstanceOfSatisfying(PosadaException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_FAILED);
                    assertThat(e.getMessage()).contains("Active console session exists for this domain");
                });

        var reader = CompletableFuture.supplyAsync(() -> ended(first));
        try (var second = consoles.openConsole("", true, false)) {
            assertThat(reader.get(2, TimeUnit.MINUTES)).isTrue();
            assertThat(typed(second, 'x', 'y')).isTrue();
        }
        consoles.openConsole("", false, false).close();
    }

    @Test
    void theEndOfTheDomainEndsItsSessions() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.ECHO, QemuBench.serial("pty")));
        var line = one.as(Abilities.HasConsoles.class).openConsole("", false, false);
        var reader = CompletableFuture.supplyAsync(() -> ended(line));

        one.live().destroy(false);

        assertThat(reader.get(2, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aGuestThatWritesToNobodyHarmsNobody() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.CHATTER, QemuBench.serial("pty")));
        var line = one.as(Abilities.HasConsoles.class).openConsole("", false, false);
        line.read(ByteBuffer.allocate(1));

        for (int i = 0; i < 20; i++) {
            one.as(Abilities.Suspends.class).suspend();
            one.as(Abilities.Suspends.class).resume();
        }
        var some = ByteBuffer.allocate(1000);
        while (some.hasRemaining()) {
            assertThat(line.read(some)).isPositive();
        }
        assertThat(new String(some.array(), StandardCharsets.US_ASCII)).containsOnlyOnce("A".repeat(1000));

        one.live().destroy(false);
    }

    @Test
    void aPortThatIsAFileCannotBeOpened() throws Exception {
        var file = bench.root().resolve("serial.out");
        var serial = QemuBench.serial("file").plus(Element.of("source", "path", file.toString()));
        var one = bench.start(bench.domain("d", BootSector.HELLO, serial));

        assertThatThrownBy(() -> one.as(Abilities.HasConsoles.class).openConsole("", false, false))
                .hasMessageContaining("is not using a PTY or a unix socket");
    }

    @Test
    void anUnknownDeviceIsNamed() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.HELLO));

        assertThatThrownBy(() -> one.as(Abilities.HasConsoles.class).openConsole("serial7", false, false))
                .hasMessageContaining("serial7");
        assertThatThrownBy(() -> one.as(Abilities.HasConsoles.class).openConsole("", false, false))
                .hasMessageContaining("has no console");
    }

    /** Types until the guest, which may still be booting, answers. */
    private static boolean typed(ByteChannel line, char key, char answer) throws IOException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        var heard = ByteBuffer.allocate(1);
        line.write(ByteBuffer.wrap(new byte[] {(byte) key}));
        while (System.nanoTime() < deadline) {
            heard.clear();
            if (line.read(heard) < 0) {
                return false;
            }
            if (heard.get(0) == (byte) answer) {
                return true;
            }
        }
        return false;
    }

    private static boolean ended(ByteChannel line) {
        try {
            var some = ByteBuffer.allocate(64);
            while (line.read(some) >= 0) {
                some.clear();
            }
            return true;
        } catch (IOException closed) {
            return true;
        }
    }
}
