package dev.posada.server;

import static dev.posada.server.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageError;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteDomainCreateXmlArgs;
import dev.posada.protocol.RemoteDomainCreateXmlRet;
import dev.posada.protocol.RemoteDomainOpenConsoleArgs;
import dev.posada.protocol.RemoteDomainScreenshotArgs;
import dev.posada.protocol.RemoteDomainScreenshotRet;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.StreamHole;
import dev.posada.protocol.WireLimits;
import dev.posada.server.ToyConsoles.Deaf;
import dev.posada.server.ToyConsoles.Echo;
import dev.posada.server.ToyConsoles.Farewell;
import dev.posada.server.ToyConsoles.Flood;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams as a client sees them: pictures, consoles, and what can go wrong with them. */
class StreamsTest {
    private final ToyDriver toys = new ToyDriver();
    private RunningServer server;
    private WireClient client;
    private DomainRef guest;

    @BeforeEach
    void start() {
        server = RunningServer.start(settings -> settings, List.of(toys));
        client = server.connect().open(ToyDriver.URI);
        guest = RemoteDomainCreateXmlRet.decode(client.require(
                                RemoteProcedure.DOMAIN_CREATE_XML,
                                new RemoteDomainCreateXmlArgs(ToyDriver.xml("guest"), 0))
                        .reader())
                .dom();
    }

    @AfterEach
    void stop() {
        client.close();
        toys.gate.countDown();
        server.close();
    }

    @Test
    void aPictureComesInPacketsOfLimitedSizeWithAnEmptyOneAtTheEnd() {
        toys.picture = new byte[600_000];
        new java.util.Random(1).nextBytes(toys.picture);
        int serial = client.startCall(RemoteProcedure.DOMAIN_SCREENSHOT, new RemoteDomainScreenshotArgs(guest, 0, 0));
        var reply = client.next();
        assertThat(RemoteDomainScreenshotRet.decode(reply.reader()).mime()).isEqualTo("image/png");
        var received = new ByteArrayOutputStream();
        while (true) {
            var packet = client.next();
            assertThat(packet.header())
                    .isEqualTo(MessageHeader.of(
                            RemoteProcedure.DOMAIN_SCREENSHOT, MessageType.STREAM, serial, MessageStatus.CONTINUE));
            if (!packet.payload().hasRemaining()) {
                break;
            }
            assertThat(packet.payload().remaining()).isLessThanOrEqualTo(WireLimits.MAX_STREAM_DATA_BYTES);
            received.write(
                    packet.payload().array(),
                    packet.payload().arrayOffset(),
                    packet.payload().remaining());
        }
        assertThat(received.toByteArray()).isEqualTo(toys.picture);
        finish(RemoteProcedure.DOMAIN_SCREENSHOT, serial);
    }

    @Test
    void aConsoleCarriesDataBothWaysAndEndsAtTheClientsWish() {
        toys.consoles.put("", Echo::new);
        int serial = openConsole("");
        say(serial, "hello");
        assertThat(heard(serial)).isEqualTo("hello");
        say(serial, "");
        say(serial, "again");
        assertThat(heard(serial)).isEqualTo("again");
        finish(RemoteProcedure.DOMAIN_OPEN_CONSOLE, serial);
        say(serial, "nobody listens");
        assertThat(client.call(RemoteProcedure.AUTH_LIST).header().statusNumber())
                .isZero();
    }

    @Test
    void abortIsAnsweredAlsoWhenTheGuestIsDeaf() {
        var deaf = new Deaf();
        toys.consoles.put("", () -> deaf);
        int serial = openConsole("");
        say(serial, "can you hear me");
        packet(RemoteProcedure.DOMAIN_OPEN_CONSOLE, serial, MessageStatus.ERROR, "");
        assertThat(streamStatus(serial)).contains(MessageStatus.OK);
        assertThat(deaf.isOpen()).isFalse();
    }

    @Test
    void theEndOfTheGuestIsAnEmptyPacket() {
        toys.consoles.put("", Farewell::new);
        int serial = openConsole("");
        assertThat(heard(serial)).isEqualTo("bye");
        assertThat(heard(serial)).isEmpty();
        finish(RemoteProcedure.DOMAIN_OPEN_CONSOLE, serial);
    }

    @Test
    void aFailureOfTheOtherEndEndsTheStreamWithItsReason() {
        toys.consoles.put("", Farewell::new);
        int serial = openConsole("");
        say(serial, "x");
        var end = client.next(frame ->
                frame.header().serial() == serial && frame.header().statusNumber() == MessageStatus.ERROR.number());
        assertThat(MessageError.decode(end.reader()).message())
                .isEqualTo("cannot write to stream: nobody is there any more");
        assertThat(MessageError.decode(end.reader()).domain()).isEqualTo(38);
    }

    @Test
    void aGuestThatShoutsFillsNoMemoryAndBlocksNoCalls() {
        var flood = new Flood();
        toys.consoles.put("", () -> flood);
        try (var deafClient = WireClient.notReading(server.socket())) {
            deafClient.startCall(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(ToyDriver.URI, 0));
            deafClient.startCall(RemoteProcedure.DOMAIN_OPEN_CONSOLE, new RemoteDomainOpenConsoleArgs(guest, "", 0));
            eventually("the guest shouts", () -> flood.taken.get() > 0);
            server.requireAlive();
            assertThat(flood.taken.get()).isLessThan(4 << 20);
        }
        eventually("the console is closed", () -> !flood.isOpen());
    }

