package dev.posada.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** A unix or TCP socket. */
final class SocketTransport implements Transport {

    private final SocketChannel channel;
    private final boolean secure;

    private SocketTransport(SocketChannel channel, boolean secure) {
        this.channel = channel;
        this.secure = secure;
    }

    static SocketTransport unix(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        connect(channel, UnixDomainSocketAddress.of(socket));
        return new SocketTransport(channel, true);
    }

    static SocketTransport tcp(InetSocketAddress address, Duration timeout) throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.socket().connect(address, Math.clamp(timeout.toMillis(), 1, 600_000));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new SocketTransport(channel, false);
    }

    private static void connect(SocketChannel channel, SocketAddress address) throws IOException {
        try {
            channel.connect(address);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }

    @Override
    public String complaints() {
        return "";
    }

    @Override
    public boolean secure() {
        return secure;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // Closing a socket has nothing left to lose.
        }
    }
}
