package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.Element;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CapabilitiesTest {
    private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/capability.rng");

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "numa-server", "aarch64", "container", "guest"})
    void capabilitiesOfAMachineAreAsWrittenDown(String machine) throws IOException {
        // The identity has its own tests; where nothing on the machine is lasting it is made up.
        var shown = Rendering.of(CapturedMachine.host(machine, root)
                .capabilities()
                .withoutChildren(child -> child.name().equals("uuid")));

        var golden = Path.of(System.getProperty("posada.source", "../.."))
                .resolve("drivers/host/src/test/resources/dev/posada/host/" + machine + ".capabilities.xml");
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.writeString(golden, shown);
        }
        assertThat(shown).isEqualTo(Files.readString(golden));
    }

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "numa-server", "aarch64", "container", "guest"})
    void capabilitiesFitLibvirtsSchema(String machine) throws Exception {
        assertFitsSchema(CapturedMachine.host(machine, root).capabilities());
    }

    @Test
    void capabilitiesOfThisHostFitLibvirtsSchema() throws Exception {
        assertFitsSchema(
                new LinuxHost(Path.of("/"), HostSettings.defaults(), root.resolve("host-uuid")).capabilities());
    }

    private void assertFitsSchema(Element host) throws Exception {
        assumeTrue(Files.exists(SCHEMA), "needs libvirt's schemas (package libvirt-clients or libvirt0)");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/xmllint")), "needs xmllint (package libxml2-utils)");
        var document = root.resolve("capabilities.xml");
        Files.writeString(document, Rendering.of(Element.of("capabilities").plus(withoutDots(host))));
        var xmllint = new ProcessBuilder("xmllint", "--noout", "--relaxng", SCHEMA.toString(), document.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(xmllint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(xmllint.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(xmllint.exitValue()).as(said).isZero();
    }

    /** The schema's pattern for features of a host leaves out the dot of sse4.1, which libvirt itself writes. */
    private static Element withoutDots(Element host) {
        var cpu = host.child("cpu").orElseThrow();
        return host.withChild(cpu.withoutChildren(child ->
                child.name().equals("feature") && child.attribute("name", "").contains(".")));
    }
}
