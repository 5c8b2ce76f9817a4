package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.xml.Documents;
import org.junit.jupiter.api.Test;

class DraftTest {
    private final ElementOrder order = ElementOrder.read();

    @Test
    void whatWasSetIsWrittenInTheOrderOfItsKind() {
        var domain = Draft.of(order, "domain", new Node("domain"));
        domain.set("on_reboot", "destroy");
        domain.set("name", "a");
        domain.set("@type", "kvm");
        var disk = domain.add("devices>disk");
        disk.set("target/@dev", "vda");
        disk.set("source>@file", "/a&b");
        disk.set("@device", "disk");

        assertThat(written(domain)).isEqualTo("""
                <domain type="kvm">
                  <name>a</name>
                  <on_reboot>destroy</on_reboot>
                  <devices>
                    <disk device="disk">
                      <source file="/a&amp;b"/>
                      <target dev="vda"/>
                    </disk>
                  </devices>
                </domain>
                """);
    }

    @Test
    void anElementThatIsThereKeepsWhatNobodyAskedFor() {
        var node = Node.of(Documents.parse(
                "<domain><devices><disk x='1'><driver name='qemu'/><own/></disk></devices><other/></domain>"));
        var domain = Draft.of(order, "domain", node);
        var disk = domain.all("devices>disk").getFirst();
        disk.set("driver/@cache", "none");
        domain.set("name", "a");

        assertThat(written(domain)).isEqualTo("""
                <domain>
                  <devices>
                    <disk x="1">
                      <driver name="qemu" cache="none"/>
                      <own/>
                    </disk>
                  </devices>
                  <other/>
                  <name>a</name>
                </domain>
                """);
    }

    @Test
    void elementsThatHoldNothingAnyMoreGoWithWhatTheyHeld() {
        var node = Node.of(Documents.parse("<domain><os><smbios mode='host'/></os><name>a</name></domain>"));
        var domain = Draft.of(order, "domain", node);
        domain.unset("os>smbios/@mode");

        assertThat(written(domain)).isEqualTo("<domain>\n  <name>a</name>\n</domain>\n");
    }

    @Test
    void partsAreToldApartByTheirAttributes() {
        var domain = Draft.of(order, "domain", new Node("domain"));
        var serial = domain.add("devices>serial");
        serial.set("source>../source[@mode='connect']/@host", "b");
        serial.set("source>../source[@mode='bind']/@host", "a");

        assertThat(written(domain)).isEqualTo("""
                <domain>
                  <devices>
                    <serial>
                      <source mode="bind" host="a"/>
                      <source mode="connect" host="b"/>
                    </serial>
                  </devices>
                </domain>
                """);
    }

    @Test
    void writingTwiceIsWritingOnce() {
        var node = new Node("domain");
        var domain = Draft.of(order, "domain", node);
        domain.set("name", "a");
        domain.add("devices>disk").set("@type", "file");
        var first = written(domain);

        assertThat(written(domain)).isEqualTo(first);
    }

    private static String written(Draft domain) {
        domain.write();
        return DocumentText.of(domain.make());
    }
}
