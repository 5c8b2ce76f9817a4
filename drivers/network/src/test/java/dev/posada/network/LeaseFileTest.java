package dev.posada.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DhcpLease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseFileTest {
    private static final NetworkPlan PLAN = NetworkPlan.of(Documents.network("""
            <network><name>n</name><bridge name='br'/><ip address='10.1.1.1' prefix='24'/>
            <ip family='ipv6' address='fd00:78::1' prefix='64'/></network>"""));

    @TempDir
    Path folder;

    @Test
    void leasesOfBothFamiliesAreReadAndEndedOnesPassedOver() throws IOException {
        var file = folder.resolve("leases");
        Files.writeString(file, """
                2000 52:54:00:00:00:01 10.1.1.7 alpha 01:52:54:00:00:00:01
                0 52:54:00:00:00:02 10.1.1.8 * *
                900 52:54:00:00:00:03 10.1.1.9 gone *
                2000 52:54:00:00:00:04 10.9.9.9 elsewhere *
                nonsense
                duid 00:01:00:01:32:96:c3:b4:b6:a0:fc:20:5c:60
                2000 T3674 fd00:78::1a6 six 00:01:00:01:2b:9c:52:54:52:54:00:00:06:02
                2000 77 fd00:78::1a7 * 00:02:00:00:ab:11
                """);

        assertThat(LeaseFile.read(file, PLAN, () -> Instant.ofEpochSecond(1_000)))
                .containsExactly(
                        new DhcpLease(
                                "br",
                                2_000,
                                false,
                                "52:54:00:00:00:01",
                                Optional.empty(),
                                "10.1.1.7",
                                24,
                                Optional.of("alpha"),
                                Optional.of("01:52:54:00:00:00:01")),
                        new DhcpLease(
                                "br",
                                0,
                                false,
                                "52:54:00:00:00:02",
                                Optional.empty(),
                                "10.1.1.8",
                                24,
                                Optional.empty(),
                                Optional.empty()),
                        new DhcpLease(
                                "br",
                                2_000,
                                true,
                                "52:54:00:00:06:02",
                                Optional.of("3674"),
                                "fd00:78::1a6",
                                64,
                                Optional.of("six"),
                                Optional.of("00:01:00:01:2b:9c:52:54:52:54:00:00:06:02")),
                        new DhcpLease(
                                "br",
                                2_000,
                                true,
                                "",
                                Optional.of("77"),
                                "fd00:78::1a7",
                                64,
                                Optional.empty(),
                                Optional.of("00:02:00:00:ab:11")));
    }

    @Test
    void noFileIsNoLeases() {
        assertThat(LeaseFile.read(folder.resolve("none"), PLAN, Instant::now)).isEmpty();
    }
}
