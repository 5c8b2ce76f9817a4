package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescriptorPassingTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final Poller poller = new Poller();
    private final DescriptorPassing passing = new DescriptorPassing(poller);
    private SocketChannel client;
    private SocketChannel server;

    @BeforeEach
    void connect() throws IOException {
        var address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address);
            client = SocketChannel.open(address);
            server = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        poller.close();
    }

    @Test
    void aUnixSocketIsFoundByAMarkWhereTheJdkDoesNotTell() throws IOException {
        assertThat(ChannelDescriptors.marked(client)).isEqualTo(ChannelDescriptors.number(client));
        assertThat(ChannelDescriptors.marked(server)).isEqualTo(ChannelDescriptors.number(server));
        assertThat(SocketCalls.lingerSeconds(ChannelDescriptors.number(client))).isEqualTo(-1);
        try (var tcp = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var far = SocketChannel.open(tcp.getLocalAddress())) {
            assertThatThrownBy(() -> ChannelDescriptors.marked(far)).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void descriptorsArriveWithTheirBytesBothWays() throws IOException {
        var file = Files.writeString(folder.resolve("content"), "inside");
        for (boolean fromClient : new boolean[] {true, false}) {
            try (var opened = Descriptor.open(file, OpenFlag.READ)) {
                passing.send(fromClient ? client : server, bytes("hello"), List.of(opened, opened), LONG);
            }
            var into = ByteBuffer.allocate(100);
            var received = passing.receive(fromClient ? server : client, into, 10, LONG);
            assertThat(received.byteCount()).isEqualTo(5);
            assertThat(received.descriptors()).hasSize(2);
            assertThat(new String(into.array(), 0, 5, StandardCharsets.UTF_8)).isEqualTo("hello");
            try (var first = received.descriptors().getFirst();
                    var channel = new DescriptorChannel(first, poller)) {
                var content = ByteBuffer.allocate(10);
                assertThat(channel.read(content)).isEqualTo(6);
            }
            received.descriptors().getLast().close();
        }
    }

    @Test
    void bytesReadByTheChannelBeforeComeInOrder() throws IOException {
        client.write(bytes("head"));
        try (var opened = Descriptor.open(folder, OpenFlag.READ)) {
            passing.send(client, bytes("\0"), List.of(opened), LONG);
        }
        client.write(bytes("tail"));
        var head = ByteBuffer.allocate(4);
        server.read(head);
        var received = passing.receive(server, ByteBuffer.allocate(1), 1, LONG);
        assertThat(received.descriptors()).hasSize(1);
        received.descriptors().forEach(Descriptor::close);
        var tail = ByteBuffer.allocate(4);
        server.read(tail);
        assertThat(new String(tail.array(), StandardCharsets.UTF_8)).isEqualTo("tail");
    }

    @Test
    void bytesWithoutDescriptorsAreReceivedToo() throws IOException {
        client.write(bytes("plain"));
        var received = passing.receive(server, ByteBuffer.allocate(10), 3, LONG);
        assertThat(received).isEqualTo(new DescriptorPassing.Received(5, List.of()));
    }

    @Test
    void aVirtualThreadWaitsForTheDescriptor() throws Exception {
        var received = CompletableFuture.supplyAsync(() -> receiveOne(server), Thread::startVirtualThread);
        assertThat(received).isNotDone();
        try (var opened = Descriptor.open(folder, OpenFlag.READ)) {
            passing.send(client, bytes("x"), List.of(opened), LONG);
        }
        try (var got = received.get(2, TimeUnit.MINUTES)) {
            assertThat(got.isOpen()).isTrue();
        }
    }

    private Descriptor receiveOne(SocketChannel from) {
        try {
            return passing.receive(from, ByteBuffer.allocate(1), 1, LONG)
                    .descriptors()
                    .getFirst();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void largeMessageIsSentWhole() throws Exception {
        var big = ByteBuffer.allocate(3 << 20);
        var sent = CompletableFuture.runAsync(
                () -> {
                    try (var opened = Descriptor.open(folder, OpenFlag.READ)) {
                        passing.send(client, big, List.of(opened), LONG);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
        int bytes = 0;
        int descriptors = 0;
        while (bytes < big.capacity()) {
            var received = passing.receive(server, ByteBuffer.allocate(1 << 16), 1, LONG);
            bytes += received.byteCount();
            descriptors += received.descriptors().size();
            received.descriptors().forEach(Descriptor::close);
        }
        sent.get(2, TimeUnit.MINUTES);
        assertThat(descriptors).isEqualTo(1);
    }

    @Test
    void moreDescriptorsThanAllowedAreRefusedAndClosed() throws IOException {
        int before = OpenDescriptors.targets().size();
        for (int allowed : new int[] {0, 1, 2}) {
            try (var opened = Descriptor.open(folder, OpenFlag.READ)) {
                passing.send(client, bytes("x"), Collections.nCopies(allowed + 1, opened), LONG);
            }
            assertThatThrownBy(() -> passing.receive(server, ByteBuffer.allocate(1), allowed, LONG))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("more than " + allowed);
        }
        // The poller's own two descriptors may have come into being meanwhile.
        assertThat(OpenDescriptors.targets()).hasSizeLessThanOrEqualTo(before + 2);
    }

    @Test
    void asManyAsTheKernelTakesFitOneMessage() throws IOException {
        try (var opened = Descriptor.open(folder, OpenFlag.READ)) {
            int max = DescriptorPassing.DESCRIPTORS_MAX;
            passing.send(client, bytes("x"), Collections.nCopies(max, opened), LONG);
            var received = passing.receive(server, ByteBuffer.allocate(1), max, LONG);
            assertThat(received.descriptors()).hasSize(max);
            received.descriptors().forEach(Descriptor::close);
            assertThatThrownBy(() -> passing.send(client, bytes("x"), Collections.nCopies(max + 1, opened), LONG))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void silenceEndsWithTheTimeout() {
        assertThatThrownBy(() -> passing.receive(server, ByteBuffer.allocate(1), 1, Duration.ofMillis(30)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void closedPeerIsTheEndOfTheStream() throws IOException {
        client.close();
        assertThatThrownBy(() -> passing.receive(server, ByteBuffer.allocate(1), 1, LONG))
                .isInstanceOf(EOFException.class);
    }

    @Test
    void channelClosedMeanwhileEndsTheWait() throws Exception {
        var received = CompletableFuture.supplyAsync(() -> receiveOne(server), Thread::startVirtualThread);
        server.close();
        assertThatThrownBy(() -> received.get(2, TimeUnit.MINUTES))
                .rootCause()
                .isInstanceOfAny(AsynchronousCloseException.class, ClosedChannelException.class);
    }

    @Test
    void receivedDescriptorsAreClosedOnExec() throws Exception {
        try (var opened = Descriptor.open(folder, OpenFlag.READ)) {
            passing.send(client, bytes("x"), List.of(opened), LONG);
        }
        try (var got = receiveOne(server)) {
            var info = Files.readString(Path.of("/proc/self/fdinfo/" + got.number()));
            long flags = Long.parseLong(
                    info.lines()
                            .filter(line -> line.startsWith("flags:"))
                            .findFirst()
                            .orElseThrow()
                            .substring(6)
                            .strip(),
                    8);
            assertThat(flags & 0x80000).isEqualTo(0x80000);
        }
    }

    @Test
    void peerCredentialsAreOurOwn() throws IOException {
        var expected =
                new PeerCredentials(CurrentProcess.pid(), CurrentProcess.effectiveUid(), CurrentProcess.effectiveGid());
        assertThat(PeerCredentials.of(client)).isEqualTo(expected);
        assertThat(PeerCredentials.of(server)).isEqualTo(expected);
    }

    @Test
    void peerCredentialsOfAClosedChannelAreRefused() throws IOException {
        server.close();
        assertThatThrownBy(() -> PeerCredentials.of(server)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void peerOfATcpSocketIsNobody() throws IOException {
        try (var listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var connected = SocketChannel.open(listener.getLocalAddress())) {
            assertThatThrownBy(() -> PeerCredentials.of(connected))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTSUP));
        }
    }
}
