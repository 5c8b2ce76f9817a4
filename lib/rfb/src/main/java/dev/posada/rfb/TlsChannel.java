package dev.posada.rfb;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * TLS over two blocking channels. One thread may read while another writes: reading unwraps under no lock of ours, all
 * wrapping happens under {@code wrapping}. The handshake is over before either begins; what TLS says to itself later
 * (tickets, new keys) is dealt with by the reader.
 */
final class TlsChannel implements ByteChannel {
    private final ReadableByteChannel in;
    private final WritableByteChannel out;
    private final SSLEngine engine;
    private final ReentrantLock wrapping = new ReentrantLock();
    private final ByteBuffer encryptedOut;
    private final ByteBuffer encryptedIn;
    private final ByteBuffer plain;

    TlsChannel(ReadableByteChannel in, WritableByteChannel out, SSLEngine engine) throws IOException {
        this.in = in;
        this.out = out;
        this.engine = engine;
        this.encryptedOut = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        this.encryptedIn =
                ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
        this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .flip();
        engine.beginHandshake();
        var status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED) {
            status = switch (status) {
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                case NEED_TASK -> runTasks();
                default -> unwrap();
            };
        }
    }

    private HandshakeStatus runTasks() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus wrap(ByteBuffer source) throws IOException {
        wrapping.lock();
        try {
            encryptedOut.clear();
            var result = engine.wrap(source, encryptedOut);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new IOException("TLS was ended");
            }
            encryptedOut.flip();
            while (encryptedOut.hasRemaining()) {
                out.write(encryptedOut);
            }
            return result.getHandshakeStatus();
        } finally {
            wrapping.unlock();
        }
    }

    /** Decrypts one record into {@code plain}, reading what it takes; {@code plain} may stay empty. */
    private HandshakeStatus unwrap() throws IOException {
        plain.compact();
        try {
            while (true) {
                var result = engine.unwrap(encryptedIn, plain);
                switch (result.getStatus()) {
                    case OK -> {
                        return result.getHandshakeStatus();
                    }
                    case BUFFER_UNDERFLOW -> {
                        encryptedIn.compact();
                        int count = in.read(encryptedIn);
                        encryptedIn.flip();
                        if (count < 0) {
                            throw new EOFException("the server closed the connection within TLS");
                        }
                    }
                    case BUFFER_OVERFLOW -> throw new IOException("a TLS record is longer than TLS allows");
                    case CLOSED -> throw new EOFException("the server ended TLS");
                }
            }
        } finally {
            plain.flip();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        while (!plain.hasRemaining()) {
            var status = unwrap();
            while (status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_TASK) {
                status = status == HandshakeStatus.NEED_TASK ? runTasks() : wrap(ByteBuffer.allocate(0));
            }
        }
        int count = Math.min(target.remaining(), plain.remaining());
        target.put(plain.slice(plain.position(), count));
        plain.position(plain.position() + count);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        while (source.hasRemaining()) {
            wrap(source);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return in.isOpen() && out.isOpen();
    }

    @Override
    public void close() throws IOException {
        try (in) {
            out.close();
        }
    }
}
