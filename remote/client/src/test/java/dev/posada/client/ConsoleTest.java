package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A console in both directions: the firmware of a real QEMU under a real libvirtd prints, and listens to keys. */
@Timeout(300)
class ConsoleTest {

    private static final String EMULATOR = "/usr/bin/qemu-system-x86_64";
    private static final byte ESCAPE = 0x1b;

    private static final String GUEST = """
            <domain type='qemu'>
              <name>serial</name>
              <memory unit='MiB'>32</memory>
              <os>
                <type arch='x86_64' machine='pc'>hvm</type>
                <bootmenu enable='yes' timeout='30000'/>
                <bios useserial='yes'/>
              </os>
              <devices>
                <emulator>%s</emulator>
                <controller type='usb' model='none'/>
                <serial type='pty'/>
                <memballoon model='none'/>
              </devices>
            </domain>
            """.formatted(EMULATOR);

    private static Optional<LibvirtDaemon> daemon = Optional.empty();

    private Connection connection;
    private Optional<Domain> guest = Optional.empty();

    @BeforeAll
    static void startDaemon() throws IOException {
        assumeTrue(Files.isExecutable(Path.of(EMULATOR)), "QEMU is not installed");
        daemon = Optional.of(LibvirtDaemon.start());
    }

    @AfterAll
    static void stopDaemon() throws IOException {
        if (daemon.isPresent()) {
            daemon.get().close();
        }
    }

    @BeforeEach
    void connect() {
        connection = Connection.open(daemon.orElseThrow().uri("qemu", "/system"));
    }

    @AfterEach
    void disconnect() {
        guest.ifPresent(Domain::destroy);
        connection.close();
    }

    @Test
    void firmwareIsSeenAndAnswersKeys() {
        Domain domain = connection.create(GUEST, Flag.Start.PAUSED);
        guest = Optional.of(domain);
        try (DataStream console = domain.openConsole(null)) {
            domain.resume();
            assertThat(readUntil(console, "Press ESC for boot menu")).contains("SeaBIOS");

            console.write(ByteBuffer.wrap(new byte[] {ESCAPE}));

            assertThat(readUntil(console, "Select boot device")).isNotEmpty();
            console.finish();
        }
    }

    @Test
    void consoleInUseIsRefusedUnlessForced() {
        Domain domain = connection.create(GUEST);
        guest = Optional.of(domain);
        try (DataStream first = domain.openConsole(null)) {
            PosadaException refusal = catchThrowableOfType(PosadaException.class, () -> domain.openConsole(null));
            assertThat(refusal.code()).isEqualTo(ErrorCode.OPERATION_FAILED);

            try (DataStream second = domain.openConsole(null, Flag.Console.FORCE)) {
                Waiting.until("the first to be thrown out", () -> !first.isOpen());
                assertThat(second.isOpen()).isTrue();
            }
        }
        // An abandoned console is free again as soon as close returns.
        domain.openConsole(null).close();
    }

    @Test
    void monitorCommandsPassThrough() {
        Domain domain = connection.create(GUEST, Flag.Start.PAUSED);
        guest = Optional.of(domain);

        assertThat(domain.monitorCommand("{\"execute\":\"query-status\"}")).contains("\"running\":false");
        assertThat(domain.humanMonitorCommand("info status")).contains("paused");
    }

    private static String readUntil(DataStream console, String expected) {
        var text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (text.indexOf(expected) < 0) {
            buffer.clear();
            if (console.read(buffer) < 0) {
                throw new AssertionError("console ended after: " + text);
            }
            text.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        }
        return text.toString();
    }
}
