package dev.posada.xdr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class XdrRoundTripTest {

    private static final int ROUNDS = 2_000;
    private static final int MAX_BYTES = 1 << 20;
    private static final int LIMIT = 300;

    /** One value of any kind: how to write it, how to read it and what reading must give. */
    private record Sample(Consumer<XdrWriter> writing, Function<XdrReader, Object> reading, Object expected) {}

    @Test
    void whatIsWrittenIsReadAgain() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Sample> values = new ArrayList<>();
            for (int i = random.nextInt(20); i >= 0; i--) {
                values.add(sample(random));
            }
            var writer = new XdrWriter(MAX_BYTES);
            values.forEach(value -> value.writing().accept(writer));

            assertThat(writer.size() % 4).as("seed %d", seed).isZero();
            for (XdrReader reader : readers(writer)) {
                for (Sample value : values) {
                    assertThat(value.reading().apply(reader))
                            .as("seed %d", seed)
                            .isEqualTo(value.expected());
                }
                assertThat(reader.remaining()).as("seed %d", seed).isZero();
            }
        }
    }

    /** The same bytes as an array, as a slice of a bigger one, and as a direct buffer. */
    private static List<XdrReader> readers(XdrWriter writer) {
        byte[] bytes = writer.toByteArray();
        byte[] framed = new byte[bytes.length + 11];
        System.arraycopy(bytes, 0, framed, 7, bytes.length);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(bytes.length).put(writer.written()).flip();
        return List.of(XdrReader.of(bytes), XdrReader.of(framed, 7, bytes.length), XdrReader.of(direct));
    }

    private static Sample sample(RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(LIMIT)];
        random.nextBytes(bytes);
        int word = random.nextInt();
        long doubleWord = random.nextLong();
        return switch (random.nextInt(13)) {
            case 0 -> new Sample(w -> w.int32(word), XdrReader::int32, word);
            case 1 -> new Sample(w -> w.int64(doubleWord), XdrReader::int64, doubleWord);
            case 2 -> new Sample(w -> w.float64(word / 3.0), XdrReader::float64, word / 3.0);
            case 3 -> new Sample(w -> w.bool(word < 0), XdrReader::bool, word < 0);
            case 4 -> new Sample(w -> w.octet(word), XdrReader::octet, word & 0xff);
            case 5 -> new Sample(w -> w.uint16(word), XdrReader::uint16, word & 0xffff);
            case 6 -> {
                String text = text(random);
                yield new Sample(w -> w.string(text, 4 * LIMIT), r -> r.string(4 * LIMIT), text);
            }
            case 7 -> {
                UUID uuid = new UUID(doubleWord, random.nextLong());
                yield new Sample(w -> w.uuid(uuid), XdrReader::uuid, uuid);
            }
            case 8 -> new Sample(w -> w.opaque(opaque(bytes), LIMIT), r -> r.opaque(LIMIT), opaque(bytes));
            case 9 ->
                new Sample(
                        w -> w.opaqueFixed(opaque(bytes), bytes.length),
                        r -> r.opaqueFixed(bytes.length),
                        opaque(bytes));
            case 10 -> new Sample(w -> w.octets(opaque(bytes), LIMIT), r -> r.octets(LIMIT), opaque(bytes));
            case 11 ->
                new Sample(
                        w -> w.octetsFixed(opaque(bytes), bytes.length),
                        r -> r.octetsFixed(bytes.length),
                        opaque(bytes));
            default -> new Sample(w -> w.count(bytes.length, LIMIT), r -> r.count(LIMIT, 0), bytes.length);
        };
    }

    private static Opaque opaque(byte[] bytes) {
        return Opaque.copyOf(bytes);
    }

    private static String text(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(LIMIT); i > 0; i--) {
            int[] alphabets = {'a' + random.nextInt(26), 0xe0 + random.nextInt(16), 0x1f600 + random.nextInt(32)};
            text.appendCodePoint(alphabets[random.nextInt(alphabets.length)]);
        }
        return text.toString();
    }
}
