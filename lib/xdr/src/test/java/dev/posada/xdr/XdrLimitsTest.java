package dev.posada.xdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class XdrLimitsTest {

    @Test
    void countAboveItsLimitIsRefused() {
        var reader = reader("00000000 00000005");
        reader.int32();

        XdrException refusal = refusal(() -> reader.count(4, 0));

        assertThat(refusal.kind()).isEqualTo(XdrException.Kind.TOO_LONG);
        assertThat(refusal.offsetBytes()).isEqualTo(4);
        assertThat(refusal).hasMessage("count of 5 exceeds 4 at byte 4");
    }

    @Test
    void countIsUnsigned() {
        assertThat(refusal(() -> reader("ffffffff").count(Integer.MAX_VALUE, 0)).kind())
                .isEqualTo(XdrException.Kind.TOO_LONG);
    }

    @Test
    void countWithoutTheBytesToHoldItsElementsIsRefusedBeforeAllocating() {
        XdrException refusal = refusal(() -> reader("00ffffff 00000000").octets(0x01000000));

        assertThat(refusal.kind()).isEqualTo(XdrException.Kind.TRUNCATED);
    }

    @Test
    void stringPaddingMustBePresent() {
        assertThat(refusal(() -> reader("00000005 6162636465").string(10)).kind())
                .isEqualTo(XdrException.Kind.TRUNCATED);
    }

    @Test
    void paddingMayHoldAnything() {
        assertThat(reader("00000002 6162ffff").string(10)).isEqualTo("ab");
    }

    @Test
    void embeddedZeroEndsAString() {
        var reader = reader("00000004 61006263 00000007");

        assertThat(reader.string(10)).isEqualTo("a");
        assertThat(reader.int32()).isEqualTo(7);
    }

    @Test
    void malformedTextIsReadWithReplacements() {
        assertThat(reader("00000002 61ff0000").string(10)).isEqualTo("a\ufffd");
    }

    @Test
    void anyNonZeroWordIsTrue() {
        assertThat(reader("00000002").optional()).isTrue();
    }

    @Test
    void signExtendedCharactersKeepTheirLowBits() {
        assertThat(reader("00000002 ffffff80 0000007f").octets(2))
                .isEqualTo(Opaque.copyOf(new byte[] {(byte) 0x80, 0x7f}));
    }

    @Test
    void unknownCaseNamesTypeAndPlace() {
        var reader = reader("00000009");

        assertThat(reader.unknownCase("typed_param_value", reader.int32()))
                .hasMessage("typed_param_value has no case 9 at byte 0")
                .extracting(XdrException::kind)
                .isEqualTo(XdrException.Kind.INVALID);
    }

    @Test
    void writerStopsAtItsMaximumAndKeepsWhatItHas() {
        var writer = new XdrWriter(12);
        writer.int64(1);

        assertThat(refusal(() -> writer.string("abcde", 100)).kind()).isEqualTo(XdrException.Kind.FULL);
        writer.truncate(8);
        writer.int32(2);

        assertThat(HexFormat.of().formatHex(writer.toByteArray())).isEqualTo("000000000000000100000002");
    }

    @Test
    void writerRefusesWhatItsReaderWouldRefuse() {
        var writer = new XdrWriter(100);

        assertThat(refusal(() -> writer.string("abc", 2)).kind()).isEqualTo(XdrException.Kind.TOO_LONG);
        assertThat(refusal(() -> writer.count(3, 2)).kind()).isEqualTo(XdrException.Kind.TOO_LONG);
        assertThat(refusal(() -> writer.opaqueFixed(Opaque.ofText("ab"), 3)).kind())
                .isEqualTo(XdrException.Kind.INVALID);
    }

    @Test
    void lengthsCanBeFilledInAfterwards() {
        var writer = new XdrWriter(100);
        writer.int32(0);
        writer.raw(ByteBuffer.wrap("abcd".getBytes(StandardCharsets.US_ASCII)));
        writer.int32At(0, writer.size());

        assertThat(HexFormat.of().formatHex(writer.toByteArray())).isEqualTo("0000000861626364");
        assertThatThrownBy(() -> writer.int32At(5, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void opaqueNeverShowsItsContent() {
        assertThat(Opaque.ofText("secret")).hasToString("Opaque[6 bytes]");
        assertThat(Opaque.copyOf(new byte[] {'k', 'v', 'm', 0, 0}).text()).isEqualTo("kvm");
    }

    private static XdrReader reader(String hex) {
        return XdrReader.of(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static XdrException refusal(ThrowingCallable action) {
        return catchThrowableOfType(XdrException.class, action);
    }
}
