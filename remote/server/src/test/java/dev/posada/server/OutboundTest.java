package dev.posada.server;

import static dev.posada.server.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes out to one client: in order, bounded, and without anybody waiting who must not. */
class OutboundTest {
    private static final Duration STALL = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final LongAdder sent = new LongAdder();
    private final AtomicInteger failures = new AtomicInteger();
    private final Backlog backlog = new Backlog(List.of(), Long.MAX_VALUE);
    private Poller poller;
    private DescriptorPassing passing;
    private SocketChannel ours;
    private SocketChannel theirs;
    private Outbound outbound;

    @BeforeEach
    void connect() throws IOException {
        var address = UnixDomainSocketAddress.of(folder.resolve("sock"));
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address);
            theirs = SocketChannel.open(address);
            ours = listener.accept();
        }
        poller = new Poller();
        passing = new DescriptorPassing(poller);
        outbound = new Outbound(ours, passing, STALL, backlog, sent, failures::incrementAndGet);
    }

    @AfterEach
    void disconnect() throws IOException {
        ours.close();
        theirs.close();
        poller.close();
    }

    @Test
    void messagesOfManyThreadsStayWhole() throws IOException {
        int threads = 8;
        int each = 200;
        for (int i = 0; i < threads; i++) {
            byte mark = (byte) i;
            Thread.ofVirtual().start(() -> {
                for (int n = 0; n < each; n++) {
                    assertThat(outbound.put(filled(mark, 1000 + mark))).isTrue();
                }
            });
        }
        for (int n = 0; n < threads * each; n++) {
            byte mark = read(1).get();
            var rest = read(1000 + mark - 1);
            while (rest.hasRemaining()) {
                assertThat(rest.get()).isEqualTo(mark);
            }
        }
        eventually("all is counted", () -> sent.sum() == 200L * (8 * 1000 + 28));
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void aLargeMessageGoesThroughWhateverTheSocketHolds() throws IOException {
        Thread.ofVirtual().start(() -> outbound.put(filled((byte) 7, 9_000_000)));
        var all = read(9_000_000);
        while (all.hasRemaining()) {
            assertThat(all.get()).isEqualTo((byte) 7);
        }
    }

    @Test
    void offerNeverWaitsAndSaysNoWhenThereIsNoRoom() {
        int offered = 0;
        while (outbound.offer(filled((byte) 1, 100_000))) {
            offered++;
        }
        assertThat(offered).isBetween(40, 60);
        eventually("the writer is stuck", () -> outbound.stalledNanos(System.nanoTime()) > 0);
    }

    @Test
    void closingLetsEverybodyWhoWaitsGo() {
        while (outbound.offer(filled((byte) 1, 100_000))) {
            // Until it is full.
        }
        var refused = new AtomicBoolean();
        var waiting = Thread.ofVirtual().start(() -> refused.set(!outbound.put(filled((byte) 2, 10))));
        eventually("it waits", () -> waiting.getState() == Thread.State.WAITING);
        outbound.close();
        eventually("it was told", refused::get);
        assertThat(outbound.put(filled((byte) 3, 10))).isFalse();
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void aClientThatIsGoneIsNoticedOnce() throws IOException {
        theirs.close();
        eventually("writing fails", () -> !outbound.put(filled((byte) 1, 1000)));
        assertThat(failures).hasValue(1);
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void descriptorsFollowTheirMessageEachWithAByte() throws IOException {
        var descriptor = Descriptor.open(Path.of("/dev/null"), OpenFlag.READ);
        outbound.put(filled((byte) 5, 40), List.of(descriptor, descriptor.duplicate()));
        outbound.put(filled((byte) 6, 10));
        assertThat(read(40).get()).isEqualTo((byte) 5);
        for (int i = 0; i < 2; i++) {
            var received = passing.receive(theirs, ByteBuffer.allocate(1), 1, STALL);
            assertThat(received.descriptors()).hasSize(1);
            received.descriptors().forEach(Descriptor::close);
        }
        assertThat(read(10).get()).isEqualTo((byte) 6);
        assertThat(descriptor.isOpen()).isFalse();
    }

    private ByteBuffer read(int bytes) throws IOException {
        var buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            assertThat(theirs.read(buffer)).isPositive();
        }
        return buffer.flip();
    }

    private static ByteBuffer filled(byte mark, int bytes) {
        var buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            buffer.put(mark);
        }
        return buffer.flip();
    }
}
