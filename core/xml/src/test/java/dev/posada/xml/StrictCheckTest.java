package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StrictCheckTest {
    private static String domainWith(String device) {
        return """
                <domain type='kvm'>
                  <name>a</name>
                  <memory>1024</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                """ + device + "</devices></domain>";
    }

    static List<Corpus.Document> domains() {
        return Corpus.all();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <foo/>                                          | element 'foo' is not known inside 'devices'; known elements: 'emulator', 'disk'
                    <disk foo='1'><target dev='vda'/></disk>        | attribute 'foo' is not known on element 'disk'; known attributes: 'type', 'device'
                    <disk type='x'><target dev='vda'/></disk>       | attribute 'type' of element 'disk' cannot be 'x'; allowed: 'file', 'block'
                    <disk><source file='/a'/></disk>                | element 'disk' needs an element 'target' inside
                    <disk><target/></disk>                          | element 'target' needs attribute 'dev': a name as vda, sdb or hdc
                    <disk><source dev='/a'/><target dev='vda'/></disk> | attribute 'dev' is not known on element 'source'
                    <disk rawio='yes'><target dev='vda'/></disk>    | attribute 'rawio' of element 'disk' goes only with device='lun'
                    <disk><target dev='vda'/><target dev='vdb'/></disk> | element 'target' stands more than once inside 'disk'
                    <disk>x<target dev='vda'/></disk>               | element 'disk' has text 'x', where only elements can be
                    <emulator>qemu</emulator>                       | text of element 'emulator' cannot be 'qemu'; allowed: an absolute path
                    <interface type='user'><source network='a'/></interface> | attribute 'network' is not known on element 'source'
                    <input type='mouse'><source dev='/x'/></input>  | element 'source' is not known inside 'input'
                    <smartcard mode='host' type='pty'/>             | attribute 'type' is not known on element 'smartcard'
                    """)
    void whatDoesNotMatchIsNamedWithItsLine(String device, String problem) {
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> DomainXml.parse(domainWith(device), true))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.XML_INVALID_SCHEMA);
                    assertThat(e.detail())
                            .startsWith("domain_definition line 6: ")
                            .contains(problem);
                });
    }

    @ParameterizedTest
    @MethodSource("domains")
    void everyStrangerIsRefusedAndFound(Corpus.Document document) {
        var root = Namespaces.normal(Documents.parse(document.text()));
        int elements = count(root);
        for (int i = 0; i < elements; i++) {
            for (var mutant : List.of(
                    changed(root, i, element -> element.with("stranger", "1")),
                    changed(root, i, element -> element.plus(Element.of("stranger"))))) {
                if (mutant.equals(root)) {
                    continue;
                }
                assertThatExceptionOfType(PosadaException.class)
                        .isThrownBy(() -> DomainGrammar.validate(mutant))
                        .withMessageContaining("stranger");
                assertThat(new UnknownSearch(DomainGrammar.rule()).search(mutant))
                        .singleElement()
                        .satisfies(unknown -> assertThat(unknown.path()).contains("stranger"));
            }
        }
    }

    /** A tree with one element changed, counted from the root; what stands in metadata belongs to others. */
    private static Element changed(Element root, int index, UnaryOperator<Element> change) {
        return changed(root, new int[] {index}, change);
    }

    private static Element changed(Element element, int[] left, UnaryOperator<Element> change) {
        if (element.name().equals("metadata")) {
            return element;
        }
        if (left[0]-- == 0) {
            return change.apply(element);
        }
        var content = new ArrayList<Content>();
        for (var item : element.content()) {
            content.add(item instanceof Element child ? changed(child, left, change) : item);
        }
        return new Element(element.name(), new LinkedHashMap<>(element.attributes()), content, element.line());
    }

    private static int count(Element element) {
        int count = 1;
        for (var child : element.children()) {
            count += child.name().equals("metadata") ? 0 : count(child);
        }
        return count;
    }

    @Test
    void unknownThingsAreKeptAndFoundWithTheirPlace() {
        var definition = DomainXml.parse("""
                <domain type='kvm' flavour='x'>
                  <name>a</name>
                  <memory>1024</memory>
                  <memory>2048</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <warp speed='9'/>
                  <devices>
                    <disk type='file'><source file='/a'/><target dev='vda'/></disk>
                    <disk type='file'><source file='/b'/><target dev='vdb' shade='red'/></disk>
                    <hologram/>
                  </devices>
                </domain>
                """, false);

        assertThat(DomainGrammar.unknown(definition))
                .containsExactlyInAnyOrder(
                        new DomainGrammar.Unknown("/domain/@flavour", 1),
                        new DomainGrammar.Unknown("/domain/memory[2]", 4),
                        new DomainGrammar.Unknown("/domain/warp", 6),
                        new DomainGrammar.Unknown("/domain/devices/disk[2]/target/@shade", 9),
                        new DomainGrammar.Unknown("/domain/devices/hologram", 10));
        assertThat(DomainXml.format(definition, true))
                .contains("flavour='x'", "<warp speed='9'/>", "shade='red'", "<hologram/>");
    }
}
