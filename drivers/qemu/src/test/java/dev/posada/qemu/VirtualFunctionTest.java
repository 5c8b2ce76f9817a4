package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of network cards, in a folder that looks like the kernel's. */
class VirtualFunctionTest {
    private static final String NIC = """
            <interface type='hostdev'>
              <mac address='52:54:00:00:00:01'/>
              <source><address type='pci' domain='0x0000' bus='0x07' slot='0x10' function='0x1'/></source>
              <vlan><tag id='42'/></vlan>
            </interface>""";

    @TempDir
    Path devices;

    @BeforeEach
    void plug() throws IOException {
        var whole = Files.createDirectories(devices.resolve("0000:07:00.0"));
        Files.createDirectories(whole.resolve("net/eth7"));
        for (int i = 0; i < 3; i++) {
            var part = Files.createDirectories(devices.resolve("0000:07:10." + i));
            Files.createSymbolicLink(part.resolve("physfn"), whole);
            Files.createSymbolicLink(whole.resolve("virtfn" + i), part);
        }
    }

    @Test
    void aFunctionIsKnownByItsCardAndNumber() {
        var nic = Documents.parse(NIC);
        assertThat(VirtualFunction.name(nic)).isEqualTo("0000:07:10.1");
        var function = VirtualFunction.of(devices, VirtualFunction.name(nic));
        assertThat(function).isEqualTo(new VirtualFunction("eth7", 1));
        assertThat(String.join(" ", function.command(nic)))
                .isEqualTo("ip link set dev eth7 vf 1 mac 52:54:00:00:00:01 vlan 42");
    }

    @Test
    void aWholeCardIsNone() {
        assertThatThrownBy(() -> VirtualFunction.of(devices, "0000:07:00.0"))
                .hasMessageContaining("SR-IOV Virtual Functions only");
        assertThatThrownBy(() -> VirtualFunction.of(devices, "0000:09:00.0"))
                .hasMessageContaining("there is no PCI device 0000:09:00.0");
    }

    @Test
    void aFunctionHasOneTag() {
        var nic = Documents.parse(NIC.replace("<tag id='42'/>", "<tag id='42'/><tag id='43'/>"));
        assertThatThrownBy(() -> new VirtualFunction("eth7", 1).command(nic)).hasMessageContaining("trunking");
    }
}
