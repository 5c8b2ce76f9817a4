package dev.posada.server;

import static dev.posada.server.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import dev.posada.posix.UnixSockets;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.Frame;
import dev.posada.protocol.LxcDomainOpenNamespaceArgs;
import dev.posada.protocol.LxcProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.QemuDomainMonitorCommandWithFilesArgs;
import dev.posada.protocol.QemuDomainMonitorCommandWithFilesRet;
import dev.posada.protocol.QemuProcedure;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteDomainCreateWithFilesArgs;
import dev.posada.protocol.RemoteDomainCreateXmlArgs;
import dev.posada.protocol.RemoteDomainCreateXmlRet;
import dev.posada.protocol.RemoteDomainDestroyArgs;
import dev.posada.protocol.RemoteDomainFdAssociateArgs;
import dev.posada.protocol.RemoteDomainGetStateArgs;
import dev.posada.protocol.RemoteDomainOpenGraphicsArgs;
import dev.posada.protocol.RemoteDomainOpenGraphicsFdArgs;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.XdrMessage;
import dev.posada.server.ServerSettings.TcpSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open files that come with calls and go with replies, and that none of them stays open in the server. */
class PassedFilesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ROUNDS = 400;

    @TempDir
    Path folder;

    private final ToyDriver toys = new ToyDriver();
    private final Poller poller = new Poller();
    private final DescriptorPassing passing = new DescriptorPassing(poller);
    private RunningServer server;
    private WireClient client;
    private DomainRef guest;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(folder.resolve("told apart by its name"), "what was handed over");
        toys.handedOver = file;
        server = RunningServer.start(
                settings -> settings.withTcp(new TcpSocket("127.0.0.1", 0, Authentication.NONE)), List.of(toys));
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
        server.close();
        poller.close();
    }

    @Test
    void aScreenSpeaksOverTheClientsSocket() throws IOException {
        try (var ends = UnixSockets.pair();
                var mine = new DescriptorChannel(ends.first(), poller)) {
            var reply = callWith(openGraphics(2, 1), List.of(ends.second()));
            assertThat(reply.header().statusNumber()).isEqualTo(MessageStatus.OK.number());
            assertThat(reply.header().typeNumber()).isEqualTo(MessageType.REPLY.number());
            assertThat(text(mine)).isEqualTo("screen 2 true");
        }
    }

    @Test
    void whatIsNoSocketShowsNoScreen() throws IOException {
        try (var no = open()) {
            assertThat(messageOf(callWith(openGraphics(0, 0), List.of(no))).replaceAll("[0-9]+", "N"))
                    .isEqualTo("fd N must be a socket");
        }
        assertThat(messageOf(client.call(
                        RemoteProcedure.DOMAIN_OPEN_GRAPHICS, new RemoteDomainOpenGraphicsArgs(guest, 0, 0))))
                .isEqualTo("internal error: No FD available at slot 0");
        assertThat(messageOf(callWith(openGraphics(0, 0), List.of())))
                .isEqualTo("internal error: No FD available at slot 0");
        eventually("the file is closed", () -> held() == 0);
    }

    @Test
    void aFileGoesWithTheReplyInExactlyTheseBytes() throws IOException {
        try (var raw = WireClient.notReading(server.socket())) {
            raw.send(
                    MessageHeader.of(RemoteProcedure.CONNECT_OPEN, MessageType.CALL, 0, MessageStatus.OK),
                    new RemoteConnectOpenArgs(ToyDriver.URI, 0));
            assertThat(bytes(raw, 28)).endsWith("00000001" + "00000000" + "00000000");
            raw.send(
                    MessageHeader.of(RemoteProcedure.DOMAIN_OPEN_GRAPHICS_FD, MessageType.CALL, 7, MessageStatus.OK),
                    new RemoteDomainOpenGraphicsFdArgs(guest, 0, 0));
            assertThat(bytes(raw, 32))
                    .isEqualTo("00000020" + "20008086" + "00000001" + "00000157" + "00000005" + "00000007" + "00000000"
                            + "00000001");
            assertThat(received(raw)).isEqualTo("what was handed over");
            raw.send(
                    MessageHeader.of(LxcProcedure.DOMAIN_OPEN_NAMESPACE, MessageType.CALL, 8, MessageStatus.OK),
                    new LxcDomainOpenNamespaceArgs(guest, 0));
            assertThat(bytes(raw, 32))
                    .isEqualTo("00000020" + "00068000" + "00000001" + "00000001" + "00000005" + "00000008" + "00000000"
                            + "00000002");
            assertThat(received(raw)).isEqualTo("what was handed over");
            assertThat(received(raw)).isEqualTo("what was handed over");
        }
        eventually("nothing stays open", () -> held() == 0);
    }

    @Test
    void theMonitorTakesOneFile() throws IOException {
        try (var one = open()) {
            var reply = callWith(
                    QemuProcedure.DOMAIN_MONITOR_COMMAND_WITH_FILES,
                    new QemuDomainMonitorCommandWithFilesArgs(guest, "hm", 0),
                    List.of(one));
            assertThat(QemuDomainMonitorCommandWithFilesRet.decode(reply.reader())
                            .result())
                    .isEqualTo("hm with a file");
            assertThat(messageOf(callWith(
                            QemuProcedure.DOMAIN_MONITOR_COMMAND_WITH_FILES,
                            new QemuDomainMonitorCommandWithFilesArgs(guest, "hm", 0),
                            List.of(one, one))))
                    .contains("at most 1 fd can be passed to qemu along with a command");
        }
    }

    @Test
    void overTcpNoFileTravelsAndTheConnectionStays() {
        try (var far = WireClient.toTcp(server.server().addresses().tcp().orElseThrow())) {
            far.open(ToyDriver.URI);
            assertThat(messageOf(far.call(
                            RemoteProcedure.DOMAIN_OPEN_GRAPHICS_FD, new RemoteDomainOpenGraphicsFdArgs(guest, 0, 0))))
                    .startsWith("internal error: Sending file descriptors is not supported on this socket");
            assertThat(messageOf(
                            far.call(LxcProcedure.DOMAIN_OPEN_NAMESPACE, new LxcDomainOpenNamespaceArgs(guest, 0))))
                    .startsWith("internal error: Sending file descriptors is not supported on this socket");
            far.require(RemoteProcedure.CONNECT_GET_TYPE, NoPayload.INSTANCE);
        }
        assertThat(held()).isZero();
    }

    @Test
    void refusedCallsLeaveNoFileOpen() throws IOException {
        try (var one = open()) {
            for (int round = 0; round < ROUNDS; round++) {
                callWith(openGraphics(0, 0), List.of(one, one, one));
                callWith(openGraphics(0, 64), List.of(one));
                callWith(RemoteProcedure.CONNECT_GET_TYPE, NoPayload.INSTANCE, List.of(one));
                callWith(
                        RemoteProcedure.DOMAIN_CREATE_WITH_FILES,
                        new RemoteDomainCreateWithFilesArgs(guest, 0),
                        List.of(one, one));
                callWith(LxcProcedure.DOMAIN_OPEN_NAMESPACE, new LxcDomainOpenNamespaceArgs(guest, 1), List.of(one));
            }
        }
        eventually("no file of " + 8 * ROUNDS + " stays open", () -> held() == 0);
        server.requireAlive();
    }

    @Test
    void associatedFilesAreHeldUntilTheirConnectionEnds() throws IOException {
        try (var one = open()) {
            assertThat(callWith(associate("group"), List.of(one, one)).header().statusNumber())
                    .isZero();
            eventually("the server holds both", () -> held() == 3);
            callWith(associate("group"), List.of(one));
            eventually("those that had the name are closed", () -> held() == 2);
        }
        try (var other = server.connect().open(ToyDriver.URI)) {
            other.require(RemoteProcedure.DOMAIN_GET_STATE, new RemoteDomainGetStateArgs(guest, 0));
        }
        assertThat(held()).isOne();
        client.hangUp();
        eventually("nothing is held for who is gone", () -> held() == 0);
    }

    @Test
    void associatedFilesGoWithTheirDomain() throws IOException {
        try (var one = open()) {
            callWith(associate("group"), List.of(one));
        }
        client.require(RemoteProcedure.DOMAIN_DESTROY, new RemoteDomainDestroyArgs(guest));
        eventually("nothing is held for a domain that is gone", () -> held() == 0);
    }

    @Test
    void noConnectionLeavesTooManyFiles() throws IOException {
        try (var one = open()) {
            var many = Collections.nCopies(32, one);
            for (int i = 0; i < 8; i++) {
                assertThat(callWith(associate("group " + i), many).header().statusNumber())
                        .isZero();
            }
            assertThat(messageOf(callWith(associate("one more"), List.of(one))))
                    .contains("a connection may associate at most 256 file descriptors with domains");
            assertThat(messageOf(callWith(associate("x".repeat(256)), List.of(one))))
                    .contains("the name of a file group has at most 255 letters");
            assertThat(messageOf(callWith(associate("none"), List.of())))
                    .isEqualTo("nfds in virDomainFDAssociate must not be zero");
            eventually("256 are held", () -> held() == 257);
        }
    }

    @Test
    void whoHangsUpAmongTheFilesLeavesNone() throws IOException {
        try (var one = open()) {
            for (int round = 0; round < 50; round++) {
                try (var hasty = server.connect()) {
                    hasty.send(openGraphics(0, 0).message(9, 5));
                    passing.send(hasty.channel(), ByteBuffer.allocate(1), List.of(one), PATIENCE);
                    passing.send(hasty.channel(), ByteBuffer.allocate(1), List.of(one), PATIENCE);
                    // Two in one message where one is expected: that is no order to go on with.
                    if (round % 2 == 0) {
                        passing.send(hasty.channel(), ByteBuffer.allocate(1), List.of(one, one), PATIENCE);
                        hasty.awaitEnd();
                    }
                }
            }
        }
        eventually("the files of those who are gone are closed", () -> held() == 0);
        server.requireAlive();
    }

    @Test
    void filesThatNobodyAnnouncedAreDropped() throws IOException {
        try (var one = open()) {
            var message = Frame.encode(
                    MessageHeader.of(RemoteProcedure.CONNECT_GET_TYPE, MessageType.CALL, 77, MessageStatus.OK),
                    NoPayload.INSTANCE);
            passing.send(client.channel(), message, List.of(one), PATIENCE);
            assertThat(client.next().header().serial()).isEqualTo(77);
        }
        eventually("the file is closed", () -> held() == 0);
    }

    /** A call that takes files. */
    private record Wanted(Procedure procedure, XdrMessage args) {
        ByteBuffer message(int serial, int files) {
            return Frame.encodeWithDescriptors(
                    MessageHeader.of(procedure, MessageType.CALL_WITH_FDS, serial, MessageStatus.OK), files, args);
        }
    }

    private Wanted openGraphics(int screen, int flags) {
        return new Wanted(RemoteProcedure.DOMAIN_OPEN_GRAPHICS, new RemoteDomainOpenGraphicsArgs(guest, screen, flags));
    }

    private Wanted associate(String name) {
        return new Wanted(RemoteProcedure.DOMAIN_FD_ASSOCIATE, new RemoteDomainFdAssociateArgs(guest, name, 0));
    }

    private Frame callWith(Procedure procedure, XdrMessage args, List<Descriptor> files) throws IOException {
        return callWith(new Wanted(procedure, args), files);
    }

    private Frame callWith(Wanted wanted, List<Descriptor> files) throws IOException {
        client.send(wanted.message(1000, files.size()));
        for (var one : files) {
            passing.send(client.channel(), ByteBuffer.allocate(1), List.of(one), PATIENCE);
        }
        return client.next(frame -> frame.header().serial() == 1000);
    }

    private Descriptor open() {
        return Descriptor.open(file, OpenFlag.READ);
    }

    /** How often this process has the file open, the server's copies among them. */
    private long held() {
        try (var numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            long count = 0;
            for (var number : numbers) {
                try {
                    count += Files.readSymbolicLink(number).equals(file.toRealPath()) ? 1 : 0;
                } catch (IOException closedMeanwhile) {
                    // Another thread's.
                }
            }
            return count;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String messageOf(Frame reply) {
        return String.valueOf(WireClient.error(reply).message());
    }

    private String received(WireClient raw) throws IOException {
        var received = passing.receive(raw.channel(), ByteBuffer.allocate(1), 1, PATIENCE);
        try (var channel = new DescriptorChannel(received.descriptors().getFirst(), poller)) {
            return text(channel);
        }
    }

    private static String text(DescriptorChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(100);
        channel.read(bytes);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    private static String bytes(WireClient raw, int count) throws IOException {
        var buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            assertThat(raw.channel().read(buffer)).isPositive();
        }
        return HexFormat.of().formatHex(buffer.array());
    }
}
