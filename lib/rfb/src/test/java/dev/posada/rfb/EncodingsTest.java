package dev.posada.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.rfb.TestEncoder.Bytes;
import dev.posada.rfb.TestEncoder.Picture;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingsTest {
    private static final long SEED = 20_261_123;
    private static final int ROUNDS = 60;

    /** From one colour to noise, with runs; of any size a rectangle of this screen can have. */
    private static Picture picture(SplittableRandom random) {
        int width = random.nextInt(1, 150);
        int height = random.nextInt(1, 150);
        int colours = 1 << random.nextInt(0, 12);
        int[] palette = random.ints(colours, 0, 1 << 24).toArray();
        int[] rgb = new int[width * height];
        int longest = random.nextInt(1, 400);
        for (int at = 0; at < rgb.length; ) {
            int colour = palette[random.nextInt(colours)];
            for (int end = Math.min(rgb.length, at + random.nextInt(1, longest + 1)); at < end; at++) {
                rgb[at] = colour;
            }
        }
        return new Picture(width, height, rgb);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COPY_RECT")
    void whatAServerEncodesIsWhatTheScreenShows(Encoding encoding) {
        var random = new SplittableRandom(SEED);
        var encoder = new TestEncoder();
        var server = ScriptedServer.open(200, 200);
        int[] expected = new int[200 * 200];
        for (int i = 0; i < ROUNDS; i++) {
            var picture = picture(random);
            int x = random.nextInt(0, 200 - picture.width() + 1);
            int y = random.nextInt(0, 200 - picture.height() + 1);
            byte[] content = encoding == Encoding.TIGHT && i % 3 == 0
                    ? encoder.tight(picture, 2)
                    : encoder.encode(encoding, picture);
            server.update(1).rectangle(x, y, picture.width(), picture.height(), encoding.number(), content);
            for (int row = 0; row < picture.height(); row++) {
                System.arraycopy(picture.rgb(), row * picture.width(), expected, (y + row) * 200 + x, picture.width());
            }
        }
        assertThat(server.play(new RfbListener() {}).screen().pixels())
                .as("seed " + SEED)
                .isEqualTo(expected);
    }

    @Test
    void copiesMayOverlapInEveryDirection() {
        var random = new SplittableRandom(SEED);
        int[] expected = random.ints(50 * 50, 0, 1 << 24).toArray();
        var server = ScriptedServer.open(50, 50).update(1);
        server.rectangle(0, 0, 50, 50, 0, new TestEncoder().encode(Encoding.RAW, new Picture(50, 50, expected)));
        for (int i = 0; i < ROUNDS; i++) {
            int width = random.nextInt(1, 40);
            int height = random.nextInt(1, 40);
            int fromX = random.nextInt(0, 50 - width);
            int fromY = random.nextInt(0, 50 - height);
            int x = random.nextInt(0, 50 - width);
            int y = random.nextInt(0, 50 - height);
            server.update(1)
                    .rectangle(
                            x,
                            y,
                            width,
                            height,
                            1,
                            new Bytes().u16(fromX).u16(fromY).toArray());
            int[] before = expected.clone();
            for (int row = 0; row < height; row++) {
                System.arraycopy(before, (fromY + row) * 50 + fromX, expected, (y + row) * 50 + x, width);
            }
        }
        assertThat(server.play(new RfbListener() {}).screen().pixels()).isEqualTo(expected);
    }

    @Test
    void aRectangleOutsideTheScreenIsRefused() {
        var server = ScriptedServer.open(10, 10).update(1).rectangle(5, 5, 6, 1, 0, new byte[100]);
        assertThatThrownBy(() -> server.play(new RfbListener() {}))
                .isInstanceOf(RfbException.class)
                .hasMessage("a rectangle 6x1 at 5,5 outside the screen of 10x10");
    }

    @Test
    void aScreenBeyondAllBoundsIsRefused() {
        assertThatThrownBy(() -> ScriptedServer.open(65_535, 65_535).play(new RfbListener() {}))
                .isInstanceOf(RfbException.class)
                .hasMessageContaining("65535x65535");
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 16})
    void aLengthBeyondAllBoundsIsRefusedBeforeItIsRead(int encoding) {
        var server = ScriptedServer.open(10, 10).update(1);
        server.rectangle(
                0, 0, 10, 10, encoding, new Bytes().s32(Integer.MAX_VALUE).toArray());
        assertThatThrownBy(() -> server.play(new RfbListener() {}))
                .isInstanceOf(RfbException.class)
                .hasMessageContaining("2147483647 bytes");
    }

    @Test
    void anEncodingNobodyAskedForIsRefused() {
        var server = ScriptedServer.open(10, 10).update(1).rectangle(0, 0, 1, 1, 21, new byte[100]);
        assertThatThrownBy(() -> server.play(new RfbListener() {}))
                .isInstanceOf(RfbException.class)
                .hasMessageContaining("encoding 21");
    }
}
