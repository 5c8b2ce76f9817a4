package dev.posada.virsh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.Element;
import dev.posada.model.TypedParameter;
import dev.posada.xml.Documents;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartsOfDomainsTest {
    @Test
    void addressesOfGuestsBecomeElements() {
        assertThat(address("pci:0000.00.0x0a.0"))
                .isEqualTo("<address type='pci' domain='0x0000' bus='0x00' slot='0x0a' function='0x0'/>");
        assertThat(address("scsi:1.2.3")).isEqualTo("<address type='drive' controller='1' bus='2' unit='3'/>");
        assertThat(address("ccw:0xfe.0.1234"))
                .isEqualTo("<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x1234'/>");
        assertThat(address("usb:0001.2")).isEqualTo("<address type='usb' bus='1' port='2'/>");
        for (var wrong :
                List.of("", "pci", "pci:0", "pci:0.0.0.0.0", "usb:1", "scsi:a.b.c", "fdc:0.0.0", "ide:1.2.-3")) {
            assertThat(BusAddress.of(wrong)).as(wrong).isEmpty();
        }
    }

    private static String address(String text) {
        return Documents.format(BusAddress.of(text).orElseThrow().element()).strip();
    }

    @Test
    void whatWasRemovedFromADeviceLeavesItsLine() {
        var text = new DeviceText(Documents.parse("""
                <disk type='file' device='cdrom'>
                  <source file='/a&quot;b' index='1'><seclabel model='dac'/></source>
                  <backingStore/>
                  <target dev='hdc'/>
                </disk>"""));
        text.remove("backingStore");
        assertThat(text.text()).isEqualTo("""
                <disk type="file" device="cdrom">
                      <source file="/a&quot;b" index="1">
                        <seclabel model="dac"/>
                      </source>
                     \s
                      <target dev="hdc"/>
                    </disk>""");
    }

    @Test
    void whatIsPutIntoADeviceStandsBeforeItsTargetOrItsEnd() {
        var text = new DeviceText(Documents.parse("<disk><source/><target dev='hdc'/></disk>"));
        text.remove("source");
        text.insertBefore("target", Element.of("source", "file", "/b"));
        text.set(Element.of("link", "state", "up"));
        assertThat(text.text()).isEqualTo("""
                <disk>
                     \s
                      <source file="/b"/>
                      <target dev="hdc"/>
                    <link state="up"/></disk>""");
        assertThat(new DeviceText(Element.of("x", "a", "b")).text()).isEqualTo("<x a=\"b\"/>");
    }

    @Test
    void bandwidthsHaveFourNumbersAtMost() {
        assertThat(Bandwidth.of("10,,30").attributes())
                .containsExactly(java.util.Map.entry("average", "10"), java.util.Map.entry("burst", "30"));
        assertThat(Bandwidth.of("0").has("average")).isFalse();
        assertThatThrownBy(() -> Bandwidth.of("1,2,3,4,5")).hasMessage("Rate string '1,2,3,4,5' has too many fields");
        assertThatThrownBy(() -> Bandwidth.of("1,x")).hasMessage("field 'peak' is malformed");
    }

    @Test
    void listsOfProcessorsAreReadAndWritten() {
        assertThat(CpuList.parse("0-3,^2,7")).contains(List.of(0, 1, 3, 7));
        assertThat(CpuList.format(List.of(0, 1, 3, 5, 6, 7))).isEqualTo("0-1,3,5-7");
        assertThat(CpuList.letters(List.of(0, 2), 4)).isEqualTo("y-y-");
        for (var wrong : List.of("", "x", "3-1", "1-", "-1", "1,,2", "^1", "0,^0", "2000")) {
            assertThat(CpuList.parse(wrong)).as(wrong).isEmpty();
        }
        assertThat(CpuList.of("r", 3)).containsExactly(0, 1, 2);
        assertThatThrownBy(() -> CpuList.of("0,9", 2)).hasMessage("CPU 9 in cpulist '0,9' exceed the maxcpu 2");
    }

    @Test
    void hardwareAddressesAreWrittenInOneWay() {
        assertThat(HardwareAddress.normal("52:54:0:A:b:FF")).contains("52:54:00:0a:0b:ff");
        for (var wrong : List.of("", "vnet0", "52:54:00:11:22", "52:54:00:11:22:333", "52:54:00:11:22:zz")) {
            assertThat(HardwareAddress.normal(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void parametersAreTextsAndNumbers() {
        assertThat(Parameters.text(TypedParameter.ofUnsigned("x", -1L))).isEqualTo("18446744073709551615");
        assertThat(Parameters.text(TypedParameter.ofUnsigned("x", -1))).isEqualTo("4294967295");
        assertThat(Parameters.text(TypedParameter.ofDouble("x", 0.5))).isEqualTo("0.500000");
        assertThat(Parameters.text(TypedParameter.ofBoolean("x", true))).isEqualTo("yes");
        assertThat(Parameters.json(List.of(TypedParameter.ofBoolean("x", true), TypedParameter.ofText("y", "z"))))
                .containsEntry("x", true)
                .containsEntry("y", "z");
    }

    @Test
    void sizesAreWrittenWithTheirLargestUnit() {
        assertThat(PrettySize.of(0)).isEqualTo("0.000 B");
        assertThat(PrettySize.of(1536)).isEqualTo("1.500 KiB");
        assertThat(PrettySize.of(-1)).isEqualTo("16.000 EiB");
    }

    @Test
    void treesAreDrawnAsLibvirtsToolsDrawThem() {
        var tree = new MomentTree();
        tree.add("a", Optional.empty());
        tree.add("b", Optional.of("a"));
        tree.add("c", Optional.of("b"));
        tree.add("d", Optional.of("a"));
        tree.add("e", Optional.empty());
        assertThat(tree.text()).isEqualTo("""
                a
                  |
                  +- b
                  |   |
                  |   +- c
                  |    \s
                  +- d
                   \s
                e

                """);
    }

    @Test
    void aTreeThatGoesInACircleEnds() {
        var tree = new MomentTree();
        tree.add("root", Optional.empty());
        tree.add("a", Optional.of("root"));
        tree.add("root", Optional.of("a"));
        assertThat(tree.text()).contains("+- a");
        assertThat(tree.json()).hasSize(1);
    }

    @Test
    void twoCommasAreOne() {
        assertThat(MomentText.parts("vda,file=/a,,b,snapshot=no")).containsExactly("vda", "file=/a,b", "snapshot=no");
        assertThat(MomentText.settings(List.of("file=/a", "x=y"), List.of("file")))
                .isEmpty();
        assertThat(MomentText.document("domainsnapshot", Optional.empty(), Optional.empty(), List.of()))
                .isEqualTo("<domainsnapshot>\n</domainsnapshot>\n");
    }
}
