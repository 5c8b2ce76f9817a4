package dev.posada.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whole messages, byte by byte, as checked-in text that can be compared with what another implementation sends. */
class WireBytesTest {

    private static final DomainRef GUEST =
            new DomainRef("test", UUID.fromString("6695eb01-f6a4-8304-79aa-97f2502e193f"), 1);

    @Test
    void openingCall() throws IOException {
        check(
                "connect_open",
                Frame.encode(
                        header(RemoteProcedure.CONNECT_OPEN, MessageType.CALL, 2, MessageStatus.OK),
                        new RemoteConnectOpenArgs("test:///default", 0)));
    }

    @Test
    void replyWithTypedParameters() throws IOException {
        List<TypedParameter> parameters = List.of(
                TypedParameter.ofInt("state.state", 1),
                TypedParameter.ofUnsigned("vcpu.current", -1),
                TypedParameter.ofLong("offset", -2),
                TypedParameter.ofUnsigned("cpu.time", Long.MIN_VALUE),
                TypedParameter.ofDouble("share", 0.5),
                TypedParameter.ofBoolean("halted", true),
                TypedParameter.ofText("block.0.name", "vda"));
        var stats = new RemoteDomainStatsRecord(GUEST, WireParameters.encode(parameters));

        ByteBuffer bytes = Frame.encode(
                header(RemoteProcedure.CONNECT_GET_ALL_DOMAIN_STATS, MessageType.REPLY, 7, MessageStatus.OK),
                new RemoteConnectGetAllDomainStatsRet(List.of(stats)));

        check("domain_stats", bytes);
        Frame frame = reassemble(bytes);
        assertThat(WireParameters.decode(RemoteConnectGetAllDomainStatsRet.decode(frame.reader())
                        .retStats()
                        .getFirst()
                        .params()))
                .isEqualTo(parameters);
    }

    @Test
    void errorReply() throws IOException {
        var failure = new PosadaException(ErrorCode.NO_DOMAIN, ErrorOrigin.TEST, "no domain with name 'x'");

        ByteBuffer bytes = Frame.encode(
                header(RemoteProcedure.DOMAIN_LOOKUP_BY_NAME, MessageType.REPLY, 8, MessageStatus.ERROR),
                WireErrors.encode(failure));

        check("error_reply", bytes);
        assertThat(WireErrors.decode(MessageError.decode(reassemble(bytes).reader())))
                .hasMessage(failure.getMessage());
    }

    @Test
    void streamDataHoleAndEnd() throws IOException {
        MessageHeader data = header(RemoteProcedure.STORAGE_VOL_UPLOAD, MessageType.STREAM, 9, MessageStatus.CONTINUE);
        MessageHeader hole =
                header(RemoteProcedure.STORAGE_VOL_UPLOAD, MessageType.STREAM_HOLE, 9, MessageStatus.CONTINUE);

        check(
                "stream",
                Frame.encodeData(data, ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII))),
                Frame.encode(hole, new StreamHole(1L << 33, 0)),
                Frame.encode(data.answer(MessageType.STREAM, MessageStatus.OK), NoPayload.INSTANCE));
    }

    @Test
    void callWithDescriptorsAndSignOfLife() throws IOException {
        check(
                "descriptors_ping",
                Frame.encodeWithDescriptors(
                        header(RemoteProcedure.DOMAIN_OPEN_GRAPHICS, MessageType.CALL_WITH_FDS, 3, MessageStatus.OK),
                        1,
                        new RemoteDomainOpenGraphicsArgs(GUEST, 0, 1)),
                Frame.encode(
                        header(KeepaliveProcedure.PING, MessageType.MESSAGE, 0, MessageStatus.OK), NoPayload.INSTANCE));
    }

    private static MessageHeader header(Procedure procedure, MessageType type, int serial, MessageStatus status) {
        return MessageHeader.of(procedure, type, serial, status);
    }

    private static Frame reassemble(ByteBuffer bytes) {
        var assembler = new FrameAssembler();
        ByteBuffer source = bytes.duplicate();
        ByteBuffer space = assembler.space();
        assertThat(space.remaining()).isGreaterThanOrEqualTo(source.remaining());
        space.put(source);
        return assembler.next().orElseThrow();
    }

    private static void check(String name, ByteBuffer... messages) throws IOException {
        var text = new StringBuilder();
        for (ByteBuffer message : messages) {
            byte[] bytes = new byte[message.remaining()];
            message.duplicate().get(bytes);
            for (int at = 0; at < bytes.length; at += 16) {
                int end = Math.min(at + 16, bytes.length);
                text.append("%04x  %-47s  %s%n"
                        .formatted(
                                at,
                                HexFormat.ofDelimiter(" ").formatHex(bytes, at, end),
                                new String(bytes, at, end - at, StandardCharsets.US_ASCII).replaceAll("[^ -~]", ".")));
            }
            text.append("\n");
        }
        Golden.compare(name + ".hex", text.toString());
    }
}
