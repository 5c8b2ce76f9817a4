package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescriptorChannelTest {
    private final Poller poller = new Poller();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        poller.close();
    }

    @Test
    void terminalCarriesBytesBothWays() throws IOException {
        try (var pty = PseudoTerminal.open();
                var controller = new DescriptorChannel(pty.controller(), poller);
                var terminal = DescriptorChannel.open(pty.path(), OpenFlag.READ_WRITE, poller)) {
            try (var raw = Terminal.makeRaw(terminal.descriptor())) {
                controller.write(bytes("typed\n"));
                assertThat(read(terminal, 6)).isEqualTo("typed\n");
                terminal.write(bytes("printed\n"));
                assertThat(read(controller, 8)).isEqualTo("printed\n");
                assertThat(raw).isNotNull();
            }
        }
    }

    @Test
    void terminalWithoutItsOtherSideIsAtItsEnd() throws IOException {
        try (var pty = PseudoTerminal.open();
                var controller = new DescriptorChannel(pty.controller(), poller)) {
            pty.openTerminal().close();
            assertThat(controller.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void fifoReadWaitsWithoutHoldingACarrier() throws Exception {
        var fifo = folder.resolve("fifo");
        PosixFiles.makeFifo(fifo, 0600);
        int readers = Runtime.getRuntime().availableProcessors() * 4;
        var results = new CompletableFuture<?>[readers];
        var channels = new DescriptorChannel[readers];
        for (int i = 0; i < readers; i++) {
            var channel = DescriptorChannel.open(fifo, OpenFlag.READ_WRITE, poller);
            channels[i] = channel;
            results[i] = CompletableFuture.supplyAsync(() -> readOne(channel), Thread::startVirtualThread);
        }
        var other = new CompletableFuture<Boolean>();
        Thread.startVirtualThread(() -> other.complete(true));
        assertThat(other.get(2, TimeUnit.MINUTES)).isTrue();
        channels[0].write(ByteBuffer.wrap(new byte[readers]));
        CompletableFuture.allOf(results).get(2, TimeUnit.MINUTES);
        Arrays.stream(channels).forEach(DescriptorChannel::close);
    }

    private static int readOne(DescriptorChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void fullPipeMakesTheWriterWait() throws Exception {
        try (var pair = UnixSockets.pair();
                var writer = new DescriptorChannel(pair.first(), poller);
                var reader = new DescriptorChannel(pair.second(), poller)) {
            int size = 4 << 20;
            var all = ByteBuffer.allocate(size);
            for (int i = 0; i < size; i++) {
                all.put(i, (byte) (i * 31));
            }
            var stuck = all.duplicate();
            int written = writer.write(stuck, Duration.ofMillis(20));
            assertThat(written).isPositive().isLessThan(size);
            var rest = CompletableFuture.supplyAsync(() -> writeAll(writer, stuck), Thread::startVirtualThread);
            byte[] got = Channels.newInputStream(reader).readNBytes(size);
            assertThat(rest.get(2, TimeUnit.MINUTES)).isEqualTo(size - written);
            assertThat(got).isEqualTo(all.array());
        }
    }

    private static int writeAll(DescriptorChannel channel, ByteBuffer bytes) {
        try {
            return channel.write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void readWithinATimeoutAnswersZero() throws IOException {
        try (var pair = UnixSockets.pair();
                var channel = new DescriptorChannel(pair.first(), poller)) {
            assertThat(channel.read(ByteBuffer.allocate(1), Duration.ofMillis(10)))
                    .isZero();
            assertThat(channel.read(ByteBuffer.allocate(1), Duration.ZERO)).isZero();
            pair.second().close();
            assertThat(channel.read(ByteBuffer.allocate(1), Duration.ZERO)).isEqualTo(-1);
        }
    }

    @Test
    void closingWakesTheReader() {
        try (var pair = UnixSockets.pair()) {
            var channel = new DescriptorChannel(pair.first(), poller);
            var reader = CompletableFuture.supplyAsync(() -> readOne(channel), Thread::startVirtualThread);
            assertThat(reader).isNotDone();
            channel.close();
            assertThatThrownBy(() -> reader.get(2, TimeUnit.MINUTES))
                    .rootCause()
                    .isInstanceOfAny(AsynchronousCloseException.class, ClosedChannelException.class);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void writingToAClosedPeerFailsWithItsErrno() {
        try (var pair = UnixSockets.pair();
                var channel = new DescriptorChannel(pair.first(), poller)) {
            pair.second().close();
            assertThatThrownBy(() -> channel.write(bytes("x")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EPIPE");
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(DescriptorChannel channel, int count) throws IOException {
        return new String(Channels.newInputStream(channel).readNBytes(count), StandardCharsets.UTF_8);
    }

    @Test
    void fifoIsAtItsEndWhenTheLastWriterHasGone() throws IOException {
        var fifo = folder.resolve("fifo");
        PosixFiles.makeFifo(fifo, 0600);
        assertThatThrownBy(() -> DescriptorChannel.open(fifo, OpenFlag.WRITE, poller))
                .as("a FIFO without a reader cannot be opened for writing")
                .hasMessageContaining("ENXIO");
        try (var reader = DescriptorChannel.open(fifo, OpenFlag.READ, poller)) {
            try (var writer = DescriptorChannel.open(fifo, OpenFlag.WRITE, poller)) {
                writer.write(bytes("last"));
            }
            assertThat(read(reader, 4)).isEqualTo("last");
            assertThat(reader.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }
}
