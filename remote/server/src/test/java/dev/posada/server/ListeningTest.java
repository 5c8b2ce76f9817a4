package dev.posada.server;

import static dev.posada.server.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.PosadaException;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.server.ServerSettings.Limits;
import dev.posada.server.ServerSettings.TcpSocket;
import dev.posada.server.ServerSettings.UnixSockets;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the server comes to be reachable, and for whom. */
class ListeningTest {
    @TempDir
    private Path folder;

    @Test
    void socketsHaveTheModesThatWereAsked() throws IOException {
        try (var server = RunningServer.start()) {
            var addresses = server.server().addresses();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(addresses.readWrite())))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(addresses.readOnly())))
                    .isEqualTo("rwxrwxrwx");
        }
    }

    @Test
    void socketsAreGivenToTheGroup() throws IOException {
        try (var file = SocketFile.bind(folder.resolve("sock"), 0770, Optional.of(groupOf(folder)), 5)) {
            assertThat(groupOf(file.path())).isEqualTo(groupOf(folder));
        }
    }

    @Test
    void aGroupThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> SocketFile.bind(folder.resolve("sock"), 0770, Optional.of("no-such-group"), 5))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("no group no-such-group");
        assertThat(folder.resolve("sock")).doesNotExist();
    }

    @Test
    void aSecondServerIsRefusedAndTheFirstStays() {
        try (var first = RunningServer.start()) {
            assertThatThrownBy(() -> SocketFile.bind(first.socket(), 0700, Optional.empty(), 5))
                    .isInstanceOf(PosadaException.class)
                    .hasMessageContaining("another daemon is listening on " + first.socket());
            first.requireAlive();
        }
    }

    @Test
    void aStrangerWithoutOurLockIsNotTouched() throws IOException {
        var path = folder.resolve("sock");
        try (var stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stranger.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> SocketFile.bind(path, 0700, Optional.empty(), 5))
                    .hasMessageContaining("another daemon is listening");
            assertThat(path).exists();
        }
    }

    @Test
    void aSocketNobodyListensOnIsReplaced() throws IOException {
        var path = folder.resolve("sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertThat(path).exists();
        try (var file = SocketFile.bind(path, 0700, Optional.empty(), 5)) {
            assertThat(file.path()).exists();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void anOrdinaryFileIsNotReplaced() throws IOException {
        var path = Files.writeString(folder.resolve("sock"), "precious");
        assertThatThrownBy(() -> SocketFile.bind(path, 0700, Optional.empty(), 5))
                .hasMessageContaining("is no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aPathTooLongForASocketIsRefusedInPlainWords() {
        var path = folder.resolve("x".repeat(120));
        assertThatThrownBy(() -> SocketFile.bind(path, 0700, Optional.empty(), 5))
                .hasMessageContaining("choose a shorter folder");
    }

    @Test
    void whoComesAfterTheLastPlaceIsClosed() {
        var limits = new Limits(2, 10, 20, 5, Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (var server = RunningServer.start(s -> s.withLimits(limits));
                var first = server.connect();
                var second = server.connect()) {
            first.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
            second.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
            try (var third = server.connect()) {
                third.awaitEnd();
            }
            assertThat(server.server().counts().refused()).isEqualTo(1);
            first.hangUp();
            eventually("a place is free again", () -> server.server().counts().clients() < 2);
            server.requireAlive();
        }
    }

    @Test
    void tcpIsServedWhenAskedForAndTakesNoDescriptors() {
        try (var server = RunningServer.start(s -> s.withTcp(new TcpSocket("127.0.0.1", 0, Authentication.NONE)))) {
            var address = server.server().addresses().tcp().orElseThrow();
            try (var client = WireClient.toTcp(address)) {
                client.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
                client.send(Frame.encodeWithDescriptors(
                        new MessageHeader(0x20008086, 1, 66, 4, 1, 0), 0, NoPayload.INSTANCE));
                client.next();
                client.send(Frame.encodeWithDescriptors(
                        new MessageHeader(0x20008086, 1, 66, 4, 2, 0), 1, NoPayload.INSTANCE));
                client.awaitEnd();
            }
        }
    }

    @Test
    void tcpIsOffByDefault() {
        try (var server = RunningServer.start()) {
            assertThat(server.server().addresses().tcp()).isEmpty();
        }
    }

    @Test
    void aSessionsServerServesItsOwnUser() {
        try (var server = RunningServer.start(s -> s.withUnix(ownUserOnly(s.unix())))) {
            server.requireAlive();
        }
    }

    @Test
    void closingHangsUpAndTakesTheSocketsAway() {
        var server = RunningServer.start();
        var client = server.connect();
        client.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
        var socket = server.socket();
        server.close();
        client.awaitEnd();
        client.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void countsTellWhatWasDone() {
        try (var server = RunningServer.start();
                var client = server.connect()) {
            client.require(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
            client.call(RemoteProcedure.CONNECT_GET_TYPE);
            var counts = server.server().counts();
            assertThat(counts.clients()).isEqualTo(1);
            assertThat(counts.accepted()).isEqualTo(1);
            assertThat(counts.calls()).isEqualTo(2);
            assertThat(counts.failedCalls()).isEqualTo(1);
            assertThat(counts.bytesIn()).isEqualTo(56);
            eventually("the replies are counted", () -> server.server().counts().bytesOut() > 36);
        }
    }

    private static UnixSockets ownUserOnly(UnixSockets unix) {
        return new UnixSockets(
                unix.readWrite(),
                unix.readOnly(),
                unix.group(),
                unix.readWritePermissions(),
                unix.readOnlyPermissions(),
                unix.readWriteAuthentication(),
                unix.readOnlyAuthentication(),
                true);
    }

    private static String groupOf(Path path) throws IOException {
        return Files.getAttribute(path, "posix:group").toString();
    }
}
