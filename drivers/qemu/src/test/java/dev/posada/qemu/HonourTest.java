package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a definition says is honoured, or the start is refused with a sentence that names it. */
final class HonourTest {
    private static final String UNKNOWN = "posada-unknown";

    /** The same place in a few documents is enough. */
    private static final int TRIES_OF_A_PLACE = 12;

    @Test
    void anAttributeNobodyReadsIsRefusedWhereverItStands() {
        var swallowed = new TreeSet<String>();
        var tried = new HashMap<String, Integer>();
        for (var name : Fixtures.documents()) {
            var complete = Fixtures.complete(Fixtures.document(name));
            for (var variant : variants(complete.root(), "")) {
                if (tried.merge(variant.path(), 1, Integer::sum) > TRIES_OF_A_PLACE) {
                    continue;
                }
                var changed = new DomainDefinition(variant.root());
                try {
                    Fixtures.plan(changed, Fixtures.facts(changed));
                    swallowed.add(variant.path());
                } catch (PosadaException e) {
                    assertThat(e.code()).isIn(ErrorCode.CONFIG_UNSUPPORTED, ErrorCode.XML_ERROR);
                    assertThat(e.getMessage()).contains(UNKNOWN);
                }
            }
        }
        Fixtures.assertGolden(Fixtures.RESOURCES.resolve("without-effect.txt"), String.join("\n", swallowed) + "\n");
    }

    /** A definition with one attribute too many, and where. */
    private record Variant(Element root, String path) {}

