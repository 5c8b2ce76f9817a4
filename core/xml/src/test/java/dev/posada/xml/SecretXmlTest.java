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
import org.junit.jupiter.params.provider.ValueSource;

class SecretXmlTest {
    private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/secret.rng");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<secret/>",
                "<secret ephemeral='yes' private='yes'><description>a &amp; b</description></secret>",
                "<secret><usage type='volume'><volume>/a/b.img</volume></usage><uuid>0A81f5b284037b23c8d621ccc2f80d70"
                        + "</uuid></secret>",
                "<secret><usage type='ceph'><name>client.x</name></usage></secret>",
                "<secret><usage type='iscsi'><target>iqn.2013-07.com.example:iscsi-pool</target></usage></secret>",
                "<secret><usage type='tls'><name>t</name></usage></secret>",
                "<secret><usage type='vtpm'><name>v</name></usage></secret>",
            })
    void whatIsReadOnceReadsTheSameAgain(String text) throws Exception {
        var written = SecretXml.format(SecretXml.parse(text, true));
        assertThat(SecretXml.format(SecretXml.parse(written, true))).isEqualTo(written);
        assertThat(written).startsWith("<secret ephemeral='");
        assumeTrue(Files.exists(SCHEMA) && Files.exists(Path.of("/usr/bin/xmllint")));
        var file = Files.writeString(folder.resolve("s.xml"), written);
        var judge = new ProcessBuilder("xmllint", "--noout", "--relaxng", SCHEMA.toString(), file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(judge.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(judge.exitValue())
                .as(Files.readString(folder.resolve("said")))
                .isZero();
    }

    @Test
    void aUseForNothingIsNoUse() {
        assertThat(SecretXml.format(SecretXml.parse("<secret><usage type='none'/></secret>", false)))
                .doesNotContain("usage");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<sacret/> | XML_ERROR | expecting root element of 'secret', not 'sacret'",
                "<secret ephemeral='maybe'/> | XML_ERROR | invalid value of 'ephemeral'",
                "<secret private='x'/> | XML_ERROR | invalid value of 'private'",
                "<secret><uuid>zz</uuid></secret> | INTERNAL_ERROR | malformed uuid element",
                "<secret><usage/></secret> | XML_ERROR | unknown secret usage type",
                "<secret><usage type='bogus'/></secret> | CONFIG_UNSUPPORTED | unknown secret usage type bogus",
                "<secret><usage type='volume'><volume/></usage></secret> | INTERNAL_ERROR"
                        + " | volume usage specified, but volume path is missing",
                "<secret><usage type='iscsi'><name>x</name></usage></secret> | INTERNAL_ERROR"
                        + " | iSCSI usage specified, but target is missing",
                "<secret><usage type='tls'/></secret> | INTERNAL_ERROR | TLS usage specified, but name is missing",
            })
    void whatNoSecretCanBeIsRefusedInLibvirtsWords(String text, ErrorCode code, String words) {
        assertThatThrownBy(() -> SecretXml.parse(text, false))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<secret><foo/></secret>",
                "<secret><usage type='volume'><volume>relative</volume></usage></secret>",
                "<secret><usage type='ceph'><volume>/a</volume></usage></secret>",
            })
    void strictReadingTakesNothingUnknown(String text) {
        assertThatThrownBy(() -> SecretXml.parse(text, true))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.XML_INVALID_SCHEMA));
    }
}
