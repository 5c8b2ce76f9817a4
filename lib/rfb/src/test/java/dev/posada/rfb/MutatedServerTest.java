package dev.posada.rfb;

import static org.assertj.core.api.Assertions.fail;

import dev.posada.rfb.TestEncoder.Bytes;
import dev.posada.rfb.TestEncoder.Picture;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MutatedServerTest {
    private static final int ROUNDS = 6_000;

    private static byte[] sensibleScript(SplittableRandom random) {
        var encoder = new TestEncoder();
        var server = ScriptedServer.open(80, 70);
        int[] rgb = random.ints(80 * 70, 0, 5).map(i -> i * 0x102030).toArray();
        var picture = new Picture(80, 70, rgb);
        for (var encoding : Encoding.values()) {
            byte[] content = encoding == Encoding.COPY_RECT
                    ? new Bytes().u16(0).u16(0).toArray()
                    : encoder.encode(encoding, picture);
            server.update(1).rectangle(0, 0, 80, 70, encoding.number(), content);
        }
        server.update(1).rectangle(1, 1, 4, 4, PseudoEncoding.CURSOR, new byte[4 * 4 * 4 + 4]);
        server.update(1).rectangle(1, 1, 2, 2, PseudoEncoding.ALPHA_CURSOR, new byte[4 + 16]);
        server.update(1)
                .rectangle(
                        0,
                        0,
                        90,
                        60,
                        PseudoEncoding.EXTENDED_DESKTOP_SIZE,
                        new Bytes().u8(1).raw(new byte[19]).toArray());
        server.says().u8(2).u8(3).raw(new byte[3]).s32(3).text("abc");
        byte[] packed = Clipboard.packed("grüße");
        server.says()
                .u8(3)
                .raw(new byte[3])
                .s32(-4 - packed.length)
                .s32(1 << 28 | 1)
                .raw(packed);
        server.says().u8(248).raw(new byte[3]).s32(1 << 31 | 1).u8(2).u16(7);
        return server.script();
    }

    /** Whatever a server sends ends in our own exception, soon. */
    @Test
    @Timeout(300)
    void nonsenseEndsInOneKindOfException() {
        long seed = 7_112_026;
        var random = new SplittableRandom(seed);
        byte[] sensible = sensibleScript(random);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] script = sensible.clone();
            int changes = random.nextInt(1, 4);
            for (int i = 0; i < changes; i++) {
                // Mostly behind the greeting, which fails at once.
                int at = random.nextInt(4) == 0 ? random.nextInt(script.length) : random.nextInt(40, script.length);
                script[at] = (byte) (random.nextBoolean() ? random.nextInt() : script[at] ^ (1 << random.nextInt(8)));
            }
            try (var client = ScriptedServer.silent().connect(script, RfbOptions.DEFAULT, new RfbListener() {})) {
                client.run();
            } catch (RfbException expected) {
                // What is broken is refused, and what is not ends with the script.
            } catch (RuntimeException | Error e) {
                fail("seed " + seed + ", round " + round, e);
            }
        }
    }
}
