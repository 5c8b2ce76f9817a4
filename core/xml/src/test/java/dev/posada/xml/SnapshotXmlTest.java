package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.SnapshotState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotXmlTest {
    private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/domainsnapshot.rng");
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    @TempDir
    Path folder;

    private static String document(String name) throws IOException {
        return Files.readString(Corpus.RESOURCES.resolve("snapshots").resolve(name + ".xml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"running", "external", "two-definitions"})
    void whatWasTakenIsWrittenAsItWasRead(String name) throws Exception {
        var text = document(name);
        var definition = SnapshotXml.parseTaken(text, true);
        assertThat(SnapshotXml.format(definition, true)).isEqualTo(text);
        assertThat(SnapshotXml.parseFile(SnapshotXml.file(definition, true)))
                .isEqualTo(new SnapshotXml.Kept(definition, true));
        assertThat(SnapshotXml.parseFile(SnapshotXml.file(definition, false)).current())
                .isFalse();
        assumeTrue(Files.exists(SCHEMA) && Files.exists(Path.of("/usr/bin/xmllint")));
        // What a cookie holds is in a namespace by libvirt's schema; nobody but the driver that put it there reads it.
        var judged = Files.writeString(folder.resolve("s.xml"), text.replaceAll("(?s)  <cookie>.*</cookie>\n", ""));
        var judge = new ProcessBuilder("xmllint", "--noout", "--relaxng", SCHEMA.toString(), judged.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(judge.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(judge.exitValue())
                .as(Files.readString(folder.resolve("said")))
                .isZero();
    }

    @Test
    void aNewOneIsNamedAfterItsTimeAndKeepsNothingOfWhatIsNotItsOwnToSay() {
        var asked = SnapshotXml.parse(
                "<domainsnapshot><state>shutoff</state><creationTime>5</creationTime><foo/>"
                        + "<parent><name>zz</name></parent></domainsnapshot>",
                false,
                NOW);
        assertThat(asked.name()).isEqualTo("1800000000");
        assertThat(asked.creationSeconds()).isEqualTo(NOW.getEpochSecond());
        assertThat(asked.parent()).isEmpty();
        assertThat(asked.root().child("state")).isEmpty();
    }

    @Test
    void whatIsLeftOutOfOneTakenBeforeFollowsFromItsState() {
        var told = SnapshotXml.parseTaken(
                "<domainsnapshot><name>a</name><creationTime>1</creationTime><state>shutoff</state></domainsnapshot>",
                false);
        assertThat(told.state()).isEqualTo(SnapshotState.SHUTOFF);
        assertThat(told.root().at("memory").orElseThrow().has("snapshot", "no")).isTrue();
        assertThat(told.domain()).isEmpty();
        assertThat(told.external()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<foo/> | XML_ERROR | expecting root element of 'domainsnapshot', not 'foo'",
                "<domainsnapshot><memory snapshot='bad'/></domainsnapshot> | XML_ERROR"
                        + " | Invalid value for attribute 'snapshot' in element 'memory': 'bad'.",
                "<domainsnapshot><memory snapshot='external'/></domainsnapshot> | XML_ERROR"
                        + " | external memory snapshots require a filename",
                "<domainsnapshot><memory snapshot='internal' file='/x'/></domainsnapshot> | XML_ERROR"
                        + " | memory filename '/x' requires external snapshot",
                "<domainsnapshot><memory file='x'/></domainsnapshot> | XML_ERROR"
                        + " | memory snapshot file path (x) must be absolute",
                "<domainsnapshot><disks><disk/></disks></domainsnapshot> | INTERNAL_ERROR"
                        + " | missing name from disk snapshot element",
                "<domainsnapshot><disks><disk name='vda' snapshot='x'/></disks></domainsnapshot> | XML_ERROR"
                        + " | Invalid value for attribute 'snapshot' in element 'disk': 'x'.",
            })
    void whatNoSnapshotCanBeIsRefusedInLibvirtsWords(String text, ErrorCode code, String words) {
        assertThatThrownBy(() -> SnapshotXml.parse(text, false, NOW))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<state>running</state> | XML_ERROR | a redefined snapshot must have a name",
                "<name>r</name> | INTERNAL_ERROR | missing creationTime from existing snapshot",
                "<name>r</name><creationTime>x</creationTime> | INTERNAL_ERROR | missing creationTime",
                "<name>r</name><creationTime>1</creationTime> | XML_ERROR | missing state from existing snapshot",
                "<name>r</name><creationTime>1</creationTime><state>foo</state> | CONFIG_UNSUPPORTED"
                        + " | Invalid state 'foo' in domain snapshot XML",
                "<name>r</name><creationTime>1</creationTime><state>shutoff</state><memory snapshot='internal'/>"
                        + " | CONFIG_UNSUPPORTED | memory state cannot be saved with offline or disk-only snapshot",
            })
    void oneTakenBeforeMustSayAllOfItself(String parts, ErrorCode code, String words) {
        assertThatThrownBy(() -> SnapshotXml.parseTaken("<domainsnapshot>" + parts + "</domainsnapshot>", false))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<domainsnapshot><foo/></domainsnapshot>",
                "<domainsnapshot><memory snapshot='external' file='relative'/></domainsnapshot>",
                "<domainsnapshot><domain type='test'><bar/></domain></domainsnapshot>",
            })
    void strictReadingTakesNothingUnknown(String text) {
        assertThatThrownBy(() -> SnapshotXml.parse(text, true, NOW))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.XML_INVALID_SCHEMA));
    }
}
