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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of pools and volumes, with libvirt's parser and schemas as judges. */
class StorageXmlTest {
    private static final Path VIRSH = Path.of("/usr/bin/virsh");
    private static final Path SCHEMAS = Path.of("/usr/share/libvirt/schemas");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<pool type='dir'><name>a</name><target><path>/p//q/</path></target></pool>",
                "<pool type='dir'><name>a</name><features><cow state='yes'/></features><target><path>/p</path>"
                        + "<permissions><mode>755</mode><owner>1</owner><group>-1</group><label>l</label></permissions>"
                        + "</target><capacity unit='G'>5</capacity></pool>",
                "<pool type='fs'><name>a</name><source><device path='/dev/sda7'/></source><target><path>/p</path>"
                        + "</target></pool>",
                "<pool type='fs' xmlns:x='http://libvirt.org/schemas/storagepool/fs/1.0'><name>a</name><source>"
                        + "<device path='/dev/sda7'/><format type='ext4'/></source><target><path>/p</path></target>"
                        + "<x:mount_opts><x:option name='noatime'/></x:mount_opts></pool>",
                "<pool type='netfs'><name>a</name><source><protocol ver='3'/><format type='nfs'/><dir path='/e'/>"
                        + "<host name='localhost'/></source><target><path>/p</path></target></pool>",
                "<pool type='logical'><source><name>vg</name></source></pool>",
                "<pool type='logical'><name>vg</name><source><device path='/dev/sdb'/></source></pool>",
                "<pool type='disk'><name>a</name><source><device path='/dev/sdc'/></source><target><path>/dev</path>"
                        + "</target></pool>",
                "<pool type='iscsi'><name>a</name><source><host name='h' port='3260'/><device path="
                        + "'iqn.2013-06.com.example:pool'/><initiator><iqn name='iqn.2013-06.com.example:i'/></initiator>"
                        + "</source><target><path>/dev/disk/by-path</path></target></pool>",
                "<pool type='scsi'><name>a</name><source><adapter name='host0'/></source><target>"
                        + "<path>/dev/disk/by-path</path></target></pool>",
                "<pool type='mpath'><name>a</name><target><path>/dev/mapper</path></target></pool>",
            })
    void poolsComeOutAsLibvirtWritesThem(String document) throws Exception {
        var definition = PoolXml.parse(document, false);
        var ours = PoolXml.format(definition);
        assertThat(PoolXml.format(PoolXml.parse(ours, true))).isEqualTo(ours);
        valid("storagepool.rng", ours);

        var file = Files.writeString(folder.resolve("p.xml"), ours);
        var answer = virsh("pool-define " + file + "; pool-dumpxml '" + definition.name() + "'");
        var theirs = Documents.parse(answer.substring(answer.indexOf("<pool")))
                .withoutChildren(
                        child -> Set.of("capacity", "allocation", "available").contains(child.name()));
        assertThat(Documents.format(plain(Documents.parse(ours)))).isEqualTo(Documents.format(plain(theirs)));
    }

    /** Without line numbers, white space, and the namespaces of drivers that the test driver does not know. */
    private static Element plain(Element element) {
        if (element.children().isEmpty()) {
            return Element.text(element.name(), element.text()).withAttributes(element.attributes());
        }
        return element.without("xmlns:fs")
                .without("xmlns:x")
                .withoutChildren(child -> child.name().startsWith("fs:"))
                .mapChildren(StorageXmlTest::plain);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<pool type='dir'><name>a</name></pool> | XML_ERROR | missing storage pool target path",
                "<pool type='dir'><target><path>/q</path></target></pool> | XML_ERROR"
                        + " | missing pool source name element",
                "<pool><name>a</name></pool> | XML_ERROR | Missing required attribute 'type' in element 'pool'",
                "<pool type='zzz'><name>a</name><target><path>/q</path></target></pool> | XML_ERROR"
                        + " | Invalid value for attribute 'type' in element 'pool'",
                "<pool type='fs'><name>a</name><source/><target><path>/q</path></target></pool> | XML_ERROR"
                        + " | missing storage pool source device name",
                "<pool type='netfs'><name>a</name><source><dir path='/e'/></source><target><path>/q</path></target></pool>"
                        + " | XML_ERROR | missing storage pool source host name",
                "<pool type='fs'><name>a</name><source><device path='/d'/><format type='zz'/></source>"
                        + "<target><path>/q</path></target></pool> | CONFIG_UNSUPPORTED | unknown pool format type zz",
                "<pool type='dir'><name>a/b</name><target><path>/q</path></target></pool> | XML_ERROR"
                        + " | name a/b cannot contain '/'",
                "<pool type='dir'><name>a</name><uuid>zz</uuid><target><path>/q</path></target></pool> | XML_ERROR"
                        + " | malformed uuid element",
                "<pool type='dir'><name>a</name><target><path>/q</path><permissions><mode>999</mode></permissions>"
                        + "</target></pool> | XML_ERROR | malformed octal mode",
                "<pool type='dir'><name>a</name><target><path>/q</path><permissions><owner>x</owner></permissions>"
                        + "</target></pool> | XML_ERROR | malformed owner element",
                "<network/> | XML_ERROR | expecting root element of 'pool', not 'network'",
                "<pool | XML_DETAIL | storage_pool_definition",
            })
    void whatNoPoolCanBeIsToldAsLibvirtTellsIt(String document, ErrorCode code, String sentence) {
        refused(code, sentence, () -> PoolXml.parse(document, false));
    }

    @Test
    void validationNamesWhatIsUnknown() {
        refused(
                ErrorCode.XML_INVALID_SCHEMA,
                "storage_pool_definition line 1: element 'foo' is not known inside 'pool'",
                () -> PoolXml.parse(
                        "<pool type='dir'><name>a</name><target><path>/q</path></target><foo/></pool>", true));
        refused(
                ErrorCode.XML_INVALID_SCHEMA,
                "storage_volume_definition line 1: element 'foo' is not known inside 'volume'",
                () -> VolumeXml.parse(
                        "<volume><name>a</name><capacity>1</capacity><target/><foo/></volume>", false, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<volume><capacity>1</capacity></volume> | XML_ERROR | missing volume name element",
                "<volume><name>a</name></volume> | XML_ERROR | missing capacity element",
                "<volume><name>a</name><capacity>-1</capacity></volume> | XML_ERROR | malformed capacity element",
                "<volume><name>a</name><capacity unit='zz'>1</capacity></volume> | INVALID_ARG | unknown suffix 'zz'",
                "<volume><name>a</name><capacity unit='E'>99</capacity></volume> | OVERFLOW | value too large: 99E",
                "<volume><name>a</name><capacity>1</capacity><target><compat>x</compat></target></volume> | XML_ERROR"
                        + " | forbidden characters in 'compat' attribute",
                "<volume><name>a</name><capacity>1</capacity><target><features><foo/></features></target></volume>"
                        + " | CONFIG_UNSUPPORTED | unsupported feature foo",
            })
    void whatNoVolumeCanBeIsToldAsLibvirtTellsIt(String document, ErrorCode code, String sentence) {
        refused(code, sentence, () -> VolumeXml.parse(document, false, false));
    }

    @Test
    void sizesComeOutInBytesAndDocumentsStay() {
        var definition = VolumeXml.parse(
                "<volume><capacity unit='MiB'>3</capacity><name>a</name><target><clusterSize unit='KiB'>64</clusterSize>"
                        + "<permissions><mode>0640</mode></permissions><format type='qcow2'/></target>"
                        + "<backingStore><format type='raw'/><path>/b</path></backingStore></volume>",
                false,
                true);
        assertThat(definition.capacityBytes()).hasValue(3 << 20);
        assertThat(definition.clusterBytes()).hasValue(65536);
        assertThat(definition.backingPath()).contains("/b");
        var text = VolumeXml.format(definition);
        assertThat(VolumeXml.format(VolumeXml.parse(text, false, true))).isEqualTo(text);
        assertThat(text).containsSubsequence("<name>", "<capacity unit='bytes'>3145728", "<format", "<permissions>");
    }

    private static void refused(ErrorCode code, String sentence, Runnable act) {
        assertThatThrownBy(act::run).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e).hasMessageContaining(sentence);
            assertThat(e.code()).isEqualTo(code);
        });
    }

    private void valid(String schema, String document) throws Exception {
        if (!Files.exists(SCHEMAS.resolve(schema)) || !Files.exists(Path.of("/usr/bin/xmllint"))) {
            return;
        }
        var file = Files.writeString(folder.resolve("valid.xml"), document);
        var process = new ProcessBuilder(
                        "xmllint",
                        "--noout",
                        "--relaxng",
                        SCHEMAS.resolve(schema).toString(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said + document).isZero();
    }

    private static String virsh(String commands) throws IOException, InterruptedException {
        assumeTrue(Files.exists(VIRSH), "libvirt's client is not installed");
        var process = new ProcessBuilder(VIRSH.toString(), "-q", "-c", "test:///default", commands)
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(said).contains("<pool");
        return said;
    }
}
