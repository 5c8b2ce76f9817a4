package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many definitions. The limits are far above what is measured on an idle machine, for tests run on busy ones. */
class ScaleTest {
    private static final int MANY = 10_000;

    @TempDir
    Path root;

    /** Puts definitions where a daemon would have left them; the way through {@code define} waits for the disk. */
    private void fill(int count) throws IOException {
        var folder = Files.createDirectories(root.resolve("etc/play"));
        for (int i = 0; i < count; i++) {
            var uuid = new UUID(42, i);
            var text = """
                    <domain type='test'>
                      <name>inn%d</name>
                      <uuid>%s</uuid>
                      <memory unit='KiB'>65536</memory>
                      <currentMemory unit='KiB'>65536</currentMemory>
                      <vcpu placement='static'>2</vcpu>
                      <os>
                        <type arch='x86_64'>hvm</type>
                      </os>
                      <devices>
                    %s  </devices>
                    </domain>
                    """.formatted(i, uuid, devices());
            Files.writeString(folder.resolve("inn" + i + ".xml"), Seal.put(text));
        }
    }

    /** As many as a common domain has, so that the documents are as long as they are in life: some 4 KiB. */
    private static String devices() {
        var devices = new StringBuilder("""
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='qcow2'/>
                      <source file='/images/none.qcow2'/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                """);
        for (int i = 0; i < 14; i++) {
            devices.append("""
                    <controller type='pci' index='%d' model='pcie-root-port'>
                      <model name='pcie-root-port'/>
                      <target chassis='%d' port='0x1'/>
                      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
                    </controller>
                """.formatted(i, i));
        }
        return devices.toString();
    }

    private static <T> T within(Duration limit, Supplier<T> act) {
        long start = System.nanoTime();
        var result = act.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
        return result;
    }

    @Test
    void tenThousandDefinitionsLoadInSeconds() throws IOException {
        fill(MANY);
        try (var house = within(Duration.ofSeconds(60), () -> new House(root))) {
            assertThat(house.domains().list(0)).hasSize(MANY);
            var last = house.domains().byName("inn9999");
            assertThat(house.domains().xml(last.uuid(), 0)).contains("<name>inn9999</name>");
            assertThat(within(Duration.ofSeconds(20), () -> house.domains().list(2)))
                    .hasSize(MANY);
            assertThat(within(
                            Duration.ofSeconds(30),
                            () -> house.connection().statistics().all(0, 0)))
                    .hasSize(MANY)
                    .allSatisfy(stats -> assertThat(stats.parameters()).hasSizeGreaterThan(8));
        }
    }

    @Test
    void aThousandAmongManyAreAskedForByUuid() throws IOException {
        fill(1_000);
        try (var house = new House(root)) {
            var some = List.of(new UUID(42, 3), new UUID(42, 999), new UUID(7, 7));
            assertThat(house.connection().statistics().of(some, 0, 0))
                    .extracting(stats -> stats.domain().name())
                    .containsExactlyInAnyOrder("inn3", "inn999");
        }
    }
}
