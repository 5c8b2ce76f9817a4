package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of virtual networks, with libvirt's parser and schema as judges. */
class NetworkXmlTest {
    private static final Path VIRSH = Path.of("/usr/bin/virsh");
    private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/network.rng");

    private static final int ROUNDS = 20_000;
    private static final String JUNK = "<>/'=0123456789:.- a\u00ffz";

    @TempDir
    Path folder;

    static List<String> accepted() throws IOException {
        return resource("accepted.txt").lines().toList();
    }

    /** What libvirt answers to documents it refuses: the document, then code and sentence. */
    static Stream<List<String>> refused() throws IOException {
        return Stream.of(resource("refused.txt").split("\n\n"))
                .map(entry -> entry.lines().toList());
    }

    private static String resource(String name) throws IOException {
        try (var in = NetworkXmlTest.class.getResourceAsStream("/networks/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void aDefinitionReadOnceReadsTheSameAgain(String document) {
        var ours = NetworkXml.format(NetworkXml.parse(document, false));
        assertThat(NetworkXml.format(NetworkXml.parse(ours, false))).isEqualTo(ours);
    }

    @Test
    void definitionsComeOutAsLibvirtWritesThem() throws Exception {
        assumeTrue(Files.exists(VIRSH), "no virsh here");
        var script = new StringBuilder();
        var ours = new StringBuilder();
        int number = 0;
        for (var document : accepted()) {
            var definition = NetworkXml.parse(document, false);
            var text = NetworkXml.format(definition);
            var file = Files.writeString(folder.resolve(number++ + ".xml"), text);
            ours.append(plain(text));
            script.append("net-define ").append(file).append("; net-dumpxml ").append(definition.uuid());
            script.append("; net-undefine ").append(definition.uuid()).append("; ");
        }
        var theirs = run(VIRSH.toString(), "-q", "-c", "test:///default", script.toString());
        assertThat(plain(theirs)).isEqualTo(ours.toString());
    }

    /** Without empty lines and the namespace of options that the test driver does not know. */
    private static String plain(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.contains("dnsmasq:option"))
                .map(line -> line.replaceAll(" xmlns:[a-z]+='http://libvirt.org/schemas/network/dnsmasq/1.0'", ""))
                .filter(line -> !line.startsWith("Network "))
                .reduce("", (all, line) -> all + line + "\n");
    }

    @Test
    void whatFollowsTheFormatIsValidForLibvirtsSchemaToo() throws Exception {
        assumeTrue(Files.exists(SCHEMA) && Files.exists(Path.of("/usr/bin/xmllint")), "no schema or xmllint here");
        int valid = 0;
        for (var document : accepted()) {
            if (!strictly(document)) {
                continue;
            }
            var file = Files.writeString(
                    folder.resolve("valid-" + valid++ + ".xml"), NetworkXml.format(NetworkXml.parse(document, true)));
            run("/usr/bin/xmllint", "--noout", "--relaxng", SCHEMA.toString(), file.toString());
        }
        assertThat(valid).isGreaterThan(30);
    }

    private static boolean strictly(String document) {
        try {
            NetworkXml.parse(document, true);
            return true;
        } catch (PosadaException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatNoNetworkCanBeIsToldAsLibvirtTellsIt(List<String> entry) {
        int blank = entry.getLast().indexOf(' ');
        var code = ErrorCode.valueOf(entry.getLast().substring(0, blank));
        var sentence = entry.getLast().substring(blank + 1);
        assertThatThrownBy(() -> NetworkXml.parse(entry.getFirst(), false))
                .isInstanceOfSatisfying(PosadaException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.getMessage()).contains(sentence.replaceAll("\\.( Expected.*)?$", ""));
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<network><name>a</name><ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.2' end='10.0.0.25'/>"
                        + "<range start='10.0.0.20' end='10.0.0.30'/></dhcp></ip></network>",
                "<network><name>a</name><ip address='10.0.0.1' prefix='24'><dhcp><host mac='52:54:00:00:00:01'"
                        + " ip='10.0.0.4'/><host mac='52:54:00:00:00:02' ip='10.0.0.4'/></dhcp></ip></network>",
                "<network><name>a</name><ip address='10.0.0.1' netmask='255.0.255.0'/></network>",
                "<network><name>a</name><bridge stp='zz'/></network>",
                "<network><name>a</name><bridge name='averyverylongbridgename'/></network>",
                "<network><name>a</name><dns><srv service='a' protocol='zz'/></dns></network>",
            })
    void whatNoServerCouldDoIsRefusedAtOnce(String document) {
        assertThatThrownBy(() -> NetworkXml.parse(document, false)).isInstanceOf(PosadaException.class);
    }

    @Test
    void validationNamesWhatIsUnknown() {
        assertThatThrownBy(() -> NetworkXml.parse("<network><name>a</name><foo/></network>", true))
                .hasMessageContaining("network_definition line 1: element 'foo' is not known inside 'network'");
    }

    @Test
    void whatTheFormatDoesNotKnowStays() {
        var definition = NetworkXml.parse("<network><name>a</name><foo bar='1'/></network>", false);
        assertThat(definition.root().child("foo").map(foo -> foo.attribute("bar", "")))
                .contains("1");
    }

    @Test
    void optionsOfTheServerMayStandUnderAnyPrefix() {
        var definition = NetworkXml.parse(
                "<network xmlns:x='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>a</name><x:options>"
                        + "<x:option value='foo=bar'/></x:options></network>",
                true);
        assertThat(definition.root().at("dnsmasq:options", "dnsmasq:option"))
                .map(Element::attributes)
                .hasValueSatisfying(attributes -> assertThat(attributes).containsEntry("value", "foo=bar"));
    }

    /** Whatever bytes come: a definition or a {@link PosadaException}, and soon. */
    @Test
    @Timeout(300)
    void brokenBytesGiveAnErrorOrADefinition() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        var all = accepted();
        for (int round = 0; round < ROUNDS; round++) {
            var bytes = all.get(random.nextInt(all.size())).getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i <= random.nextInt(6); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) JUNK.charAt(random.nextInt(JUNK.length()));
            }
            try {
                var definition = NetworkXml.parse(new String(bytes, StandardCharsets.ISO_8859_1), false);
                var text = NetworkXml.format(definition);
                assertThat(NetworkXml.format(NetworkXml.parse(text, false))).isEqualTo(text);
            } catch (PosadaException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }
}