    @Test
    void callsGoOnBesideAStreamThatIsRead() {
        toys.consoles.put("", Flood::new);
        openConsole("");
        for (int i = 0; i < 50; i++) {
            var reply = client.call(RemoteProcedure.AUTH_LIST);
            assertThat(reply.header().statusNumber()).isZero();
        }
    }

    @Test
    void aDeafGuestDoesNotBlockOtherCalls() {
        toys.consoles.put("", Deaf::new);
        int serial = openConsole("");
        for (int i = 0; i < 10; i++) {
            say(serial, "x".repeat(100_000));
        }
        assertThat(client.call(RemoteProcedure.AUTH_LIST).header().statusNumber())
                .isZero();
    }

    @Test
    void aPacketTooLargeToHoldEndsTheStreamOnly() {
        toys.consoles.put("", Deaf::new);
        int serial = openConsole("");
        var header = MessageHeader.of(
                RemoteProcedure.DOMAIN_OPEN_CONSOLE, MessageType.STREAM, serial, MessageStatus.CONTINUE);
        var packet = ByteBuffer.allocate(28 + ClientStream.QUEUE_BYTES_MAX + 1)
                .put(Frame.encode(header, NoPayload.INSTANCE));
        client.send(packet.putInt(0, packet.capacity()).clear());
        var end = stream(serial);
        assertThat(MessageError.decode(end.reader()).message()).contains("send at most 1048576 at once");
        assertThat(client.call(RemoteProcedure.AUTH_LIST).header().statusNumber())
                .isZero();
    }

    @Test
    void aHoleInAStreamWithoutHolesEndsTheConnection() {
        toys.consoles.put("", Echo::new);
        int serial = openConsole("");
        client.send(
                MessageHeader.of(
                        RemoteProcedure.DOMAIN_OPEN_CONSOLE, MessageType.STREAM_HOLE, serial, MessageStatus.CONTINUE),
                new StreamHole(4096, 0));
        client.awaitEnd();
        server.requireAlive();
    }

    @Test
    void streamsEndWithTheirConnection() {
        var consoles = new ArrayList<Deaf>();
        toys.consoles.put("", () -> {
            var deaf = new Deaf();
            consoles.add(deaf);
            return deaf;
        });
        for (int i = 0; i < 5; i++) {
            openConsole("");
        }
        client.hangUp();
        eventually("all are closed", () -> consoles.stream().noneMatch(Deaf::isOpen));
    }

    @Test
    void aClientHasOnlySoManyStreams() {
        toys.consoles.put("", Deaf::new);
        for (int i = 0; i < ClientStreams.STREAMS_MAX; i++) {
            openConsole("");
        }
        var reply = client.call(RemoteProcedure.DOMAIN_OPEN_CONSOLE, new RemoteDomainOpenConsoleArgs(guest, "", 0));
        assertThat(WireClient.error(reply).message()).contains("64 streams");
    }

    @Test
    void aFailedOpenLeavesNoStream() {
        var reply = client.call(
                RemoteProcedure.DOMAIN_OPEN_CONSOLE,
                new RemoteDomainOpenConsoleArgs(new DomainRef("x", new java.util.UUID(0, 1), 7), "", 0));
        assertThat(WireClient.error(reply).code()).isEqualTo(42);
        packet(RemoteProcedure.DOMAIN_OPEN_CONSOLE, reply.header().serial(), MessageStatus.OK, "");
        assertThat(client.quietFor(50)).isTrue();
    }

    private int openConsole(String alias) {
        int serial =
                client.startCall(RemoteProcedure.DOMAIN_OPEN_CONSOLE, new RemoteDomainOpenConsoleArgs(guest, alias, 0));
        var reply = client.next(frame -> frame.header().serial() == serial && WireClient.isReply(frame));
        assertThat(reply.header().statusNumber()).isZero();
        return serial;
    }

    private void say(int serial, String text) {
        packet(RemoteProcedure.DOMAIN_OPEN_CONSOLE, serial, MessageStatus.CONTINUE, text);
    }

    private void packet(RemoteProcedure procedure, int serial, MessageStatus status, String data) {
        client.send(Frame.encodeData(
                MessageHeader.of(procedure, MessageType.STREAM, serial, status),
                ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8))));
    }

    private String heard(int serial) {
        var packet = stream(serial);
        assertThat(packet.header().status()).contains(MessageStatus.CONTINUE);
        return StandardCharsets.UTF_8.decode(packet.payload()).toString();
    }

    private java.util.Optional<MessageStatus> streamStatus(int serial) {
        return stream(serial).header().status();
    }

    private Frame stream(int serial) {
        return client.next(frame ->
                frame.header().serial() == serial && frame.header().typeNumber() == MessageType.STREAM.number());
    }

    private void finish(RemoteProcedure procedure, int serial) {
        client.send(MessageHeader.of(procedure, MessageType.STREAM, serial, MessageStatus.OK), NoPayload.INSTANCE);
        assertThat(streamStatus(serial)).contains(MessageStatus.OK);
    }
}
