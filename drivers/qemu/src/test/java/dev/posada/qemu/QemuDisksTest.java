package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities.ChangesDisks;
import dev.posada.driver.Abilities.HasMonitor;
import dev.posada.driver.Abilities.Resets;
import dev.posada.model.DomainEvent;
import dev.posada.model.Element;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks of real machines that come and go, and media that change. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuDisksTest {
    private QemuBench bench;

    @TempDir
    private Path images;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Element source(String name) throws IOException {
        var image = images.resolve(name);
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        return Element.of("source", "file", image.toString());
    }

    private Element disk(String device, String target, String bus, String image) throws IOException {
        return drive(device, target, bus).plus(source(image));
    }

    private static Element drive(String device, String target, String bus) {
        return Element.of("disk", "type", "file", "device", device)
                .plus(Element.of("target", "dev", target, "bus", bus));
    }

    private static Element disk(QemuBench.Started one, String target) {
        return one.observed.definition().devices("disk").stream()
                .filter(disk -> DiskDefaults.target(disk).equals(target))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> targets(QemuBench.Started one) {
        return one.observed.definition().devices("disk").stream()
                .map(DiskDefaults::target)
                .toList();
    }

    private static String nodes(QemuBench.Started one) {
        return one.as(HasMonitor.class).monitorCommand("info block -n", true);
    }

    @Test
    void aDiskComesAndGoes() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        var disks = one.as(ChangesDisks.class);

        disks.attach(disk("disk", "sdb", "usb", "usb.img"), Map.of());

        var plugged = disk(one, "sdb");
        assertThat(LiveEdits.alias(plugged)).isEqualTo("usb-disk1");
        assertThat(one.observed.happenings()).contains(new DomainEvent.DeviceAdded("usb-disk1"));
        assertThat(nodes(one)).contains("usb.img");

        disks.detach(plugged);

        assertThat(targets(one)).doesNotContain("sdb");
        assertThat(nodes(one)).doesNotContain("usb.img");
    }

    @Test
    void aDiskStaysForAsLongAsTheGuestHoldsItAndIsKnownToALaterDaemon() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        one.as(ChangesDisks.class).attach(disk("disk", "vdq", "virtio", "held.img"), Map.of());
        one.as(ChangesDisks.class).detach(disk(one, "vdq"));
        // Nobody in there hears the request; the machine's own reset lets go of the disk.
        assertThat(targets(one)).contains("vdq");

        bench.restart();
        var again = bench.recover(one, one.observed.status());
        assertThat(targets(again)).contains("vdq");
        again.as(Resets.class).reset();
        Eventually.holds("the disk is gone", () -> !targets(again).contains("vdq"));
        Eventually.holds("its image is closed", () -> !nodes(again).contains("held.img"));
    }

    @Test
    void whatCannotBePluggedInLeavesNothing() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, drive("cdrom", "hdc", "ide")));
        var disks = one.as(ChangesDisks.class);
        var before = one.live().definition();
        var missing = drive("disk", "vdq", "virtio").plus(Element.of("source", "file", images + "/none"));
        var ide = disk("disk", "hdd", "ide", "ide.img");

        assertThatThrownBy(() -> disks.attach(missing, Map.of())).hasMessageContaining("Cannot access storage file");
        assertThatThrownBy(() -> disks.attach(ide, Map.of())).hasMessageContaining("does not support hotplugging");

        assertThat(one.live().definition()).isEqualTo(before);
        assertThat(nodes(one)).doesNotContain("ide.img");
    }

    @Test
    void aScsiDiskBringsItsControllers() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        one.as(ChangesDisks.class).attach(disk("disk", "sdh", "scsi", "scsi.img"), Map.of());
        assertThat(one.observed.definition().devices("controller").stream()
                        .filter(controller -> controller.has("type", "scsi"))
                        .map(LiveEdits::alias))
                .containsExactly("scsi0", "scsi1");
        assertThat(LiveEdits.alias(disk(one, "sdh"))).isEqualTo("scsi1-0-0");
        one.as(ChangesDisks.class).detach(disk(one, "sdh"));
        assertThat(targets(one)).doesNotContain("sdh");
    }

    @Test
    void mediaChangeAndTheirImagesAreClosed() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, disk("cdrom", "hdc", "ide", "one.iso")));
        var disks = one.as(ChangesDisks.class);
        var before = disk(one, "hdc");
        var gone = before.withoutChildren(
                child -> child.name().equals("source") || child.name().equals("backingStore"));

        disks.changeMedium(before, gone, Map.of(), false);
        assertThat(disk(one, "hdc").child("source")).isEmpty();
        assertThat(nodes(one)).doesNotContain("one.iso");

        disks.changeMedium(disk(one, "hdc"), gone.plus(source("two.iso")), Map.of(), false);
        assertThat(NeededFiles.image(disk(one, "hdc"))).contains(images.resolve("two.iso"));
        assertThat(nodes(one)).contains("two.iso");
    }
}
