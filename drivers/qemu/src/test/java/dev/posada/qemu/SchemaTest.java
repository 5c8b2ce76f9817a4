package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.xml.DomainXml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libvirt's own schema judges what becomes of definitions, stored and running. */
final class SchemaTest {
    private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/domain.rng");

    @TempDir
    Path folder;

    @Test
    void completeAndLiveDefinitionsAreValid() throws Exception {
        assumeTrue(
                Files.exists(SCHEMA) && Files.isExecutable(Path.of("/usr/bin/xmllint")), "needs xmllint and " + SCHEMA);
        var command = new ArrayList<>(List.of("xmllint", "--noout", "--relaxng", SCHEMA.toString()));
        for (var name : Fixtures.documents()) {
            var complete = Fixtures.complete(Fixtures.document(name));
            var stored = folder.resolve(name + ".xml");
            Files.writeString(stored, DomainXml.format(complete, true));
            var live = folder.resolve(name + ".live.xml");
            Files.writeString(
                    live,
                    DomainXml.format(
                            Fixtures.plan(complete, Fixtures.facts(complete)).live(), true));
            command.add(stored.toString());
            if (complete.devices().stream().noneMatch(device -> device.name().equals("smartcard"))) {
                // The schema has no room for a smart card's alias; libvirt's own live definitions fail it too.
                command.add(live.toString());
            }
        }
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var complaints =
                words.lines().filter(line -> !line.endsWith(" validates")).toList();
        assertThat(process.waitFor()).as(String.join("\n", complaints)).isZero();
    }
}
