package dev.posada.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.engine.Connection;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.model.Caller;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorOrigin;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libvirt's test driver shows, measured on version 9.0, is what the simulator shows. */
class SimulatorTest {
    private static final UUID TEST = UUID.fromString("6695eb01-f6a4-8304-79aa-97f2502e193f");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_795_401_540, 964_290_000));

    @TempDir
    Path root;

    private Engine engine;
    private Connection connection;

    @BeforeEach
    void open() {
        var settings = EngineSettings.of(Directories.under(root), false);
        engine = new Engine(settings, List.of(new SimulatorProvider(CLOCK)), new BareHost());
        connection = engine.open("test:///default", Caller.SELF);
    }

    @AfterEach
    void close() {
        connection.close();
        engine.close();
    }

    @Test
    void aDomainNamedTestRunsFromTheStart() {
        var domain = connection.domains().byName("test");
        assertThat(domain.id()).isEqualTo(1);
        assertThat(domain.uuid()).isEqualTo(TEST);
        assertThat(connection.domains().status(TEST)).isEqualTo(DomainStatus.RUNNING_UNKNOWN);
        var info = connection.domains().info(TEST);
        assertThat(info.maxMemoryKib()).isEqualTo(8_388_608);
        assertThat(info.memoryKib()).isEqualTo(2_097_152);
        assertThat(info.vcpus()).isEqualTo(2);
        assertThat(info.cpuTimeNanos()).isEqualTo(1_795_401_540_964_290_000L);
    }

    @Test
    void itsDocumentIsTheOneTheTestDriverShows() throws IOException {
        assertThat(connection.domains().xml(TEST, 0)).isEqualTo(golden("test-domain.xml"));
    }

    @Test
    void itsCapabilitiesAreThoseOfTheTestDriver() throws IOException {
        // The test driver leaves empty lines between the parts.
        var expected = golden("capabilities.xml")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        assertThat(connection.capabilities().lines().toList()).isEqualTo(expected);
    }

    private static String golden(String name) throws IOException {
        try (var in = SimulatorTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void itSaysWhatItIs() {
        assertThat(connection.type()).isEqualTo("TEST");
        assertThat(connection.version()).isEqualTo(2);
        assertThat(connection.origin()).isEqualTo(ErrorOrigin.TEST);
        assertThat(connection.maxVcpus("")).isEqualTo(32);
        assertThat(connection.host().nodeInfo().cpus()).isEqualTo(16);
        assertThat(connection.host().hostname()).isEqualTo("bare.test");
    }

    @Test
    void figuresAreInTheTestDriversProportions() {
        var disk = connection.devices().blockStats(TEST, "vda");
        assertThat(disk.readRequests()).isEqualTo(179_540_154_096_429L);
        assertThat(disk.readBytes()).isEqualTo(89_770_077_048_214L);
        assertThat(disk.writeRequests()).isEqualTo(59_846_718_032_143L);
        assertThat(disk.writeBytes()).isEqualTo(44_885_038_524_107L);
        var nic = connection.devices().interfaceStats(TEST, "testnet0");
        assertThat(nic.rxErrors()).isEqualTo(1_795_401_540);
        assertThat(nic.txErrors()).isEqualTo(598_467_180);
        assertThat(connection.devices().diskSizes(TEST, "vda", 0).capacityBytes())
                .isEqualTo(1_099_506_450_432L);
    }

    @Test
    void aPictureOfItsScreenIsAPictureOthersCanRead() throws IOException {
        try (var picture = connection.devices().screenshot(TEST, 0, 0).picture()) {
            var image = ImageIO.read(Channels.newInputStream(picture));
            assertThat(image.getWidth()).isEqualTo(640);
            assertThat(image.getHeight()).isEqualTo(480);
        }
    }

    @Test
    void eachConnectionHasAWorldOfItsOwn() {
        connection.lifecycle().destroy(TEST, 0);
        connection.domains().undefine(TEST, 0);
        assertThat(connection.domains().list(0)).isEmpty();
        try (var other = engine.open("test:///default", Caller.SELF)) {
            assertThat(other.domains().list(0)).hasSize(1);
        }
    }

    @Test
    void nothingIsWrittenToTheDisk() throws IOException {
        connection.lifecycle().suspend(TEST);
        try (var files = Files.list(root)) {
            assertThat(files).isEmpty();
        }
    }
}
