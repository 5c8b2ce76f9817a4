package dev.posada.viewer;

import dev.posada.client.Domain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Opens what a {@link Way} describes. */
final class Line {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Line() {}

    static ByteChannel open(Way way, Domain domain) throws IOException {
        return switch (way) {
            // Without the password, as libvirt's viewer does: who may have this may read it in the document.
            case Way.HandedOver handed -> domain.files().openScreen(handed.screen(), true);
            case Way.UnixSocket socket -> {
                var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    channel.connect(UnixDomainSocketAddress.of(socket.path()));
                    yield channel;
                } catch (IOException | RuntimeException e) {
                    channel.close();
                    throw e;
                }
            }
            case Way.Tcp tcp -> {
                var channel = SocketChannel.open();
                try {
                    channel.socket()
                            .connect(
                                    new InetSocketAddress(tcp.host(), tcp.port()),
                                    Math.toIntExact(PATIENCE.toMillis()));
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    yield channel;
                } catch (IOException | RuntimeException e) {
                    channel.close();
                    throw e;
                }
            }
            case Way.Relay relay ->
                new Piped(new ProcessBuilder(relay.command())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
        };
    }

    /** The two pipes of a process as one channel; closing it ends the process. */
    private static final class Piped implements ByteChannel {
        private final Process process;

        Piped(Process process) {
            this.process = process;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int count = process.getInputStream()
                    .read(target.array(), target.arrayOffset() + target.position(), target.remaining());
            if (count > 0) {
                target.position(target.position() + count);
            }
            return count;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int count = source.remaining();
            var out = process.getOutputStream();
            out.write(source.array(), source.arrayOffset() + source.position(), count);
            source.position(source.position() + count);
            out.flush();
            return count;
        }

        @Override
        public boolean isOpen() {
            return process.isAlive();
        }

        @Override
        public void close() {
            // Its streams end with the process; closing them here could block behind a thread that reads.
            process.destroy();
        }
    }
}
