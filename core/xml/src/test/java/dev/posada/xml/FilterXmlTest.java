package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterXmlTest {
    private static final String MINE = """
            <filter chain='arp-mine' name='mine'>
              <rule action='drop' direction='in'>
                <arp match='no' arpsrcipaddr='$IP' arpsrcmacaddr='$MAC' opcode='Request' hwtype='1'/>
              </rule>
              <filterref filter='clean-traffic'>
                <parameter name='IP' value='10.0.0.1'/>
                <parameter name='IP' value='10.0.0.2'/>
              </filterref>
              <rule action='accept' direction='out' priority='100' statematch='0'>
                <tcp dstportstart='22' srcipaddr='10.1.2.3' srcipmask='24' comment='a b'/>
              </rule>
              <uuid>e42cb35f-bb98-4487-b2ee-c0b172566c30</uuid>
              <rule action='accept' direction='out'>
                <mac protocolid='ipv4' srcmacaddr='1:2:3:4:5:6'/>
              </rule>
            </filter>
            """;

    @TempDir
    Path folder;

    @Test
    void aFilterComesOutAsLibvirtWritesIt() throws Exception {
        var written = Documents.format(FilterXml.parse(MINE, true).root());
        assertThat(written).isEqualTo("""
                <filter name='mine' chain='arp-mine' priority='-500'>
                  <uuid>e42cb35f-bb98-4487-b2ee-c0b172566c30</uuid>
                  <rule action='drop' direction='in' priority='500'>
                    <arp match='no' hwtype='1' opcode='Request' arpsrcmacaddr='$MAC' arpsrcipaddr='$IP'/>
                  </rule>
                  <filterref filter='clean-traffic'>
                    <parameter name='IP' value='10.0.0.1'/>
                    <parameter name='IP' value='10.0.0.2'/>
                  </filterref>
                  <rule action='accept' direction='out' priority='100' statematch='false'>
                    <tcp srcipaddr='10.1.2.3' srcipmask='24' dstportstart='22' comment='a b'/>
                  </rule>
                  <rule action='accept' direction='out' priority='500'>
                    <mac srcmacaddr='01:02:03:04:05:06' protocolid='ipv4'/>
                  </rule>
                </filter>
                """);
        assertThat(Documents.format(FilterXml.parse(written, true).root())).isEqualTo(written);
        valid("nwfilter.rng", written);
    }

    private void valid(String schema, String document) throws Exception {
        var rules = Path.of("/usr/share/libvirt/schemas").resolve(schema);
        assumeTrue(Files.exists(rules) && Files.exists(Path.of("/usr/bin/xmllint")));
        var file = Files.writeString(folder.resolve("d.xml"), document);
        var judge = new ProcessBuilder("xmllint", "--noout", "--relaxng", rules.toString(), file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(judge.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(judge.exitValue())
                .as(Files.readString(folder.resolve("said")))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<filter name='x' chain='bogus'/> | INVALID_ARG | Invalid chain name 'bogus'. Please use a chain name"
                        + " called 'root' or any of the following prefixes: mac, vlan, stp, arp, rarp, ipv4, ipv6",
                "<filter chain='root'/> | INTERNAL_ERROR | filter has no name",
                "<filter name='x'><rule action='foo' direction='in'/></filter> | CONFIG_UNSUPPORTED"
                        + " | unknown rule action attribute value",
                "<filter name='x'><rule action='drop' direction='foo'/></filter> | CONFIG_UNSUPPORTED"
                        + " | unknown rule direction attribute value",
                "<filter name='x'><rule direction='in'/></filter> | INTERNAL_ERROR | rule node requires action attribute",
                "<filter name='x' priority='5000'/> | INVALID_ARG"
                        + " | Priority '5000' is outside valid range of [-1000,1000]",
                "<filtre/> | XML_ERROR | expecting root element of 'filter', not 'filtre'",
            })
    void whatNoFilterCanBeIsRefusedInLibvirtsWords(String text, ErrorCode code, String words) {
        assertThatThrownBy(() -> FilterXml.parse(text, false))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @Test
    void aBindingComesOutAsLibvirtWritesIt() throws Exception {
        var text = """
                <filterbinding>
                  <owner>
                    <name>g</name>
                    <uuid>8057b97d-95af-4a88-b49b-aec71553bc06</uuid>
                  </owner>
                  <portdev name='vnet9'/>
                  <mac address='52:54:00:00:00:01'/>
                  <filterref filter='allow-arp'>
                    <parameter name='IP' value='10.0.0.5'/>
                  </filterref>
                </filterbinding>
                """;
        assertThat(Documents.format(FilterXml.binding(text))).isEqualTo(text);
        valid("nwfilterbinding.rng", text);
        assertThatThrownBy(() -> FilterXml.binding("<filterbinding/>"))
                .hasMessageContaining("filter binding has no port dev name");
        assertThatThrownBy(() -> FilterXml.binding(text.replace("vnet9", "a\"; b")))
                .hasMessageContaining("malformed port dev name");
    }
}
