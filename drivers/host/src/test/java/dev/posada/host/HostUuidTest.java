package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostUuidTest {
    @TempDir
    Path root;

    @Test
    void firmwareComesFirst() {
        assertThat(CapturedMachine.host("laptop", root).uuid()).hasToString("4c4c4544-0039-5a10-8052-b4c04f4d3332");
    }

    @Test
    void placeholderOfTheFirmwareIsNotBelieved() {
        var uuid = CapturedMachine.host("numa-server", root).uuid();

        assertThat(uuid.toString()).doesNotStartWith("03000200").doesNotStartWith("01234567");
        assertThat(uuid.version()).isEqualTo(4);
        assertThat(CapturedMachine.host("numa-server", root).uuid())
                .as("derived from the machine id, so the same every time")
                .isEqualTo(uuid);
    }

    @Test
    void machineIdIsShownAsItIsWhenAskedFor() {
        var settings = new HostSettings(Optional.empty(), HostSettings.UuidSource.MACHINE_ID, List.of());
        var host = new LinuxHost(CapturedMachine.layOut("laptop", root), settings, root.resolve("kept"));

        assertThat(host.uuid()).hasToString("5a1b0f5b-2c3d-4e5f-6071-8293a4b5c6d7");
    }

    @Test
    void setIdentityWins() {
        var chosen = UUID.fromString("c7a5fdbd-edaf-9455-926a-d65c16db1809");
        var settings = new HostSettings(Optional.of(chosen), HostSettings.UuidSource.FIRMWARE, List.of());
        var host = new LinuxHost(CapturedMachine.layOut("laptop", root), settings, root.resolve("kept"));

        assertThat(host.uuid()).isEqualTo(chosen);
    }

    @Test
    void madeUpIdentityIsKept() throws IOException {
        var uuid = CapturedMachine.host("container", root).uuid();

        assertThat(CapturedMachine.host("container", root).uuid()).isEqualTo(uuid);
        assertThat(Files.readString(root.resolve("kept/host-uuid"))).isEqualTo(uuid + "\n");
    }

    @Test
    void tornKeptIdentityIsMadeAnew() throws IOException {
        Files.createDirectories(root.resolve("kept"));
        Files.writeString(root.resolve("kept/host-uuid"), "c7a5fdbd-ed");

        var uuid = CapturedMachine.host("container", root).uuid();

        assertThat(Files.readString(root.resolve("kept/host-uuid"))).isEqualTo(uuid + "\n");
    }
}
