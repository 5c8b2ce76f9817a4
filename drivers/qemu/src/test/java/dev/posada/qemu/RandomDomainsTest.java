package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.DomainXml;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every domain, tried on domains nobody would think of. */
final class RandomDomainsTest {
    private static final int ROUNDS = 400;
    private static final int DEVICES_MAX = 40;

    private static final List<String> DEVICES = List.of(
            "<disk type='file'><source file='/images/%d.raw'/><target dev='vd%s' bus='virtio'/></disk>",
            "<disk type='file'><source file='/images/%d.raw'/><target dev='sd%s' bus='scsi'/></disk>",
            "<disk type='file'><source file='/images/%1$d.raw'/><target dev='sd%4$s' bus='usb'/></disk>",
            "<disk type='file' device='cdrom'><target dev='sd%3$s' bus='sata'/></disk>",
            "<interface type='user'><model type='virtio'/></interface>",
            "<interface type='user'><model type='e1000'/></interface>",
            "<interface type='user'><model type='e1000e'/></interface>",
            "<controller type='usb' model='nec-xhci'/>",
            "<controller type='scsi' model='virtio-scsi'/>",
            "<controller type='virtio-serial'/>",
            "<channel type='unix'><target type='virtio' name='c%d'/></channel>",
            "<channel type='pty'><target type='virtio' name='d%d'/></channel>",
            "<console type='pty'><target type='virtio'/></console>",
            "<serial type='null'><target type='pci-serial'/></serial>",
            "<serial type='null'><target type='usb-serial'/></serial>",
            "<input type='tablet' bus='usb'/>",
            "<input type='keyboard' bus='virtio'/>",
            "<hub type='usb'/>",
            "<sound model='ich6'/>",
            "<sound model='ich9'/>",
            "<sound model='usb'/>",
            "<rng model='virtio'><backend model='random'/></rng>",
            "<redirdev bus='usb' type='tcp'><source mode='bind' host='127.0.0.1' service='0'/></redirdev>",
            "<shmem name='m%d'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>",
            "<filesystem type='mount'><source dir='/images'/><target dir='t%d'/></filesystem>");

    /** Of these a domain has one at most. */
    private static final List<String> SINGLE = List.of(
            "<serial type='pty'/><serial type='null'/>",
            "<graphics type='vnc'/>",
            "<graphics type='spice' autoport='yes'/>",
            "<video><model type='qxl'/></video><video><model type='virtio'/></video>",
            "<video><model type='vga'/></video>",
            "<memballoon model='none'/>",
            "<memballoon model='virtio-transitional'/>",
            "<tpm model='tpm-crb'><backend type='emulator'/></tpm>",
            "<vsock model='virtio'><cid auto='yes'/></vsock>",
            "<panic model='isa'/>",
            "<watchdog model='i6300esb'/>",
            "<smartcard mode='passthrough' type='null'/>",
            "<controller type='usb' index='0' model='piix3-uhci'/>",
            "<controller type='usb' index='0' model='ich9-ehci1'/><controller type='usb' index='0' model='ich9-uhci1'/>");

    @Test
    void completionIsStableAndPlacesAreUnique() {
        long seed = System.nanoTime();
        System.out.println("RandomDomainsTest seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            var text = text(random);
            DomainDefinition complete;
            try {
                complete = Fixtures.complete(text);
            } catch (PosadaException e) {
                throw new AssertionError(text, e);
            }
            var written = DomainXml.format(complete, true);
            assertThat(DomainXml.format(Fixtures.complete(written), true))
                    .as(text)
                    .isEqualTo(written);
            assertThat(Fixtures.defaults().complete(complete)).as(text).isEqualTo(complete);
            assertThat(DocumentsTest.pciAddresses(complete)).as(text).doesNotHaveDuplicates();
            for (var type : List.of("usb", "virtio-serial", "ccid")) {
                assertThat(addresses(complete, type)).as(text).doesNotHaveDuplicates();
            }
            assertThat(complete.devices("disk"))
                    .as(text)
                    .allMatch(disk -> disk.child("address").isPresent());
            var plan = Fixtures.plan(complete, Fixtures.facts(complete));
            assertThat(plan.argv()).as(text).isNotEmpty();
        }
    }

    @Test
    void placesGivenByAUserAreKept() {
        long seed = System.nanoTime();
        System.out.println("RandomDomainsTest seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            var machine = random.nextBoolean() ? "pc" : "q35";
            int bus = machine.equals("pc") ? 0 : random.nextInt(1, 6);
            int slot = machine.equals("pc") ? random.nextInt(3, 32) : 0;
            var devices = "<rng model='virtio'><backend model='random'/>" + "<address type='pci' bus='" + bus
                    + "' slot='" + slot + "'/></rng>";
            for (int i = random.nextInt(10); i > 0; i--) {
                devices += "<interface type='user'><model type='virtio'/></interface>";
            }
            var complete = Fixtures.complete(domain(machine, devices));
            assertThat(PciAddress.of(complete.devices("rng").getFirst())).contains(new PciAddress(bus, slot, 0));
            assertThat(DocumentsTest.pciAddresses(complete)).doesNotHaveDuplicates();
        }
    }

    private static List<Element> addresses(DomainDefinition definition, String type) {
        return definition.devices().stream()
                .flatMap(device -> device.child("address").stream())
                .filter(address -> address.has("type", type))
                .toList();
    }

    private static String text(Random random) {
        var devices = new ArrayList<String>();
        int count = random.nextInt(DEVICES_MAX);
        for (int i = 0; i < count; i++) {
            var device = DEVICES.get(random.nextInt(DEVICES.size()));
            devices.add(String.format(device, i, name(i), name(50 + i), name(150 + i)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            var device = SINGLE.get(random.nextInt(SINGLE.size()));
            var kind = device.substring(0, Math.max(device.indexOf(' '), 1));
            if (devices.stream().noneMatch(other -> other.startsWith(kind))) {
                devices.add(device);
            }
        }
        Collections.shuffle(devices, random);
        return domain(random.nextBoolean() ? "pc" : "q35", String.join("", devices));
    }

    /** Letters for a number, as targets have them. */
    private static String name(int number) {
        var last = Character.toString('a' + number % 26);
        return number < 26 ? last : Character.toString('a' + number / 26 - 1) + last;
    }

    private static String domain(String machine, String devices) {
        return "<domain type='qemu'><name>guest</name><uuid>00000000-0000-4000-8000-000000000001</uuid>"
                + "<memory>65536</memory><os><type machine='" + machine + "'>hvm</type></os>"
                + "<devices>" + devices + "</devices></domain>";
    }
}
