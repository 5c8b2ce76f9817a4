package dev.posada.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.rfb.RfbException.Kind;
import dev.posada.rfb.ScriptedServer.Diary;
import dev.posada.rfb.TestEncoder.Bytes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTest {
    private static final RfbListener NOBODY = new RfbListener() {};

    private static String tail(byte[] all, int count) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(all, all.length - count, all.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RFB 003.008\n", "RFB 003.007\n", "RFB 003.003\n", "RFB 004.001\n", "RFB 003.005\n"})
    void allVersionsOfTheProtocolAreSpoken(String greeting) {
        var server = ScriptedServer.silent();
        boolean newest = greeting.contains("008") || greeting.contains("004.");
        server.says().text(greeting);
        if (newest) {
            server.says().u8(1).u8(1).s32(0);
        } else if (greeting.contains("007")) {
            server.says().u8(1).u8(1);
        } else {
            server.says().s32(1);
        }
        var diary = new Diary();
        server.init(30, 20).connect(RfbOptions.DEFAULT, diary);
        assertThat(diary.lines).containsExactly("name demo", "size 30x20");
        assertThat(new String(server.received(), 0, 12, java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo(newest ? "RFB 003.008\n" : greeting.contains("007") ? "RFB 003.007\n" : "RFB 003.003\n");
    }

    @Test
    void aRefusalIsTold() {
        var server = ScriptedServer.silent();
        server.says().text("RFB 003.008\n").u8(0).s32(5).text("full\0");
        assertThatThrownBy(() -> server.connect(RfbOptions.DEFAULT, NOBODY))
                .isInstanceOfSatisfying(
                        RfbException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessage("the server refused us: full");
    }

    @Test
    void noPasswordIsARefusalOfOurs() {
        var server = ScriptedServer.silent();
        server.says().text("RFB 003.008\n").u8(1).u8(2).raw(new byte[16]);
        assertThatThrownBy(() -> server.connect(RfbOptions.DEFAULT, NOBODY)).hasMessage("the server wants a password");
    }

    @Test
    void aChallengeIsAnsweredAsOthersDo() {
        var server = ScriptedServer.silent();
        server.says().text("RFB 003.008\n").u8(1).u8(2);
        server.says()
                .raw(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"))
                .s32(0);
        server.init(4, 4).connect(RfbOptions.DEFAULT.withCredentials(_ -> Optional.of("password123")), NOBODY);
        assertThat(HexFormat.of().formatHex(Arrays.copyOfRange(server.received(), 13, 29)))
                .isEqualTo(HexFormat.of()
                        .formatHex(VncChallenge.response(
                                HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"), "password")));
    }

    @Test
    void whatIsNotVncIsCalledSo() {
        var server = ScriptedServer.silent();
        server.says().text("HTTP/1.1 400 Bad Request\r\n");
        assertThatThrownBy(() -> server.connect(RfbOptions.DEFAULT, NOBODY))
                .isInstanceOfSatisfying(
                        RfbException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
                .hasMessageContaining("no VNC server");
    }

    @Test
    void scanCodesAreSentToWhomTakesThem() {
        var server =
                ScriptedServer.open(4, 4).update(1).rectangle(0, 0, 0, 0, PseudoEncoding.QEMU_KEY_EVENT, new byte[0]);
        var client = server.play(NOBODY);
        client.key('a', 30, true);
        assertThat(tail(server.received(), 12)).isEqualTo("ff0000010000006100" + "00001e");
        client.key('a', 0, false);
        assertThat(tail(server.received(), 8)).isEqualTo("0400000000000061");
    }

    @Test
    void relativeMotionIsCountedFromTheMiddle() {
        var server = ScriptedServer.open(4, 4)
                .update(1)
                .rectangle(0, 0, 0, 0, PseudoEncoding.QEMU_POINTER_MOTION, new byte[0]);
        var diary = new Diary();
        var client = server.play(diary);
        client.pointerBy(3, -2, 1);
        assertThat(diary.lines).contains("absolute false");
        assertThat(tail(server.received(), 6)).isEqualTo("050180027ffd");
    }

    @Test
    void theScreenCanGrowAndBeAskedTo() {
        var layout = new Bytes()
                .u8(1)
                .raw(new byte[3])
                .s32(9)
                .u16(0)
                .u16(0)
                .u16(8)
                .u16(6)
                .s32(5)
                .toArray();
        var server = ScriptedServer.open(4, 4)
                .update(2)
                .rectangle(0, 0, 8, 6, PseudoEncoding.EXTENDED_DESKTOP_SIZE, layout)
                .rectangle(7, 5, 1, 1, 0, new byte[] {1, 2, 3, 0});
        var diary = new Diary();
        var client = server.play(diary);
        assertThat(diary.lines)
                .containsExactly("name demo", "size 4x4", "resizable true", "size 8x6", "update 0,0 8x6");
        assertThat(client.screen().rgb(7, 5)).isEqualTo(0x030201);
        client.requestSize(640, 480);
        assertThat(tail(server.received(), 24))
                .isEqualTo("fb00028001e00100" + "00000009" + "00000000" + "028001e0" + "00000005");
    }

    @Test
    void aSizeAloneIsAnAnswer() {
        assertThat(requestsAfterASize(ScriptedServer.open(4, 4)))
                .isEqualTo("030000000000000400" + "04" + "030000000000000800" + "06");
    }

    @Test
    void aSizeAloneIsNoneOfQemus() {
        var server = ScriptedServer.open(4, 4)
                .update(1)
                .rectangle(0, 0, 0, 0, PseudoEncoding.QEMU_POINTER_MOTION, new byte[0]);
        assertThat(requestsAfterASize(server)).isEqualTo("030000000000000400" + "04");
        server.update(1).rectangle(0, 0, 1, 1, 0, new byte[4]);
        assertThat(requestsAfterASize(server)).endsWith("030100000000000800" + "06");
    }

    /** What the client sends once it has introduced itself to a server that then has another size. */
    private static String requestsAfterASize(ScriptedServer server) {
        int before = server.received().length;
        server.update(1).rectangle(0, 0, 8, 6, PseudoEncoding.DESKTOP_SIZE, new byte[0]);
        server.connect(RfbOptions.DEFAULT, NOBODY).close();
        int introduced = server.received().length - before;
        int played = server.received().length;
        server.play(NOBODY);
        return tail(server.received(), server.received().length - played - introduced);
    }

    @Test
    void aRefusedSizeChangesNothing() {
        var layout = new Bytes().u8(0).raw(new byte[3]).toArray();
        var diary = new Diary();
        ScriptedServer.open(4, 4)
                .update(1)
                .rectangle(1, 3, 9, 9, PseudoEncoding.EXTENDED_DESKTOP_SIZE, layout)
                .play(diary);
        assertThat(diary.lines).containsExactly("name demo", "size 4x4", "resizable true");
    }

    @Test
    void anUpdateMayEndWithoutACount() {
        var diary = new Diary();
        ScriptedServer.open(4, 4)
                .update(0xffff)
                .rectangle(0, 0, 1, 1, 0, new byte[4])
                .rectangle(0, 0, 0, 0, PseudoEncoding.LAST_RECT, new byte[0])
                .update(0)
                .play(diary);
        assertThat(diary.lines).contains("update 0,0 1x1");
    }

    @Test
    void pointersHaveShapes() {
        var diary = new Diary();
        ScriptedServer.open(4, 4)
                .update(2)
                .rectangle(
                        1,
                        0,
                        2,
                        1,
                        PseudoEncoding.CURSOR,
                        new Bytes().pixel(0x112233).pixel(0x445566).u8(0x40).toArray())
                .rectangle(
                        0,
                        1,
                        1,
                        2,
                        PseudoEncoding.ALPHA_CURSOR,
                        new Bytes().s32(0).u8(64).u8(32).u8(0).u8(128).s32(0).toArray())
                .play(diary);
        assertThat(diary.cursors).hasSize(2);
        assertThat(diary.cursors.getFirst().argb()).containsExactly(0, 0xff445566);
        assertThat(diary.cursors.getFirst().hotX()).isEqualTo(1);
        assertThat(diary.cursors.getLast().argb()).containsExactly(0x807f3f00, 0);
        assertThat(diary.cursors.getLast().hotY()).isEqualTo(1);
    }

    @Test
    void theExtendedClipboardTravelsBothWays() {
        var server = ScriptedServer.open(4, 4);
        byte[] packed = Clipboard.packed("Grüße\n東京");
        server.says().u8(3).raw(new byte[3]).s32(-8).s32(1 << 24 | 1).s32(0);
        server.says().u8(3).raw(new byte[3]).s32(-4).s32(1 << 27 | 1);
        server.says()
                .u8(3)
                .raw(new byte[3])
                .s32(-4 - packed.length)
                .s32(1 << 28 | 1)
                .raw(packed);
        var diary = new Diary();
        var client = server.play(diary);
        assertThat(diary.lines).contains("clipboard Grüße\n東京");
        client.offerClipboard("Ω");
        assertThat(tail(server.received(), 12)).isEqualTo("06000000" + "fffffffc" + "08000001");
        assertThat(Clipboard.unpacked(Clipboard.packed("a\r\nb\nc"))).isEqualTo("a\nb\nc");
    }

    @Test
    void theOriginalClipboardIsLatin() {
        var server = ScriptedServer.open(4, 4);
        server.says().u8(3).raw(new byte[3]).s32(2).u8(0xe4).u8(0x62).u8(2);
        var diary = new Diary();
        var client = server.play(diary);
        assertThat(diary.lines).endsWith("clipboard äb", "bell");
        client.offerClipboard("ö");
        assertThat(tail(server.received(), 9)).isEqualTo("06000000" + "00000001" + "f6");
    }

    @Test
    void aFenceIsAnsweredInOrder() {
        var server = ScriptedServer.open(4, 4);
        server.says().u8(248).raw(new byte[3]).s32(1 << 31 | 0x43).u8(2).u16(0x1234);
        server.play(NOBODY);
        assertThat(tail(server.received(), 11)).isEqualTo("f8000000" + "00000003" + "02" + "1234");
    }

    @Test
    void updatesFlowUnaskedFromWhomOffersThat() {
        var server = ScriptedServer.open(4, 4);
        server.says().u8(150);
        server.update(1).rectangle(0, 0, 1, 1, 0, new byte[4]).play(NOBODY);
        assertThat(tail(server.received(), 10)).isEqualTo("9601" + "00000000" + "00040004");
    }
}
