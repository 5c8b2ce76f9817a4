package dev.posada.xdr;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class XdrFuzzTest {

    private static final int ROUNDS = 200_000;

    @Test
    void randomBytesGiveValuesOrXdrException() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] bytes = new byte[64];
        for (int round = 0; round < ROUNDS; round++) {
            fill(bytes, random);
            var reader = XdrReader.of(bytes, random.nextInt(8), random.nextInt(56));
            try {
                while (reader.remaining() > 0) {
                    read(reader, random.nextInt(13));
                }
            } catch (XdrException expected) {
                // The only way out for bytes that are no value.
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed + " round " + round + " " + Arrays.toString(bytes), other);
            }
        }
    }

    /** Mostly small words, so that counts and lengths are often plausible. */
    private static void fill(byte[] bytes, RandomGenerator random) {
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            if (random.nextInt(4) != 0) {
                bytes[i] = 0;
            }
        }
    }

    private static void read(XdrReader reader, int kind) {
        switch (kind) {
            case 0 -> reader.int32();
            case 1 -> reader.int64();
            case 2 -> reader.float64();
            case 3 -> reader.optional();
            case 4 -> reader.uuid();
            case 5 -> reader.octet();
            case 6 -> reader.uint16();
            case 7 -> reader.count(Integer.MAX_VALUE, 4);
            case 8 -> reader.string(Integer.MAX_VALUE);
            case 9 -> reader.opaque(Integer.MAX_VALUE);
            case 10 -> reader.opaqueFixed(kind);
            case 11 -> reader.octets(Integer.MAX_VALUE);
            default -> reader.octetsFixed(kind);
        }
    }
}
