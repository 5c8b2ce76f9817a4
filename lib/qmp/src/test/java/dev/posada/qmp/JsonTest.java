package dev.posada.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static final JsonLimits SMALL = new JsonLimits(1000, 5, 20);

    @Test
    void everyKindOfValueIsRead() {
        var value = Json.parse(" {\"o\":{},\"a\":[1,-2,3.5],\"t\":\"x\",\"b\":[true,false],\"n\":null}\n");
        assertThat(value)
                .isEqualTo(Json.object()
                        .with("o", Json.object())
                        .with("a", Json.array(List.of(Json.of(1), Json.of(-2), new Json.RealValue(3.5))))
                        .with("t", "x")
                        .with("b", Json.array(List.of(Json.of(true), Json.of(false))))
                        .with("n", new Json.NullValue()));
    }

    @Test
    void membersKeepTheirOrder() {
        assertThat(Json.parse("{\"z\":1,\"a\":2,\"m\":3}").asObject().members().keySet())
                .containsExactly("z", "a", "m");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775808, 9223372036854775808",
        "18446744073709551615, 18446744073709551615",
        "18446744073709551616, 1.8446744073709552E19",
        "-9223372036854775809, -9.223372036854775807E18",
        "1e3, 1000.0",
        "-1.25E-2, -0.0125",
        "123456789012345678, 123456789012345678",
    })
    void numbersAreKeptExactlyWhereTheyCanBe(String text, String written) {
        var value = Json.parse(text);
        var expected = written.contains(".") ? String.valueOf(Double.parseDouble(written)) : written;
        assertThat(value).hasToString(expected);
    }

    @Test
    void unsignedNumbersAreTold() {
        assertThat(Long.toUnsignedString(Json.parse("18446744073709551615").unsigned()))
                .isEqualTo("18446744073709551615");
        assertThat(Json.parse("7").unsigned()).isEqualTo(7);
        assertThat(Json.parse("18446744073709551615").real()).isEqualTo(1.8446744073709552E19);
        assertThatThrownBy(() -> Json.parse("-1").unsigned()).isInstanceOf(QmpException.class);
        assertThatThrownBy(() -> Json.parse("18446744073709551615").integer()).isInstanceOf(QmpException.class);
    }

    @Test
    void escapesAreUnderstood() {
        assertThat(Json.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\\ud800x\"")
                        .text())
                .isEqualTo("\"\\/\b\f\n\r\té😀\ud800x");
    }

    @Test
    void utf8IsReadAndBrokenBytesAreReplaced() throws IOException {
        assertThat(Json.parse("\"ü→😀\"").text()).isEqualTo("ü→😀");
        byte[] broken = {'"', 'a', (byte) 0xc3, '"'};
        assertThat(read(broken, SMALL).getFirst().text()).isEqualTo("a\ufffd");
    }

    @Test
    void everythingBeyondAsciiIsWrittenEscaped() {
        assertThat(Json.of("a\"\\\n\u0001\u007fé😀"))
                .hasToString("\"a\\\"\\\\\\n\\u0001\\u007f\\u00e9\\ud83d\\ude00\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[",
                "]",
                "}",
                "{]",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "tru",
                "nul",
                "truex",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "01",
                "-",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e+",
                "1e999",
                "NaN",
                "--1",
                "1-2",
                "1 2",
                "[1 2]",
                ",",
                ":",
                "\u00a01",
                "// x"
            })
    void textThatIsNotJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOfSatisfying(
                        QmpException.class, e -> assertThat(e.kind()).isEqualTo(QmpException.Kind.MALFORMED));
    }

    @Test
    void valuesFollowEachOtherWithOrWithoutSpace() throws IOException {
        var values = read("{}[] 1\n\n\"x\"\r\n{\"a\":1}true false".getBytes(StandardCharsets.UTF_8), SMALL);
        assertThat(values)
                .extracting(Json::toString)
                .containsExactly("{}", "[]", "1", "\"x\"", "{\"a\":1}", "true", "false");
    }

    @Test
    void deepNestingIsRefused() {
        assertThat(JsonReader.parse("[".repeat(5) + "]".repeat(5), SMALL)).isNotNull();
        assertThatThrownBy(() -> JsonReader.parse("[".repeat(6) + "]".repeat(6), SMALL))
                .hasMessageContaining("deeper than 5");
        assertThatThrownBy(() -> JsonReader.parse("{\"a\":".repeat(1_000_000), JsonLimits.MONITOR))
                .hasMessageContaining("deeper than 64");
    }

    @Test
    void longMessageIsRefusedAndTheLimitIsPerMessage() throws IOException {
        String fits = "\"" + "x".repeat(998) + "\"";
        assertThat(read((fits + fits + " ".repeat(5000) + fits).getBytes(StandardCharsets.UTF_8), SMALL))
                .hasSize(3);
        assertThatThrownBy(() -> JsonReader.parse("\"" + "x".repeat(999) + "\"", SMALL))
                .hasMessageContaining("more than 1000 bytes");
    }

    @Test
    void tooManyValuesAreRefused() {
        assertThatThrownBy(() -> JsonReader.parse("[" + "1,".repeat(20) + "1]", SMALL))
                .hasMessageContaining("more than 20 values");
    }

    @Test
    void wrongTypesAreToldInOneLine() {
        assertThatThrownBy(() -> Json.parse("{\"a\":1}").required("a").text()).hasMessage("expected a string, found 1");
        assertThatThrownBy(() -> Json.parse("{\"a\":1}").required("b"))
                .hasMessage("expected an object with \"b\", found {\"a\":1}");
        assertThatThrownBy(() -> Json.parse("[]").required("b")).isInstanceOf(QmpException.class);
        assertThatThrownBy(() -> Json.parse("[]").truth()).isInstanceOf(QmpException.class);
        assertThatThrownBy(() -> Json.parse("{}").elements()).isInstanceOf(QmpException.class);
        assertThatThrownBy(() -> Json.parse("{}").real()).isInstanceOf(QmpException.class);
        assertThat(Json.parse("[]").member("x")).isEmpty();
    }

    @Test
    void whatIsWrittenIsReadBackAlike() throws IOException {
        long seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 3000; i++) {
            var value = anyValue(random, 5);
            assertThat(Json.parse(value.toString())).as("seed %d", seed).isEqualTo(value);
            assertThat(read(value.toString().getBytes(StandardCharsets.UTF_8), JsonLimits.MONITOR, random))
                    .as("in small pieces, seed %d", seed)
                    .containsExactly(value);
        }
    }

    @Test
    void mutatedTextNeverDoesWorseThanAnException() throws IOException {
        long seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int accepted = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = mutated(anyValue(random, 4).toString().getBytes(StandardCharsets.UTF_8), random);
            try {
                for (var value : read(bytes, SMALL)) {
                    assertThat(Json.parse(value.toString())).as("seed %d", seed).isEqualTo(value);
                    accepted++;
                }
            } catch (QmpException e) {
                assertThat(e.kind()).as("seed %d", seed).isEqualTo(QmpException.Kind.MALFORMED);
            }
        }
        assertThat(accepted).isPositive();
    }

    private static byte[] mutated(byte[] original, RandomGenerator random) {
        var bytes = new ArrayList<Byte>();
        for (byte b : original) {
            bytes.add(b);
        }
        byte[] alphabet = "{}[]\",:\\u0dtfn-+.eE19 \n\u0001".getBytes(StandardCharsets.UTF_8);
        int times = random.nextInt(1, 6);
        for (int i = 0; i < times && !bytes.isEmpty(); i++) {
            int at = random.nextInt(bytes.size());
            byte other =
                    random.nextInt(4) == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            switch (random.nextInt(4)) {
                case 0 -> bytes.remove(at);
                case 1 -> bytes.add(at, other);
                case 2 -> bytes.set(at, other);
                default -> bytes.addAll(at, List.copyOf(bytes.subList(at, Math.min(bytes.size(), at + 10))));
            }
        }
        var result = new byte[bytes.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes.get(i);
        }
        return result;
    }

    private static Json anyValue(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 7)) {
            case 0 -> new Json.NullValue();
            case 1 -> Json.of(random.nextBoolean());
            case 2 -> Json.of(random.nextLong() >> random.nextInt(64));
            case 3 -> new Json.UnsignedValue(random.nextLong() | Long.MIN_VALUE);
            case 4 -> new Json.RealValue(anyReal(random));
            case 5, 6 -> Json.of(anyText(random));
            case 7 -> {
                var elements = new ArrayList<Json>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(anyValue(random, depth - 1));
                }
                yield Json.array(elements);
            }
            default -> {
                var members = new LinkedHashMap<String, Json>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    members.put(anyText(random), anyValue(random, depth - 1));
                }
                yield new Json.ObjectValue(members);
            }
        };
    }

    private static double anyReal(RandomGenerator random) {
        double value = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(value) ? value : 0.5;
    }

    private static String anyText(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append((char) (random.nextBoolean() ? random.nextInt(0x20, 0x7f) : random.nextInt(0x10000)));
        }
        return text.toString();
    }

    private static List<Json> read(byte[] bytes, JsonLimits limits) throws IOException {
        return read(bytes, limits, null);
    }

    private static List<Json> read(byte[] bytes, JsonLimits limits, RandomGenerator pieces) throws IOException {
        var reader = new JsonReader(new Pieces(ByteBuffer.wrap(bytes), pieces), limits);
        var values = new ArrayList<Json>();
        for (var value = reader.next(); value.isPresent(); value = reader.next()) {
            values.add(value.get());
        }
        return values;
    }

    /** Bytes that arrive in pieces of random size, some of them empty. */
    private record Pieces(ByteBuffer bytes, RandomGenerator random) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer into) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int size = Math.min(
                    random == null ? Integer.MAX_VALUE : random.nextInt(4),
                    Math.min(bytes.remaining(), into.remaining()));
            into.put(bytes.slice(bytes.position(), size));
            bytes.position(bytes.position() + size);
            return size;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
