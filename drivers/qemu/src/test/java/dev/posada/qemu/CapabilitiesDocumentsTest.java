package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The documents that tell what there is; libvirt's own schemas judge them. */
final class CapabilitiesDocumentsTest {
    private static final Path SCHEMAS = Path.of("/usr/share/libvirt/schemas");
    private static final Element HOST = Element.of("host")
            .plus(Element.text("uuid", "00000000-0000-4000-8000-000000000001"))
            .plus(Element.of("cpu").plus(Element.text("arch", "x86_64")));

    @TempDir
    Path folder;

    @Test
    void theCapabilitiesListEachEmulator() throws Exception {
        var document = CapabilitiesDocument.of(HOST, Fixtures.emulators());
        Fixtures.assertGolden(Fixtures.RESOURCES.resolve("capabilities.xml"), Documents.format(document));
        assertValid(document, "capability.rng");
    }

    @ParameterizedTest
    @CsvSource({"pc,qemu", "q35,qemu", "pc,kvm", "q35,kvm"})
    void theDomainCapabilitiesFollowMachineAndType(String machine, String type) throws Exception {
        var document = DomainCapabilitiesDocument.of(
                Fixtures.emulators(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(machine),
                Optional.of(type),
                Fixtures.firmware());
        Fixtures.assertGolden(
                Fixtures.RESOURCES.resolve("domain-capabilities-" + machine + "-" + type + ".xml"),
                Documents.format(document));
        assertValid(document, "domaincaps.rng");
    }

    @ParameterizedTest
    @CsvSource({
        "'','',foo,qemu,INVALID_ARG,the machine 'foo' is not supported by emulator '/usr/bin/qemu-system-x86_64'",
        "'','','',xen,INVALID_ARG,does not support virt type 'xen'",
        "'','','',foo,INVALID_ARG,unknown virttype: foo",
        "'',sparc,'','',CONFIG_UNSUPPORTED,unable to find any emulator to serve 'sparc' architecture",
        "/usr/bin/qemu-system-i386,x86_64,'','',INVALID_ARG,does not support arch 'x86_64'",
        "'','',microvm,qemu,INVALID_ARG,the machine 'microvm' is not supported",
    })
    void whatIsNotThereIsRefused(
            String emulator, String architecture, String machine, String type, ErrorCode code, String words) {
        assertThatThrownBy(() -> DomainCapabilitiesDocument.of(
                        Fixtures.emulators(),
                        Optional.of(emulator).filter(text -> !text.isEmpty()),
                        Optional.of(architecture).filter(text -> !text.isEmpty()),
                        Optional.of(machine).filter(text -> !text.isEmpty()),
                        Optional.of(type).filter(text -> !text.isEmpty())))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({"disk/bus", "video/modelType", "graphics/type", "rng/backendModel", "tpm/model"})
    void whatIsPromisedCanBeStarted(String place) {
        var document = DomainCapabilitiesDocument.of(
                Fixtures.emulators(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("q35"),
                Optional.of("qemu"),
                List.of());
        var device = place.split("/", -1)[0];
        var choice = place.split("/", -1)[1];
        var values = document.at("devices", device).orElseThrow().children("enum").stream()
                .filter(list -> list.has("name", choice))
                .flatMap(list -> list.children("value").stream())
                .map(Element::text)
                .toList();
        assertThat(values).isNotEmpty();
        for (var value : values) {
            var complete = Fixtures.complete("<domain type='qemu'><name>guest</name><memory>65536</memory>"
                    + "<os><type machine='q35'>hvm</type></os><devices>" + example(device, value)
                    + "</devices></domain>");
            assertThat(Fixtures.plan(complete, Fixtures.facts(complete)).argv()).isNotEmpty();
        }
    }

    private static String example(String device, String value) {
        return switch (device) {
            case "disk" ->
                "<disk type='file' device='" + (value.equals("fdc") ? "floppy" : "disk")
                        + "'><source file='/x'/><target dev='" + (value.equals("fdc") ? "fda" : "sda") + "' bus='"
                        + value
                        + "'/></disk>";
            case "video" -> "<graphics type='vnc'/><video><model type='" + value + "'/></video>";
            case "graphics" ->
                (value.equals("egl-headless") ? "<graphics type='vnc'/>" : "") + "<graphics type='" + value + "'/>";
            case "rng" ->
                "<rng model='virtio'><backend model='" + value + "'"
                        + (value.equals("egd")
                                ? " type='tcp'><source mode='connect' host='h' service='1'/></backend>"
                                : "/>")
                        + "</rng>";
            default -> "<tpm model='" + value + "'><backend type='emulator'/></tpm>";
        };
    }

    private void assertValid(Element document, String schema) throws Exception {
        var rules = SCHEMAS.resolve(schema);
        assumeTrue(
                Files.exists(rules) && Files.isExecutable(Path.of("/usr/bin/xmllint")), "needs xmllint and " + rules);
        var file = folder.resolve("document.xml");
        Files.writeString(file, Documents.format(document));
        var process = new ProcessBuilder("xmllint", "--noout", "--relaxng", rules.toString(), file.toString())
                .redirectErrorStream(true)
                .start();
        var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(words).isZero();
    }
}
