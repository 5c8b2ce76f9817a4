package dev.posada.client;

import dev.posada.posix.Descriptor;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A unix or TCP socket. */
final class SocketTransport implements Transport {

    private final SocketChannel channel;
    private final boolean unix;
    /** Made when the first file travels: most connections never see one, and its thread is not free. */
    private @Nullable FilePassage passage;

    private SocketTransport(SocketChannel channel, boolean unix) {
        this.channel = channel;
        this.unix = unix;
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
        return unix;
    }

    @Override
    public boolean carriesFiles() {
        return unix;
    }

    @Override
    public void send(List<Descriptor> files) throws IOException {
        passage().send(files);
    }

    @Override
    public List<Descriptor> receive(int count) throws IOException {
        return passage().receive(count);
    }

    /** One thread may send while another receives. */
    private synchronized FilePassage passage() throws IOException {
        if (!unix) {
            throw new IOException("file descriptors only travel over unix sockets");
        }
        if (passage == null) {
            passage = new FilePassage(channel);
        }
        return passage;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // Closing a socket has nothing left to lose.
        }
        synchronized (this) {
            if (passage != null) {
                passage.close();
            }
        }
    }
}
