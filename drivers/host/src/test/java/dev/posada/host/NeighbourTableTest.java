package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.HostDriver.Neighbour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighbourTableTest {
    @TempDir
    Path root;

    @Test
    void whoHasAnsweredIsANeighbour() throws IOException {
        Files.createDirectories(root.resolve("proc/net"));
        Files.writeString(root.resolve("proc/net/arp"), """
                IP address       HW type     Flags       HW address            Mask     Device
                10.7.0.11        0x1         0x2         52:54:00:AA:07:01     *        br0
                10.7.0.12        0x1         0x0         00:00:00:00:00:00     *        br0
                nonsense
                """);
        assertThat(NeighbourTable.read(new HostFiles(root)))
                .containsExactly(new Neighbour("10.7.0.11", "52:54:00:aa:07:01"));
    }

    @Test
    void aHostWithoutATableHasNone() {
        assertThat(NeighbourTable.read(new HostFiles(root))).isEmpty();
    }
}
