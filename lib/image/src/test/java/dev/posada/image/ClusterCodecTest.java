package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClusterCodecTest {
    private static final int CLUSTER_BYTES = 65536;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aClusterComesBackFromAnyBufferWithAnythingBehindIt(Compression compression) {
        var random = new Random(42);
        try (var codec = ClusterCodec.of(compression)) {
            for (int round = 0; round < 20; round++) {
                byte[] cluster = someText(random, round);
                var compressed = ByteBuffer.allocateDirect(codec.compressedBytesMax(CLUSTER_BYTES) + 1000);
                codec.compress(ByteBuffer.wrap(cluster), compressed);
                int length = compressed.position();
                compressed.limit(length + 512).rewind();
                var again = ByteBuffer.allocate(CLUSTER_BYTES);
                assertThat(codec.decompress(compressed, again)).isTrue();
                assertThat(again.array()).isEqualTo(cluster);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void damageIsNoticedOrHarmless(Compression compression) {
        var random = new Random(43);
        try (var codec = ClusterCodec.of(compression)) {
            byte[] cluster = someText(random, 3);
            var buffer = ByteBuffer.allocate(codec.compressedBytesMax(CLUSTER_BYTES));
            codec.compress(ByteBuffer.wrap(cluster), buffer);
            byte[] sound = Arrays.copyOf(buffer.array(), buffer.position());
            int noticed = 0;
            for (int round = 0; round < 2000; round++) {
                byte[] damaged = Arrays.copyOf(sound, round % 2 == 0 ? sound.length : random.nextInt(sound.length));
                for (int i = 0; i < 1 + random.nextInt(3) && damaged.length > 0; i++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                if (!codec.decompress(ByteBuffer.wrap(damaged), ByteBuffer.allocate(CLUSTER_BYTES))) {
                    noticed++;
                }
            }
            assertThat(noticed).isGreaterThan(900);
        }
    }

    private static byte[] someText(Random random, int round) {
        byte[] text = new byte[CLUSTER_BYTES];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (i % 7 == 0 || round == 0 ? random.nextInt() : i / 100);
        }
        return text;
    }
}
