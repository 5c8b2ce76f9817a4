package dev.posada.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import dev.posada.protocol.Frame;
import dev.posada.protocol.KeepaliveProcedure;
import dev.posada.protocol.MessageError;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.RemoteAuthListRet;
import dev.posada.protocol.RemoteAuthType;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureRet;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.server.ServerSettings.Limits;
import dev.posada.server.ServerSettings.UnixSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server answers to messages, right and wrong, before any connection is opened. */
class FramingTest {
    private static final int REMOTE = 0x20008086;
    private static final int KEEPALIVE = 0x6b656570;

    private RunningServer server;
    private WireClient client;

    @BeforeEach
    void start() {
        server = RunningServer.start();
        client = server.connect();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void authListSaysNoneInExactlyTheseBytes() {
        client.close();
        client = WireClient.notReading(server.socket());
        client.send(HexFormat.of()
                .parseHex("0000001c" + "20008086" + "00000001" + "00000042" + "00000000" + "00000007" + "00000000"));
        assertThat(exactly(36))
                .isEqualTo("00000024" + "20008086" + "00000001" + "00000042" + "00000001" + "00000007" + "00000000"
                        + "00000001" + "00000000");
    }

    @Test
    void anUnknownProcedureIsAnsweredInExactlyTheseBytes() {
        client.close();
        client = WireClient.notReading(server.socket());
        client.send(HexFormat.of()
                .parseHex("0000001c" + "20008086" + "00000001" + "0000270f" + "00000000" + "00000009" + "00000000"));
        var text = "756e6b6e6f776e2070726f6365647572653a2039393939";
        assertThat(exactly(136))
                .isEqualTo("00000088" + "20008086" + "00000001" + "0000270f" + "00000001" + "00000009" + "00000001"
                        + "00000027" + "00000007"
                        + "00000001" + "00000017" + text + "00"
                        + "00000002" + "00000000"
                        + "00000001" + "00000002" + "25730000"
                        + "00000001" + "00000017" + text + "00"
                        + "00000000" + "ffffffff" + "ffffffff" + "00000000");
    }

    @Test
    void anUnknownProgramOrVersionIsNamed() {
        assertThat(errorOf(new MessageHeader(0x20008088, 1, 1, 0, 3, 0)).message())
                .isEqualTo("Cannot find program 536903816 version 1");
        assertThat(errorOf(new MessageHeader(REMOTE, 9, 1, 0, 4, 0)).message())
                .isEqualTo("Cannot find program 536903814 version 9");
        assertThat(errorOf(new MessageHeader(KEEPALIVE, 1, 1, 0, 5, 0)).message())
                .as("a ping that is sent as a call")
                .isEqualTo("Cannot find program 1801807216 version 1");
    }

    @Test
    void headerFieldsAreEchoedInTheError() {
        client.send(new MessageHeader(0x12345678, 42, -7, 0, -1, 2), NoPayload.INSTANCE);
        assertThat(client.next().header()).isEqualTo(new MessageHeader(0x12345678, 42, -7, 1, -1, 1));
    }

    @Test
    void procedureZeroAndEventsCannotBeCalled() {
        assertThat(errorOf(new MessageHeader(REMOTE, 1, 0, 0, 1, 0)).message()).isEqualTo("unknown procedure: 0");
        assertThat(errorOf(new MessageHeader(REMOTE, 1, 107, 0, 2, 0)).message())
                .isEqualTo("unknown procedure: 107");
        var error = errorOf(new MessageHeader(REMOTE, 1, 318, 0, 3, 0));
        assertThat(error.code()).isEqualTo(39);
        assertThat(error.domain()).isEqualTo(7);
    }

    @Test
    void aCallHasNoStatus() {
        assertThat(errorOf(new MessageHeader(REMOTE, 1, 66, 0, 1, 2)).message())
                .isEqualTo("Unexpected message status 2");
    }

    @Test
    void argumentsThatEndTooEarlyAreAnswered() {
        assertThat(errorOf(new MessageHeader(REMOTE, 1, 1, 0, 1, 0)).message())
                .isEqualTo("Unable to decode message payload");
    }

    @Test
    void callsBeforeOpenAreRefusedAndTheConnectionLives() {
        var error = WireClient.error(client.call(RemoteProcedure.CONNECT_GET_TYPE));
        assertThat(error.code()).isEqualTo(1);
        assertThat(error.message()).isEqualTo("internal error: hypervisor connection not open");
        assertThat(error.str2()).isEqualTo("hypervisor connection not open");
        assertThat(authTypes()).containsExactly(RemoteAuthType.NONE);
    }

    @Test
    void onlyTheKeepAliveFeatureIsToldBeforeOpen() {
        assertThat(RemoteConnectSupportsFeatureRet.decode(feature(10).reader()).supported())
                .isEqualTo(1);
        assertThat(WireClient.error(feature(14)).message()).contains("hypervisor connection not open");
    }

    @Test
    void anOpenWithoutNameIsRefused() {
        var reply = client.call(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(null, 0));
        assertThat(WireClient.error(reply).code()).isEqualTo(1);
    }

    @Test
    void otherWaysToProveOneselfFail() {
        assertThat(WireClient.error(client.call(RemoteProcedure.AUTH_SASL_INIT)).message())
                .isEqualTo("authentication failed: authentication failed");
        assertThat(WireClient.error(client.call(RemoteProcedure.AUTH_POLKIT)).code())
                .isEqualTo(1);
        assertThat(authTypes()).isNotEmpty();
    }

    @Test
    void whoHasNotProvedHimselfMayOnlyDoThat() {
        try (var strict = RunningServer.start(FramingTest::withSasl);
                var stranger = strict.connect()) {
            for (var procedure : List.of(
                    RemoteProcedure.CONNECT_OPEN,
                    RemoteProcedure.CONNECT_CLOSE,
                    RemoteProcedure.CONNECT_SUPPORTS_FEATURE,
                    RemoteProcedure.NODE_GET_INFO)) {
                var error = WireClient.error(stranger.call(procedure));
                assertThat(error.code()).isEqualTo(39);
                assertThat(error.message()).isEqualTo("authentication required");
            }
            var list = stranger.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
            assertThat(RemoteAuthListRet.decode(list.reader()).types()).containsExactly(RemoteAuthType.SASL);
            assertThat(WireClient.error(stranger.call(RemoteProcedure.AUTH_SASL_INIT))
                            .code())
                    .isEqualTo(45);
            assertThat(strict.server().counts().anonymousClients()).isEqualTo(1);
        }
    }

    @Test
    void onlySoManyStrangersAreLetIn() {
        try (var strict = RunningServer.start(s -> withSasl(s)
                        .withLimits(new Limits(100, 100, 2, 5, Duration.ofSeconds(60), Duration.ofSeconds(60))));
                var first = strict.connect();
                var second = strict.connect()) {
            first.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
            second.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
            try (var third = strict.connect()) {
                third.awaitEnd();
            }
        }
    }

    private static ServerSettings withSasl(ServerSettings settings) {
        var unix = settings.unix();
        return settings.withUnix(new UnixSockets(
                unix.readWrite(),
                unix.readOnly(),
                unix.group(),
                unix.readWritePermissions(),
                unix.readOnlyPermissions(),
                Authentication.SASL,
                unix.readOnlyAuthentication(),
                unix.ownUserOnly()));
    }

    @Test
    void whatNobodyAskedForIsIgnored() {
        for (int type : new int[] {1, 2, 3, 5, 6, 7, -1, 1 << 30}) {
            if (type == 5) {
                // Announces descriptors like a call does; none here.
                client.send(Frame.encodeWithDescriptors(
                        new MessageHeader(REMOTE, 1, 1, type, 1, 0), 0, NoPayload.INSTANCE));
            } else {
                client.send(new MessageHeader(REMOTE, 1, 1, type, 1, 0), NoPayload.INSTANCE);
            }
        }
        assertThat(authTypes()).isNotEmpty();
    }

    @Test
    void closeBeforeOpenIsAnsweredAndTheServerHangsUp() {
        client.require(RemoteProcedure.CONNECT_CLOSE, NoPayload.INSTANCE);
        client.awaitEnd();
    }

    @Test
    void aPingIsAnsweredWithSerialZero() {
        client.send(
                MessageHeader.of(KeepaliveProcedure.PING, MessageType.MESSAGE, 77, MessageStatus.OK),
                NoPayload.INSTANCE);
        assertThat(client.next().header())
                .isEqualTo(MessageHeader.of(KeepaliveProcedure.PONG, MessageType.MESSAGE, 0, MessageStatus.OK));
    }

    @Test
    void pongsAndUnknownKeepAlivesAreIgnored() {
        for (int procedure : new int[] {0, 2, 3, -1}) {
            client.send(new MessageHeader(KEEPALIVE, 1, procedure, 2, 0, 0), NoPayload.INSTANCE);
        }
        client.send(new MessageHeader(KEEPALIVE, 2, 1, 2, 0, 0), NoPayload.INSTANCE);
        assertThat(authTypes()).isNotEmpty();
        assertThat(client.quietFor(50)).isTrue();
    }

    @Test
    void tooShortALengthEndsTheConnectionAtOnce() {
        for (int length : new int[] {27, 4, 0, -1, Integer.MIN_VALUE, 33_554_437, Integer.MAX_VALUE}) {
            try (var victim = server.connect()) {
                victim.send(ByteBuffer.allocate(4).putInt(0, length));
                victim.awaitEnd();
            }
        }
        assertThat(authTypes()).isNotEmpty();
    }

    @Test
    void theLargestMessageIsTaken() {
        int length = 33_554_436;
        var bytes = ByteBuffer.allocate(length);
        bytes.putInt(length)
                .putInt(REMOTE)
                .putInt(1)
                .putInt(66)
                .putInt(0)
                .putInt(5)
                .putInt(0);
        client.send(bytes.clear());
        assertThat(client.next().header().serial()).isEqualTo(5);
    }

    @Test
    void bytesBehindTheArgumentsAreIgnored() {
        var bytes = ByteBuffer.allocate(36)
                .putInt(36)
                .putInt(REMOTE)
                .putInt(1)
                .putInt(60)
                .putInt(0)
                .putInt(5)
                .putInt(0)
                .putInt(10)
                .putInt(0xdeadbeef);
        client.send(bytes.flip());
        assertThat(client.next().header().statusNumber()).isZero();
    }

    @Test
    void manyCallsInOnePieceAreAnsweredOneByOne() {
        int calls = 1000;
        var bytes = ByteBuffer.allocate(28 * calls);
        for (int i = 0; i < calls; i++) {
            bytes.put(Frame.encode(new MessageHeader(REMOTE, 1, 66, 0, i, 0), NoPayload.INSTANCE));
        }
        client.send(bytes.flip());
        for (int i = 0; i < calls; i++) {
            assertThat(client.next().header().serial()).isEqualTo(i);
        }
    }

    @Test
    void aMessageMayComeByteByByte() {
        var bytes = Frame.encode(new MessageHeader(REMOTE, 1, 66, 0, 6, 0), NoPayload.INSTANCE);
        while (bytes.hasRemaining()) {
            client.send(bytes.get());
        }
        assertThat(client.next().header().serial()).isEqualTo(6);
    }

    @Test
    void aCallWithoutTheDescriptorsItCouldHaveIsAPlainCall() {
        client.send(Frame.encodeWithDescriptors(new MessageHeader(REMOTE, 1, 66, 4, 8, 0), 0, NoPayload.INSTANCE));
        var header = client.next().header();
        assertThat(header.typeNumber()).isEqualTo(1);
        assertThat(header.serial()).isEqualTo(8);
    }

    @Test
    void descriptorsAreTakenAndTheNextMessageIsFound() throws IOException {
        sendDescriptors(32);
        assertThat(client.next().header().serial()).isEqualTo(32);
        assertThat(authTypes()).isNotEmpty();
    }

    @Test
    void moreThan32DescriptorsEndTheConnection() throws IOException {
        sendDescriptors(33);
        client.awaitEnd();
        server.requireAlive();
    }

    @Test
    void aPromisedDescriptorThatDoesNotComeEndsTheConnection() {
        client.send(Frame.encodeWithDescriptors(new MessageHeader(REMOTE, 1, 66, 4, 8, 0), 1, NoPayload.INSTANCE));
        client.send((byte) 0);
        client.awaitEnd();
    }

    private void sendDescriptors(int count) throws IOException {
        try (var poller = new Poller();
                var file = Descriptor.open(Path.of("/dev/null"), OpenFlag.READ)) {
            var passing = new DescriptorPassing(poller);
            var bytes = ByteBuffer.allocate(32)
                    .putInt(32)
                    .putInt(REMOTE)
                    .putInt(1)
                    .putInt(66)
                    .putInt(4)
                    .putInt(count)
                    .putInt(0)
                    .putInt(count);
            client.send(bytes.flip());
            for (int i = 0; i < count; i++) {
                passing.send(client.channel(), ByteBuffer.allocate(1), List.of(file), Duration.ofSeconds(5));
            }
        } catch (IOException e) {
            if (count <= 32) {
                throw e;
            }
        }
    }

    private List<RemoteAuthType> authTypes() {
        return RemoteAuthListRet.decode(client.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE)
                        .reader())
                .types();
    }

    private Frame feature(int number) {
        return client.call(RemoteProcedure.CONNECT_SUPPORTS_FEATURE, new RemoteConnectSupportsFeatureArgs(number));
    }

    private MessageError errorOf(MessageHeader header) {
        client.send(header, NoPayload.INSTANCE);
        return WireClient.error(client.next());
    }

    private String exactly(int bytes) {
        var buffer = ByteBuffer.allocate(bytes);
        try {
            while (buffer.hasRemaining() && client.channel().read(buffer) >= 0) {
                // Until all is there.
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return HexFormat.of().formatHex(buffer.array(), 0, buffer.position());
    }
}
