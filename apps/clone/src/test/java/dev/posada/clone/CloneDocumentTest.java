package dev.posada.clone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.Element;
import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import dev.posada.xml.Documents;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CloneDocumentTest {
    private static final Element DOMAIN = Documents.parse("""
            <domain type='qemu' id='4'>
              <name>web</name>
              <uuid>11111111-2222-3333-4444-555555555555</uuid>
              <title>The one</title>
              <genid>aaaaaaaa-2222-3333-4444-555555555555</genid>
              <sysinfo type='smbios'>
                <system>
                  <entry name='serial'>7</entry>
                  <entry name='uuid'>11111111-2222-3333-4444-555555555555</entry>
                </system>
              </sysinfo>
              <os>
                <nvram template='/t'>/nv/web_VARS.fd</nvram>
              </os>
              <devices>
                <disk type='volume' device='disk'>
                  <driver name='qemu' type='raw'/>
                  <source pool='default' volume='a' startupPolicy='optional'/>
                  <backingStore/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <disk type='file' device='cdrom'>
                  <target dev='sda' bus='sata'/>
                  <readonly/>
                </disk>
                <interface type='user'>
                  <mac address='52:54:00:00:00:01'/>
                  <target dev='tap0'/>
                </interface>
                <interface type='user'>
                  <target dev='tap1' managed='no'/>
                </interface>
                <graphics type='vnc' port='5901' autoport='no'/>
                <graphics type='vnc' port='-1' autoport='yes'/>
                <channel type='unix'>
                  <source mode='bind' path='/c/domain-4-web/org.qemu.guest_agent.0'/>
                  <target type='virtio' name='org.qemu.guest_agent.0'/>
                </channel>
                <channel type='unix'>
                  <source mode='bind' path='/c/own'/>
                  <target type='virtio' name='other'/>
                </channel>
              </devices>
            </domain>
            """);

    private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();

    @Test
    void whatBelongsToOneDomainIsRenewed() {
        var macs = List.of("52:54:00:00:00:0a", "52:54:00:00:00:0b").iterator();

        var clone =
                CloneDocument.renewed(DOMAIN, new NewIdentity("copy", "an-uuid", "generation", macs::next), notices());

        assertThat(clone).isEqualTo(Documents.parse("""
                <domain type='qemu'>
                  <name>copy</name>
                  <uuid>an-uuid</uuid>
                  <genid>generation</genid>
                  <sysinfo type='smbios'>
                    <system>
                      <entry name='serial'>7</entry>
                      <entry name='uuid'>an-uuid</entry>
                    </system>
                  </sysinfo>
                  <os>
                    <nvram template='/t'>/nv/web_VARS.fd</nvram>
                  </os>
                  <devices>
                    <disk type='volume' device='disk'>
                      <driver name='qemu' type='raw'/>
                      <source pool='default' volume='a' startupPolicy='optional'/>
                      <backingStore/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                    <disk type='file' device='cdrom'>
                      <target dev='sda' bus='sata'/>
                      <readonly/>
                    </disk>
                    <interface type='user'>
                      <mac address='52:54:00:00:00:0a'/>
                    </interface>
                    <interface type='user'>
                      <target managed='no'/>
                      <mac address='52:54:00:00:00:0b'/>
                    </interface>
                    <graphics type='vnc' port='-1'/>
                    <graphics type='vnc' port='-1' autoport='yes'/>
                    <channel type='unix'>
                      <source mode='bind'/>
                      <target type='virtio' name='org.qemu.guest_agent.0'/>
                    </channel>
                    <channel type='unix'>
                      <source mode='bind' path='/c/own'/>
                      <target type='virtio' name='other'/>
                    </channel>
                  </devices>
                </domain>
                """));
        assertThat(complaints.toString(StandardCharsets.UTF_8))
                .isEqualTo("WARNING  Setting the graphics device port to autoport, in order to avoid conflicting.\n");
    }

    @Test
    void namedAddressesGoToInterfacesInTheirOrder() {
        var clone = CloneDocument.withMacs(DOMAIN, List.of("RANDOM", "52:54:00:00:00:0c"));

        assertThat(clone.at("devices").orElseThrow().children("interface"))
                .extracting(nic -> nic.child("mac").orElseThrow().attribute("address", ""))
                .containsExactly("52:54:00:00:00:01", "52:54:00:00:00:0c");
    }

    @Test
    void movedDiskKeepsAllButItsPlace() {
        var clone = CloneDocument.withDisk(DOMAIN, "vda", "file", "/i/copy.qcow2", Optional.of("qcow2"));

        assertThat(CloneDocument.disks(clone).getFirst()).isEqualTo(Documents.parse("""
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2'/>
                  <source startupPolicy='optional' file='/i/copy.qcow2'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                """));
        assertThat(CloneDocument.disks(clone).getLast())
                .isEqualTo(CloneDocument.disks(DOMAIN).getLast());
    }

    @Test
    void firmwareVariablesMoveInBothForms() {
        assertThat(CloneDocument.nvram(DOMAIN)).contains("/nv/web_VARS.fd");
        var moved = CloneDocument.withNvram(DOMAIN, "/nv/copy_VARS.fd");
        assertThat(moved.at("os", "nvram")).contains(Documents.parse("<nvram template='/t'>/nv/copy_VARS.fd</nvram>"));

        var newer = Documents.parse("<domain><os><nvram type='file'><source file='/nv/a'/></nvram></os></domain>");
        assertThat(CloneDocument.nvram(newer)).contains("/nv/a");
        assertThat(CloneDocument.nvram(CloneDocument.withNvram(newer, "/nv/b"))).contains("/nv/b");
    }

    @Test
    void emptyAndReadOnlyAndSharedDisksAreNotCopiedByThemselves() {
        assertThat(shared("<disk type='file' device='floppy'><target dev='fda'/></disk>"))
                .isTrue();
        assertThat(shared("<disk type='file'><source file='/a'/><readonly/></disk>"))
                .isTrue();
        assertThat(shared("<disk type='file'><source file='/a'/><shareable/></disk>"))
                .isTrue();
        assertThat(shared("<disk type='file'><source file='/a'/><transient shareBacking='yes'/></disk>"))
                .isTrue();
        assertThat(shared("<disk type='file'><source file='/a'/><transient/></disk>"))
                .isFalse();
        assertThat(shared("<disk type='volume'><source pool='p' volume='v'/></disk>"))
                .isFalse();
        assertThat(shared("<disk type='network'><source protocol='rbd' name='x'/></disk>"))
                .isFalse();
    }

    private static boolean shared(String disk) {
        return DiskPlan.isSharedByItself(Documents.parse(disk));
    }

    private Notices notices() {
        var err = new PrintStream(complaints, true, StandardCharsets.UTF_8);
        return new Notices(new Console(InputStream.nullInputStream(), err, err, new Cancellation()), false);
    }
}
