package dev.posada.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloneNamesTest {

    private static final Path ORIGINAL = Path.of("/usr/share/virt-manager/virtinst/cloner.py");

    /** Original name, names taken. */
    private static final List<List<String>> DOMAINS = List.of(
            List.of("web"),
            List.of("web", "web-clone"),
            List.of("web", "web-clone", "web-clone1", "web-clone2"),
            List.of("web-clone"),
            List.of("web-clone", "web-clone1"),
            List.of("web-clone4"),
            List.of("web-clone10"),
            List.of("web-clone19"),
            List.of("web-clones"),
            List.of("-clone"),
            List.of("a-clone-clone"),
            List.of("web7"));

    /** Domain's name, clone's name, path, paths taken. */
    private static final List<List<String>> DISKS = List.of(
            List.of("web", "web-clone", "/i/web.qcow2"),
            List.of("web", "copy", "/i/web.qcow2"),
            List.of("web", "copy", "/i/web"),
            List.of("web", "copy", "/i/disk.img"),
            List.of("web", "copy", "/i/disk.img", "/i/disk-clone.img"),
            List.of("web", "copy", "/i/disk.img", "/i/disk-clone.img", "/i/disk-clone-1.img"),
            List.of("web", "copy", "/i/disk"),
            List.of("web", "copy", "/i/disk.verylongsuffix"),
            List.of("web", "copy", "/i/disk.sevensx"),
            List.of("web", "copy", "/i/disk.eightchr"),
            List.of("web", "copy", "/i/disk.tar.gz"),
            List.of("web", "copy", "/i/disk."));

    @ParameterizedTest
    @CsvSource({
        "web, web-clone",
        "web-clone, web-clone1",
        "web-clone1, web-clone2",
        "web-clone4, web-clone5",
        "web-clone99999999999999999999, web-clone1",
    })
    void domainsAreNumbered(String original, String clone) {
        assertThat(CloneNames.domain(original, List.of()::contains)).isEqualTo(clone);
    }

    @Test
    void takenNamesArePassedOver() {
        assertThat(CloneNames.domain("web", List.of("web-clone", "web-clone1")::contains))
                .isEqualTo("web-clone2");
        assertThat(CloneNames.disk("web", "copy", "/i/a.img", List.of("/i/a-clone.img")::contains))
                .isEqualTo("/i/a-clone-1.img");
    }

    @Test
    void dotsInFoldersAreNoSuffix() {
        assertThat(CloneNames.disk("web", "copy", "/i.d/disk", path -> false)).isEqualTo("/i.d/disk-clone");
        assertThat(CloneNames.withSuffix("/i.d/disk", ".qcow2")).isEqualTo("/i.d/disk.qcow2");
        assertThat(CloneNames.withSuffix("/i.d/disk.raw", ".qcow2")).isEqualTo("/i.d/disk.qcow2");
    }

    @Test
    void namesAreThoseOfTheOriginalProgram() throws Exception {
        assumeTrue(Files.exists(ORIGINAL), "virt-clone is not installed");
        var ours = new ArrayList<String>();
        for (var line : DOMAINS) {
            ours.add(CloneNames.domain(line.getFirst(), line.subList(1, line.size())::contains));
        }
        for (var line : DISKS) {
            ours.add(CloneNames.disk(line.get(0), line.get(1), line.get(2), line.subList(3, line.size())::contains));
        }

        assertThat(String.join("\n", ours)).isEqualTo(theirs());
    }

    private static String theirs() throws IOException, InterruptedException {
        var script = """
                import sys
                sys.path.insert(0, '/usr/share/virt-manager')
                from virtinst import cloner, generatename
                from virtinst.devices import DeviceDisk
                import libvirt
                class Taken:
                    def __init__(self, names): self.names = names
                    def lookupByName(self, name):
                        if name in self.names: return name
                        raise libvirt.libvirtError('none')
                DeviceDisk.path_definitely_exists = staticmethod(lambda conn, path: path in conn.names)
                for line in sys.stdin.read().splitlines():
                    kind, *words = line.split(' ')
                    if kind == 'domain':
                        print(cloner.Cloner.generate_clone_name(Taken(words[1:]), words[0]))
                    else:
                        print(cloner.Cloner.generate_clone_disk_path(Taken(words[3:]), words[0], words[1], words[2]))
                """;
        var process = new ProcessBuilder("/usr/bin/python3", "-c", script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var input = process.getOutputStream()) {
            for (var line : DOMAINS) {
                input.write(("domain " + String.join(" ", line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            for (var line : DISKS) {
                input.write(("disk " + String.join(" ", line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(
                process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0, "virt-clone's Python does not run");
        return output;
    }
}
