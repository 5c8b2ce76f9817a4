package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Descriptor;
import dev.posada.posix.ExtendedAttributes;
import dev.posada.posix.FileStatus;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a guest's files where QEMU runs as somebody else than the daemon. */
class ImageOwnersTest {
    private static final int NOBODY = 65_534;
    private static final int SOMEBODY = 4_321;
    private static final String NOTE = "trusted.libvirt.security.dac";

    @TempDir
    private Path folder;

    @BeforeEach
    void onlyRootGivesFilesAway() throws IOException {
        Assumptions.assumeTrue(CurrentProcess.effectiveUid() == 0, "only root can become somebody else");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private QemuBench bench(String... more) throws IOException {
        var settings =
                new HashMap<String, List<String>>(Map.of("user", List.of("nobody"), "group", List.of("nogroup")));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], List.of(more[i + 1]));
        }
        var bench = new QemuBench(folder.resolve("bench"), settings);
        Files.setPosixFilePermissions(bench.root(), PosixFilePermissions.fromString("rwx--x--x"));
        return bench;
    }

    /** A guest's file that is its owner's alone. */
    private static Path owned(Path file, int uid) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        PosixFiles.changeOwner(file, uid, uid);
        return file;
    }

    private static int ownerOf(Path file) {
        return FileStatus.of(file).uid();
    }

    private static boolean noted(Path file) {
        try (var open = Descriptor.open(file)) {
            return ExtendedAttributes.get(open, NOTE).isPresent();
        }
    }

    @Test
    void aDiskBelongsToTheEmulatorWhileItsGuestRuns() throws Exception {
        try (var bench = bench()) {
            var definition = bench.domain("d", BootSector.IDLE);
            var disk = owned(bench.root().resolve("d.img"), SOMEBODY);

            var one = bench.start(definition);
            assertThat(ownerOf(disk)).isEqualTo(NOBODY);

            one.live().destroy(false);
            assertThat(ownerOf(disk)).isEqualTo(SOMEBODY);
            assertThat(noted(disk)).isFalse();
        }
    }

    @Test
    void aBaseGoesBackWhenTheLastOfItsGuestsIsGone() throws Exception {
        try (var bench = bench()) {
            var first = overlaid(bench, "first");
            var second = overlaid(bench, "second");
            var base = owned(bench.root().resolve("base.img"), SOMEBODY);

            var one = bench.start(first);
            var other = bench.start(second);
            one.live().destroy(false);
            assertThat(ownerOf(base)).isEqualTo(NOBODY);

            other.live().destroy(false);
            assertThat(ownerOf(base)).isEqualTo(SOMEBODY);
        }
    }

    @Test
    void whatEverybodyMayReadKeepsItsOwner() throws Exception {
        try (var bench = bench()) {
            var definition = overlaid(bench, "d");
            var base = owned(bench.root().resolve("base.img"), SOMEBODY);
            Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rw-r--r--"));

            bench.start(definition);

            assertThat(ownerOf(base)).isEqualTo(SOMEBODY);
            assertThat(ownerOf(bench.root().resolve("d.img"))).isEqualTo(NOBODY);
        }
    }

    @Test
    void aLaterDaemonGivesBackWhatAnEarlierOneTook() throws Exception {
        try (var bench = bench()) {
            var definition = bench.domain("d", BootSector.IDLE);
            var disk = owned(bench.root().resolve("d.img"), SOMEBODY);
            var before = bench.start(definition);

            bench.restart();
            var after = bench.recover(before, DomainStatus.RUNNING_BOOTED);
            assertThat(ownerOf(disk)).isEqualTo(NOBODY);
            after.live().destroy(false);

            assertThat(ownerOf(disk)).isEqualTo(SOMEBODY);
        }
    }

    @Test
    void aStartThatFailsLeavesFilesToTheirOwners() throws Exception {
        try (var bench = bench()) {
            var definition = overlaid(bench, "d");
            var disk = owned(bench.root().resolve("d.img"), SOMEBODY);
            // Not what the definition says it is: QEMU finds that out when it has the disk already.
            Files.write(disk, new byte[512]);

            assertThatThrownBy(() -> bench.start(definition)).isInstanceOf(PosadaException.class);

            assertThat(ownerOf(disk)).isEqualTo(SOMEBODY);
            assertThat(noted(disk)).isFalse();
        }
    }

    @Test
    void whatTheDefinitionSaysStaysStays() throws Exception {
        try (var bench = bench()) {
            var definition = bench.domain("d", BootSector.IDLE);
            var kept = new DomainDefinition(
                    definition.root().plus(Element.of("seclabel", "type", "dynamic", "model", "dac", "relabel", "no")));
            var disk = owned(bench.root().resolve("d.img"), SOMEBODY);

            assertThatThrownBy(() -> bench.start(kept)).isInstanceOfSatisfying(PosadaException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.SYSTEM_ERROR);
                assertThat(e).hasMessageContaining("no right to write it");
            });
            assertThat(ownerOf(disk)).isEqualTo(SOMEBODY);
        }
    }

    @Test
    void theMissingRightIsNamed() throws Exception {
        try (var bench = bench("dynamic_ownership", "0")) {
            var definition = bench.domain("d", BootSector.IDLE);
            var disk = owned(bench.root().resolve("d.img"), SOMEBODY);
            assertThatThrownBy(() -> bench.start(definition))
                    .hasMessageContaining("Cannot access storage file '" + disk + "' (as user:nobody, group:nogroup)")
                    .hasMessageContaining("no right to write it");

            Files.setPosixFilePermissions(bench.root(), PosixFilePermissions.fromString("rwx------"));
            assertThatThrownBy(() -> bench.start(definition))
                    .hasMessageContaining("no right to pass through the folder " + bench.root());
        }
    }

    /** A guest whose disk is an overlay on base.img. */
    private static DomainDefinition overlaid(QemuBench bench, String name) throws Exception {
        var base = bench.root().resolve("base.img");
        if (!Files.exists(base)) {
            Files.write(base, new byte[1 << 20]);
        }
        var definition = bench.domain(name, BootSector.IDLE);
        var disk = bench.root().resolve(name + ".img");
        Files.delete(disk);
        var made = new ProcessBuilder(
                        "qemu-img", "create", "-q", "-f", "qcow2", "-b", base.toString(), "-F", "raw", disk.toString())
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        return new DomainDefinition(definition
                .root()
                .mapChildren(part -> part.name().equals("devices")
                        ? part.mapChildren(device -> device.name().equals("disk") ? overlay(device, base) : device)
                        : part));
    }

    private static Element overlay(Element disk, Path base) {
        var qcow2 = disk.mapChildren(child -> child.name().equals("driver") ? child.with("type", "qcow2") : child);
        return Draft.withBehind(
                qcow2,
                "source",
                Element.of("backingStore", "type", "file")
                        .plus(Element.of("format", "type", "raw"))
                        .plus(Element.of("source", "file", base.toString()))
                        .plus(Element.of("backingStore")));
    }
}