    private static List<Variant> variants(Element element, String above) {
        var path = above.isEmpty() ? element.name() : above + "/" + element.name();
        var variants = new ArrayList<Variant>();
        variants.add(new Variant(element.with(UNKNOWN, "1"), path));
        var content = element.content();
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Element child && !child.name().equals("metadata")) {
                for (var variant : variants(child, path)) {
                    var changed = new ArrayList<>(content);
                    changed.set(i, variant.root());
                    variants.add(new Variant(element.withContent(changed), variant.path()));
                }
            }
        }
        return variants;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <interface type='network'><source network='default'/></interface> | type='network' needs virtual networks
            <interface type='internal'><source name='x'/></interface> | type='internal' is not supported
            <interface type='bridge'><source bridge='br0'/><vlan><tag id='5'/></vlan></interface> | vlan tag not supported for this connection type
            <interface type='bridge'><source bridge='br0'/><ip address='10.0.0.1'/></interface> | not supported by QEMU
            <interface type='bridge'><source bridge='br0'/><bandwidth><inbound average='1' floor='1'/></bandwidth></interface> | floor attribute is not supported for this config
            <interface type='bridge'><source bridge='br0'/><model type='e1000'/><driver queues='2'/></interface> | queues='2' is not supported
            <interface type='user'><model type='virtio'/><driver queues='2'/></interface> | Multiqueue network is not supported for: user
            <interface type='user'><mtu size='1400'/></interface> | setting MTU on interface type user
            <interface type='user'><port isolated='yes'/></interface> | port isolation is not supported
            <interface type='bridge'><source bridge='br0'/><script path='/x'/></interface> | scripts are not supported on interfaces of type bridge
            <interface type='direct'><source dev='eth0'/><filterref filter='x'/></interface> | filterref is not supported for network interfaces of type direct
            <interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbh'><parameters profileid='x'/></virtualport></interface> | type='802.1Qbh' is not supported
            <interface type='direct' trustGuestRxFilters='yes'><source dev='eth0'/></interface> | trustGuestRxFilters='yes' is not supported
            <interface type='vhostuser'><source type='unix' path='/x' mode='client'/><model type='e1000'/></interface> | vhostuser requires the virtio-net* frontend
            <interface type='hostdev' managed='yes'><source><address type='pci' bus='7' slot='16' function='1'/></source></interface> | managed='yes' is not supported yet
            <interface type='udp'><source address='127.0.0.1' port='1'><local address='127.0.0.1' port='0'/></source></interface> | port='0'
            <interface type='user'><bandwidth><inbound average='1'/></bandwidth></interface> | <devices/interface/bandwidth>
            <interface type='user'><filterref filter='clean-traffic'/></interface> | filterref is not supported for network interfaces of type user
            <filesystem type='mount'><driver type='virtiofs'/><source dir='/x'/><target dir='x'/></filesystem> | driver type='virtiofs' needs a daemon
            <disk type='network'><source protocol='nbd' name='x'/><target dev='vda' bus='virtio'/></disk> | type='network' is not supported
            <disk type='file'><source file='/x'/><target dev='vda' bus='virtio'/><transient/></disk> | <transient/>
            <disk type='file'><source file='/x'/><target dev='vda' bus='virtio'/><encryption format='luks'/></disk> | it has no secret
            <disk type='file'><driver name='qemu' type='raw' copy_on_read='on'/><source file='/x'/><target dev='vda'/></disk> | copy_on_read='on'
            <graphics type='rdp'/> | type='rdp' is not supported
            <graphics type='vnc'/><graphics type='vnc'/> | only 1 graphics device of each type
            <video><model type='gop'/></video> | type='gop' is not supported
            <sound model='ich7'/> | model='ich7' is not supported
            <hostdev mode='subsystem' type='pci' managed='yes'><source><address bus='1' slot='0' function='0'/></source></hostdev> | managed='yes' is not supported yet
            <hostdev mode='capabilities' type='misc'><source><char>/x</char></source></hostdev> | mode='capabilities' is not supported
            <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel> | it speaks over SPICE
            <lease><lockspace>x</lockspace><key>y</key><target path='/x'/></lease> | <devices/lease> is not supported
            <crypto model='virtio' type='qemu'><backend model='builtin'/></crypto> | <devices/crypto> is not supported
            <controller type='xenbus' index='0'/> | type='xenbus' is not supported
            """)
    void aDeviceThatCannotBeHadIsRefusedAtItsStart(String device, String words) {
        var complete = Fixtures.complete(domain("", device));
        assertThatThrownBy(() -> Fixtures.plan(complete, Fixtures.facts(complete)))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNSUPPORTED))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <launchSecurity type='sev'><policy>0x1</policy></launchSecurity> | <launchSecurity> is not supported
            <memoryBacking><source type='memfd'/><nvram/></memoryBacking> | <memoryBacking/nvram> is not supported
            <cputune><vcpusched vcpus='0' scheduler='fifo' priority='1'/></cputune> | <cputune/vcpusched> is not supported
            <cputune><cachetune vcpus='0'/></cputune> | <cputune/cachetune> is not supported
            <numatune><memory mode='restrictive' nodeset='0'/></numatune> | mode='restrictive' is not supported
            <features><acpi/><htm state='on'/></features> | <features/htm> is not supported
            <cpu mode='custom' match='strict'><model>qemu64</model></cpu> | match='strict' is not supported
            <cpu mode='custom'><model>Pentium99</model></cpu> | CPU model 'Pentium99' is not known
            <cpu mode='host-passthrough'/> | CPU mode 'host-passthrough'
            <cpu><topology sockets='2' cores='2' threads='1'/></cpu> | CPU topology doesn't match maximum vcpu count
            <seclabel type='static' model='apparmor'><label>x</label></seclabel> | model='apparmor' is not supported
            <resource><partition>/guests</partition></resource> | only the partition '/machine' is there
            <perf><event name='cmt' enabled='yes'/></perf> | enabled='yes' is not supported
            <clock offset='utc'><timer name='tsc' mode='paravirt'/></clock> | mode='paravirt' is not supported
            <idmap><uid start='0' target='1' count='1'/></idmap> | <idmap> is not supported
            <on_lockfailure>ignore</on_lockfailure> | <on_lockfailure> is not supported
            <memtune><min_guarantee unit='KiB'>1</min_guarantee></memtune> | <memtune/min_guarantee> is not supported
            """)
    void aWishThatCannotBeMetIsRefusedAtItsStart(String element, String words) {
        var complete = Fixtures.complete(domain(element, ""));
        assertThatThrownBy(() -> Fixtures.plan(complete, Fixtures.facts(complete)))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNSUPPORTED))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <disk type='file'><source file='/x'/><target dev='vda'/><address type='pci' slot='1'/></disk> | XML_ERROR | Attempted double use of PCI Address 0000:00:01.0
            <disk type='file'><source file='/x'/><target dev='vda'/><address type='pci' slot='5'/></disk><disk type='file'><source file='/x'/><target dev='vdb'/><address type='pci' slot='5'/></disk> | XML_ERROR | Attempted double use of PCI Address 0000:00:05.0
            <disk type='file' device='lun'><source file='/x'/><target dev='sda'/></disk> | CONFIG_UNSUPPORTED | disk device='lun' is only valid for block type disk source
            <controller type='pci' index='0' model='pcie-root'/> | XML_ERROR | must be model='pci-root' for this machine type
            <emulator>/nonexistent</emulator> | CONFIG_UNSUPPORTED | there is no /nonexistent
            <tpm model='tpm-tis'/> | XML_ERROR | missing TPM device backend
            <shmem name='x'><model type='ivshmem-doorbell'/></shmem> | CONFIG_UNSUPPORTED | only with server option enabled
            <video><model type='vga'/></video><video><model type='cirrus'/></video> | CONFIG_UNSUPPORTED | only valid as primary video device
            """)
    void whatNoDomainCanBeIsRefusedWhenItIsDefined(String device, ErrorCode code, String words) {
        assertThatThrownBy(() -> Fixtures.complete(domain("", device)))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    private static String domain(String elements, String devices) {
        return "<domain type='qemu'><name>guest</name><memory>65536</memory><os><type machine='pc'>hvm</type></os>"
                + elements + "<devices>" + devices + "</devices></domain>";
    }
}
