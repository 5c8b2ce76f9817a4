package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.model.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever bytes and trees come: a definition or a {@link PosadaException}, and soon. */
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("posada.fuzz.rounds", 4000);

    private final long seed = Long.getLong("posada.fuzz.seed", System.nanoTime());
    private final RandomGenerator random = new SplittableRandom(seed);
    private final List<Corpus.Document> corpus = Corpus.all();

    @Test
    @Timeout(300)
    void brokenBytesGiveAnErrorOrADefinition() {
        for (int round = 0; round < ROUNDS; round++) {
            var bytes = any(corpus).text().getBytes(StandardCharsets.UTF_8);
            int changes = 1 + random.nextInt(8);
            for (int i = 0; i < changes; i++) {
                bytes = brokenBytes(bytes);
            }
            read(bytes, round);
        }
    }

    private void read(byte[] bytes, int round) {
        try {
            var tree = Documents.parse(bytes);
            assertThat(Documents.parse(Documents.format(tree)))
                    .as("seed %d round %d", seed, round)
                    .usingRecursiveComparison()
                    .ignoringFields("line")
                    .ignoringFieldsMatchingRegexes(".*\\.line")
                    .isEqualTo(tree);
            define(tree, round);
        } catch (PosadaException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + " round " + round, e);
        }
    }

    @Test
    @Timeout(300)
    void shuffledTreesGiveAnErrorOrADefinition() {
        var pieces = new ArrayList<Element>();
        for (var document : corpus) {
            collect(Documents.parse(document.text()), pieces);
        }
        for (int round = 0; round < ROUNDS; round++) {
            var tree = Documents.parse(any(corpus).text());
            int changes = 1 + random.nextInt(6);
            for (int i = 0; i < changes; i++) {
                tree = shuffled(tree, pieces, 0);
            }
            try {
                define(tree, round);
            } catch (PosadaException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round + "\n" + Documents.format(tree), e);
            }
        }
    }

    /** Reads a definition in every way; what is accepted must be a fixed point. */
    private void define(Element tree, int round) {
        var definition = DomainXml.parse(tree, false);
        var text = DomainXml.format(definition, true);
        assertThat(DomainXml.format(DomainXml.parse(text, false), true))
                .as("seed %d round %d", seed, round)
                .isEqualTo(text);
        assertThat(DomainGrammar.unknown(definition)).isNotNull();
        try {
            DomainGrammar.validate(tree);
        } catch (PosadaException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private byte[] brokenBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] = (byte) random.nextInt();
            case 1 -> bytes[at] = (byte) "<>&'\"/=! \n;#x0]-[?:".charAt(random.nextInt(19));
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                int length = Math.min(random.nextInt(40), bytes.length - at);
                var cut = new byte[bytes.length - length];
                System.arraycopy(bytes, 0, cut, 0, at);
                System.arraycopy(bytes, at + length, cut, at, cut.length - at);
                return cut;
            }
            case 4 -> {
                int from = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(40), bytes.length - Math.max(at, from));
                System.arraycopy(bytes, from, bytes, at, length);
            }
            default -> {
                var special = List.of(
                                "&#x41;",
                                "&amp;",
                                "<!-- -->",
                                "<![CDATA[x]]>",
                                "\uFFFF",
                                "&#0;",
                                "</domain>",
                                "9".repeat(30))
                        .get(random.nextInt(8))
                        .getBytes(StandardCharsets.UTF_8);
                var grown = new byte[bytes.length + special.length];
                System.arraycopy(bytes, 0, grown, 0, at);
                System.arraycopy(special, 0, grown, at, special.length);
                System.arraycopy(bytes, at, grown, at + special.length, bytes.length - at);
                return grown;
            }
        }
        return bytes;
    }

    /** A tree with one place changed: something taken away, doubled, or put in from elsewhere, or a value replaced. */
    private Element shuffled(Element element, List<Element> pieces, int depth) {
        var children = element.children();
        if (!children.isEmpty() && depth < 8 && random.nextInt(4) != 0) {
            int chosen = random.nextInt(children.size());
            var content = new ArrayList<Content>(children);
            content.set(chosen, shuffled(children.get(chosen), pieces, depth + 1));
            return element.withContent(content);
        }
        var names = List.copyOf(element.attributes().keySet());
        return switch (random.nextInt(7)) {
            case 0 -> names.isEmpty() ? element : element.without(any(names));
            case 1 -> names.isEmpty() ? element : element.with(any(names), value());
            case 2 -> element.withContent(List.of());
            case 3 -> element.withContent(List.of(new Text(value())));
            case 4 -> element.plus(any(pieces));
            case 5 -> {
                var other = any(pieces);
                yield new Element(element.name(), other.attributes(), other.content(), element.line());
            }
            default -> children.isEmpty() ? element : element.plus(any(children));
        };
    }

    private String value() {
        return any(List.of(
                "",
                " ",
                "0",
                "-1",
                "1",
                "yes",
                "on",
                "x",
                "4294967296",
                "99999999999999999999",
                "0x10",
                "010",
                "a,b",
                "1-3,^2",
                "/a",
                "vda",
                "\n",
                "é",
                "'",
                "<&>",
                "file",
                "block",
                "network",
                "pci",
                "virtio",
                "scsi",
                "00:11:22:33:44:55"));
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static void collect(Element element, List<Element> pieces) {
        pieces.add(element);
        element.children().forEach(child -> collect(child, pieces));
    }
}
