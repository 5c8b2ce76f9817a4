package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorpusTest {
    private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/domain.rng");
    private static final Path XMLLINT = Path.of("/usr/bin/xmllint");

    static List<Corpus.Document> all() {
        return Corpus.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyDocumentIsValidToTheLetterAndKnown(Corpus.Document document) {
        var definition = DomainXml.parse(document.text(), true);

        assertThat(DomainGrammar.unknown(definition)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsReadOnceReadsTheSameAgain(Corpus.Document document) {
        var once = DomainXml.format(DomainXml.parse(document.text(), false), true);
        var twice = DomainXml.format(DomainXml.parse(once, true), true);

        assertThat(twice).isEqualTo(once);
        var live = DomainXml.parseLive(Documents.parse(once));
        assertThat(DomainXml.format(live, true)).isEqualTo(once);
        assertThat(DomainXml.format(DomainXml.filled(live), true)).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("all")
    void canonicalTextIsAsRecorded(Corpus.Document document) throws IOException {
        var golden = Corpus.RESOURCES.resolve("canonical").resolve(document.name() + ".xml");
        var written = DomainXml.format(DomainXml.parse(document.text(), false), true);
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, written);
        }

        assertThat(written).isEqualTo(Corpus.read(golden));
    }

    @ParameterizedTest
    @MethodSource("all")
    void nothingAUserWroteIsLost(Corpus.Document document) {
        assumeTrue(
                !Set.of("live", "rare", "rare-newer").contains(document.name()),
                "what it loses is what only a running domain has");
        var before = names(Documents.parse(document.text()), new TreeSet<>());
        var after = names(DomainXml.parse(document.text(), false).root(), new TreeSet<>());
        // What only a running domain has does not belong to a definition from outside.
        before.removeIf(name -> name.equals("mirror") || name.equals("@index") || name.equals("current"));
        before.removeIf(name -> Set.of("@ready", "@job", "@state", "@tty").contains(name));
        // A socket for a channel without a path, a port of -1 beside "automatic", an alias the daemon chose.
        before.removeAll(Set.of("@mode", "@tlsPort", "alias"));
        if (document.name().startsWith("virt-install")) {
            before.remove("source");
        }

        assertThat(after).containsAll(before);
    }

    private static Set<String> names(Element element, Set<String> found) {
        found.add(element.name());
        element.attributes().keySet().forEach(name -> found.add("@" + name));
        element.children().forEach(child -> names(child, found));
        return found;
    }

    @Test
    void everyRuleOfTheFormatIsExercised() {
        Set<Object> seen = new HashSet<>();
        for (var document : Corpus.all()) {
            var root = Namespaces.normal(Documents.parse(document.text()));
            exercise(root, DomainGrammar.rule(), seen);
        }
        var unseen = new TreeSet<String>();
        collect(DomainGrammar.rule(), "domain", seen, unseen, new HashSet<>());

        // The last alternatives of these are there to say what is allowed when none before them fits.
        unseen.removeIf(path -> path.matches("domain/devices\\[]/hostdev\\[](/source\\[]|/@mode|/@type)?"));
        unseen.removeIf(path -> path.matches("domain/sysinfo\\[](/@type)?"));
        unseen.remove("domain/devices[]/interface[]/virtualport[]/@type");
        assertThat(unseen).as("rules no document exercises").isEmpty();
    }

    /** Notes the rules and attributes a document makes use of; parts of the outline are the same wherever they stand. */
    private static void exercise(Element element, Rule rule, Set<Object> seen) {
        seen.add(rule);
        element.attributes().keySet().forEach(name -> {
            if (rule.attributes().containsKey(name)) {
                seen.add(rule.attributes().get(name));
            }
        });
        for (var child : element.children()) {
            rule.childFor(child, element).ifPresent(found -> exercise(child, found, seen));
        }
    }

    private static void collect(Rule rule, String path, Set<Object> seen, Set<String> unseen, Set<Rule> done) {
        if (!done.add(rule)) {
            return;
        }
        if (!seen.contains(rule)) {
            unseen.add(path);
        }
        for (var attribute : rule.attributes().values()) {
            if (!seen.contains(attribute)) {
                unseen.add(path + "/@" + attribute.name());
            }
        }
        for (var alternatives : rule.children().values()) {
            for (var child : alternatives) {
                collect(child, path + "/" + child.name() + child.when().values(), seen, unseen, done);
            }
        }
    }

    @Test
    void libvirtsOwnSchemaAcceptsEveryCanonicalText(@TempDir Path folder) throws Exception {
        assumeTrue(Files.exists(SCHEMA) && Files.exists(XMLLINT), "libvirt's schemas or xmllint are not installed");
        var command = new ArrayList<>(List.of(XMLLINT.toString(), "--noout", "--relaxng", SCHEMA.toString()));
        for (var document : Corpus.domains()) {
            var file = folder.resolve(document.name() + ".xml");
            Files.writeString(file, DomainXml.format(DomainXml.parse(document.text(), false), true));
            command.add(file.toString());
        }
        var log = folder.resolve("log");

        var lint = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(lint.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readAllLines(log)).allMatch(line -> line.endsWith(" validates"));
        assertThat(lint.exitValue()).isZero();
    }
}
